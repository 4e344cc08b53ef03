"""What an event lacks before people can book, and before it takes place."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from events.querysets.desk import access_leads
from events.querysets.session_desk import outside
from events.words import how_many

SOON = dt.timedelta(days=14)
LATE_SLIDES = dt.timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """Something to do: in words, in which room of the desk ("page" is the page's own editor), and if it presses."""

    words: str
    room: str
    urgent: bool = False


def next_steps(event, *, now: dt.datetime) -> list[Step]:
    """What is still to do for an event, the pressing first."""
    if event.is_over(now=now):
        return _afterwards(event)
    if getattr(event, "called_off", None):
        return []
    steps = [*_to_be_seen(event), *_to_be_booked(event, now=now), *_before_the_day(event, now=now)]
    return sorted(steps, key=lambda step: not step.urgent)


def _to_be_seen(event) -> list[Step]:
    return [] if event.live else [Step("Publish the page: nobody sees it yet.", "page", urgent=True)]


def _to_be_booked(event, *, now: dt.datetime) -> list[Step]:
    places = list(event.places.all())
    modes = {one.mode for one in places if one.capacity}
    opens = event.book_opens_at
    soon = opens is None or opens <= now + SOON
    steps = []
    if not modes:
        steps.append(Step("Say how many places there are: until then nobody can book.", "places", urgent=soon))
    if "in_person" in modes and not event.venue:
        steps.append(Step("There are places in person, and no venue. Write where it is.", "page", urgent=soon))
    if "online" in modes and not event.online_url:
        pressing = event.starts_at <= now + SOON
        steps.append(Step("There are places online, and no address to join.", "page", urgent=pressing))
    if "in_person" in modes and not event.access_notes:
        steps.append(Step("Say how people get in: steps, hearing loop, parking.", "page"))
    if opens is None and event.live:
        steps.append(Step("Booking is open from the start. If it should open later, say when.", "page"))
    return steps


def _before_the_day(event, *, now: dt.datetime) -> list[Step]:
    steps = []
    near = event.starts_at <= now + SOON
    if not event.joining_note:
        steps.append(Step("Write the joining note: it is sent a week before.", "page", urgent=near))
    if not event.sessions.exists():
        steps.append(Step("Draw up the programme.", "programme", urgent=near))
    elif left := outside(event):
        steps.append(Step(f"{left} Move them.", "programme", urgent=True))
    if not access_leads().exists():
        steps.append(Step("Name an access lead: nobody can tell the kitchen what people eat.", "leads", urgent=near))
    if waiting := event.bookings.filter(state="waiting").count():
        words = how_many(waiting, "person waits", "people wait")
        steps.append(Step(f"{words} for a place. See if there can be more.", "places"))
    for allocation in _unused(event):
        words = f"{allocation.places - allocation.used} places kept for {allocation.organisation} are not used yet."
        steps.append(Step(words, "places"))
    if late := len(without_slides(event)) if event.starts_at <= now + LATE_SLIDES else 0:
        words = "1 session has no slides yet." if late == 1 else f"{late} sessions have no slides yet."
        steps.append(Step(f"{words} Ask for them.", "slides", urgent=True))
    return steps


def _afterwards(event) -> list[Step]:
    steps = []
    if not event.report:
        steps.append(Step("Write the report: what came of it.", "page"))
    if late := len(without_slides(event)):
        words = "1 session has no slides." if late == 1 else f"{late} sessions have no slides."
        steps.append(Step(f"{words} Ask for them.", "slides"))
    return steps


def _unused(event) -> QuerySet:
    from django.db.models import F

    return event.allocations.filter(released_at=None, used__lt=F("places")).select_related("organisation")


def without_slides(event) -> set:
    """Sessions with a speaker and no slides."""
    from events.querysets.material_asks import to_ask

    return {session.pk for session, _speaker in to_ask(event)}
