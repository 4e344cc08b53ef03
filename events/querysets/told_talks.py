"""Talks and the pages that tell of them."""

from core import caching
from events.querysets.events import visible_to as events_visible_to


def talks_told_in(page_pk: int, viewer) -> list:
    """The sessions that a page tells of, of events `viewer` may see, in order of time. No query where none."""
    from events.models.material import SessionStory
    from events.models.programme import Session

    def told() -> tuple[int, ...]:
        return tuple(SessionStory.objects.filter(page=page_pk).values_list("session", flat=True))

    if not (numbers := caching.made_once("events", f"talks-told:{page_pk}", told)):
        return []
    seen = events_visible_to(viewer).order_by().values("pk")
    found = Session.objects.filter(pk__in=numbers, event__in=seen).select_related("event")
    return list(found.order_by("starts_at", "pk"))


def told_at(event) -> list:
    """Which stories are told by which talks of an event, in the order of its programme. One query."""
    from events.models.material import SessionStory

    found = SessionStory.objects.filter(session__event=event).select_related("session", "page")
    return list(found.order_by("session__starts_at", "session", "page__title"))


def stories_of(session_pk: int, viewer) -> list:
    """The pages that tell of a session and that `viewer` may see, each with its `address`. No query where none do."""
    from wagtail.models import Page

    from core.addresses import with_addresses
    from events.models.material import SessionStory
    from members.pages import pages_visible_to

    def telling() -> tuple[int, ...]:
        return tuple(SessionStory.objects.filter(session=session_pk).values_list("page", flat=True))

    if not (numbers := caching.made_once("events", f"stories-of:{session_pk}", telling)):
        return []
    found = pages_visible_to(Page.objects.filter(pk__in=numbers), viewer)
    return with_addresses(found.order_by("title"))
