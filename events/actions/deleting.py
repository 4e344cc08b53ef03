"""What is never deleted: an event that people booked, or that has files. Past years are the record."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from events.models.booking import Booking
from events.models.material import Material
from events.pages.event import EventPage


class Kept(Exception):
    """An event that stays. `str()` names it, and says what to do instead."""


def refuse_to_delete(pages: Iterable[Page]) -> None:
    """Raises Kept when one of `pages`, or a page below it, is an event with bookings or files."""
    for page in pages:
        events = EventPage.objects.descendant_of(page, inclusive=True)
        used = Exists(Booking.objects.filter(event=OuterRef("pk")))
        filed = Exists(Material.objects.filter(event=OuterRef("pk")))
        found = events.filter(used | filed).only("title").first()
        if found is not None:
            raise Kept(
                f"“{found.title}” has bookings or files, so it can’t be deleted. "
                "Call it off, or unpublish it: then nobody sees it."
            )
