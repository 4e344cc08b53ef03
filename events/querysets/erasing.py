"""Whose names have had their time (`events.retention`)."""

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet
from django.db.models.functions import Lower

from events import retention


def guests(*, now: dt.datetime) -> QuerySet:
    """Bookings of guests at events that long ago, not erased yet."""
    from events.models.booking import Booking

    return Booking.objects.filter(member=None, erased_at=None, event__ends_at__lte=now - retention.GUESTS)


def questions(*, now: dt.datetime) -> QuerySet:
    """Questions of the audience that still say who asked, or by whose phone."""
    from events.models.audience import AudienceQuestion

    long_ago = AudienceQuestion.objects.filter(session__event__ends_at__lte=now - retention.QUESTIONS)
    return long_ago.exclude(name="", member=None, mark="")


def certificates(*, now: dt.datetime) -> QuerySet:
    """Certificates that say whose they are, and were made that long ago."""
    from events.models.after import Certificate

    return Certificate.objects.filter(issued_at__lte=now - retention.CERTIFICATES).exclude(name="")


def asked_for(*, now: dt.datetime) -> QuerySet:
    """For whom members asked us to book, at events that long ago."""
    from events.models.guest import AskedFor

    return AskedFor.objects.filter(event__ends_at__lte=now - retention.GUESTS)


def asked_for_addresses(event: int, addresses: Collection[str]) -> QuerySet:
    """Asks to book for these addresses at an event."""
    from events.models.guest import AskedFor

    asked = AskedFor.objects.annotate(address=Lower("email"))
    return asked.filter(event=event, address__in={one.lower() for one in addresses})


def asked_for_nobody(event: int) -> QuerySet:
    """Asks for addresses that are neither an account's nor a guest's at the event: of deleted accounts."""
    from events.models.booking import Booking
    from events.models.guest import AskedFor
    from members.models import Member

    accounts = Member.objects.order_by().values(address=Lower("email"))
    guests = Booking.objects.filter(event=event).order_by().values(address=Lower("guest_email"))
    asked = AskedFor.objects.filter(event=event).annotate(address=Lower("email"))
    return asked.exclude(address__in=accounts).exclude(address__in=guests)


def logged_of_bookings(bookings: Collection[int]) -> QuerySet:
    """What the histories of events say of these bookings (their numbers)."""
    return _logged(data__booking__in=list(bookings))


def logged_of_certificates(codes: Collection[str]) -> QuerySet:
    """What the histories of events say of these certificates, by their codes as people read them."""
    return _logged(data__code__in=list(codes))


def _logged(**about) -> QuerySet:
    from wagtail.models import PageLogEntry

    return PageLogEntry.objects.filter(action__startswith="events.", **about)


def events_to_erase(*, now: dt.datetime) -> list[int]:
    """The numbers of the events of any of these."""
    found = (
        guests(now=now).values_list("event"),
        questions(now=now).values_list("session__event"),
        certificates(now=now).values_list("booking__event"),
        asked_for(now=now).values_list("event"),
    )
    return sorted({pk for rows in found for (pk,) in rows.order_by().distinct()})


def of_deleted_accounts() -> QuerySet:
    """Bookings of people whose account is no more: nobody's, and never a guest's."""
    from events.models.booking import Booking

    return Booking.objects.filter(member=None, erased_at=None, guest_name="", guest_email="")
