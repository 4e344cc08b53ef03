"""How pages show slides and handouts, each to its reader: open, to be signed in for, or to follow."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from core import caching
from events import times
from events.querysets.materials import has_place, sessions_spoken_in_by
from events.querysets.programme import Talk, talks_of
from members.permissions import takes_part

VERSION = 1  # raise it when the shape of what is kept changes


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
            self._sessions = (
                set(sessions_spoken_in_by(self.viewer).values_list("session", flat=True)) if self.member else set()
            )
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


def count_of_talks(shown: dict[int | None, list[MaterialRow]]) -> tuple[int, int]:
    """How many files talks have, and how many talks have any: those to follow are not there yet."""
    there = [sum(row.state != "to_follow" for row in rows) for talk, rows in shown.items() if talk is not None]
    return sum(there), sum(many > 0 for many in there)


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
    rooms += [Room(name, f"{address}?room={quote(name)}", name == room) for name in names] if len(names) > 1 else []
    found = [TalkFiles(one, tuple(shown[one.pk])) for one in talks if not room or one.room == room]
    if shown.get(None) and not room:
        found.append(TalkFiles(None, tuple(shown[None])))
    return found, rooms
