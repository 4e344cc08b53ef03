"""What else happens when pages are made private, or are open to more again."""

from wagtail.models import Page

from cms.joining import sessions_talked_about
from events.models.programme import Session
from forum.about import content_type
from forum.actions import discussing
from forum.models import Thread
from forum.pages.shared import MEMBERS, PUBLIC, stand_in
from members.pages import page_visible_to


def access_changed(page: Page, *, alone: bool = False) -> None:
    """A page, and so all below it (but `alone`), is now for others, or stands elsewhere: threads about it follow."""
    below = Page.objects.filter(pk=page.pk) if alone else Page.objects.filter(path__startswith=page.path)
    threads = Thread.objects.filter(about_type=content_type("page"), about_id__in=below.values("pk"))
    pages = below.in_bulk(set(threads.values_list("about_id", flat=True)))
    for thread in threads.select_related("space"):
        _follow(thread, pages[thread.about_id])
    events = {one.pk: one.event for one in Session.objects.filter(event__in=below.values("pk")).select_related("event")}
    for thread in sessions_talked_about(below.values("pk")).select_related("space"):
        _follow(thread, events[thread.about_id])


def _follow(thread: Thread, page) -> None:
    if page.live:
        open_to = (audience for audience in (PUBLIC, MEMBERS) if page_visible_to(page, stand_in(audience)))
        discussing.follow_audience(thread, next(open_to, "few"))
