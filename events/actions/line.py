"""The places of an event while they are held: who gets one, who waits, and who is next when one comes free.

Whatever takes or frees a place does so in `with held(event) as line:` inside a `retried` act. The rows of Places are
locked first, all of an event and in one order, so that two acts never wait for each other. The counters are worked
on here and written once, at the end.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from core import caching, rows
from events import notices, offers
from events.actions import rooms
from events.actions.needs import erase
from events.actions.refusals import NoPlacesHere
from events.models.booking import Booking, BookingMove
from events.models.places import Allocation, Mode, Places
from events.pages.event import EventPage
from events.querysets.bookings import last_number
from events.querysets.places import event_in_short, held_of
from members.models import Member, Organisation

State = Booking.State
# What a step changes of a booking. Its other fields may be written by others at the same time.
OF_A_STEP = ["state", "mode", "allocation", "queue_number", "offered_until", "changed_at", "sequence"]

# What is worked on here of the rows that are held.
FIGURES = {Places: ["capacity", "confirmed", "held"], Allocation: ["places", "used", "release_on", "released_at"]}


def _figures(one: Places | Allocation) -> tuple:
    return tuple(getattr(one, name) for name in FIGURES[type(one)])


@dataclass
class Line:
    """The places of one event, by mode, and the lines for them, while nobody else can change either."""

    event: EventPage
    places: dict[str, Places]
    now: dt.datetime
    changed: bool = False
    _freed: set[str] = field(default_factory=set)
    _allocations: list[Allocation] | None = None
    _as_read: dict[Places | Allocation, tuple] = field(default_factory=dict)

    def __post_init__(self):
        self._as_read = {one: _figures(one) for one in self.places.values()}

    # --- What one asks --------------------------------------------------------------------------------

    def of(self, mode: str) -> Places:
        """The places in this mode. Raises NoPlacesHere."""
        if mode not in self.places:
            way = "online" if mode == Mode.ONLINE else "in person"
            raise NoPlacesHere(f"You can’t come to this event {way}.")
        return self.places[mode]

    def booking(self, booking: Booking) -> Booking:
        """A booking as it is now. Nobody else changes its state before the transaction ends."""
        found = Booking.objects.select_related("member", "organisation").get(pk=booking.pk, event=self.event.pk)
        found.event = self.event
        return found

    def is_called_off(self) -> bool:
        return hasattr(self.event, "called_off")

    def is_open(self) -> bool:
        """Whether there is still something to have a place at."""
        return not self.is_called_off() and not self.event.is_over(now=self.now)

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    def allocations(self, mode: str | None = None) -> list[Allocation]:
        """What is or was kept for organisations, in a mode or in all."""
        if self._allocations is None:
            self._allocations = list(Allocation.objects.of(self.event.pk).order_by("pk"))
            self._as_read |= {one: _figures(one) for one in self._allocations}
        return [one for one in self._allocations if mode in (None, one.mode)]

    def allocation_of(self, organisation: Organisation, mode: str, *, by: Member | None) -> Allocation:
        """What is kept for an organisation in a mode; a new one of no places, when there is none yet."""
        known = [one for one in self.allocations(mode) if one.organisation_id == organisation.pk]
        if not known:
            new = {"organisation": organisation, "mode": mode, "by": by, "places": 0, "release_on": self.today}
            known = [Allocation.objects.create(event=self.event, **new)]
            self._allocations = [*(self._allocations or ()), *known]
            self._as_read[known[0]] = _figures(known[0])
        return known[0]

    def shrink_allocation(self, pk: int) -> None:
        """One place fewer is kept for an organisation: the place itself is gone. Nothing when it is released."""
        one = next(one for one in self.allocations() if one.pk == pk)
        if one.is_kept():
            one.places -= 1
            self.places[one.mode].held -= 1

    # --- What one does --------------------------------------------------------------------------------

    def enter(self, booking: Booking, *, by: Member | None, reason: str = "") -> None:
        """Give a booking a place, or put it at the end of the line: nobody passes who waits."""
        places = self.of(booking.mode)
        if places.left:
            self._fill(places)
        kept = self._kept_for(booking) if places.held else None
        if kept is not None:
            kept.used += 1
            places.held -= 1
            booking.allocation = kept
        if kept is not None or places.left:
            places.confirmed += 1
            booking.state, booking.queue_number = State.CONFIRMED, None
        else:
            booking.state, booking.queue_number = State.WAITING, last_number(self.event.pk, booking.mode) + 1
        self.write([booking], by=by, reason=reason)

    def leave(self, booking: Booking, state: str, *, by: Member | None, reason: str = "") -> None:
        """End an active booking, or put it back: what it had is free, and goes to the next when the act ends."""
        self.let_go(booking)
        booking.state = state
        self.write([booking], by=by, reason=reason)

    def let_go(self, booking: Booking, *, with_rooms: bool = True) -> None:
        """Take from an active booking what it has: its place or offer, and its sessions. It is not written yet."""
        places = self.places[booking.mode]
        if booking.state == State.CONFIRMED:
            places.confirmed -= 1
            if with_rooms:
                rooms.leave_all(booking, now=self.now)
        elif booking.state == State.OFFERED:
            places.held -= 1
        if booking.state != State.WAITING and booking.allocation_id:
            self._give_back(booking)
        booking.allocation = booking.queue_number = booking.offered_until = None
        self._freed.add(booking.mode)

    def take_up(self, booking: Booking, *, by: Member | None) -> None:
        """An offered place is theirs."""
        places = self.places[booking.mode]
        places.held -= 1
        places.confirmed += 1
        booking.state, booking.offered_until, booking.queue_number = State.CONFIRMED, None, None
        self.write([booking], by=by)

    def fill(self, mode: str) -> None:
        """When the act ends, what is free in this mode goes to who waits."""
        self._freed.add(mode)

    def write(self, bookings: list[Booking], *, by: Member | None, reason: str = "") -> None:
        """Keep the step that some bookings made, and its place in their history."""
        for one in bookings:
            one.changed_at = self.now
            one.sequence += 1 if one.pk else 0
        if bookings and bookings[0].pk is None:
            rows.insert(bookings[0])
        elif len(bookings) == 1:
            bookings[0].save(update_fields=OF_A_STEP)
        else:
            Booking.objects.bulk_update(bookings, OF_A_STEP, batch_size=100)
        self.remember(bookings, by=by, reason=reason)

    def remember(self, bookings: Iterable[Booking], *, by: Member | None, reason: str = "") -> None:
        self.changed = True
        steps = [
            BookingMove(booking=one, state=one.state, mode=one.mode, by=by, reason=reason[:300], at=self.now)
            for one in bookings
        ]
        if len(steps) == 1:
            rows.insert(steps[0])
        else:
            BookingMove.objects.bulk_create(steps)

    # --- What follows ---------------------------------------------------------------------------------

    def lapse_offers(self) -> None:
        """Offers nobody answered in time are over, and their places go on. Asked only while something is held."""
        if not any(places.held for places in self.places.values()):
            return
        for booking in Booking.objects.of(self.event.pk).lapsed(now=self.now).order_by("queue_number", "pk"):
            booking.event = self.event
            self.leave(booking, State.EXPIRED, by=None)
            erase([booking])
            notices.offer_expired(booking)
        self.settle()

    def settle(self) -> None:
        """Give what came free to who waits."""
        while self._freed:
            places = self.places[self._freed.pop()]
            self._fill(places)

    def close(self) -> None:
        """The end of an act: who waits is served, the counters are written, kept pages are forgotten."""
        self.settle()
        for one, as_read in self._as_read.items():
            if _figures(one) != as_read:
                rows.change(type(one), one.pk, **{name: getattr(one, name) for name in FIGURES[type(one)]})
                self.changed = True
        if self.changed:
            caching.touch("events", f"event:{self.event.pk}")

    def _fill(self, places: Places) -> None:
        """First who waits from an organisation that places are kept for, then whoever is next."""
        if not self.is_open():
            return
        line = Booking.objects.of(self.event.pk).in_mode(places.mode).in_line()
        if places.held:
            for kept in self.allocations(places.mode):
                if kept.unused:
                    own = list(line.filter(organisation=kept.organisation_id)[: kept.unused])
                    kept.used += len(own)
                    places.held -= len(own)
                    self._promote(places, own, kept)
        if places.left:
            self._promote(places, list(line[: places.left]), None)

    def _promote(self, places: Places, bookings: list[Booking], kept: Allocation | None) -> None:
        """A place came free for each of these: it is kept for them, or theirs at once shortly before the start."""
        until = offers.kept_until(now=self.now, starts_at=self.event.starts_at)
        for one in bookings:
            one.event, one.allocation, one.offered_until = self.event, kept, until
            one.state = State.OFFERED if until else State.CONFIRMED
            one.queue_number = one.queue_number if until else None
            places.held += bool(until)
            places.confirmed += not until
        if bookings:
            self.write(bookings, by=None)
        for one in bookings:
            notices.place_offered(one)

    def _kept_for(self, booking: Booking) -> Allocation | None:
        """An unused place kept for the organisation of a booking."""
        if booking.organisation_id is None:
            return None
        kept = self.allocations(booking.mode)
        return next((one for one in kept if one.organisation_id == booking.organisation_id and one.unused), None)

    def _give_back(self, booking: Booking) -> None:
        """A place kept for an organisation is kept for it again; once released it is free for all."""
        kept = next(one for one in self.allocations() if one.pk == booking.allocation_id)
        kept.used -= 1
        if kept.is_kept():
            self.places[kept.mode].held += 1


@contextmanager
def held(event: EventPage | int, *, now: dt.datetime | None = None) -> Iterator[Line]:
    """Hold the places of an event until the transaction ends; what comes free goes to who waits at its end.

    Raises EventPage.DoesNotExist.
    """
    pk = event if isinstance(event, int) else event.pk
    places = held_of(pk)  # first: what is read after it is of now
    line = Line(event=event_in_short(pk), places=places, now=now or timezone.now())
    line.lapse_offers()
    yield line
    line.close()
