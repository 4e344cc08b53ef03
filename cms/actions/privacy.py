"""What else happens when pages are made private, or are open to more again."""

from collections.abc import Iterable

from wagtail.models import Page, PageViewRestriction

from cms.joining import sessions_talked_about
from core.retrying import retried
from events.models.programme import Session
from forum import joins
from forum.about import content_type
from forum.actions import discussing
from forum.models import Thread
from forum.pages.shared import MEMBERS, PUBLIC, stand_in
from members.pages import pages_visible_to


@retried
def access_changed(page: Page, *, alone: bool = False) -> None:
    """A page, and so all below it (but `alone`), is now for others, or stands elsewhere: threads about it follow."""
    below = Page.objects.filter(pk=page.pk) if alone else Page.objects.filter(path__startswith=page.path)
    about_pages = Thread.objects.filter(about_type=content_type("page"), about_id__in=below.values("pk"))
    discussing.bring_along(about_pages | sessions_talked_about(below.values("pk")))


def goes_with_its_page(origin) -> bool:
    """Whether a restriction is deleted because its page is. `origin`: what was to be deleted, a row or a queryset.

    The page's row is still there at that moment, and would look as if it were open to more people now. Threads about
    a page that is gone stay for whom they were.
    """
    model = getattr(origin, "model", type(origin))
    return origin is not None and not issubclass(model, PageViewRestriction)


def audiences_of(threads: Iterable[Thread]) -> dict[Thread, str]:
    """For whom the page or session is that each thread is about: "public", "members", or "few".

    Those about anything else, or what is not out, are left as they are. Asked of all at once.
    """
    followed = {content_type("page").pk, content_type("session").pk}
    threads = [thread for thread in threads if thread.about_type_id in followed]
    of_session = {thread: thread.about_id for thread in threads if thread.about_type_id == content_type("session").pk}
    events: dict = dict(Session.objects.filter(pk__in=of_session.values()).values_list("pk", "event"))
    page_of = {thread: events.get(thread.about_id) if thread in of_session else thread.about_id for thread in threads}
    pages = Page.objects.filter(pk__in=set(page_of.values()), live=True)
    audiences = dict.fromkeys(pages.values_list("pk", flat=True), "few")
    for audience in (MEMBERS, PUBLIC):
        seen = pages_visible_to(pages, stand_in(audience)).values_list("pk", flat=True)
        audiences |= dict.fromkeys(seen, audience)
    return {thread: audiences[page] for thread, page in page_of.items() if page in audiences}


joins.tell_audiences(audiences_of)
