"""What the core team does to places and to the line, and what happens by itself when a time has come."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from wagtail.log_actions import log

from core.retrying import retried
from events import notices
from events.actions.line import Line, held
from events.actions.refusals import NotYours, Overfull, TooLate
from events.models.booking import Booking
from events.models.places import Allocation, Mode, Places
from events.pages.event import EventPage
from events.permissions import can_organise
from events.querysets.bookings import events_with_lapsed_offers
from events.words import how_many, ordinal
from members.actions.standing import reason as really_a_reason
from members.models import Member

State = Booking.State


def must_organise(by: Member) -> None:
    """Raises NotYours."""
    if not can_organise(by):
        raise NotYours("Only the core team can do this.")


# --- How many places there are ------------------------------------------------------------------------


@retried
def set_places(
    *, event: EventPage, mode: str, capacity: int, by: Member, moving: Sequence[Booking] = (), reason: str = ""
) -> Places:
    """Say how many places an event has in a mode, the first time too. As `set_capacity`."""
    must_organise(by)
    made, _new = Places.objects.get_or_create(event=event, mode=Mode(mode), defaults={"capacity": 0})
    return set_capacity(places=made, capacity=capacity, by=by, moving=moving, reason=reason)


@retried
def set_capacity(
    *,
    places: Places,
    capacity: int,
    by: Member,
    moving: Sequence[Booking] = (),
    reason: str = "",
    now: dt.datetime | None = None,
) -> Places:
    """Change how many places there are. More of them go at once to who waits, in their order.

    Fewer than are taken: only by naming who moves (`moving`, as they shall stand), who are then the next in line.
    Raises NotYours, Overfull.
    """
    must_organise(by)
    with held(places.event_id, now=now) as line:
        kept = line.of(places.mode)
        was = kept.capacity
        moved = [line.booking(one) for one in moving]
        why = reason.strip() or f"The event has {how_many(capacity)} now instead of {was:,}."
        _check_fit(kept, capacity, moved)
        _to_the_head(line, kept, moved, by=by, reason=why)
        kept.capacity = capacity
        line.fill(kept.mode)
        if was != capacity or moved:
            data = {"mode": kept.mode, "was": was, "is": capacity, "moved": len(moved), "why": why}
            log(instance=line.event, action="events.set_capacity", user=by, data=data)
    return kept


def _check_fit(places: Places, capacity: int, moved: list[Booking]) -> None:
    """Raises Overfull, which says how many have to move."""
    takes = (State.CONFIRMED, State.OFFERED)
    if len({one.pk for one in moved}) != len(moved) or any(
        one.mode != places.mode or one.state not in takes for one in moved
    ):
        raise Overfull("Only people who have a place, or are offered one, can be moved to the line. Look again.")
    too_many = max(places.confirmed + places.held - capacity, 0)
    if len(moved) == too_many:
        return
    if too_many == 0:
        raise Overfull("There is room for everybody, so nobody has to move to the line.")
    raise Overfull(
        f"{places.confirmed:,} have a place and {places.held:,} are kept. For {how_many(capacity)}, choose "
        f"{how_many(too_many, 'person', 'people')} to move to the line, or release places kept for organisations."
    )


def _to_the_head(line: Line, places: Places, moved: list[Booking], *, by: Member, reason: str) -> None:
    """Put these before everybody who waits, in the order given. Their places are no more."""
    if not moved:
        return
    first = _room_at_the_head(line, places.mode, len(moved))
    for number, one in enumerate(moved, start=first):
        allocation = one.allocation_id
        line.let_go(one)
        if allocation:  # its place went back to its organisation, where there is none any more
            line.shrink_allocation(allocation)
        one.state, one.queue_number = State.WAITING, number
    line.write(moved, by=by, reason=reason)
    for one in moved:
        notices.moved_in_line(one, reason)


def _room_at_the_head(line: Line, mode: str, count: int) -> int:
    """The first of `count` numbers before the line's own, which make room where they must."""
    waiting = Booking.objects.of(line.event.pk).in_mode(mode).waiting()
    first, _last = waiting.first_and_last_number()
    if first == 0:
        return 1
    if first <= count:
        waiting.shift(count)
        first += count
    return first - count


# --- The line -----------------------------------------------------------------------------------------


@retried
def move_in_line(*, booking: Booking, to: int, by: Member, reason: str, now: dt.datetime | None = None) -> Booking:
    """Give somebody who waits another position in the line, 1 for the next; the others close up.

    Raises NotYours, WhyMissing, TooLate for who does not wait any more.
    """
    must_organise(by)
    why = really_a_reason(reason)
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        if found.state != State.WAITING:
            raise TooLate(f"{found.name} does not wait any more: “{found.get_state_display()}”.")
        order = list(Booking.objects.of(line.event.pk).in_mode(found.mode).in_line())
        numbers = [one.queue_number for one in order]
        order.remove(found)
        order.insert(min(max(to, 1), len(numbers)) - 1, found)
        changed = [(one, number) for one, number in zip(order, numbers, strict=True) if one.queue_number != number]
        for one, number in changed:
            one.queue_number = number
        Booking.objects.bulk_update([one for one, _number in changed], ["queue_number"], batch_size=200)
        line.remember([found], by=by, reason=why)
        data = {"booking": found.pk, "to": ordinal(order.index(found) + 1), "why": why}
        log(instance=line.event, action="events.move_in_line", user=by, data=data)
        notices.moved_in_line(found, why)
    return found


# --- Places kept for organisations --------------------------------------------------------------------


@retried
def allocate(
    *,
    event: EventPage,
    organisation,
    mode: str = Mode.IN_PERSON,
    places: int,
    release_on: dt.date,
    by: Member,
    note: str = "",
    extra: bool = False,
    now: dt.datetime | None = None,
) -> Allocation:
    """Keep places for an organisation until a day; its people in the line get them at once.

    Called again it changes how many, and the day. With `extra` what is lacking is added to the places of the event;
    else it comes from those that nobody has. Raises NotYours, Overfull, TooLate for a day that is not to come.
    """
    must_organise(by)
    with held(event, now=now) as line:
        if release_on <= line.today:
            raise TooLate("Choose a day that is still to come.")
        kept = line.of(mode)
        one = line.allocation_of(organisation, kept.mode, by=by)
        if places < one.used:
            raise Overfull(f"{how_many(one.used)} kept for {organisation} are used already.")
        more = places - one.used - one.unused
        if more > kept.left and not extra:
            raise Overfull(f"Only {how_many(kept.left)} of this event are free. Add places, or keep fewer.")
        kept.capacity += max(more - kept.left, 0)
        kept.held += more
        one.places, one.release_on, one.released_at = places, release_on, None
        Allocation.objects.filter(pk=one.pk).update(note=note.strip()[:200])
        line.fill(kept.mode)
        until = f"{release_on:%d/%m/%Y}"
        data = {"organisation": str(organisation), "places": places, "mode": kept.mode, "until": until}
        log(instance=line.event, action="events.allocate", user=by, data=data)
    return one


@retried
def release(*, allocation: Allocation, by: Member | None = None, now: dt.datetime | None = None) -> Allocation:
    """What an organisation did not use goes to who waits. Twice is once. By the core team, or (None) on its day."""
    if by is not None:
        must_organise(by)
    with held(allocation.event_id, now=now) as line:
        one = next(one for one in line.allocations() if one.pk == allocation.pk)
        if one.is_kept():
            unused = one.unused
            line.places[one.mode].held -= unused
            one.released_at = line.now
            line.fill(one.mode)
            data = {"organisation": str(one.organisation), "places": unused, "mode": one.mode}
            log(instance=line.event, action="events.release", user=by, data=data)
    return one


# --- When a time has come -----------------------------------------------------------------------------


def release_due(*, now: dt.datetime) -> int:
    """Release what was kept until today; how many allocations. Safe to repeat."""
    due = list(Allocation.objects.due(today=timezone.localdate(now)).order_by("pk"))
    for one in due:
        release(allocation=one, now=now)
    return len(due)


def expire_offers(*, now: dt.datetime) -> int:
    """Offers nobody answered in time are over, and the next in line get theirs; of how many events. Safe to repeat."""
    events = events_with_lapsed_offers(now)
    for event in events:
        _expire(event, now)
    return len(events)


@retried
def _expire(event: int, now: dt.datetime) -> None:
    with held(event, now=now):
        pass  # whoever holds the places ends what has lapsed
