"""What must always be true of an event's places, lines and sessions, worked out anew from its bookings."""

from collections import Counter

from django.utils import timezone

from events.models.booking import Booking, BookingMove, SessionBooking
from events.models.places import Allocation, Places

State = Booking.State
TAKES = (State.CONFIRMED, State.OFFERED)


def assert_true_counters(event) -> None:
    """Every counter is what its rows say, nothing is overfull, nobody is doubled, nobody waits beside a free place."""
    for places in Places.objects.filter(event=event):
        _assert_places(event, places)
    _assert_nobody_twice(event)
    _assert_history(event)
    for session in event.sessions.all():
        _assert_session(session)
    _assert_no_clash(event)


def _assert_places(event, places: Places) -> None:
    bookings = list(Booking.objects.filter(event=event, mode=places.mode))
    states = Counter(one.state for one in bookings)
    kept = list(Allocation.objects.filter(event=event, mode=places.mode))
    for one in kept:
        used = sum(booking.allocation_id == one.pk and booking.state in TAKES for booking in bookings)
        assert one.used == used, f"{one.used} used of the allocation, {used} bookings have it"
    unused = sum(one.places - one.used for one in kept if one.released_at is None)
    assert places.confirmed == states[State.CONFIRMED]
    assert places.held == states[State.OFFERED] + unused
    assert places.confirmed + places.held <= places.capacity
    over = event.is_over(now=timezone.now())
    assert over or not (places.left and states[State.WAITING]), f"{places.left} free, {states[State.WAITING]} wait"
    numbers = [one.queue_number for one in bookings if one.state == State.WAITING]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers), "two have the same number in the line"
    for one in bookings:
        if one.state == State.OFFERED:
            local = timezone.localtime(one.offered_until)
            assert (8, 0) <= (local.hour, local.minute) <= (20, 0), f"an offer ends at {local:%H:%M}"


def _assert_nobody_twice(event) -> None:
    active = Booking.objects.filter(event=event, state__in=Booking.ACTIVE)
    people = Counter(one.member_id or one.guest_email.lower() for one in active)
    assert [who for who, times in people.items() if times > 1] == []


def _assert_history(event) -> None:
    """The last step of each booking is where it stands."""
    last: dict[int, tuple] = {}
    for step in BookingMove.objects.filter(booking__event=event).order_by("pk"):
        last[step.booking_id] = (step.state, step.mode)
    assert last == {one.pk: (one.state, one.mode) for one in Booking.objects.filter(event=event)}


def _assert_session(session) -> None:
    states = Counter(session.booked.values_list("state", flat=True))
    confirmed, waiting = states[SessionBooking.State.CONFIRMED], states[SessionBooking.State.WAITING]
    assert session.taken == confirmed
    assert session.capacity is None or session.taken <= session.capacity
    assert not (session.left != 0 and waiting), f"{session.left} free in “{session}”, {waiting} wait"
    assert not session.booked.exclude(booking__state=State.CONFIRMED).exists()


def _assert_no_clash(event) -> None:
    for booking in Booking.objects.filter(event=event).prefetch_related("sessions__session"):
        chosen = [one.session for one in booking.sessions.all()]
        assert [
            (one.title, other.title) for place, one in enumerate(chosen) for other in chosen[place + 1 :]
            if one.overlaps(other)
        ] == []  # fmt: skip
