"""Wagtail's admin and its serving of pages and files, as this community wants them."""

from django.http import Http404
from wagtail import hooks

from cms.choosers import member_chooser, thread_chooser
from cms.querysets.pages import document_visible_to, page_visible_to


@hooks.register("before_serve_page", order=-10)
def invisible_pages_are_not_there(page, request, serve_args, serve_kwargs):
    """Who may not see a page gets 404, signed in or not: a way to the sign-in page would say that it exists."""
    if page.private_page_options and not page_visible_to(page, request.user):
        raise Http404


@hooks.register("before_serve_document", order=-10)
def invisible_documents_are_not_there(document, request):
    """As for pages. Nothing of the file is said before: no length, no ETag."""
    if not document_visible_to(document, request.user):
        raise Http404


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("cms.drafted_from_thread", "Draft from a thread", "Made a draft from a thread of the forum")
    actions.register_action("cms.consent", "Answer about an excerpt", "An author answered whether they may be quoted")


@hooks.register("register_admin_viewset")
def choosers():
    return [thread_chooser, member_chooser]


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def template_or_topic_changed(request, instance):
    """Followers hear of a new version; kept pages are made anew."""
    if isinstance(instance, Template):
        templates.changed(template=instance)
        citing.cite_law_of_template(template=instance)
    elif isinstance(instance, TopicGuide):
        caching.touch("topics")


@hooks.register("after_delete_snippet")
def topic_guides_gone(request, instances):
    caching.touch("topics", "templates")


@hooks.register("before_delete_snippet")
def templates_stay(request, instances):
    """A template with versions is never deleted: people have copies of them."""
    if any(isinstance(one, Template) and one.versions.exists() for one in instances):
        messages.error(request, "A template that has versions can't be deleted: people have copies of them.")
        return redirect("wagtailsnippets_cms_template:list")
    return None
