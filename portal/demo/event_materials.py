"""Slides and handouts of the demo's events, made as files from the words of materials.toml."""

import datetime as dt
import io

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cms.models import StoryPage
from core import private
from events.models.material import AskTold, Material, MaterialAsk, MaterialFile, SessionStory
from events.models.programme import Session
from members.models import Member
from portal.demo import decks
from portal.demo.events import rows, sessions_by_slug

Part, Release = MaterialFile.Part, Material.Release
FOLDER = "slides"
FIRST_LETTER = -100  # the stage of `AskTold`
DUE_BEFORE = dt.timedelta(days=4)
LATER = "Made later, from the framework’s record. Not shown on the day."
COMING = "conference-the-courage-to-share"
# What was told at the first conference and is a story now: session, story.
TOLD = (
    ("counter-fraud-2016", "pan-essex-counter-fraud"),
    ("geis-overview", "an-information-strategy-for-everyone"),
    ("the-frameworks-journey", "rotating-the-chair"),
)


@transaction.atomic
def load() -> int:
    """Add the slides and handouts that are not there yet; how many."""
    sessions, team = sessions_by_slug(), Member.objects.filter(handle="liv-sorensen").first()
    there = set(Material.objects.values_list("session__slug", "name"))
    new = [row for row in rows("materials")["deck"] if (row["session"], _name(row)) not in there]
    for row in new:
        _add(row, sessions[row["session"]], team)
    _ask_for_slides(sessions, team)
    _join_stories(sessions)
    return len(new)


def _join_stories(sessions: dict[str, Session]) -> None:
    stories = {one.slug: one for one in StoryPage.objects.filter(slug__in=[slug for _talk, slug in TOLD])}
    for talk, slug in TOLD:
        SessionStory.objects.get_or_create(session=sessions[talk], page_id=stories[slug].pk)


def _add(row: dict, session: Session, team: Member | None) -> None:
    now = timezone.now()
    held = row["released_days"] == ""
    released_at = None if held else now + dt.timedelta(days=row["released_days"])
    made_at = (released_at or now) - dt.timedelta(hours=20)
    out = None if held else released_at
    material = Material.objects.create(
        event=session.event, session=session, kind=row["kind"], title=row["title"], name=_name(row),
        licence=row["licence"], audience=row["audience"], release=Release.HELD if held else Release.AT,
        released_at=released_at, made_at=made_at, out_at=out, told_at=out,
    )  # fmt: skip
    people = [one.speaker for one in session.speakings.select_related("speaker")]
    who = LATER if row.get("made_later") else ", ".join(f"{one.name} ({one.body})" for one in people)
    words = (row["title"], row["slides"])
    material.newest = _file(material, Part.MAIN, "pdf", decks.slides(*words, who=who, event=session.event.title), team)
    if row["accessible_text"]:
        made = decks.as_text(*words, who=who, event=session.event.title)
        material.copy = _file(material, Part.COPY, "docx", made, team)
    material.save()


def _name(row: dict) -> str:
    return slugify(row["title"])[:80]


def _file(material: Material, part: str, extension: str, content: bytes, team: Member | None) -> MaterialFile:
    file = io.BytesIO(content)
    name = private.storage().save(private.new_name(FOLDER, extension), file)
    return MaterialFile.objects.create(
        material=material, part=part, number=1, file=name, extension=extension, size=len(content),
        sha256=private.digest_of(file), sent_name=f"{material.name}.{extension}", member=team,
        sent_at=material.made_at,
    )  # fmt: skip


def _ask_for_slides(sessions: dict[str, Session], team: Member | None) -> None:
    """Speakers of the coming conference whose slides are not there were asked for them."""
    if MaterialAsk.objects.exists():
        return
    there = set(Material.objects.values_list("session", flat=True))
    for session in sessions.values():
        if session.event.slug == COMING and session.kind == Session.Kind.TALK and session.pk not in there:
            due = timezone.localdate(session.event.starts_at - DUE_BEFORE)
            at = timezone.now() - dt.timedelta(days=6)
            for speaker in session.speakers.all():
                ask = MaterialAsk.objects.create(
                    session=session, speaker=speaker, due_on=due, by=team, asked_at=at,
                    told_due_on=due, told_link_number=1,
                )  # fmt: skip
                AskTold.objects.create(ask=ask, stage=FIRST_LETTER, due_on=due, at=at)
