"""Calendar files that Outlook, Google and Apple read (RFC 5545, RFC 7986): an entry may move, or be cancelled.

Two kinds of entry. `Entry(on=PartialDate(…), …)` is a day, month or year without a time: the same day in every time
zone and on either side of a clock change. `Entry.timed(starts_at=…, ends_at=…, …)` is an appointment: its times are
written in UTC, so that each calendar shows them in its own zone; `busy` keeps its time free of others.

One entry as a file to add: `response(request, calendar_file(title, [entry]), file_name=…, …)`. Sent again with the
same `uid` and a higher `sequence`, it moves, or with `cancelled` goes, where it was added before.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from icalendar import Calendar, Event, vDuration, vText

from core.dates import PartialDate

PRODUCT = "-//Folkmoot//Calendar//EN"
READ_AGAIN = dt.timedelta(hours=6)  # how often a calendar should ask; most ask once a day
# What no text of a calendar may hold (RFC 5545, 3.1): control characters but for the tab and the line break.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """A date of a calendar. Its `uid` never changes; `sequence` rises whenever the date moves or is called off.

    With `starts_at` and `ends_at` it has a time (`Entry.timed`), and `on` is the day on which it starts here.
    """

    uid: str
    title: str
    on: PartialDate
    last_modified: dt.datetime
    url: str = ""  # a path of this site
    description: str = ""
    sequence: int = 0
    confirmed: bool = True
    unsure: str = "not confirmed"  # how one that is not confirmed is said
    cancelled: bool = False
    categories: tuple[str, ...] = ()
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    location: str = ""
    busy: bool = False  # whoever has it in their calendar is not free then

    @classmethod
    def timed(cls, *, starts_at: dt.datetime, ends_at: dt.datetime, **fields) -> "Entry":
        """An entry with a time. Both need a time zone; it ends after it starts."""
        on = PartialDate.of(timezone.localdate(starts_at))
        return cls(on=on, starts_at=starts_at, ends_at=ends_at, **fields)

    @property
    def shown_on(self) -> dt.date:
        """The one day it stands on: a month's first, a year's last, so that it is not past while it may still come."""
        return self.on.first if self.on.month else self.on.last

    def title_in_full(self) -> str:
        """What a calendar shows: with what is not known of the date."""
        known = [] if self.on.is_day else [f"some time in {self.on.words()}"]
        if not self.confirmed:
            known.append(self.unsure)
        return f"{self.title} ({', '.join(known)})" if known else self.title


# Whose dates a member's own calendar is made of: one function per app, (member) → entries.
_personal: list[Callable[[Any], Iterable[Entry]]] = []


def personal(entries_for: Callable[[Any], Iterable[Entry]]):
    """Register a function that gives what a member's own calendar shows of its app: only what they may see."""
    if entries_for not in _personal:
        _personal.append(entries_for)
    return entries_for


def personal_entries(member) -> list[Entry]:
    """Everything in the own calendar of `member`, from every app."""
    return [entry for entries_for in _personal for entry in entries_for(member)]


def calendar_file(name: str, entries: Iterable[Entry], *, description: str = "") -> bytes:
    """A whole calendar as UTF-8 text with CRLF and folded lines. The same entries always give the same bytes."""
    calendar = Calendar()
    for key, value in (
        ("PRODID", PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH"),
        ("NAME", _text(name)), ("X-WR-CALNAME", _text(name)), ("X-WR-TIMEZONE", settings.TIME_ZONE),
    ):  # fmt: skip
        calendar.add(key, value)
    calendar.add("REFRESH-INTERVAL", vDuration(READ_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(READ_AGAIN))
    if description:
        calendar.add("DESCRIPTION", _text(description))
        calendar.add("X-WR-CALDESC", _text(description))
    for entry in sorted(entries, key=_in_time):
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _in_time(entry: Entry) -> tuple:
    """By the day; on one day first what has no time."""
    return (entry.shown_on, entry.starts_at.timestamp() if entry.starts_at else 0, entry.uid)


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    # with METHOD:PUBLISH it says when what is told was last true; the time of asking would make every file another
    event.add("DTSTAMP", entry.last_modified.astimezone(dt.UTC))
    event.add("LAST-MODIFIED", entry.last_modified.astimezone(dt.UTC))
    event.add("SEQUENCE", entry.sequence)
    event.add("SUMMARY", _text(entry.title_in_full()))
    start, end = _span(entry)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED" if entry.confirmed else "TENTATIVE")
    busy = entry.busy and not entry.cancelled  # nobody is busy because a law changes
    event.add("TRANSP", "OPAQUE" if busy else "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if busy else "FREE")
    if entry.location:
        event.add("LOCATION", _text(entry.location))
    if entry.description:
        event.add("DESCRIPTION", _text(entry.description))
    if entry.url:
        event.add("URL", settings.SITE_URL + entry.url)
    if entry.categories:
        event.add("CATEGORIES", [_text(one) for one in entry.categories])
    return event


def _span(entry: Entry) -> tuple[dt.date, dt.date]:
    """Its times in UTC; of a day without a time that day and the day after, which is its end (RFC 5545, 3.6.1)."""
    if entry.starts_at is None or entry.ends_at is None:
        return entry.shown_on, entry.shown_on + dt.timedelta(days=1)
    return entry.starts_at.astimezone(dt.UTC), entry.ends_at.astimezone(dt.UTC)


def _text(text: str) -> vText:
    return vText(_NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def response(request, content: bytes, *, file_name: str, last_modified: dt.datetime | None, private: bool):
    """The answer with a calendar, or 304 when the asker's copy is the same. `private`: made for one member.

    Told by the ETag alone: an entry that is gone leaves no later date behind to go by.
    """
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{file_name}.ics"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache" if private else "public, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    if last_modified:
        answer["Last-Modified"] = http_date(last_modified.timestamp())
    return get_conditional_response(request, etag=etag, response=answer)


def latest(entries: Iterable[Entry]) -> dt.datetime | None:
    """When the last of them changed; None for none."""
    return max((entry.last_modified for entry in entries), default=None)
