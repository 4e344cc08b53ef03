"""Reads of bookings: who has a place, who waits, and at which position."""

import datetime as dt
import functools

from django.db import models
from django.db.models import F, Max, Min, Q
from django.db.models.functions import Lower

from core.prepared import Prepared, Values


class BookingQuerySet(models.QuerySet):
    def active(self):
        """Who has a place, is offered one or waits for one. Twin of `Booking.is_active`."""
        return self.filter(state__in=self.model.ACTIVE)

    def confirmed(self):
        """Who has a place."""
        return self.filter(state=self.model.State.CONFIRMED)

    def waiting(self):
        """Who stands in the line."""
        return self.filter(state=self.model.State.WAITING)

    def offered(self):
        """For whom a place is kept until they answer."""
        return self.filter(state=self.model.State.OFFERED)

    def of(self, event):
        return self.filter(event=event)

    def in_mode(self, mode: str):
        return self.filter(mode=mode)

    def for_member(self, member):
        """Those for a member, also one booked for their address before they had an account."""
        own = Q(member=member)
        return self.filter(own | Q(member=None, guest_email__iexact=member.email) if member.is_taking_part() else own)

    def for_guest(self, email: str):
        """Those for who has this address, whether as a guest or as a member."""
        return self.filter(Q(guest_email__iexact=email) | Q(member__email__iexact=email))

    def in_line(self):
        """Who waits, the next first."""
        return self.waiting().order_by("queue_number", "pk")

    def lapsed(self, *, now: dt.datetime):
        """Offers nobody answered in time."""
        return self.offered().filter(offered_until__lte=now)

    def first_and_last_number(self) -> tuple[int, int]:
        """Of the line: (0, 0) when nobody waits."""
        found = self.waiting().aggregate(first=Min("queue_number"), last=Max("queue_number"))
        return found["first"] or 0, found["last"] or 0

    def shift(self, by: int) -> int:
        """Raise the numbers of these in the line, so that there is room before them."""
        return self.update(queue_number=F("queue_number") + by)

    def of_nobody(self, *, now: dt.datetime):
        """Active ones for what is still to come, whose person left, was shut out or declined, or is erased."""
        from members.models import Member

        gone = Q(member__standing__in=[*Member.OUT, Member.Standing.DECLINED]) | Q(member=None, guest_email="")
        return self.active().filter(gone, event__ends_at__gt=now)


def position_of(booking) -> int:
    """At which position of its line a booking stands: 1 is the next. One query. 0 for one that does not wait."""
    if booking.state != booking.State.WAITING:
        return 0
    line = type(booking).objects.waiting().of(booking.event_id).in_mode(booking.mode)
    return line.filter(queue_number__lt=booking.queue_number).count() + 1


def of_viewer(event, member):
    """The active booking of a member at an event, or None. One query."""
    if not member.is_authenticated:
        return None
    return (_theirs if member.is_taking_part() else _own).first(event.pk, member.pk)


def chosen_by_pk(numbers) -> dict:
    """Places in sessions and in their lines, each with its booking and session, by number. One query."""
    from events.models.booking import SessionBooking

    read = ("session", "booking__member", "booking__event", "booking__booked_by")
    return SessionBooking.objects.select_related(*read).in_bulk({number for number in numbers if number})


def active_of(event: int, member: int):
    """The active booking of a member who takes part, also one made for their address; None. One query."""
    return _active.first(event, member)


def last_number(event: int, mode: str) -> int:
    """The number of who is last in a line; 0 when nobody waits. One query."""
    found = _lasts.setdefault(mode, Values(functools.partial(_last, mode)))(event)
    return found[0][0] if found else 0


# Their SQL is put together once: every booking makes these reads while others wait for it.


def _active_of(event: int, member: int) -> models.QuerySet:
    from events.models.booking import Booking
    from members.models import Member

    address = Member.objects.filter(pk=member).values(small=Lower("email"))[:1]
    theirs = Q(member=member) | Q(member=None, small_email=address)
    return Booking.objects.active().of(event).alias(small_email=Lower("guest_email")).filter(theirs).order_by("pk")


def _last(mode: str, event: int) -> models.QuerySet:
    from events.models.booking import Booking

    line = Booking.objects.of(event).in_mode(mode).waiting()
    return line.order_by("-queue_number").values_list("queue_number")[:1]


def _own_at(event: int, member: int) -> models.QuerySet:
    from events.models.booking import Booking

    return Booking.objects.active().of(event).filter(member=member).order_by("made_at", "pk")


_active = Prepared(_active_of)
_theirs = Prepared(lambda event, member: _active_of(event, member).order_by("made_at", "pk"))
_own = Prepared(_own_at)
_lasts: dict[str, Values] = {}


def events_with_lapsed_offers(now: dt.datetime) -> list[int]:
    from events.models.booking import Booking

    return sorted(set(Booking.objects.lapsed(now=now).values_list("event_id", flat=True)))


def clashing(booking, session):
    """The session a booking has chosen that nobody can be at together with `session`; None for none."""
    from events.models.programme import Session

    chosen = Session.objects.filter(booked__booking=booking).exclude(pk=session.pk)
    return chosen.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).order_by("starts_at").first()
