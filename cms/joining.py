"""How pages, templates, developments and sessions stand in the forum: what threads are about, what threads became."""

from dataclasses import replace

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.models import Page

from cms.models import NewsPage, Template
from cms.querysets.stories import stories_for
from cms.querysets.templates import template_visible_to
from events.models.programme import Session
from events.storytelling import register_stories
from forum import about, joins
from forum.about import About
from forum.bylines import MEMBERS
from forum.joins import Link
from forum.models import PageThread, Thread
from forum.pages.shared import stand_in
from horizon.models import Development
from members.pages import page_is_public, page_visible_to, pages_visible_to


def page_about(pk: int, viewer) -> About | None:
    """A page that `viewer` may see, as something to talk about; its keeper hears of the first words."""
    page = Page.objects.filter(pk=pk).first()
    if page is None or not page_visible_to(page, viewer):
        return None
    return about_page(page.specific, viewer)


def about_page(page, viewer) -> About | None:
    """As `page_about`, of a page that is at hand as its own type."""
    if not page_visible_to(page, viewer):
        return None
    keeper = getattr(page, "keeper_id", None)
    if isinstance(page, NewsPage):
        keeper = page.author_id or keeper
    public = page_is_public(page, viewer)
    # no space is read by just the groups of a page: a thread about it would tell every member of it
    shared = public or page_visible_to(page, stand_in(MEMBERS))
    return About(
        "page", page.pk, str(page._meta.verbose_name).capitalize(), page.title, page.url or "",
        for_members=not public, keeper=keeper, open=shared and getattr(page, "replies_open", True),
    )  # fmt: skip


def template_about(pk: int, viewer) -> About | None:
    template = Template.objects.visible_to(viewer).filter(pk=pk).first()
    if template is None:
        return None
    public = template_visible_to(template, AnonymousUser())
    return About(
        "template", pk, "Template", template.title, template.get_absolute_url(), for_members=not public,
        keeper=template.keeper_id, open=public or template_visible_to(template, stand_in(MEMBERS)),
    )  # fmt: skip


def development_about(pk: int, viewer) -> About | None:
    found = Development.objects.visible_to(viewer).filter(pk=pk).first()
    return found and about_development(found, viewer)


def about_development(development, viewer) -> About | None:
    """A change on the Horizon; one that readers do not see yet can't be talked about."""
    if not development.is_visible_to(viewer):
        return None
    return About(
        "development", development.pk, "Change on the Horizon", development.title, development.get_absolute_url(),
        for_members=not development.shown, keeper=development.keeper_id, open=development.shown,
    )  # fmt: skip


def session_about(pk: int, viewer) -> About | None:
    found = Session.objects.select_related("event").filter(pk=pk).first()
    return found and about_session(found, viewer)


def about_session(session, viewer) -> About | None:
    """A session of an event: for whoever may see the event, whose keeper hears of the first words."""
    event = about_page(session.event, viewer)
    return event and replace(
        event, name="session", pk=session.pk, kind="Session", title=session.title, url=session.get_absolute_url()
    )


def make_a_page(thread, reader) -> list[Link]:
    """What moderators are offered beside a thread."""
    return [Link("Make a story or guidance of this", reverse("cms:draft-from-thread", args=[thread.pk]))]


def pages_beside(thread, viewer) -> list[Link]:
    """The pages a thread became, or that name it, as far as `viewer` may see them."""
    linked = PageThread.objects.filter(thread=thread).values("page")
    pages = pages_visible_to(Page.objects.filter(pk__in=linked), viewer).order_by("title")
    return [Link(page.title, page.url or "") for page in pages]


def threads_beside(page) -> set[str]:
    """What is to be touched when a page, and what lies below it, is shown differently or to others: their threads."""
    numbers = PageThread.objects.filter(page__path__startswith=page.path).values_list("thread", flat=True)
    below = Page.objects.filter(path__startswith=page.path).values("pk")
    talked_about = Thread.objects.filter(about_type=about.content_type("page"), about_id__in=below)
    names = {f"thread:{number}" for number in numbers}
    names |= {f"about:page:{pk}" for pk in talked_about.values_list("about_id", flat=True)}
    names |= {f"about:session:{pk}" for pk in sessions_talked_about(below).values_list("about_id", flat=True)}
    return names | {"forum"} if names else names


def sessions_talked_about(pages):
    """The threads about sessions of these pages, as far as they are events."""
    sessions = Session.objects.filter(event__in=pages)
    return Thread.objects.filter(about_type=about.content_type("session"), about_id__in=sessions.values("pk"))


about.register("page", Page, page_about, see=about_page)
about.register("template", Template, template_about)
about.register("development", Development, development_about, see=about_development)
about.register("session", Session, session_about, see=about_session)
joins.offer_on_threads(make_a_page)
joins.show_beside_threads(pages_beside)
register_stories(stories_for)
