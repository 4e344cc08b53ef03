"""The figures of an event: counted right, drawn with a table, and telling nobody's answer."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.models.booking import Booking, BookingAnswer, BookingMove, BookingQuestion
from events.models.checkin import CheckIn
from events.pictures.figures import draw
from events.querysets import figures
from events.querysets.figures import Figure, Row
from tests.factories import MemberFactory
from tests.factories import events as made

State = Booking.State
NOW = timezone.make_aware(dt.datetime(2026, 11, 20, 12))


@pytest.fixture
def event(db):
    return made.event(starts_at=NOW - dt.timedelta(days=2), in_person=30, online=30)


def values(figure: Figure) -> dict:
    return {row.label: row.value for row in figure.rows}


def test_bookings_over_time_add_up_day_by_day(event):
    for day in (1, 1, 3):
        made.booking(event, made_at=timezone.make_aware(dt.datetime(2026, 10, day, 9)))
    found = figures.bookings_over_time(event, now=NOW)
    assert values(found) == {"1 October 2026": 2, "2 October 2026": 2, "3 October 2026": 3}


def test_a_long_time_is_told_in_weeks(event):
    for day in (dt.date(2026, 8, 1), dt.date(2026, 10, 30)):
        made.booking(event, made_at=timezone.make_aware(dt.datetime.combine(day, dt.time(9))))
    found = figures.bookings_over_time(event, now=NOW)
    assert (len(found.rows), found.rows[0], found.rows[-1].value) == (13, Row("7 August 2026", 1), 2)


def test_by_sector_kind_and_way_of_coming_count_those_with_a_place(event, alice, bob, council):
    council.type = "District council"
    council.save()
    made.booking(event, alice)
    made.booking(event, bob, mode="online")
    made.booking(event)
    made.booking(event, MemberFactory(organisation=council), state=State.WAITING)
    assert values(figures.by_sector(event)) == {
        "Local government": 1, "Voluntary and community": 1, figures.NOBODYS: 1,
    }  # fmt: skip
    assert values(figures.by_type(event)) == {figures.NOBODYS: 2, "District council": 1}
    assert values(figures.by_mode(event)) == {"In person": 2, "Online": 1}


def test_what_became_of_the_waiting_list(event):
    straight = made.booking(event)
    for state in (State.CONFIRMED, State.CONFIRMED, State.EXPIRED, State.WAITING):
        one = made.booking(event, state=State.WAITING)
        Booking.objects.filter(pk=one.pk).update(state=state)
        BookingMove.objects.create(booking=one, state=state, mode=one.mode)
    assert straight.state == State.CONFIRMED
    found = values(figures.line_ends(event))
    assert found == {"Got a place": 2, "Still wait": 1, "Did not answer in time": 1}


def test_who_came_and_who_did_not(event, cora):
    bookings = [made.booking(event) for _number in range(3)]
    assert figures.attendance(event, now=NOW).rows == []
    CheckIn.objects.create(booking=bookings[0], by=cora)
    undone = CheckIn.objects.create(booking=bookings[1], by=cora)
    CheckIn.objects.filter(pk=undone.pk).update(undone_at=timezone.now() + dt.timedelta(minutes=1))
    assert values(figures.attendance(event, now=NOW)) == {"Came": 1, "Had a place and did not come": 2}


class TestAnswers:
    def test_groups_under_five_are_not_told(self, event):
        asked = BookingQuestion.objects.create(event=event, words="New to it?", kind="yes_no")
        for number in range(13):
            booking = made.booking(event)
            BookingAnswer.objects.create(booking=booking, question=asked, answer="Yes" if number < 8 else "No")
        (found,) = figures.answers(event)
        assert values(found) == {"Yes": 8, "No": 5}
        BookingAnswer.objects.filter(answer="No").first().delete()
        (found,) = figures.answers(event)
        assert values(found) == {"Yes": None, "No": None}

    def test_words_of_their_own_are_never_counted(self, event):
        asked = BookingQuestion.objects.create(event=event, words="What else?", kind="text")
        BookingAnswer.objects.create(booking=made.booking(event), question=asked, answer="My name is Ann")
        assert figures.answers(event) == []

    @given(st.lists(st.integers(min_value=1, max_value=20), min_size=2, max_size=6))
    def test_no_hidden_group_can_be_worked_out(self, counts):
        rows = figures.hidden([(str(place), many) for place, many in enumerate(counts)])
        hidden = [many for row, many in zip(rows, counts, strict=True) if row.value is None]
        assert [many for many in counts if many < 5 and many not in hidden] == []
        assert len(hidden) != 1


class TestThePage:
    def url(self, event) -> str:
        return reverse("event_desk:figures", args=[event.pk])

    def test_each_picture_has_its_table(self, core, event, alice):
        made.booking(event, alice)
        page = core.get(self.url(event)).content.decode()
        assert page.count('class="events-bars"') == page.count("As a table") == 4

    def test_it_says_which_answers_the_rule_of_five_covers(self, core, event, alice):
        made.booking(event, alice)
        page = core.get(reverse("event_desk:figures", args=[event.pk])).content.decode()
        assert "Of what people answered when they booked, groups of fewer than 5 are not shown" in page
        assert "What they said afterwards names nobody, and is shown in full once 5 have answered" in page

    def test_without_bookings_it_says_so(self, core, event):
        assert "Nothing to count yet: nobody has booked." in core.get(self.url(event)).content.decode()

    def test_the_figures_come_as_files(self, core, event, alice):
        made.booking(event, alice)
        book = openpyxl.load_workbook(io.BytesIO(core.get(f"{self.url(event)}?export=xlsx").content))
        assert book.sheetnames[:2] == ["Bookings over time", "In person and online"]
        assert list(book["In person and online"].values) == [("Way of coming", "How many"), ("In person", 1)]
        text = core.get(f"{self.url(event)}?export=csv").content.decode("utf-8-sig")
        assert "In person and online,In person,1" in text

    def test_it_asks_as_often_for_three_as_for_one(self, core, event):
        def count() -> int:
            core.get(self.url(event))
            with CaptureQueriesContext(connection) as queries:
                core.get(self.url(event))
            return len(queries)

        made.booking(event, MemberFactory())
        first = count()
        for _number in range(2):
            made.booking(event, MemberFactory())
        assert count() == first


def test_the_longest_bar_has_all_the_room_and_none_is_longer():
    drawing = draw(Figure("x", "X", "Y", [Row("One", 10), Row("Two", 5), Row("Few", None), Row("None", 0)]))
    assert [bar.length for bar in drawing.bars] == [310.0, 155.0, 0.0, 0.0]
    assert [bar.hidden for bar in drawing.bars] == [False, False, True, False]


def test_a_long_label_goes_on_below_itself():
    (bar,) = draw(Figure("x", "X", "Y", [Row("A very long name of an organisation that goes on and on", 1)])).bars
    assert len(bar.label) == 2
