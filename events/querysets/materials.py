"""Slides and handouts: which of them somebody may get, and how pages show them.

`visible_to` (lists), `permissions.can_get_material` (one) and what pages show as open say the same.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone

from core import caching
from events.querysets.events import visible_to as events_visible_to
from events.querysets.programme import Talk, talks_of

VERSION = 1  # raise it when the shape of what is kept changes


def takes_part(viewer) -> bool:
    return viewer.is_authenticated and viewer.is_taking_part()


class MaterialQuerySet(models.QuerySet):
    def there(self):
        """Those with a file: not taken back. Queryset twin of `is_there`."""
        return self.filter(newest__isnull=False)

    def out(self, *, now: dt.datetime):
        """Those whose time has come. Queryset twin of `is_out`."""
        return self.there().filter(released_at__lte=now)

    def visible_to(self, viewer, *, now: dt.datetime | None = None, tickets: Collection[int] = ()):
        """Those `viewer` may get. `tickets`: bookings that a guest opened by link. Twin of `can_get_material`."""
        seen = events_visible_to(viewer).order_by().values("pk")
        found = self.there().filter(event__in=seen)
        if takes_part(viewer) and viewer.is_core_team:
            return found
        for_them = _for(viewer, tickets) & Q(released_at__lte=now or timezone.now())
        if takes_part(viewer):
            for_them |= Q(session__in=_sessions_of(viewer))
        return found.filter(for_them)

    def with_files(self):
        return self.select_related("newest", "copy", "session__track", "event")

    def due_out(self, *, now: dt.datetime):
        """Those that came out since pages were last made anew."""
        return self.out(now=now).filter(out_at=None)

    def untold(self, *, now: dt.datetime):
        """Those that are out, and people with a place have not heard of."""
        return self.out(now=now).filter(told_at=None)

    def moved_with_session(self):
        """Those that come out when their talk is over, and the talk has another end now."""
        return self.filter(release="after", session__isnull=False).exclude(released_at=models.F("session__ends_at"))


def _for(viewer, tickets: Collection[int]) -> Q:
    """For whom it is meant, as a condition on materials."""
    from events.models.booking import Booking

    confirmed = Booking.objects.filter(event=OuterRef("event"), state=Booking.State.CONFIRMED)
    meant: Any = Q(audience="public")
    if takes_part(viewer):
        meant |= Q(audience="members")
        meant |= Q(audience="delegates") & Exists(confirmed.for_member(viewer))
    if tickets:
        meant |= Q(audience="delegates") & Exists(confirmed.filter(pk__in=list(tickets), member=None))
    return meant


def _sessions_of(viewer):
    from events.models.programme import Speaking

    return Speaking.objects.filter(speaker__member=viewer.pk).values("session")


def speaks_in(viewer, session_pk: int | None) -> bool:
    """Whether a member speaks in a session."""
    return session_pk is not None and _sessions_of(viewer).filter(session=session_pk).exists()


def has_place(viewer, event_pk: int, tickets: Collection[int] = ()) -> bool:
    """Whether they have a place at the event: signed in, or by a guest's ticket."""
    from events.models.booking import Booking

    confirmed = Booking.objects.filter(event=event_pk, state=Booking.State.CONFIRMED)
    if takes_part(viewer) and confirmed.for_member(viewer).exists():
        return True
    return bool(tickets) and confirmed.filter(pk__in=list(tickets), member=None).exists()


def tickets_in(marks: dict) -> list[int]:
    """The bookings whose tickets a guest opened, by {key: number of the link}; those of stopped links are left out."""
    from events.models.booking import Booking

    if not marks:
        return []
    found = Booking.objects.filter(key__in=list(marks), member=None).select_related("guest_link")
    numbers = {one: one.guest_link.number if hasattr(one, "guest_link") else 0 for one in found}
    return [one.pk for one, number in numbers.items() if marks[str(one.key)] == number]


# --- One file, and all of an event -------------------------------------------------------------------------


def one_for(viewer, pk: int, *, now: dt.datetime, tickets: Collection[int] = ()):
    """The material of this number with its files, if `viewer` may get it; else None."""
    from events.models.material import Material

    pk = min(pk, 2**63 - 1)
    return Material.objects.visible_to(viewer, now=now, tickets=tickets).with_files().filter(pk=pk).first()


def all_of(event, viewer, *, now: dt.datetime, tickets: Collection[int] = ()) -> list:
    """What `viewer` may get and is out, in the order of the programme, with their files and speakers. Two queries."""
    from events.models.material import Material

    found = Material.objects.visible_to(viewer, now=now, tickets=tickets).out(now=now).filter(event=event)
    return list(found.with_files().prefetch_related("session__speakers").order_by("session__starts_at", "-kind", "pk"))


def of_session(session) -> list:
    """Everything that is there of a session, held or not, with its files. Only for its speakers and the core team."""
    return list(session.materials.there().with_files().order_by("-kind", "pk"))


def in_session(session, pk: int):
    """One of a session's, taken back or not; else None."""
    return session.materials.select_related("newest", "copy", "event", "session").filter(pk=pk).first()


def same_file(session, kind: str, digest: str):
    """What a session has already of this kind with just these bytes; else None."""
    found = session.materials.there().filter(kind=kind, newest__sha256=digest)
    return found.select_related("newest", "copy", "event", "session").first()


def session_at(event, pk: int):
    """A session of an event, with it; else None."""
    return event.sessions.select_related("event", "track").filter(pk=pk).first()


def desk_rows(event) -> list:
    """Every material of an event, taken back or not, for the core team: with files and who sent them. One query."""
    found = event.materials.select_related("newest__member", "newest__speaker", "copy", "session__track")
    return list(found.order_by("session__starts_at", "-kind", "pk"))


def downloads_of(event) -> int:
    """How often files of an event were fetched."""
    return event.materials.aggregate(all=Sum("downloads"))["all"] or 0


# --- How pages show them ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaterialRow:
    """A file as a page shows it. `state`: open (to be fetched), sign_in (not by this reader), to_follow (not yet).

    `until`: for its speakers and the core team, when it comes out if it is not out; "" else. Without `state` open there
    is no address and no title.
    """

    state: str
    kind: str = "slides"
    words: str = "Slides"
    pk: int = 0
    title: str = ""
    url: str = ""
    extension: str = ""
    size: str = ""
    licence: str = ""
    licence_words: str = ""
    audience: str = ""
    copy_url: str = ""
    copy_extension: str = ""
    copy_size: str = ""
    until: str = ""

    @property
    def facts(self) -> str:
        """“PDF 1.4 MB”."""
        return f"{self.extension.upper()} {self.size}"


@dataclass(frozen=True)
class _Kept:
    """What is the same for all readers: a row as if it were open, and when, and whose it is."""

    session: int | None
    released_at: dt.datetime | None
    row: MaterialRow


def size_words(size: int) -> str:
    """“1.4 MB”, “84 kB”."""
    if size < 100_000:
        return f"{max(round(size / 1000), 1)} kB"
    return f"{size / 1_000_000:.1f} MB"


def row_of(material) -> MaterialRow:
    """A material as an open row; its files were asked for with it."""
    copy = material.copy
    return MaterialRow(
        state="open", kind=material.kind, words=material.get_kind_display(), pk=material.pk, title=material.title,
        url=material.get_absolute_url(), extension=material.newest.extension, size=size_words(material.newest.size),
        licence=material.licence, licence_words=material.get_licence_display(), audience=material.audience,
        copy_url=material.get_copy_url() if copy else "", copy_extension=copy.extension if copy else "",
        copy_size=size_words(copy.size) if copy else "",
    )  # fmt: skip


def _kept_of(event_pk: int) -> tuple[tuple[_Kept, ...], frozenset[int]]:
    """Every file of an event, and the sessions whose speakers were asked. No query when kept, else two."""
    key = f"event-files:{VERSION}:{event_pk}"
    return caching.made_once(f"event:{event_pk}", key, lambda: _made(event_pk))


def _made(event_pk: int):
    from events.models.material import Material, MaterialAsk

    found = Material.objects.there().with_files().filter(event=event_pk).order_by("-kind", "pk")
    rows = tuple(_Kept(one.session_id, one.released_at, row_of(one)) for one in found)
    asked = MaterialAsk.objects.running().filter(session__event=event_pk).values_list("session", flat=True)
    return rows, frozenset(asked)


class _Reader:
    """What one reader may get of an event they may see; each thing is asked at most once, and only when it matters."""

    def __init__(self, viewer, event_pk: int, tickets: Collection[int]):
        self.viewer, self.event_pk, self.tickets = viewer, event_pk, tickets
        self.member = takes_part(viewer)
        self.core = self.member and viewer.is_core_team
        self._place: bool | None = None
        self._sessions: set[int] | None = None

    def place(self) -> bool:
        if self._place is None:
            asked = self.member or bool(self.tickets)
            self._place = asked and has_place(self.viewer, self.event_pk, self.tickets)
        return self._place

    def speaks(self, session: int | None) -> bool:
        if self._sessions is None:
            self._sessions = set(_sessions_of(self.viewer).values_list("session", flat=True)) if self.member else set()
        return session in self._sessions

    def gets(self, kept: _Kept, *, now: dt.datetime) -> bool:
        if self.core:
            return True
        if kept.released_at is not None and kept.released_at <= now:
            audience = kept.row.audience
            if audience == "public" or (audience == "members" and self.member):
                return True
            if audience == "delegates" and self.place():
                return True
        return self.speaks(kept.session)


def shown_by_session(
    event, viewer, *, now: dt.datetime | None = None, tickets: Collection[int] = ()
) -> dict[int | None, list[MaterialRow]]:
    """How each file of an event `viewer` may see is shown to them, by session; under None those of the whole event.

    At most two queries of their own beside what is kept for all. Depends on `event:<number>`.
    """
    now = now or timezone.now()
    kept, asked = _kept_of(event.pk)
    reader = _Reader(viewer, event.pk, tickets)
    shown: dict[int | None, list[MaterialRow]] = {}
    waits: set[int] = set()
    for one in kept:
        is_out = one.released_at is not None and one.released_at <= now
        if reader.gets(one, now=now):
            row = one.row if is_out else replace(one.row, until=_until(one.released_at, now=now))
            shown.setdefault(one.session, []).append(row)
        elif is_out:
            hidden = MaterialRow("sign_in", one.row.kind, one.row.words, audience=one.row.audience)
            shown.setdefault(one.session, []).append(hidden)
        elif one.session is not None:
            waits.add(one.session)
    if missing := (waits | asked) - set(shown):
        ended = {talk.pk for talk in talks_of(event) if talk.is_over(now)}
        shown |= {pk: [MaterialRow("to_follow")] for pk in missing & ended}
    return shown


def _until(released_at: dt.datetime | None, *, now: dt.datetime) -> str:
    from events import times

    return f"Out at {times.at(released_at, now=now)}" if released_at else "Held"


def of_speaker(speaker, viewer, *, now: dt.datetime | None = None, tickets: Collection[int] = ()) -> list[MaterialRow]:
    """The files of a speaker's talks that `viewer` may get, the latest first, titled by their talk. Two queries."""
    from events.models.material import Material

    found = Material.objects.visible_to(viewer, now=now, tickets=tickets).out(now=now or timezone.now())
    found = found.filter(session__speakings__speaker=speaker).with_files()
    return [_by_talk(one) for one in found.order_by("-session__starts_at", "-kind", "pk").distinct()]


def _by_talk(material) -> MaterialRow:
    return replace(row_of(material), title=material.session.title)


@dataclass(frozen=True)
class TalkFiles:
    """A talk and its files, as the page of all slides lists them; `talk` None: of the whole event."""

    talk: Talk | None
    rows: tuple[MaterialRow, ...]


@dataclass(frozen=True)
class Room:
    """A room to narrow the list by, as tabs have it."""

    title: str
    url: str
    current: bool


def slides_of(
    event, shown: dict[int | None, list[MaterialRow]], *, room: str = ""
) -> tuple[list[TalkFiles], list[Room]]:
    """All files of an event by talk in the order of the programme; the rooms to narrow by. `room`: only its talks."""
    talks = sorted(
        (one for one in talks_of(event) if one.pk in shown), key=lambda one: (one.starts_at, one.room_order, one.pk)
    )
    names = list(dict.fromkeys(one.room for one in sorted(talks, key=lambda one: one.room_order) if one.room))
    address = reverse("events:slides", args=[event.pk])
    rooms = [Room("All rooms", address, not room)] if len(names) > 1 else []
    rooms += [Room(name, f"{address}?room={_quoted(name)}", name == room) for name in names] if len(names) > 1 else []
    found = [TalkFiles(one, tuple(shown[one.pk])) for one in talks if not room or one.room == room]
    if shown.get(None) and not room:
        found.append(TalkFiles(None, tuple(shown[None])))
    return found, rooms


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)


# --- Asking speakers -----------------------------------------------------------------------------------------


class AskQuerySet(models.QuerySet):
    def running(self):
        """Those that nobody stopped."""
        return self.filter(stopped_at=None)

    def unanswered(self):
        """Those whose talk has no slides yet, of an event that takes place."""
        from events.models.material import Material

        sent = Material.objects.there().filter(session=OuterRef("session"), kind="slides")
        return self.running().filter(~Exists(sent), session__event__called_off=None)

    def with_talk(self):
        return self.select_related("session__event", "session__track", "speaker__member")


def ask_by_pk(pk: int):
    """An ask with its talk and speaker; None when it is gone."""
    from events.models.material import MaterialAsk

    return MaterialAsk.objects.with_talk().filter(pk=pk).first()


def unanswered_by_pk(numbers) -> dict:
    """Of these asks those that are still open: running, and without slides. One query."""
    from events.models.material import MaterialAsk

    return {one.pk: one for one in MaterialAsk.objects.unanswered().with_talk().filter(pk__in=set(numbers))}


def titles_out(event_pk: int) -> list[str]:
    """What people with a place at an event can fetch now, the newest first."""
    from events.models.material import Material

    found = Material.objects.out(now=timezone.now()).filter(event=event_pk)
    return list(found.order_by("-released_at", "pk").values_list("title", flat=True))


def asks_of(event):
    """Everybody who is asked for slides of an event, by day; each `is_late` or not is said by `late`."""
    from events.models.material import MaterialAsk

    return MaterialAsk.objects.with_talk().filter(session__event=event).order_by("due_on", "session__starts_at", "pk")


def to_ask(event) -> list[tuple]:
    """Each session of an event without slides, with each who speaks in it: no breaks, not who takes the chair."""
    from events.models.material import Material
    from events.models.programme import Speaking

    sent = Material.objects.there().filter(session=OuterRef("session"), kind="slides")
    found = Speaking.objects.filter(~Exists(sent), session__event=event, chairs=False)
    found = found.exclude(session__kind="break").select_related("session__event", "speaker")
    return [(one.session, one.speaker) for one in found.order_by("session__starts_at", "session", "order", "pk")]


def late(event, now: dt.datetime):
    """Those whose day has passed without slides, the latest first."""
    return asks_of(event).unanswered().filter(due_on__lt=timezone.localdate(now))


def to_chase(*, first: dt.date, last: dt.date):
    """Asks without slides that are due between two days, of published events. One query."""
    from events.models.material import MaterialAsk

    found = MaterialAsk.objects.unanswered().with_talk().filter(due_on__gte=first, due_on__lte=last)
    return found.filter(session__event__live=True).order_by("pk")


# --- What chores look for --------------------------------------------------------------------------------------


def events_to_tell(*, now: dt.datetime):
    """Published events with files out that people with a place have not heard of, not while the event goes on."""
    from events.models.material import Material
    from events.pages.event import EventPage

    untold = Material.objects.untold(now=now).filter(event=OuterRef("pk"))
    found = EventPage.objects.filter(Exists(untold), live=True)
    return found.exclude(starts_at__lte=now, ends_at__gt=now).order_by("pk")


# --- Stories ---------------------------------------------------------------------------------------------------


def talks_told_in(page_pk: int, viewer) -> list:
    """The sessions that a page tells of, of events `viewer` may see, in order of time. No query where none."""
    from events.models.material import SessionStory
    from events.models.programme import Session

    def told() -> tuple[int, ...]:
        return tuple(SessionStory.objects.filter(page=page_pk).values_list("session", flat=True))

    if not (numbers := caching.made_once("events", f"talks-told:{page_pk}", told)):
        return []
    seen = events_visible_to(viewer).order_by().values("pk")
    found = Session.objects.filter(pk__in=numbers, event__in=seen).select_related("event")
    return list(found.order_by("starts_at", "pk"))


def stories_of(session_pk: int, viewer) -> list:
    """The pages that tell of a session and that `viewer` may see, each with its `address`. No query where none do."""
    from wagtail.models import Page

    from core.addresses import with_addresses
    from events.models.material import SessionStory
    from members.pages import pages_visible_to

    def telling() -> tuple[int, ...]:
        return tuple(SessionStory.objects.filter(session=session_pk).values_list("page", flat=True))

    if not (numbers := caching.made_once("events", f"stories-of:{session_pk}", telling)):
        return []
    found = pages_visible_to(Page.objects.filter(pk__in=numbers), viewer)
    return with_addresses(found.order_by("title"))
