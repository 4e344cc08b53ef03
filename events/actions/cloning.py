"""Making this year's event of last year's: the same words, programme and places, on another day. Nobody is booked."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log

from events.actions import voting
from events.models.booking import BookingQuestion
from events.models.places import Places
from events.models.programme import Session, Speaking, Track
from events.pages.event import TAKEN, EventPage
from events.permissions import can_organise
from events.times import days_later
from members.actions import NotAllowed
from members.models import Member

A_YEAR = dt.timedelta(days=364)  # the same day of the week

USUAL = ("programme", "places", "questions")

# What may be taken over, and how the form says it.
PARTS = {
    "programme": "Tracks and sessions",
    "speakers": "The speakers of each session",
    "places": "How many places there are",
    "questions": "The questions for those who book",
    "votes": "The votes, as drafts",
}


class SameDay(ValueError):
    """The new event has to be on another day."""


def title_for(event: EventPage, starts_on: dt.date) -> str:
    """Its title with the new year in the place of the old one: “Conference 2026” → “Conference 2027”."""
    was = timezone.localtime(event.starts_at).year
    return event.title.replace(str(was), str(starts_on.year))


@transaction.atomic
def clone(
    *, event: EventPage, by: Member, title: str, starts_on: dt.date, parts: Collection[str] = USUAL
) -> EventPage:  # fmt: skip
    """A draft of the same event that starts on another day. Its report, bookings and files stay with the old one.

    `parts`: names of PARTS to take over. Raises NotAllowed, SameDay.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team makes events.")
    days = (starts_on - timezone.localtime(event.starts_at).date()).days
    if days == 0:
        raise SameDay("Choose another day: it is the day of the one you copy.")
    made = _page(event, by=by, title=title, days=days)
    if "programme" in parts:
        _programme(event, made, days=days, speakers="speakers" in parts)
    if "places" in parts:
        Places.objects.bulk_create(
            [Places(event=made, mode=one.mode, capacity=one.capacity) for one in event.places.all()]
        )
    if "questions" in parts:
        _questions(event, made)
    if "votes" in parts:
        _votes(event, made, by=by)
    log(instance=made, action="events.clone", user=by, data={"of": event.title})
    return made


def _page(event: EventPage, *, by: Member, title: str, days: int) -> EventPage:
    """The page itself, as a draft: as it reads now, without report and outcomes."""
    old = event.get_latest_revision_as_object()
    moved = {
        name: days_later(value, days=days)
        for name in ("starts_at", "ends_at", "book_opens_at", "book_closes_at")
        if (value := getattr(old, name))
    }
    title = " ".join(title.split())
    attrs = {
        **moved, "title": title, "draft_title": title, "slug": _free_slug(event, title), "report": [],
        "online_url": "", "review_on": None, "reviewed_on": None, "owner": by, "go_live_at": None, "expire_at": None,
    }  # fmt: skip
    made = old.copy(
        update_attrs=attrs, copy_revisions=False, keep_live=False, user=by,
        process_child_object=None, exclude_fields=["outcomes", "comments"], log_action="wagtail.copy",
    )  # fmt: skip
    made = EventPage.objects.get(pk=made.pk)
    return made


def _free_slug(event: EventPage, title: str) -> str:
    stem = slugify(title)[:240] or "event"
    if stem in TAKEN or stem.isdigit():
        stem = f"event-{stem}"
    taken = set(event.get_siblings(inclusive=True).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _programme(event: EventPage, made: EventPage, *, days: int, speakers: bool) -> None:
    tracks = {one.pk: Track.objects.create(event=made, name=one.name, order=one.order) for one in event.tracks.all()}
    for one in event.sessions.prefetch_related("speakings"):
        session = Session.objects.create(
            event=made, title=one.title, slug=one.slug, summary=one.summary, kind=one.kind, level=one.level,
            track=tracks.get(one.track_id), starts_at=days_later(one.starts_at, days=days),
            ends_at=days_later(one.ends_at, days=days), capacity=one.capacity, streamed=one.streamed,
            takes_questions=one.takes_questions,
        )  # fmt: skip
        if speakers:
            Speaking.objects.bulk_create(
                [
                    Speaking(session=session, speaker_id=each.speaker_id, order=each.order, chairs=each.chairs)
                    for each in one.speakings.all()
                ]
            )


def _questions(event: EventPage, made: EventPage) -> None:
    BookingQuestion.objects.bulk_create(
        [
            BookingQuestion(
                event=made, words=one.words, kind=one.kind, options=one.options, required=one.required, order=one.order
            )
            for one in event.booking_questions.all()
        ]
    )


def _votes(event: EventPage, made: EventPage, *, by: Member) -> None:
    """The sets that were voted on, each once, to be opened anew."""
    seen = set()
    for one in event.votes.select_related("vote_set").order_by("made_at", "pk"):
        if one.vote_set_id not in seen:
            seen.add(one.vote_set_id)
            voting.draft(by=by, event=made, vote_set=one.vote_set, manner=one.manner, shows=one.shows)
