"""Drawing up the programme, and what an event asks those who book. All by the core team."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.search import index

from core import caching
from core.retrying import retried
from events import notices
from events.actions.changes import session_moved, when_and_where
from events.actions.line import held
from events.actions.sessions import resize
from events.models.booking import BookingQuestion
from events.models.calling import ChangeTold
from events.models.programme import Session, Speaker, Speaking, Track
from events.pages.event import EventPage
from events.permissions import can_organise
from events.querysets.session_desk import outside, what_hangs_on
from events.times import days_later
from members.actions import NotAllowed
from members.models import Member

# What `save_session` takes, and with what a new session starts.
FIELDS = {
    "title": "", "summary": "", "kind": Session.Kind.TALK, "level": "", "track": None, "starts_at": None,
    "ends_at": None, "capacity": None, "streamed": False, "takes_questions": False,
}  # fmt: skip


class Saved(NamedTuple):
    """A session as it is now, and whether who chose it is told that it moved."""

    session: Session
    told: bool


class InUse(Exception):
    """Something can't be deleted or made smaller, as people count on it. `str()` says who, and what to do."""


def _allowed(by: Member) -> None:
    if not can_organise(by):
        raise NotAllowed("Only the core team draws up programmes.")


def changed(event: EventPage) -> None:
    """Kept pages and search follow what changed in the rows of an event."""
    caching.touch("events", f"event:{event.pk}")
    index.insert_or_update_object(event)


# --- Tracks --------------------------------------------------------------------------------------------


@transaction.atomic
def save_track(*, event: EventPage, by: Member, name: str, track: Track | None = None) -> Track:
    """A new room or thread of talks, last in the order; or another name for one. Raises NotAllowed, InUse."""
    _allowed(by)
    name = " ".join(name.split())
    taken = event.tracks.filter(name__iexact=name).exclude(pk=track.pk if track else None)
    if taken.exists():
        raise InUse(f"There is a track “{name}” already.")
    if track is None:
        last = event.tracks.aggregate(last=Max("order"))["last"]
        track = Track(event=event, order=0 if last is None else last + 1)
    track.name = name
    track.save()
    log(instance=event, action="events.programme", user=by, data={"what": f"Track “{name}”"})
    changed(event)
    return track


@transaction.atomic
def delete_track(*, track: Track, by: Member) -> None:
    """Its sessions stay, for everybody. Raises NotAllowed."""
    _allowed(by)
    log(instance=track.event, action="events.programme", user=by, data={"what": f"Deleted track “{track.name}”"})
    event = track.event
    track.delete()
    changed(event)


# --- Sessions ------------------------------------------------------------------------------------------


@retried
def save_session(
    *, event: EventPage, by: Member, session: Session | None = None, speakers: Sequence[Speaker] | None = None,
    chairs: Sequence[Speaker] = (), now: dt.datetime | None = None, **fields,
) -> Saved:  # fmt: skip
    """Add or change a part of the programme. Its address stays as it was.

    Whoever chose it is told of another time or room, and keeps their place, also where it now clashes with another.
    `speakers` in their order, then who takes the chair; None leaves them. Raises NotAllowed, Overfull when it would
    have fewer places than are taken.
    """
    _allowed(by)
    with held(event, now=now) as line:
        found = Session(event=event, **FIELDS) if session is None else _as_it_is(session, event)
        if session is not None and fields.get("capacity", found.capacity) != found.capacity:
            resize(line, found, fields["capacity"], by=by)
            found = _as_it_is(session, event)
        was = when_and_where(found) if session is not None else None
        for name, value in fields.items():
            setattr(found, name, value)
        found.slug = found.slug or _free_slug(event, found.title)
        found.save()
        if speakers is not None:
            _set_speakers(found, list(speakers), list(chairs))
        log(instance=event, action="events.programme", user=by, data={"what": f"Session “{found.title}”"})
        index.insert_or_update_object(found)
        told = was is not None and line.is_open() and session_moved(session=found, was=was, by=by, now=line.now)
        changed(event)
    return Saved(found, bool(told))


@retried
def move_programme(*, event: EventPage, by: Member, days: int, now: dt.datetime | None = None) -> int:
    """Move every session by so many days, at the same time by the clock; how many. Who chose one is told.

    0 where that is not what brings the programme back into its event (any more). Raises NotAllowed.
    """
    _allowed(by)
    with held(event, now=now) as line:
        if not days or outside(line.event).days != days:
            return 0
        sessions = list(Session.objects.select_for_update(of=("self",)).select_related("track").filter(event=event))
        for one in sessions:
            was = when_and_where(one)
            one.starts_at, one.ends_at = (days_later(moment, days=days) for moment in (one.starts_at, one.ends_at))
            one.save(update_fields=["starts_at", "ends_at", "edited_at"])
            if line.is_open():
                session_moved(session=one, was=was, by=by, now=line.now)
        log(instance=event, action="events.programme", user=by, data={"what": f"All sessions, by {days} days"})
        changed(event)
    return len(sessions)


def _as_it_is(session: Session, event: EventPage) -> Session:
    """As it is now, to be changed while the places of its event are held."""
    found = Session.objects.select_for_update(of=("self",)).select_related("track")
    return found.get(pk=session.pk, event=event.pk)


def _free_slug(event: EventPage, title: str) -> str:
    stem = slugify(title)[:150] or "session"
    taken = set(event.sessions.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _set_speakers(session: Session, speakers: list[Speaker], chairs: list[Speaker]) -> None:
    wanted = {one.pk: False for one in speakers} | {one.pk: True for one in chairs}
    session.speakings.exclude(speaker__in=wanted).delete()
    for place, (speaker, takes_chair) in enumerate(wanted.items()):
        Speaking.objects.update_or_create(
            session=session, speaker_id=speaker, defaults={"order": place, "chairs": takes_chair}
        )


@retried
def delete_session(*, session: Session, by: Member) -> None:
    """Take it out of the programme. Whoever chose it, where it had room for all, is told.

    Raises NotAllowed, InUse when places, votes, questions or files hang on it.
    """
    _allowed(by)
    event = session.event
    with held(event) as line:
        found = _as_it_is(session, event)
        if kept := what_hangs_on(found):
            raise InUse(f"It stays in the programme, as it has {', '.join(kept)}.")
        log(instance=event, action="events.programme", user=by, data={"what": f"Deleted session “{found.title}”"})
        if line.is_open() and not found.is_over(now=line.now):
            notices.session_gone(found)
        # what was told of it keeps its number, so that the next change has a higher one
        ChangeTold.objects.filter(session=found).update(session=None, changes=[])
        found.delete()
        changed(event)


# --- Questions for those who book ------------------------------------------------------------------------


@transaction.atomic
def save_question(
    *, event: EventPage, by: Member, words: str, kind: str, options: Sequence[str] = (), required: bool = False,
    question: BookingQuestion | None = None,
) -> BookingQuestion:  # fmt: skip
    """Ask everybody who books, or mend the words. Raises NotAllowed, InUse for another kind once it was answered."""
    _allowed(by)
    if question is None:
        last = event.booking_questions.aggregate(last=Max("order"))["last"]
        question = BookingQuestion(event=event, order=0 if last is None else last + 1)
    elif question.kind != kind and question.answers.exists():
        raise InUse("It was answered already, so its kind can’t change. Ask another question.")
    question.words, question.kind, question.required = words, kind, required
    question.options = list(options) if kind == BookingQuestion.Kind.CHOICE else []
    question.save()
    log(instance=event, action="events.question", user=by, data={"what": words})
    caching.touch(f"event:{event.pk}")
    return question


@transaction.atomic
def delete_question(*, question: BookingQuestion, by: Member) -> None:
    """Stop asking. Raises NotAllowed, InUse once somebody answered."""
    _allowed(by)
    if many := question.answers.count():
        raise InUse(f"{many} {'person has' if many == 1 else 'people have'} answered it, so it stays.")
    event, words = question.event, question.words
    question.delete()
    log(instance=event, action="events.question", user=by, data={"what": f"Deleted: {words}"})
    caching.touch(f"event:{event.pk}")
