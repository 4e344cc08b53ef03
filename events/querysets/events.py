"""Which events somebody may see. Everything that lists, names or counts one starts here."""

from django.db.models import QuerySet

from core.addresses import with_addresses
from members.pages import pages_visible_to

# Fields of words that no list needs.
_LONG = ("about", "report")


def visible_to(viewer) -> QuerySet:
    """The live events `viewer` may see, the earliest first; one query. Twin of `permissions.can_see_event`."""
    from events.pages.event import EventPage

    return pages_visible_to(EventPage.objects.order_by("starts_at", "pk"), viewer)


def for_list(viewer) -> QuerySet:
    """The same without their long words, with their places, and whether they are called off. Two queries."""
    return visible_to(viewer).defer(*_LONG).select_related("called_off", "host").prefetch_related("places")


def event_for(viewer, pk: int):
    """The event with this number, with its `address` (“/events/…/”), if `viewer` may see it; else None."""
    found = list(with_addresses(visible_to(viewer).filter(pk=pk).select_related("called_off", "host")))
    return found[0] if found else None


def by_pk(pk: int):
    """The event with this number whoever may see it, drafts too, or None: for the worker and for who has a ticket."""
    from events.pages.event import EventPage

    return EventPage.objects.select_related("called_off", "host").filter(pk=pk).first()


def knows_it_takes_place(event) -> None:
    """Let an event at hand know that it is not called off, as was read before: asking it then costs no query."""
    type(event).called_off.related.set_cached_value(event, None)


def address_of(event) -> str:
    """Where an event's page stands, as a path of this site. Two queries, or none if it was asked for with them."""
    known = getattr(event, "address", None)
    if known is None:
        (one,) = with_addresses([event])
        known = one.address
    return known
