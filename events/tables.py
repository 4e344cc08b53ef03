"""What the files of an event hold: the same rows as the page they are downloaded from. Needs are never in them."""

from collections.abc import Iterable

from django.utils import timezone

from events.exports import Cell, Sheet
from events.models.booking import Booking, BookingQuestion, Needs, SessionBooking
from events.querysets.figures import Figure

BOOKINGS = [
    "Name", "E-mail", "Member or guest", "Organisation", "Sector", "Kind of organisation", "Way of coming", "State",
    "Position in line", "Booked", "Booked by", "Place kept for", "On the list of delegates", "Came", "Sessions",
]  # fmt: skip


def of_bookings(rows: Iterable[Booking], *, positions: dict[int, int], questions: list[BookingQuestion]) -> Sheet:
    """Bookings from `desk.for_table`, with a column for each question."""
    headings = [*BOOKINGS, *(one.words for one in questions)]
    return Sheet("Bookings", headings, [_booking(one, positions, questions) for one in rows])


def _booking(one: Booking, positions: dict[int, int], questions: list[BookingQuestion]) -> list[Cell]:
    body = one.organisation
    answers = {each.question_id: each.answer for each in one.answers.all()}
    return [
        one.name, one.member.email if one.member_id else one.guest_email, "Member" if one.member_id else "Guest",
        one.works_for, body.sector.name if body else "", body.type if body else "", one.get_mode_display(),
        one.get_state_display(), positions.get(one.pk), one.made_at, _booked_by(one),
        one.allocation.organisation.name if one.allocation_id else "", one.list_me, came_at(one), sessions_of(one),
        *(answers.get(each.pk, "") for each in questions),
    ]  # fmt: skip


def _booked_by(one: Booking) -> str:
    return one.booked_by.display_name if one.booked_by_id and one.booked_by_id != one.member_id else ""


def came_at(one: Booking):
    """When they were checked in, for a booking from `desk.for_table`; None for who was not."""
    here = [each.at for each in one.checkins.all() if each.stands()]
    return here[0] if here else None


def sessions_of(one: Booking) -> str:
    """The sessions they chose: "Write it down; Ask first (waiting)"."""
    waiting = SessionBooking.State.WAITING
    return "; ".join(
        f"{each.session.title} (waiting)" if each.state == waiting else each.session.title
        for each in one.sessions.all()
    )


def of_needs(rows: Iterable[Needs]) -> Sheet:
    """The list for kitchen and access: by name. Only for who may read needs."""
    cells: list[list[Cell]] = [
        [one.booking.name, one.booking.works_for, one.booking.get_mode_display(), one.dietary, one.access]
        for one in rows
    ]
    return Sheet("Needs", ["Name", "Organisation", "Way of coming", "Eats", "Needs to take part"], cells)


def of_figures(figures: list[Figure]) -> list[Sheet]:
    """A sheet for each figure."""
    return [
        Sheet(one.title, [one.heading, "How many"], [[row.label, _value(row)] for row in one.rows]) for one in figures
    ]


def one_table(figures: list[Figure]) -> Sheet:
    """All figures below each other, for a file that has one sheet only."""
    rows = [[one.title, row.label, _value(row)] for one in figures for row in one.rows]
    return Sheet("Figures", ["Figure", "What", "How many"], rows)


def _value(row) -> Cell:
    return row.words if row.value is None else row.value


def today() -> str:
    return str(timezone.localdate())
