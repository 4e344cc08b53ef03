"""Wagtail's admin and its serving of pages and files, as this community wants them."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.log_actions import LogFormatter
from wagtail.models import Page, PageViewRestriction
from wagtail.snippets.models import register_snippet

from cms.actions import citing, privacy, templates
from cms.editing import answers, dashboard, redirects, refusals, reports, today
from cms.models import Template, TopicGuide
from cms.richtext import DocumentLinks, PageLinks
from cms.views.templates import too_many
from cms.viewsets import TemplateViewSet, TopicGuideViewSet
from core import caching, ratelimits
from core.models import CustomDocument, CustomImage
from members.pages import ask_once, document_visible_to, page_is_public, page_visible_to

register_snippet(TemplateViewSet)
register_snippet(TopicGuideViewSet)


@hooks.register("before_serve_page", order=-10)
def invisible_pages_are_not_there(page, request, serve_args, serve_kwargs):
    """Who may not see a page gets 404, signed in or not: a way to the sign-in page would say that it exists."""
    if not page.private_page_options:
        return
    ask_once(request.user)
    if not page_visible_to(page, request.user):
        raise Http404
    if page_is_public(page, request.user):
        page.get_view_restrictions = PageViewRestriction.objects.none  # just asked: Wagtail need not ask again


@hooks.register("before_serve_document", order=-10)
def invisible_documents_are_not_there(document, request):
    """As for pages. Nothing of the file is said before: no length, no ETag."""
    if not document_visible_to(document, request.user):
        raise Http404


@hooks.register("before_serve_document")
def not_too_many_files(document, request):
    """The way round `cms.views.templates`, which leads here: its own, more generous count."""
    try:
        ratelimits.check("file", request)
    except ratelimits.TooOften as often:
        return too_many(request, often, back="/").render()
    return None


@hooks.register("register_rich_text_features", order=100)
def links_name_nothing_private(features):
    features.register_link_type(PageLinks)
    features.register_link_type(DocumentLinks)


# --- Local guidance is published only when approved ---------------------------------------------------


class SendForApproval(SubmitForModerationMenuItem):
    """Wagtail's button in our words."""

    label = "Send for approval"

    def get_context_data(self, parent_context):
        page = parent_context.get("page")
        state = page.current_workflow_state if page else None
        again = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        return super().get_context_data(parent_context) | {"label": f"{self.label} again" if again else self.label}


@hooks.register("construct_page_action_menu")
def in_our_words(menu_items, request, context):
    for place, item in enumerate(menu_items):
        if item.name == SubmitForModerationMenuItem.name:
            menu_items[place] = SendForApproval(order=item.order)


@hooks.register("before_bulk_action")
def nothing_unready_among_many(request, action_type, objects, action_class_instance):
    """All or nothing: one local item without approval stops the whole lot, and is named."""
    if action_type != "publish" or request.method != "POST" or not all(isinstance(one, Page) for one in objects):
        return None
    drafts = refusals.unready(objects, with_descendants="include_descendants" in request.POST)
    if not drafts:
        return None
    refusals.say(request, drafts)
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


@hooks.register("after_bulk_action")
def files_moved_many_at_once(request, action_type, objects, action_class_instance):
    """Wagtail moves files to another collection with one UPDATE, of which no signal tells `cms.receivers`."""
    documents = [one.pk for one in objects if isinstance(one, CustomDocument)]
    if documents:
        privacy.files_changed(CustomDocument.objects.filter(pk__in=documents))
    if any(isinstance(one, CustomDocument | CustomImage) for one in objects):
        caching.touch("site", "pages", "templates", "pictures")


@hooks.register("before_copy_page")
def copies_of_local_guidance_are_drafts(request, page):
    """A copy is not approved, so it can't be published with the copying, nor mirror the live one."""
    if request.method != "POST" or not {"publish_copies", "alias"} & set(request.POST):
        return None
    whole = "copy_subpages" in request.POST
    copies = page.get_descendants(inclusive=True) if whole else Page.objects.filter(pk=page.pk)
    local = [one for one in copies.specific() if getattr(one, "is_local", bool)()]
    if not local:
        return None
    words = "A copy of local guidance needs its own approval. Copy it without publishing, then send it to its approver."
    refusals.messages.error(request, words)
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("after_edit_page")
def approver_reads_what_came_of_it(request, page):
    answers.tell_after_edit(request, page)


# --- What the log says -----------------------------------------------------------------------------------


class Said(LogFormatter):
    """What was done, and why when there is a reason."""

    def format_message(self, log_entry):
        why = (log_entry.data or {}).get("why")
        return f"{self.message}: {why}" if why else self.message


LOGGED = (
    ("cms.approve", "Approve", "Approved by publishing"),
    ("cms.schedule_refused", "Scheduled publishing refused", "Was not published on time"),
    ("cms.hand_over", "Hand over", "Given to another owner"),
    ("cms.drafted_from_thread", "Draft from a thread", "Made from a thread of the forum"),
    ("cms.consent", "Answer about an excerpt", "An author said whether they may be quoted"),
)


@hooks.register("register_log_actions")
def log_actions(registry):
    for name, label, message in LOGGED:
        registry.register_action(name)(type("Said", (Said,), {"label": label, "message": message}))


# --- Templates and the words on topics -------------------------------------------------------------------


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


# --- Reports and the first page of the admin ---------------------------------------------------------------


class ReportMenuItem(MenuItem):
    """A report of ours, for those who may read it."""

    def __init__(self, report: reports.Report, order: int):
        super().__init__(
            report.title, reports.address(report.name), name=report.name, icon_name=report.icon, order=order
        )
        self.report = report

    def is_shown(self, request):
        return self.report.may_read(request.user)


@hooks.register("register_admin_urls", order=-10)
def our_addresses():
    return [*redirects.urlpatterns, *reports.urlpatterns, *answers.urlpatterns]


for place, one in enumerate(reports.REPORTS.values()):
    hooks.register("register_reports_menu_item", partial(ReportMenuItem, one, 100 + place))


@hooks.register("construct_homepage_panels")
def panels_of_care(request, panels):
    panels.extend(dashboard.panels_for(request.user))
    if request.user.has_perm("members.vouch"):
        needed = today.panel_for(request.user)
        panels.extend([needed] if needed.lines else [])


@hooks.register("construct_help_menu")
def no_news_of_wagtail(request, menu_items):
    """What is new in Wagtail is the hosts' business, not the editors'."""
    menu_items.clear()


@hooks.register("insert_global_admin_css")
def our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/pages/admin.css"))


@hooks.register("register_icons")
def our_mark(icons):
    return [*icons, "cms/admin/mark.svg"]
