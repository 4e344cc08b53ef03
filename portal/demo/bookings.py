"""Who booked a place at the demo's events, who stands in line, and who came."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.actions.access_leads import name_lead
from events.actions.reminding import stage_at
from events.models.booking import (
    Booking,
    BookingAnswer,
    BookingMove,
    BookingQuestion,
    EventReminder,
    Needs,
    NeedsErased,
    SessionBooking,
)
from events.models.checkin import CheckIn
from events.models.guest import AskedFor
from events.models.places import Mode, Places
from events.models.programme import Session
from events.pages.event import EventPage
from events.querysets.desk import access_leads
from events.retention import NEEDS
from members.models import Member
from portal.demo.events import booking_times, by_slug, rows, sessions_by_slug

State = Booking.State
DOOR = "liv-sorensen"  # who ticks off names
LEAD, NAMED_BY = "desmond-ruck", "joanna-tye"  # who reads what people need
ERASED = {"conference-everyone-at-the-table": 11, "follow-the-data-workshop": 4}  # what people had said they needed


@transaction.atomic
def load() -> int:
    """Add who booked the events that nobody has booked yet; how many bookings."""
    events = by_slug()
    people = {person.handle: person for person in Member.objects.select_related("organisation")}
    sessions = sessions_by_slug()
    booked = set(Booking.objects.values_list("event__slug", flat=True))
    count = 0
    for row in rows("events")["event"]:
        mine = [one for one in rows("bookings")["booking"] if one["event"] == row["slug"]]
        if mine and row["slug"] not in booked:
            _fill(events[row["slug"]], row, mine, people, sessions)
            count += len(mine)
    if count and not access_leads().exists():
        name_lead(member=people[LEAD], by=people[NAMED_BY])
    return count


def _fill(event: EventPage, row: dict, mine: list[dict], people: dict[str, Member], sessions: dict) -> None:
    made = [
        _booking(event, one, people, at, number)
        for number, (one, at) in enumerate(zip(mine, _moments(row, event, len(mine)), strict=True), start=1)
    ]
    Booking.objects.bulk_create(made)
    AskedFor.objects.bulk_create(_asked_for(one) for one in made if one.booked_by and one.guest_email)
    pairs = list(zip(made, mine, strict=True))
    _remember(pairs, event)
    _count_in(event, made)
    if not hasattr(event, "called_off"):
        _add_sessions(pairs, sessions)
    _add_needs(pairs, event)
    _add_answers(pairs, event)
    _check_in(pairs, event, people.get(DOOR))
    _say_reminded(event)


def _moments(row: dict, event: EventPage, count: int) -> list[dt.datetime]:
    """When each booked: in their order, quickly at first and then fewer each day, until now or until booking closed."""
    opens, closes = booking_times(row)
    opens = opens or event.starts_at - dt.timedelta(days=60)
    end = min(closes or event.starts_at, timezone.now() - dt.timedelta(hours=1))
    if hasattr(event, "called_off"):
        end = min(end, event.called_off.at - dt.timedelta(hours=3))
    return [opens + (end - opens) * (number / count) ** 1.6 for number in range(count)]


def _booking(event: EventPage, row: dict, people: dict[str, Member], at: dt.datetime, number: int) -> Booking:
    member = people[row["member"]] if "member" in row else None
    guest, by = row.get("guest", {}), people[row["by"]] if "by" in row else member
    off = hasattr(event, "called_off") and row["state"] == State.CONFIRMED
    gone = row["state"] == State.WITHDRAWN
    ended = min(event.starts_at, timezone.now()) - dt.timedelta(minutes=20)
    return Booking(
        event=event, member=member, guest_name=guest.get("name", ""), guest_email=guest.get("email", ""),
        organisation=by.organisation if by else None, organisation_name=guest.get("organisation", ""),
        mode=row["mode"], state=State.CALLED_OFF if off else row["state"], list_me=row["list_me"], made_at=at,
        booked_by=by, queue_number=number if row["state"] == State.WAITING else None, sequence=int(off or gone),
        changed_at=event.called_off.at if off else at + (ended - at) * 0.7 if gone else at,
    )  # fmt: skip


def _asked_for(booking: Booking) -> AskedFor:
    """That a colleague asked for it."""
    return AskedFor(
        event=booking.event, by=booking.booked_by, email=booking.guest_email, name=booking.guest_name, booking=booking,
        at=booking.made_at,
    )  # fmt: skip


def _remember(pairs: list[tuple[Booking, dict]], event: EventPage) -> None:
    """Their history: booked, and what came after."""
    first = [
        BookingMove(
            booking=one, mode=one.mode, by=one.booked_by, at=one.made_at,
            state=one.state if one.state == State.WAITING else State.CONFIRMED,
        )
        for one, _ in pairs
    ]  # fmt: skip
    later = [
        BookingMove(
            booking=one, mode=one.mode, state=one.state, at=one.changed_at,
            by=one.booked_by if one.state == State.WITHDRAWN else event.keeper,
        )
        for one, _ in pairs
        if one.state in Booking.OVER
    ]  # fmt: skip
    BookingMove.objects.bulk_create(first + later)


def _count_in(event: EventPage, made: list[Booking]) -> None:
    for mode in Mode:
        taken = sum(one.state == State.CONFIRMED and one.mode == mode for one in made)
        Places.objects.filter(event=event, mode=mode).update(confirmed=F("confirmed") + taken)


def _add_sessions(pairs: list[tuple[Booking, dict]], sessions: dict[str, Session]) -> None:
    """What they chose, in the order they booked; those who stand in a session's line come last."""
    states = {"sessions": SessionBooking.State.CONFIRMED, "session_waits": SessionBooking.State.WAITING}
    chosen = [
        SessionBooking(booking=one, session=sessions[slug], state=state, made_at=one.made_at)
        for name, state in states.items()
        for one, row in pairs
        if one.state == State.CONFIRMED
        for slug in row.get(name, [])
    ]
    SessionBooking.objects.bulk_create(chosen)
    for session in {one.session for one in chosen}:
        if session.capacity is not None:
            taken = SessionBooking.objects.filter(session=session, state=SessionBooking.State.CONFIRMED).count()
            Session.objects.filter(pk=session.pk).update(taken=taken)


def _add_needs(pairs: list[tuple[Booking, dict]], event: EventPage) -> None:
    """What they need, as long as it may be kept; else the receipt that it was erased."""
    forgotten = event.ends_at + NEEDS
    if forgotten <= timezone.now():
        NeedsErased.objects.create(event=event, count=ERASED.get(event.slug, 0), at=forgotten)
        return
    Needs.objects.bulk_create(
        Needs(booking=one, dietary=row["dietary"], access=row["access"], written_at=one.made_at)
        for one, row in pairs
        if row["dietary"] or row["access"]
    )


def _add_answers(pairs: list[tuple[Booking, dict]], event: EventPage) -> None:
    questions = list(BookingQuestion.objects.filter(event=event))
    BookingAnswer.objects.bulk_create(
        BookingAnswer(booking=one, question=question, answer=answer)
        for one, row in pairs
        for question, answer in zip(questions, row.get("answers", []), strict=False)
        if answer
    )


def _check_in(pairs: list[tuple[Booking, dict]], event: EventPage, by: Member | None) -> None:
    """Who came: ticked off in the half hour before it began and a little after."""
    came = [one for one, row in pairs if row.get("came")]
    early = event.starts_at - dt.timedelta(minutes=25)
    rows_ = []
    for number, one in enumerate(came):
        at, online = early + dt.timedelta(minutes=35) * number / len(came), one.mode == Mode.ONLINE
        way = CheckIn.Way.ONLINE if online else CheckIn.Way.CODE if number % 3 else CheckIn.Way.NAME
        rows_.append(CheckIn(booking=one, way=way, by=None if online else by, at=at, kept_at=at))
    CheckIn.objects.bulk_create(rows_)


def _say_reminded(event: EventPage) -> None:
    """What is near was reminded of already, so that loading a demo sends no letters."""
    stage = stage_at(event.starts_at, now=timezone.now())
    if stage:
        EventReminder.objects.get_or_create(event=event, stage=stage, starts_at=event.starts_at)
