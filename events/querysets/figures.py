"""The figures of an event: who booked, how, when, what became of the line. Counts of people, never who."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

FEW = 5  # of people's answers, groups smaller than this are not shown
NOBODYS = "Not in the directory"


@dataclass(frozen=True)
class Row:
    """A line of a figure: what is counted, and how many; None where too few to say."""

    label: str
    value: int | None

    @property
    def words(self) -> str:
        return f"fewer than {FEW}" if self.value is None else f"{self.value:,}"


@dataclass(frozen=True)
class Figure:
    """One picture with its table: a title, the sentence that says what it shows, and its rows."""

    key: str
    title: str
    heading: str  # of the first column
    rows: list[Row]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(row.value or 0 for row in self.rows)


def _places(event):
    """Those who have a place, or had one when the event took place."""
    from events.models.booking import Booking

    return Booking.objects.filter(event=event, state=Booking.State.CONFIRMED).order_by()


def bookings_over_time(event, *, now: dt.datetime) -> Figure:
    """How many bookings there were by the end of each day, or of each week when it went on for over five weeks."""
    from events.models.booking import Booking

    made = Booking.objects.filter(event=event, made_at__lte=now).order_by("made_at").values_list("made_at", flat=True)
    days = Counter(timezone.localdate(at) for at in made)
    rows: list[Row] = []
    if days:
        first, last = min(days), max(days)
        step = 1 if (last - first).days <= 35 else 7
        day, total = first, 0
        while day <= last:
            total += sum(days[day + dt.timedelta(n)] for n in range(step))
            end = min(day + dt.timedelta(step - 1), last)
            rows.append(Row(f"{end.day} {end:%B %Y}", total))
            day += dt.timedelta(step)
    return Figure(
        "over-time", "Bookings over time", "By the end of", rows, "All that were ever made, whatever came of them."
    )


def by_mode(event) -> Figure:
    from events.models.places import Mode

    many = dict(_places(event).values_list("mode").annotate(Count("pk")))
    rows = [Row(label, many[mode]) for mode, label in Mode.choices if mode in many]
    return Figure("by-mode", "In person and online", "Way of coming", rows, "Those who have a place.")


def by_sector(event) -> Figure:
    found = _places(event).values_list("organisation__sector__name").annotate(many=Count("pk"))
    return Figure("by-sector", "By sector", "Sector", _ranked(found), "Those who have a place.")


def by_type(event) -> Figure:
    found = _places(event).values_list("organisation__type").annotate(many=Count("pk"))
    return Figure(
        "by-type", "By kind of organisation", "Kind of organisation", _ranked(found), "Those who have a place."
    )


def _ranked(found) -> list[Row]:
    many: Counter = Counter()
    for name, count in found:
        many[name or NOBODYS] += count
    return [Row(name, count) for name, count in sorted(many.items(), key=lambda one: (-one[1], one[0]))]


def line_ends(event) -> Figure:
    """What became of those who ever stood in the line."""
    from events.models.booking import Booking

    queued = Q(moves__state=Booking.State.WAITING) | Q(state=Booking.State.WAITING)
    waited = Booking.objects.filter(event=event).filter(queued).order_by().values("pk").distinct()
    states = Booking.objects.filter(pk__in=waited).order_by().values_list("state").annotate(Count("pk"))
    many = dict(states)
    words = {
        Booking.State.CONFIRMED: "Got a place", Booking.State.OFFERED: "Are offered a place",
        Booking.State.WAITING: "Still wait", Booking.State.DECLINED: "Said no to a place",
        Booking.State.EXPIRED: "Did not answer in time", Booking.State.WITHDRAWN: "Gave up",
        Booking.State.CALLED_OFF: "The event was called off",
    }  # fmt: skip
    rows = [Row(label, many[state]) for state, label in words.items() if state in many]
    return Figure(
        "line", "What became of the waiting list", "What became of them", rows, "Those who ever stood in line."
    )


def attendance(event, *, now: dt.datetime) -> Figure:
    from events.querysets.attendance import came

    there = came(event).count() if event.starts_at <= now else 0
    rows = []
    if there:
        placed = _places(event)
        absent = placed.exclude(pk__in=came(event).values("pk")).count()
        rows = [Row("Came", there), Row("Had a place and did not come", absent)]
    return Figure("attendance", "Who came", "What they did", rows, "By the list at the door.")


def answers(event) -> list[Figure]:
    """The questions with fixed answers that bookers were asked. Small groups are not shown. Two queries."""
    from events.models.booking import Booking, BookingAnswer, BookingQuestion

    asked = BookingQuestion.objects.filter(event=event).exclude(kind=BookingQuestion.Kind.TEXT)
    given = BookingAnswer.objects.filter(question__in=asked, booking__state=Booking.State.CONFIRMED)
    rows = given.order_by().values_list("question", "answer").annotate(many=Count("pk"))
    found: dict[int, list[tuple[str, int]]] = {}
    for question, answer, many in rows:
        found.setdefault(question, []).append((answer, many))
    return [
        Figure(f"answer-{one.pk}", one.words, "Answer", hidden(sorted(found.get(one.pk, [])))) for one in asked
    ]  # fmt: skip


def hidden(counted: list[tuple[str, int]]) -> list[Row]:
    """Rows in which groups under five are not told, nor can be worked out from the others.

    Where just one group is too small, the next smallest is hidden with it: else a total would give it away.
    """
    small = {label for label, many in counted if many < FEW}
    if len(small) == 1 and len(counted) > 1:
        small.add(min((one for one in counted if one[0] not in small), key=lambda one: one[1])[0])
    return [Row(label, None if label in small else many) for label, many in counted]


def feedback(event) -> list[Figure]:
    """What people said afterwards; nothing of fewer than five answers."""
    from events.querysets.feedback import figures

    return figures(event)


def all_of(event, *, now: dt.datetime) -> list[Figure]:
    """Every figure that has something in it, in the order of the page."""
    found = [
        bookings_over_time(event, now=now), by_mode(event), by_sector(event), by_type(event), line_ends(event),
        attendance(event, now=now), *answers(event), *feedback(event),
    ]  # fmt: skip
    return [one for one in found if one.rows]
