"""Wagtail's admin and its serving of pages and files, as this community wants them."""

from django.http import Http404
from wagtail import hooks

from cms.querysets.pages import document_visible_to, page_visible_to


@hooks.register("before_serve_page", order=-10)
def invisible_pages_are_not_there(page, request, serve_args, serve_kwargs):
    """Who may not see a page gets 404, signed in or not: a way to the sign-in page would say that it exists."""
    if not page_visible_to(page, request.user):
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
