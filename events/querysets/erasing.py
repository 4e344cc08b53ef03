"""Whose names have had their time (`events.retention`)."""

import datetime as dt

from django.db.models import QuerySet

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
