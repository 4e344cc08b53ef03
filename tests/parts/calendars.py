"""Reading calendar files by other hands than wrote them: a strict look at the lines, then vobject's parser."""

import datetime as dt
import re
from dataclasses import dataclass

import vobject

LINE = re.compile(r"[A-Za-z0-9-]+(;[A-Za-z0-9-]+=(\"[^\"]*\"|[^\";:,]*))*:.*")


@dataclass(frozen=True)
class Event:
    """What a calendar program makes of an entry; of a day `start` and `end` are dates, `end` the day after the last.

    Of an entry with a time they are times in UTC.
    """

    uid: str
    title: str
    start: dt.date
    end: dt.date
    status: str
    sequence: int
    url: str
    description: str
    categories: list[str]
    modified: dt.datetime
    stamp: dt.datetime
    location: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Read:
    """A calendar: its properties, and its events in the order of the file."""

    properties: dict[str, str]
    events: list[Event]

    def titles(self) -> list[str]:
        return [event.title for event in self.events]

    def by_title(self, start: str) -> Event:
        """The one event whose title begins so."""
        (found,) = [event for event in self.events if event.title.startswith(start)]
        return found


def read(content: bytes) -> Read:
    """Read a calendar file. Raises AssertionError where RFC 5545 is not kept."""
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    for line in lines:
        assert LINE.fullmatch(line), f"no content line: {line!r}"
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line), f"a control character in {line!r}"
    calendar = vobject.readOne(content.decode())
    events = [_event(one) for one in calendar.contents.get("vevent", [])]
    assert len({event.uid for event in events}) == len(events), "an identity twice"
    properties = {name: values[0].value for name, values in calendar.contents.items() if name != "vevent"}
    return Read(properties, events)


def unfolded(content: bytes) -> list[str]:
    """The content lines (RFC 5545, 3.1): ended by CRLF, of 75 octets at most, folded between whole characters."""
    assert content.endswith(b"\r\n")
    folded = content[:-2].split(b"\r\n")
    for line in folded:
        assert b"\n" not in line and b"\r" not in line, f"a bare line break in {line!r}"  # noqa: PT018
        assert 0 < len(line) <= 75, f"{len(line)} octets: {line!r}"
        line.decode()  # no character is cut in two
    return b"\r\n".join(folded).decode().replace("\r\n ", "").split("\r\n")


def _event(event) -> Event:
    value = lambda name, missing="": getattr(event, name).value if hasattr(event, name) else missing  # noqa: E731
    timed = isinstance(event.dtstart.value, dt.datetime)
    for name in ("dtstart", "dtend"):
        one = getattr(event, name)
        if timed:
            assert one.value.utcoffset() == dt.timedelta(0), f"{name} is not in UTC"
            assert "TZID" not in one.params, f"{name} names a zone that the file does not tell of"
        else:
            assert one.params["VALUE"] == ["DATE"], f"{name} is no whole day"
            assert event.transp.value == "TRANSPARENT"
    return Event(
        uid=event.uid.value, title=event.summary.value, start=event.dtstart.value, end=event.dtend.value,
        status=event.status.value, sequence=int(event.sequence.value), url=value("url"),
        description=value("description"), categories=value("categories", []),
        modified=event.last_modified.value, stamp=event.dtstamp.value, location=value("location"),
        busy=event.transp.value == "OPAQUE",
    )  # fmt: skip
