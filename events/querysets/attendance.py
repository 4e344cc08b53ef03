"""Who came, who has a place and is not here yet: for the door, for certificates, for the figures afterwards."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from events import times
from events.models.booking import Booking
from events.models.checkin import CheckIn, DoorAct, DoorHelper, JoiningCounts
from events.models.places import Mode

_KEY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def standing() -> QuerySet[CheckIn]:
    """Check-ins that were not taken back. Twin of `CheckIn.stands`."""
    return CheckIn.objects.filter(undone_at=None)


def came(event) -> QuerySet[Booking]:
    """The bookings of who came to an event, in the room or online; also of who gave their place up afterwards."""
    return Booking.objects.filter(event=event).filter(Exists(standing().filter(booking=OuterRef("pk"))))


def did_come(booking: Booking) -> bool:
    """Whether somebody came. Twin of `came`."""
    return standing().filter(booking=booking).exists()


def expected(event) -> QuerySet[Booking]:
    """Who has a place at an event, and who came: everybody the door knows."""
    here = Exists(standing().filter(booking=OuterRef("pk")))
    return Booking.objects.filter(event=event).filter(Q(state=Booking.State.CONFIRMED) | here)


def booking_at(event, key) -> Booking | None:
    """One booking of an event, whatever its state."""
    return _with_people(Booking.objects.filter(event=event, key=key)).first()


def booking_by_key(key) -> Booking | None:
    """The booking whose code was read, with its event."""
    return _with_people(Booking.objects.filter(key=key)).select_related("event").first()


def _with_people(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    named = bookings.select_related("member", "organisation__sector")
    return named.prefetch_related(Prefetch("checkins", standing(), to_attr="here"))


OTHERS = "Others"


@dataclass(frozen=True)
class DoorRow:
    """Somebody at the door's list. Never what they eat or need: that is not the door's business."""

    key: uuid.UUID
    name: str
    works_for: str
    mode: str  # "In person", "Online"
    online: bool
    sector: str  # a colour's word: "councils"
    sector_name: str
    came_at: dt.datetime | None
    way: str = ""
    has_place: bool = True
    sort: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, booking: Any) -> "DoorRow":
        """Of a Booking with its member, organisation and sector, and `here` (the standing check-in) loaded."""
        here = booking.here[0] if booking.here else None
        sector = booking.organisation.sector if booking.organisation_id else None
        return cls(
            key=booking.key, name=booking.name, works_for=booking.works_for, mode=Mode(booking.mode).label,
            online=booking.mode == Mode.ONLINE, sector=sector.colour if sector else "other",
            sector_name=sector.short_name if sector else "", came_at=here.at if here else None,
            way=here.way if here else "", has_place=booking.state == Booking.State.CONFIRMED,
            sort=by_surname(booking.name),
        )  # fmt: skip

    @property
    def is_here(self) -> bool:
        return self.came_at is not None

    @property
    def since(self) -> str:
        """“9:12am”."""
        return times.clock(self.came_at) if self.came_at else ""

    @property
    def letter(self) -> str:
        """What a list by surname has it under: "A" for Zoë Ångström, OTHERS for what begins with none of A to Z."""
        first = self.sort[0][:1].upper()
        return first if first.isascii() and first.isalpha() else OTHERS

    @property
    def find(self) -> str:
        """What typing finds it by: "zoe angstrom thornmere district council"."""
        return folded(f"{self.name} {self.works_for}")


def door_rows(event) -> list[DoorRow]:
    """Everybody the door of an event knows, by surname. Two queries."""
    return sorted((DoorRow.of(one) for one in _with_people(expected(event))), key=lambda row: row.sort)


def by_letter(rows: list[DoorRow]) -> list[tuple[str, list[DoorRow]]]:
    """Rows under the first letter of their surnames, A to Z, and last those under none of them."""
    letters: dict[str, list[DoorRow]] = {}
    for row in rows:
        letters.setdefault(row.letter, []).append(row)
    return sorted(letters.items(), key=lambda one: (one[0] == OTHERS, one[0]))


def row_of(booking: Booking) -> DoorRow:
    """The row of one booking as it is now. Two queries."""
    return DoorRow.of(_with_people(Booking.objects.filter(pk=booking.pk)).get())


def narrowed(rows: list[DoorRow], words: str) -> list[DoorRow]:
    """Those of `rows` that somebody means who types `words`: parts of names, or the code of a booking in any form."""
    if key := key_in(words):
        return [row for row in rows if row.key == key]
    wanted = folded(words).split()
    return [row for row in rows if all(word in row.find for word in wanted)]


def key_in(words: str) -> uuid.UUID | None:
    """The code of a booking in what was typed, pasted or read: alone, or in an address."""
    found = _KEY.search(words)
    return uuid.UUID(found[0]) if found else None


def folded(words: str) -> str:
    """In small letters and without accents, so that "zoe" finds Zoë."""
    plain = unicodedata.normalize("NFKD", words.replace("ł", "l").replace("Ł", "l").replace("ø", "o").replace("Ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def by_surname(name: str) -> tuple[str, str]:
    """What a list by surname is sorted by: ("angstrom", "zoe")."""
    *first, last = folded(name).split() or [""]
    return last, " ".join(first)


def counts(event) -> dict[str, int]:
    """How many are here, of how many the door knows: {"here": 87, "of": 118}. Two short queries."""
    return {"here": came(event).count(), "of": expected(event).count()}


def here_keys(event) -> list[str]:
    """The codes of who is here, for the phones at the door."""
    return [str(key) for key in came(event).values_list("key", flat=True)]


def history(booking: Booking) -> list[CheckIn]:
    """Every check-in of a booking, taken back or not, the latest first."""
    return list(booking.checkins.select_related("by", "undone_by").order_by("-at", "-pk"))


def helpers_of(event) -> list[DoorHelper]:
    """Who was named to help at the door."""
    return list(event.door_helpers.select_related("member__organisation"))


def joining_counts(event) -> bool:
    """Whether joining online is coming to it."""
    return JoiningCounts.objects.filter(event=event).exists()


def may_have_come(event) -> QuerySet[Booking]:
    """Whom we ask about an event: who came; and who had a place online, where nobody wrote down who joined."""
    if joining_counts(event) or came(event).filter(mode=Mode.ONLINE).exists():
        return came(event)
    here = Exists(standing().filter(booking=OuterRef("pk")))
    online = Q(mode=Mode.ONLINE, state=Booking.State.CONFIRMED)
    return Booking.objects.filter(event=event).filter(online | here)


def of_whom_we_ask(bookings: Iterable[Booking], *, came: set[int] | None = None) -> dict[int, bool]:
    """Of these bookings those we ask, by number, with whether they came. At most three queries.

    `came`: the numbers of those who came, where they were read. Twin of `may_have_come`.
    """
    given = list(bookings)
    if not given:
        return {}
    came_pks = came
    if came_pks is None:
        came_pks = set(standing().filter(booking__in=given).values_list("booking", flat=True))
    online = [one for one in given if one.mode == Mode.ONLINE and one.state == Booking.State.CONFIRMED]
    events = {one.event_id for one in online}
    if events:
        events -= set(JoiningCounts.objects.filter(event__in=events).values_list("event", flat=True))
        written = standing().filter(booking__event__in=events, booking__mode=Mode.ONLINE)
        events -= set(written.values_list("booking__event", flat=True))
    asked = came_pks | {one.pk for one in online if one.event_id in events}
    return {one.pk: one.pk in came_pks for one in given if one.pk in asked}


def said_out_since(booking: Booking, at: dt.datetime) -> bool:
    """Whether somebody said at the door, after this moment, that they are not here."""
    return booking.door_acts.filter(what=DoorAct.What.OUT, at__gt=at).exists()


def act_of(once_key) -> DoorAct | None:
    """The tap that came with this key, if it came before."""
    return DoorAct.objects.filter(once_key=once_key).first()


def here_of(booking: Booking) -> CheckIn | None:
    """The check-in of a booking that stands."""
    return standing().filter(booking=booking).first()


def is_helper(event, member) -> bool:
    """Whether somebody was named to help at this door."""
    return DoorHelper.objects.filter(event=event, member=member).exists()
