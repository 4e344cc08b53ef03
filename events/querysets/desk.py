"""What the core team's desk shows of an event: drafts and private pages too. Only for who may organise."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from core.quoting import quoted


def events(*, past: bool, now: dt.datetime) -> QuerySet:
    """Every event, drafts too, with its places: those to come, the next first; or those that were, the last first."""
    from events.pages.event import EventPage

    found = EventPage.objects.defer("about", "report").select_related("called_off").prefetch_related("places")
    waiting = Count("bookings", filter=Q(bookings__state="waiting"))
    found = found.annotate(waiting=waiting)
    if past:
        return found.filter(ends_at__lt=now).order_by("-starts_at", "-pk")
    return found.filter(ends_at__gte=now).order_by("starts_at", "pk")


# --- Bookings ------------------------------------------------------------------------------------------

HAS_PLACE = "confirmed"


def bookings(
    event, *, q="", state="", mode="", sector=None, organisation=None, session=None, came="", who="", **_other
) -> QuerySet:
    """The bookings of an event that answer to all that is asked. `state`: one, or "active". `who`: member or guest."""
    from events.models.booking import Booking

    found = Booking.objects.filter(event=event)
    if state == "active":
        found = found.filter(state__in=Booking.ACTIVE)
    elif state:
        found = found.filter(state=state)
    if mode:
        found = found.filter(mode=mode)
    if sector:
        found = found.filter(organisation__sector=sector)
    if organisation:
        found = found.filter(organisation=organisation)
    if session:
        found = found.filter(sessions__session=session)
    if who:
        found = found.filter(member__isnull=who == "guest")
    return _found_by_words(_by_attendance(found, event, came), q)


def people_in(bookings: QuerySet) -> int:
    """How many people these bookings are of: who booked again is one. A guest is an address."""
    rows = bookings.order_by().values_list("member", "guest_email", "pk")
    return len({member or email.lower() or (pk,) for member, email, pk in rows})


def _by_attendance(found: QuerySet, event, came: str) -> QuerySet:
    from events.querysets.attendance import came as those_who_came

    if not came:
        return found
    there = those_who_came(event).values("pk")
    return found.filter(pk__in=there) if came == "yes" else found.filter(state=HAS_PLACE).exclude(pk__in=there)


def _found_by_words(found: QuerySet, q: str) -> QuerySet:
    """Each word is somewhere in the name, the address or the organisation."""
    for word in q.replace("\0", "").split()[:6]:
        found = found.filter(
            Q(member__display_name__icontains=word) | Q(guest_name__icontains=word)
            | Q(member__email__icontains=word) | Q(guest_email__icontains=word)
            | Q(organisation__name__icontains=word) | Q(organisation_name__icontains=word)
        )  # fmt: skip
    return found


def for_table(found: QuerySet) -> QuerySet:
    """With all that a line of the list shows, in a fixed number of queries. Those in line stand in their order."""
    from events.models.booking import SessionBooking

    chosen = SessionBooking.objects.select_related("session").order_by("session__starts_at", "session__pk")
    return (
        found.select_related("member", "organisation__sector", "allocation__organisation", "booked_by")
        .prefetch_related(Prefetch("sessions", chosen), "answers", "checkins")
        .order_by("state", "queue_number", "made_at", "pk")
    )


def for_mail(event, **chosen) -> QuerySet:
    """The bookings chosen, with whom to write to. One query."""
    return bookings(event, **chosen).select_related("member", "event")


def positions(event) -> dict[int, int]:
    """Who waits → their position, 1 is next, in each way of coming by itself. One query."""
    from events.models.booking import Booking

    line = Booking.objects.filter(event=event, state=Booking.State.WAITING).order_by("queue_number", "pk")
    numbers: dict[str, int] = defaultdict(int)
    found = {}
    for pk, mode in line.values_list("pk", "mode"):
        numbers[mode] += 1
        found[pk] = numbers[mode]
    return found


def counts_by_state(event) -> dict[tuple[str, str], int]:
    """(mode, state) → how many bookings. One query."""
    from events.models.booking import Booking

    rows = Booking.objects.filter(event=event).order_by().values_list("mode", "state").annotate(many=Count("pk"))
    return {(mode, state): many for mode, state, many in rows}


def booking_of(event, pk: int):
    """One booking of this event with its history, or None."""
    from events.models.booking import Booking, BookingMove

    moves = BookingMove.objects.select_related("by").order_by("at", "pk")
    found = for_table(Booking.objects.filter(event=event, pk=pk)).prefetch_related(Prefetch("moves", moves))
    return found.prefetch_related("answers__question").first()


def active_booking(event, *, member=None, email: str = ""):
    """What a member, or whoever has this address, is booked for already; None."""
    from events.models.booking import Booking
    from events.querysets.bookings import active_of

    if member is not None:
        return active_of(event.pk, member.pk)
    return Booking.objects.active().filter(event=event).for_guest(email).first()


def in_line(event, mode: str) -> QuerySet:
    """Who waits in one way of coming, next first."""
    from events.models.booking import Booking

    line = Booking.objects.filter(event=event, mode=mode, state=Booking.State.WAITING)
    return line.select_related("member").order_by("queue_number", "pk")


def with_a_place(event, mode: str) -> QuerySet:
    """Who has a place or is offered one in one way of coming, the last to book first."""
    from events.models.booking import Booking

    held = Booking.objects.filter(event=event, mode=mode, state__in=[Booking.State.CONFIRMED, Booking.State.OFFERED])
    return held.select_related("member", "organisation").order_by("-made_at", "-pk")


def organisations_of(event) -> QuerySet:
    """Those somebody booked for."""
    from members.models import Organisation

    return Organisation.objects.filter(bookings__event=event).distinct().order_by("name")


def sectors_of(event) -> QuerySet:
    from members.models import Sector

    return Sector.objects.filter(organisations__bookings__event=event).distinct().order_by("order", "name")


def places_of(event) -> QuerySet:
    """Its places in each way of coming, in person first."""
    return event.places.order_by("mode")


def allocations_of(event) -> QuerySet:
    """What is kept for organisations."""
    return event.allocations.select_related("organisation", "by").order_by("organisation__name", "mode")


def questions(event) -> QuerySet:
    """What those who book are asked, with how many answered (`many`)."""
    return event.booking_questions.annotate(many=Count("answers")).order_by("order", "pk")


# --- The programme -------------------------------------------------------------------------------------


def programme(event) -> QuerySet:
    """Its sessions with track, speakers, and how many chose each."""
    from events.models.programme import Session, Speaking

    speakings = Speaking.objects.select_related("speaker")
    return (
        Session.objects.filter(event=event)
        .select_related("track")
        .prefetch_related(Prefetch("speakings", speakings))
        .annotate(chosen=Count("booked"))
        .order_by("starts_at", "track__order", "pk")
    )


@dataclass(frozen=True)
class Meeting:
    """Two sessions at once that can't be: in the same room, or with the same speaker."""

    one: object
    other: object
    why: str

    def __str__(self):
        return f"{quoted(self.one.title)} and {quoted(self.other.title)} are at the same time, both {self.why}."


def clashes(sessions: list) -> list[Meeting]:
    """Where the programme clashes: pairs at once in one track, or with one speaker. For sessions from `programme`."""
    found = []
    for place, one in enumerate(sessions):
        for other in sessions[place + 1 :]:
            if one.overlaps(other):
                found += [Meeting(one, other, why) for why in _why(one, other)]
    return found


def _why(one, other) -> list[str]:
    reasons = []
    if one.track_id and one.track_id == other.track_id:
        reasons.append(f"in {one.track.name}")
    theirs = {speaking.speaker_id for speaking in other.speakings.all()}
    both = [speaking.speaker.name for speaking in one.speakings.all() if speaking.speaker_id in theirs]
    return [*reasons, *(f"with {name}" for name in both)]


def clashes_of(event, *, starts_at: dt.datetime, ends_at: dt.datetime, track, speakers: list, but=None) -> list[str]:
    """What a session at this time would clash with, in words. `but`: the session itself, where it is there already."""
    said = []
    names = {one.pk: one.name for one in speakers}
    for other in programme(event).filter(starts_at__lt=ends_at, ends_at__gt=starts_at):
        if but and other.pk == but.pk:
            continue
        if track and other.track_id == track.pk:
            said.append(f"{quoted(other.title)} is in {track.name} at that time.")
        said += [
            f"{names[one.speaker_id]} speaks in {quoted(other.title)} at that time."
            for one in other.speakings.all()
            if one.speaker_id in names
        ]
    return said


def speakers() -> QuerySet:
    from events.models.programme import Speaker

    return Speaker.objects.order_by("name", "pk")


def events_of_speaker(speaker) -> list[int]:
    """The numbers of the events they speak at."""
    return list(speaker.sessions.order_by().values_list("event_id", flat=True).distinct())


# --- Needs ---------------------------------------------------------------------------------------------


def needs(event, reader) -> QuerySet:
    """What those who have a place need; nothing for who may not read it."""
    from events.models.booking import Booking
    from events.querysets.needs import needs_of

    found = needs_of(event, reader).filter(booking__state=Booking.State.CONFIRMED)
    return found.exclude(dietary="", access="")


def eats_of(rows: Iterable) -> list[tuple[str, int]]:
    """What people eat as first written, with how many: the most first. “Halal.” and “halal” are the same."""
    found: dict[str, list[str]] = {}
    for one in rows:
        if said := " ".join(one.dietary.split()):
            found.setdefault(said.removesuffix(".").rstrip().casefold(), []).append(said)
    return sorted(((said[0], len(said)) for said in found.values()), key=lambda row: (-row[1], row[0].casefold()))


def events_with_needs(*, now: dt.datetime) -> QuerySet:
    """The events for which needs are kept, the next first, with how many (`many`) and when they were last erased."""
    from events.models.booking import Needs, NeedsErased
    from events.pages.event import EventPage

    held = Needs.objects.filter(booking__event=OuterRef("pk"), booking__state="confirmed").order_by()
    many = held.values("booking__event").annotate(many=Count("pk")).values("many")
    erased = NeedsErased.objects.filter(event=OuterRef("pk")).order_by("-at").values("at")[:1]
    found = EventPage.objects.only("title", "starts_at", "ends_at", "path", "depth")
    found = found.annotate(many=Subquery(many), erased_at=Subquery(erased))
    return found.filter(Q(ends_at__gte=now) | Q(many__gt=0) | Q(erased_at__isnull=False)).order_by("-starts_at", "-pk")


def access_leads() -> QuerySet:
    """Who was named to read what people need."""
    from django.contrib.auth.models import Permission

    from members.models import Member

    reads = Permission.objects.filter(content_type__app_label="events", codename="read_needs")
    named = Member.objects.filter(Q(groups__permissions__in=reads) | Q(user_permissions__in=reads)).distinct()
    return named.select_related("organisation").order_by("display_name", "pk")


# --- Mails to many -------------------------------------------------------------------------------------


def names_erased(event) -> dict | None:
    """How many bookings had their names erased (`bookings`), in how many goes (`times`), when last; None for none."""
    from events.models.after import NamesErased

    done = NamesErased.objects.filter(event=event, bookings__gt=0)
    found = done.aggregate(bookings=Sum("bookings"), times=Count("pk"), at=Max("at"))
    return found if found["times"] else None


def mails(event) -> QuerySet:
    """What was written to many of an event, the newest first."""
    from events.models.bulk_mail import BulkMail

    return BulkMail.objects.filter(event=event).select_related("by").order_by("-made_at", "-pk")


# --- What is told --------------------------------------------------------------------------------------


def changes_told(event) -> QuerySet:
    """What everybody booked was told of, the newest first."""
    return event.changes_told.exclude(changes=[]).select_related("by", "session").order_by("-number")


def active_count(event) -> int:
    """How many would be told: those with a place, an offer, or in the line."""
    from events.models.booking import Booking

    return Booking.objects.filter(event=event, state__in=Booking.ACTIVE).count()
