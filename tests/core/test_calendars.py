"""Calendar files, read by a parser that did not write them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import Entry, calendar_file, response
from core.dates import PartialDate
from tests.parts.calendars import read, unfolded

AT = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)


def entry(on: str = "2027-05-14", **fields) -> Entry:
    return Entry(**{"uid": "a-1", "title": "It begins", "on": PartialDate.parse(on), "last_modified": AT} | fields)


def only(*args, **fields):
    (event,) = read(calendar_file("Dates", [entry(*args, **fields)])).events
    return event


class TestTheFile:
    def test_says_what_programs_ask_for(self):
        properties = read(calendar_file("Our dates", [], description="All of them.")).properties
        assert properties == {
            "prodid": "-//Folkmoot//Calendar//EN", "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH",
            "name": "Our dates", "x-wr-calname": "Our dates", "x-wr-timezone": "Europe/London",
            "refresh-interval": "PT6H", "x-published-ttl": "PT6H", "description": "All of them.",
            "x-wr-caldesc": "All of them.",
        }  # fmt: skip

    def test_the_same_dates_give_the_same_bytes_at_any_time_and_in_any_order(self):
        dates = [entry(uid="a"), entry(uid="b", on="2027"), entry(uid="c", on="2026-01")]
        with time_machine.travel("2026-07-01 12:00"):
            summer = calendar_file("Dates", dates)
        with time_machine.travel("2026-12-24 23:59"):
            assert calendar_file("Dates", dates[::-1]) == summer

    @given(
        st.text(max_size=300),
        st.text(max_size=300),
        st.lists(st.text(min_size=1, max_size=20), max_size=3),
    )
    def test_no_text_breaks_it(self, title, description, categories):
        content = calendar_file(title, [entry(title=title, description=description, categories=tuple(categories))])
        lines = unfolded(content)
        assert [line for line in lines if line.startswith("BEGIN:")] == ["BEGIN:VCALENDAR", "BEGIN:VEVENT"]

    def test_commas_breaks_and_accents_come_through(self):
        event = only(
            title="Café, “fire”; \\ and\nmore", description="One.\r\n\r\nTwo: 100%, é" * 9, categories=("a, b",)
        )
        assert event.title == "Café, “fire”; \\ and\nmore"
        assert event.description == "One.\n\nTwo: 100%, é" * 9
        assert event.categories == ["a, b"]

    def test_a_new_property_cannot_be_smuggled_in(self):
        event = only(title="Fine\r\nATTENDEE:mailto:x@example.org\nEND:VEVENT")
        assert event.title == "Fine\nATTENDEE:mailto:x@example.org\nEND:VEVENT"


class TestTimes:
    START, END = dt.datetime(2027, 6, 1, 8, 30, tzinfo=dt.UTC), dt.datetime(2027, 6, 1, 15, tzinfo=dt.UTC)

    def timed(self, **fields) -> Entry:
        given = {"uid": "t-1", "title": "Workshop", "last_modified": AT, "starts_at": self.START, "ends_at": self.END}
        return Entry.timed(**given | fields)

    def only(self, **fields):
        (event,) = read(calendar_file("Dates", [self.timed(**fields)])).events
        return event

    def test_times_are_written_in_utc_whatever_zone_they_come_in(self):
        here = ZoneInfo("Europe/London")
        event = self.only(starts_at=self.START.astimezone(here), ends_at=self.END.astimezone(here))
        assert (event.start, event.end) == (self.START, self.END)

    def test_it_stands_on_the_day_it_starts_here(self):
        late = dt.datetime(2027, 6, 1, 23, 30, tzinfo=dt.UTC)  # half past midnight in London
        assert self.timed(starts_at=late, ends_at=late + dt.timedelta(hours=1)).shown_on == dt.date(2027, 6, 2)

    def test_who_has_it_is_busy_only_if_it_says_so_and_takes_place(self):
        assert [self.only(**fields).busy for fields in ({}, {"busy": True}, {"busy": True, "cancelled": True})] == [
            False, True, False,
        ]  # fmt: skip

    def test_it_says_where(self):
        assert self.only(location="Town Hall, 1 Market Place; back door").location == (
            "Town Hall, 1 Market Place; back door"
        )

    def test_entries_with_and_without_a_time_stand_in_order(self):
        morning = self.timed(uid="z")
        later = self.timed(uid="a", starts_at=self.START + dt.timedelta(hours=1))
        found = read(
            calendar_file("Dates", [later, morning, entry("2027-06-01", uid="m"), entry("2027-06-02", uid="n")])
        )
        assert [event.uid for event in found.events] == ["m", "z", "a", "n"]


class TestDays:
    def test_a_day_is_a_whole_day_that_ends_the_day_after(self):
        event = only("2027-12-31")
        assert (event.start, event.end) == (dt.date(2027, 12, 31), dt.date(2028, 1, 1))
        assert event.title == "It begins"

    def test_a_month_stands_on_its_first_day_and_says_so(self):
        event = only("2027-05")
        assert (event.start, event.end) == (dt.date(2027, 5, 1), dt.date(2027, 5, 2))
        assert event.title == "It begins (some time in May 2027)"

    def test_a_year_stands_on_its_last_day_and_says_so(self):
        event = only("2028")
        assert (event.start, event.end) == (dt.date(2028, 12, 31), dt.date(2029, 1, 1))
        assert event.title == "It begins (some time in 2028)"

    def test_what_is_not_confirmed_says_so(self):
        titles = [only(on, confirmed=False).title for on in ("2027-05-14", "2027-05")]
        assert titles == ["It begins (not confirmed)", "It begins (some time in May 2027, not confirmed)"]
        assert (only(confirmed=False).status, only().status) == ("TENTATIVE", "CONFIRMED")

    @pytest.mark.parametrize(
        "day", ["2027-03-27", "2027-03-28", "2027-03-29", "2027-10-30", "2027-10-31", "2027-11-01"]
    )
    @pytest.mark.parametrize(
        "now", ["2027-03-28 00:59:59Z", "2027-03-28 01:00:01Z", "2027-10-31 00:30Z", "2027-06-30 23:30Z"]
    )
    def test_clock_changes_move_no_day(self, day, now):
        with time_machine.travel(now):
            event = only(day)
        assert (event.start.isoformat(), event.end - event.start) == (day, dt.timedelta(days=1))

    def test_a_change_is_told_in_utc_whatever_the_season(self):
        summer = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        event = only(last_modified=summer)
        assert event.modified == event.stamp == dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)


class TestChanges:
    def test_a_move_keeps_the_identity_and_raises_the_count(self):
        old, new = only(), only("2027-06-01", sequence=1)
        assert (old.uid, old.sequence, new.uid, new.sequence) == ("a-1", 0, "a-1", 1)

    def test_called_off_is_cancelled_and_still_there(self):
        event = only(cancelled=True, sequence=2)
        assert (event.status, event.sequence, event.start) == ("CANCELLED", 2, dt.date(2027, 5, 14))


class TestTheAnswer:
    def answer(self, rf, private=False, **headers):
        content = calendar_file("Dates", [entry()])
        return response(rf.get("/x.ics", headers=headers), content, file_name="x", last_modified=AT, private=private)

    def test_it_is_a_calendar_with_a_tag_and_a_date(self, rf):
        answer = self.answer(rf)
        assert (answer["Content-Type"], answer["Last-Modified"], answer["X-Robots-Tag"]) == (
            "text/calendar; charset=utf-8", "Mon, 01 Jun 2026 09:30:00 GMT", "noindex",
        )  # fmt: skip
        assert answer["Content-Disposition"] == 'inline; filename="x.ics"'
        assert (answer["Cache-Control"], self.answer(rf, private=True)["Cache-Control"]) == (
            "public, no-cache", "private, no-cache",
        )  # fmt: skip

    def test_who_has_it_gets_304_without_a_body(self, rf):
        again = self.answer(rf, **{"If-None-Match": self.answer(rf)["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_who_has_another_gets_the_new_one_even_if_theirs_is_younger(self, rf):
        """A date that is gone leaves no later change behind: only the tag can tell."""
        headers = {"If-None-Match": '"another"', "If-Modified-Since": "Wed, 01 Jul 2026 00:00:00 GMT"}
        assert self.answer(rf, **headers).status_code == 200
        assert self.answer(rf, **{"If-Modified-Since": headers["If-Modified-Since"]}).status_code == 200
