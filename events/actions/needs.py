"""What people need to eat and to take part: written by themselves, and gone when nobody need know it any more."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.utils import timezone
from wagtail.log_actions import log

from core.retrying import retried
from events.actions.refusals import NotYours, TooLate
from events.models.booking import Booking, Needs, NeedsErased
from events.permissions import is_own_booking
from events.querysets.needs import events_to_forget, of_event
from events.querysets.places import event_in_short
from members.models import Member


@retried
def write_needs(
    *, booking: Booking, by: Member | None, dietary: str = "", access: str = "", now: dt.datetime | None = None
) -> Needs | None:
    """Write what one needs, or change it; None when nothing is left of it. `by` None: a guest by their own link.

    Raises NotYours (nobody writes it for another once they are booked), TooLate.
    """
    now = now or timezone.now()
    found = Booking.objects.select_for_update(of=("self",)).select_related("event").get(pk=booking.pk)
    if not is_own_booking(by, found):
        raise NotYours("Only the person themselves writes what they need.")
    if not dietary.strip() and not access.strip():
        erase([found])  # one may take back what one wrote at any time
        return None
    if not found.is_active() or found.event.is_over(now=now):
        raise TooLate("This booking has ended, so nobody needs to know.")
    return put_down(found, {"dietary": dietary, "access": access}, now=now)


def put_down(booking: Booking, needs: Mapping[str, str], *, now: dt.datetime) -> Needs | None:
    """Keep what was written of one's needs, in the transaction of the caller; nothing of it: nothing is kept."""
    said = {"dietary": needs.get("dietary", "").strip()[:300], "access": needs.get("access", "").strip()[:600]}
    if not any(said.values()):
        if needs:
            erase([booking])
        return None
    return Needs.objects.update_or_create(booking=booking, defaults=said | {"written_at": now})[0]


@retried
def erase_own(*, booking: Booking, by: Member | None) -> None:
    """Erase what one wrote, at any time. Raises NotYours."""
    if not is_own_booking(by, booking):
        raise NotYours("Only the person themselves erases what they need.")
    erase([booking])


def erase(bookings: Iterable[Booking]) -> int:
    """Erase the needs of these bookings, in the transaction of the caller; of how many."""
    return Needs.objects.filter(booking__in=[one.pk for one in bookings]).delete()[0]


def erase_due(*, now: dt.datetime) -> int:
    """Erase what people needed at events that are 30 days past, with a receipt for each; of how many bookings."""
    return sum(_erase_of(pk) for pk in events_to_forget(now))


@retried
def _erase_of(event: int) -> int:
    count = of_event(event).delete()[0]
    if count:
        NeedsErased.objects.create(event_id=event, count=count)
        log(instance=event_in_short(event), action="events.erase_needs", data={"count": count})
    return count
