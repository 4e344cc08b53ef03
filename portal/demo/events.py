"""The demo's events: their pages, programmes and speakers. Who booked is in `bookings`."""

import datetime as dt
from decimal import Decimal
from functools import cache
from urllib.parse import quote_plus

from django.db import transaction
from django.utils import timezone
from wagtail.search import index

from cms.actions.first_pages import make_lists
from events.actions.programme import changed
from events.models.after import ReportAction
from events.models.booking import BookingQuestion
from events.models.calling import CalledOff
from events.models.places import Places
from events.models.programme import Session, Speaker, Speaking, Track
from events.pages.event import EventOutcome, EventPage, EventPartner
from events.pages.index import EventsIndexPage
from members.models import Member, Organisation
from portal.demo import files
from portal.demo.members import topics_named
from portal.demo.streams import stream

LEVELS = {"start here": Session.Level.START_HERE, "for practitioners": Session.Level.PRACTITIONERS}
MAP = "https://www.openstreetmap.org/search?query="
SATURDAY = 5
ANNOUNCED = dt.timedelta(days=14)  # before booking opens


@cache
def rows(name: str) -> dict:
    """A content file of the events, such as "sessions"."""
    return files.toml(f"events/{name}.toml")


@transaction.atomic
def load() -> int:
    """Add the events that are not there yet, with their programmes; how many."""
    _add_speakers()
    there = set(EventPage.objects.values_list("slug", flat=True))
    new = [row for row in rows("events")["event"] if row["slug"] not in there]
    people = {person.handle: person for person in Member.objects.all()}
    topics = topics_named({name for row in new for name in row["topics"]})
    for row in new:
        event = _add_page(row, people, [topics[name.lower()] for name in row["topics"]])
        _add_rows(event, row)
        _add_programme(event, row)
        if row.get("called_off"):
            at = timezone.now() - dt.timedelta(days=2)
            CalledOff.objects.create(event=event, why=row["called_off"], by=people[row["keeper"]], at=at)
        changed(event)
    return len(new)


def by_slug() -> dict[str, EventPage]:
    """The demo's events by their slugs."""
    slugs = [row["slug"] for row in rows("events")["event"]]
    return {event.slug: event for event in EventPage.objects.filter(slug__in=slugs)}


def sessions_by_slug() -> dict[str, Session]:
    """The sessions of the demo's events: no two of them have the same slug."""
    slugs = [row["slug"] for row in rows("sessions")["session"]]
    return {one.slug: one for one in Session.objects.filter(slug__in=slugs).select_related("event")}


# --- Days -----------------------------------------------------------------------------------------------


def day_of(row: dict) -> dt.date:
    """The day of an event: so many days from today, but never a Saturday or Sunday unless it is today."""
    if "on" in row:
        return dt.date.fromisoformat(row["on"])
    day = timezone.localdate() + dt.timedelta(days=row["days"])
    step = dt.timedelta(days=1 if row["days"] > 0 else -1)
    while row["days"] and day.weekday() >= SATURDAY:
        day += step
    return day


def moment(day: dt.date, clock: str) -> dt.datetime:
    """ "09:30" on a day, where the site is."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.fromisoformat(clock)))


def booking_times(row: dict) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When booking opens and closes; None for the event of long ago, and for one that can be booked until it starts.

    It closes later by as much as the day has moved away from a weekend, unless it has closed already.
    """
    if "on" in row:
        return None, None
    closed = row["book_closes_days"] < 0 < row["days"]
    slip = dt.timedelta(0) if closed else day_of(row) - timezone.localdate() - dt.timedelta(days=row["days"])
    opens, closes = (
        timezone.localdate() + dt.timedelta(days=row[name]) + (slip if name == "book_closes_days" else dt.timedelta(0))
        for name in ("book_opens_days", "book_closes_days")
    )
    late = row["book_closes_days"] >= row["days"]
    return moment(opens, "09:00"), None if late else moment(closes, "17:00")


# --- Pages ----------------------------------------------------------------------------------------------


def index_page() -> EventsIndexPage:
    """The page that events stand under; made if it is not there."""
    make_lists()
    return EventsIndexPage.objects.get()


def _add_page(row: dict, people: dict[str, Member], topics: list) -> EventPage:
    day = day_of(row)
    opens, closes = booking_times(row)
    words = ("slug", "title", "summary", "series", "kind", "venue", "street", "getting_here", "access_notes")
    page = EventPage(
        **{name: row[name] for name in words}, joining_note=row["joining_note"], outcome=row["outcome"],
        starts_at=moment(day, row["starts"]), ends_at=moment(day, row["ends"]), keeper=people[row["keeper"]],
        host=Organisation.objects.filter(slug=row["host"]).first(), book_opens_at=opens, book_closes_at=closes,
        map_url=MAP + quote_plus(row["map_query"]) if row["map_query"] else "", hours=Decimal(str(row["hours"])),
        online_url=f"https://meet.example.org/{row['slug']}" if row["online"] else "",
        about=stream(row["body"]), report=stream(row["report"]), live=False,
    )  # fmt: skip
    page.partners = [EventPartner(sort_order=place, **one) for place, one in enumerate(row["partners"])]
    page.outcomes = [EventOutcome(sort_order=place, **one) for place, one in enumerate(row["outcomes"])]
    index_page().add_child(instance=page)
    page.topics.add(*topics)
    page.save_revision().publish()
    return _dated(page, row)


def _dated(page: EventPage, row: dict) -> EventPage:
    """As if it had been published two weeks before booking opened, and its report a few days after the event."""
    published = min((page.book_opens_at or page.starts_at) - ANNOUNCED, timezone.now() - dt.timedelta(days=3))
    last = min(page.ends_at + dt.timedelta(days=4), timezone.now()) if row["report"] else published
    EventPage.objects.filter(pk=page.pk).update(
        first_published_at=published, last_published_at=last, latest_revision_created_at=last
    )
    return EventPage.objects.get(pk=page.pk)


def _add_rows(event: EventPage, row: dict) -> None:
    Places.objects.bulk_create(Places(event=event, **one) for one in row["places"])
    BookingQuestion.objects.bulk_create(
        BookingQuestion(event=event, order=place, **one) for place, one in enumerate(row["questions"])
    )
    today, team = timezone.localdate(), Member.objects.core_team().first()
    for place, one in enumerate(row["actions"]):
        due = today + dt.timedelta(days=one["by_days"])
        done_at = moment(min(due, today - dt.timedelta(days=1)), "15:00") if one["done"] else None
        ReportAction.objects.create(
            event=event, what=one["what"], who=one["who"], due_on=due, done_at=done_at, order=place,
            done_by=team if one["done"] else None,
        )  # fmt: skip


# --- Programme ------------------------------------------------------------------------------------------


def _add_speakers() -> None:
    there = set(Speaker.objects.values_list("slug", flat=True))
    people = {person.handle: person for person in Member.objects.all()}
    bodies = {body.slug: body for body in Organisation.objects.filter(invented=True)}
    for row in rows("speakers")["speaker"]:
        if row["slug"] not in there:
            known = {"member": people.get(row["member"]), "organisation": bodies.get(row["organisation"])}
            Speaker.objects.create(**row | known)


def _add_programme(event: EventPage, row: dict) -> None:
    tracks = {
        name: Track.objects.create(event=event, name=name, order=place) for place, name in enumerate(row["tracks"])
    }
    speakers = {one.slug: one for one in Speaker.objects.all()}
    for part in rows("sessions")["session"]:
        if part["event"] == event.slug:
            _add_session(event, part, tracks, speakers)


def _add_session(event: EventPage, row: dict, tracks: dict[str, Track], speakers: dict[str, Speaker]) -> None:
    day = timezone.localdate(event.starts_at)
    session = Session.objects.create(
        event=event, slug=row["slug"], title=row["title"], summary=row["summary"], kind=row["kind"],
        level=LEVELS.get(row["level"], ""), track=tracks[row["track"]] if row["track"] else None,
        starts_at=moment(day, row["starts"]), ends_at=moment(day, row["ends"]), capacity=row["capacity"] or None,
        streamed=row["streamed"], takes_questions=row["questions"],
    )  # fmt: skip
    names = [*row["speakers"], *([row["chair"]] if row["chair"] else [])]
    Speaking.objects.bulk_create(
        Speaking(session=session, speaker=speakers[name], order=place, chairs=name == row["chair"])
        for place, name in enumerate(names)
    )
    index.insert_or_update_object(session)  # now with its speakers
