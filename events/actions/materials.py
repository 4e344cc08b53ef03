"""What is done with slides and handouts: sent, replaced, let out, taken back, fetched."""

import datetime as dt
import logging
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log as log_action
from wagtail.search import index

from core import caching, filetypes, outbox, private
from events import notices
from events.models.material import Material, MaterialFile, SessionStory, SlidesTold
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.permissions import can_organise, can_send_material
from events.querysets import material_rows
from events.querysets import materials as reads
from members.actions.refusals import NotAllowed
from members.models import Member

log = logging.getLogger(__name__)

MOST = 50 * 1000 * 1000  # bytes of a file
MOST_IN_WORDS = f"{MOST // 1000**2} MB"
SLIDES = ("pdf", "pptx", "odp", "docx", "txt")
COPIES = ("docx", "pdf", "txt")
FROM, UNTIL = 8, 20  # o'clock: nobody is told at night
Part = MaterialFile.Part


class NotTaken(ValueError):
    """A file we do not take; the message says why and what to do."""


@dataclass(frozen=True)
class Terms:
    """How a file may be used, who may get it, and when. `at`: with Release.AT."""

    licence: str = Material.Licence.OGL
    audience: str = Material.Audience.PUBLIC
    release: str = Material.Release.NOW
    at: dt.datetime | None = None


def kinds_in_words(allowed: tuple[str, ...]) -> str:
    """“PDF, PPTX or TXT”."""
    return f"{', '.join(one.upper() for one in allowed[:-1])} or {allowed[-1].upper()}"


def check_file(file: UploadedFile, *, allowed: tuple[str, ...] = SLIDES) -> str:
    """The ending of a file that we take (“pdf”), by what is in it. Raises NotTaken."""
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in allowed:
        macros = " Save it without macros, as .pptx." if extension in {"pptm", "ppsm", "potm"} else ""
        raise NotTaken(f"We take {kinds_in_words(allowed)}. This file is called “{safe_name(file.name)}”.{macros}")
    if not file.size:
        raise NotTaken("This file is empty. Choose another, or save it again.")
    if file.size > MOST:
        size = material_rows.size_words(file.size)
        raise NotTaken(
            f"This file has {size}; we take up to {MOST_IN_WORDS}. Make its pictures smaller, then send it again."
        )
    try:
        filetypes.check(cast(BinaryIO, file), extension)
    except filetypes.NotWhatItSays as wrong:
        raise NotTaken(str(wrong)) from None
    return extension


def safe_name(name: str | None) -> str:
    """The name of a file without folders, and without what a disk, a header or a reader could take amiss."""
    last = re.split(r"[\\/]", name or "")[-1]
    # signs that turn the direction of writing hide what a file really is
    last = re.sub(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", last)
    kept = "".join(one if one.isprintable() and one not in '<>:"|?*' else "_" for one in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else kept[:100] or "file"


# --- Sending ----------------------------------------------------------------------------------------------


def send(
    *,
    event: EventPage,
    session: Session | None = None,
    kind: str = Material.Kind.SLIDES,
    file: UploadedFile,
    copy: UploadedFile | None = None,
    title: str = "",
    terms: Terms | None = None,
    by: Member | None = None,
    speaker: Speaker | None = None,
    now: dt.datetime | None = None,
) -> Material:
    """Keep a file of a session, or of the whole event. `speaker`: who came by a signed link, and `by` is nobody.

    Slides that this session had and that were taken back come again at their old address. Raises NotTaken, NotAllowed.
    """
    now, terms = now or timezone.now(), terms or Terms()
    _may_send(event, session, by, speaker)
    extension = check_file(file)
    copy_extension = check_file(copy, allowed=COPIES) if copy else ""
    title = (title.strip() or (session.title if session else event.title))[:160]
    with _files() as files:
        main, other = files.keep(file, extension), files.keep(copy, copy_extension)
        return _send(event, session, kind, main, other, title=title, terms=terms, by=by, speaker=speaker, now=now)


@transaction.atomic
def _send(event, session, kind, main: "Kept", other: "Kept | None", *, title, terms, by, speaker, now) -> Material:
    if session is not None:
        Session.objects.select_for_update().get(pk=session.pk)
        again = None if by and can_organise(by) else reads.same_file(session, kind, main.digest)
        if again:  # a second press of the button
            outbox.put("events.forget_file", name=main.name)
            return _replace(again, None, other, title=title, terms=terms, by=by, speaker=speaker, now=now)
    material = _taken_back(session, kind) or Material(event=event, session=session, kind=kind, made_at=now)
    material.title, material.name = title, material.name or (slugify(title)[:80].strip("-") or kind)
    _settle(material, terms, now=now)
    material.save()
    material.newest = _row(material, Part.MAIN, main, by=by, speaker=speaker, now=now)
    if other:
        material.copy = _row(material, Part.COPY, other, by=by, speaker=speaker, now=now)
    _changed(material, now=now)
    log_action(instance=event, action="events.material_sent", user=by, data={"what": material.title})
    return material


def replace(
    *,
    material: Material,
    file: UploadedFile | None = None,
    copy: UploadedFile | None = None,
    title: str = "",
    terms: Terms | None = None,
    by: Member | None = None,
    speaker: Speaker | None = None,
    now: dt.datetime | None = None,
) -> Material:
    """Another file in the place of the newest, a copy, other terms: what is not given stays. Its address stays too.

    The old file is deleted; when it was sent and its digest are kept. Raises NotTaken, NotAllowed.
    """
    now = now or timezone.now()
    _may_send(material.event, material.session, by, speaker)
    extension = check_file(file) if file else ""
    copy_extension = check_file(copy, allowed=COPIES) if copy else ""
    with _files() as files:
        main, other = files.keep(file, extension), files.keep(copy, copy_extension)
        return _replace(material, main, other, title=title, terms=terms, by=by, speaker=speaker, now=now)


@transaction.atomic
def _replace(material, main: "Kept | None", other: "Kept | None", *, title, terms, by, speaker, now) -> Material:
    material = _locked(material)
    if material.newest is None and main is None:
        raise NotTaken("This was taken back. Choose the file to send it again.")
    material.title = title.strip()[:160] or material.title
    if terms:
        _settle(material, terms, now=now)
    if main:
        _drop(material.newest)
        material.newest = _row(material, Part.MAIN, main, by=by, speaker=speaker, now=now)
    if other:
        _drop(material.copy)
        material.copy = _row(material, Part.COPY, other, by=by, speaker=speaker, now=now)
    _changed(material, now=now)
    log_action(instance=material.event, action="events.material_replaced", user=by, data={"what": material.title})
    return material


@transaction.atomic
def take_back(
    *, material: Material, by: Member | None = None, speaker: Speaker | None = None, now: dt.datetime | None = None
) -> None:
    """Nobody gets it any more, and its files are deleted. Twice is once. Raises NotAllowed."""
    _may_send(material.event, material.session, by, speaker)
    material = _locked(material)
    if material.newest is None:
        return
    _drop(material.newest)
    _drop(material.copy)
    material.newest = material.copy = None
    _changed(material, now=now or timezone.now())
    log_action(instance=material.event, action="events.material_taken_back", user=by, data={"what": material.title})


@transaction.atomic
def settle(*, material: Material, terms: Terms, by: Member, now: dt.datetime | None = None) -> Material:
    """The core team says who may get it, how it may be used, and when it comes out. Raises NotAllowed."""
    if not can_organise(by):
        raise NotAllowed("Only the core team changes this.")
    now = now or timezone.now()
    material = _locked(material)
    _settle(material, terms, now=now)
    _changed(material, now=now)
    log_action(instance=material.event, action="events.material_settled", user=by, data={"what": material.title})
    return material


def _may_send(event, session, by: Member | None, speaker: Speaker | None) -> None:
    if by is None:
        allowed = speaker is not None and session is not None and session.speakers.filter(pk=speaker.pk).exists()
    else:
        allowed = can_organise(by) or (session is not None and can_send_material(by, session))
    if not allowed or (session is not None and session.event_id != event.pk):
        raise NotAllowed("Only who speaks in this session, and the core team, can send its files.")


def _taken_back(session: Session | None, kind: str) -> Material | None:
    if session is None:
        return None
    return session.materials.select_for_update().filter(kind=kind, newest=None).order_by("pk").first()


def _locked(material: Material) -> Material:
    found = Material.objects.select_for_update().get(pk=material.pk)
    found.event, found.session = material.event, material.session
    return found


def _settle(material: Material, terms: Terms, *, now: dt.datetime) -> None:
    material.licence, material.audience, material.release = terms.licence, terms.audience, terms.release
    if terms.release == Material.Release.HELD:
        material.released_at = None
    elif terms.release == Material.Release.AFTER:
        material.released_at = material.session.ends_at if material.session else material.event.ends_at
    elif terms.release == Material.Release.AT:
        material.released_at = terms.at or now
    elif material.released_at is None or material.released_at > now:
        material.released_at = now
    if material.released_at is None or material.released_at > now:
        material.out_at = None


def _changed(material: Material, *, now: dt.datetime) -> None:
    """Save it, find it in search, and make the pages anew that show it."""
    if material.is_out(now=now) and material.out_at is None:
        material.out_at = now
    material.save()
    index.insert_or_update_object(material)
    _touch(material.event_id)


def _touch(event_pk: int) -> None:
    caching.touch("events", f"event:{event_pk}")


@dataclass(frozen=True)
class Kept:
    """A file that is in its place already: before the transaction, which then locks nothing for long."""

    name: str
    extension: str
    size: int
    digest: str
    sent_name: str


class _files:  # noqa: N801
    """The files kept in this act: deleted again should it fail."""

    def __init__(self):
        self.names: list[str] = []

    def __enter__(self):
        return self

    def keep(self, file: UploadedFile | None, extension: str) -> Kept | None:
        if not file:
            return None
        digest, size = private.digest_of(file), file.size or 0
        name = private.storage().save(private.new_name("slides", extension), file)
        self.names.append(name)
        return Kept(name, extension, size, digest, safe_name(file.name))

    def __exit__(self, failed, *_rest):
        for name in self.names if failed else ():
            private.forget(name)


def _row(material: Material, part: str, kept: Kept, *, by, speaker, now) -> MaterialFile:
    number = (material.files.filter(part=part).aggregate(most=Max("number"))["most"] or 0) + 1
    return MaterialFile.objects.create(
        material=material, part=part, number=number, file=kept.name, extension=kept.extension, size=kept.size,
        sha256=kept.digest, sent_name=kept.sent_name, speaker=speaker, member=by, sent_at=now,
    )  # fmt: skip


def _drop(kept: MaterialFile | None) -> None:
    """Its bytes go once this act stands; that it was there stays."""
    if kept is not None and kept.file:
        outbox.put("events.forget_file", name=kept.file.name)
        MaterialFile.objects.filter(pk=kept.pk).update(file="")


# --- Letting out ----------------------------------------------------------------------------------------------


def let_out(*, now: dt.datetime) -> int:
    """Those whose time has come are on the pages from now on; who moved with their talk come out later. How many."""
    for material in Material.objects.moved_with_session().select_related("session"):
        Material.objects.filter(pk=material.pk).update(released_at=material.session.ends_at, out_at=None)
        _touch(material.event_id)
    due = list(Material.objects.due_out(now=now).values_list("pk", "event"))
    Material.objects.filter(pk__in=[pk for pk, _event in due], out_at=None).update(out_at=now)
    for event_pk in {event for _pk, event in due}:
        _touch(event_pk)
    return len(due)


def tell(*, now: dt.datetime) -> int:
    """People with a place hear of what came out: once for each file, at most once a day for each event. How many.

    Not at night, and not while the event goes on. Row and notices are one transaction: nobody hears twice.
    """
    if not FROM <= timezone.localtime(now).hour < UNTIL:
        return 0
    return sum(_tell(event, now=now) for event in reads.events_to_tell(now=now))


@transaction.atomic
def _tell(event: EventPage, *, now: dt.datetime) -> int:
    row, new = SlidesTold.objects.get_or_create(event=event, day=timezone.localdate(now), defaults={"at": now})
    if not new:
        return 0
    count = Material.objects.untold(now=now).filter(event=event).update(told_at=now)
    SlidesTold.objects.filter(pk=row.pk).update(count=count)
    return notices.slides_out(event, row, count=count)


# --- Fetching --------------------------------------------------------------------------------------------------


def count_download(*, material: Material) -> None:
    """Somebody fetched it. Who, is not kept. A count that can't be written costs nobody the file."""
    try:
        with transaction.atomic():
            Material.objects.filter(pk=material.pk).update(downloads=F("downloads") + 1)
    except DatabaseError as error:
        log.warning("a download of material %s was not counted: %r", material.pk, error)


# --- Stories ---------------------------------------------------------------------------------------------------


@transaction.atomic
def tell_story(*, session: Session, page, by: Member, told: bool = True) -> None:
    """A page, such as a story, tells of a session, or does no more: each then shows the other. Raises NotAllowed."""
    if not can_organise(by):
        raise NotAllowed("Only the core team joins stories and talks.")
    if told:
        changed = SessionStory.objects.get_or_create(session=session, page_id=page.pk)[1]
    else:
        changed = bool(SessionStory.objects.filter(session=session, page=page.pk).delete()[0])
    if changed:
        action = "events.story_joined" if told else "events.story_parted"
        log_action(session.event, action, user=by, data={"talk": session.title, "story": page.title})
    caching.touch("events", f"event:{session.event_id}", f"page:{page.pk}", "pages")
