"""Working hours are counted by the site's own clock: Monday to Friday, nine to five."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core.clock import clock, when, working_hours

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-16 10:00", "2026-11-16 12:30", 2.5),  # a Monday
        ("2026-11-16 07:00", "2026-11-16 20:00", 8),
        ("2026-11-16 16:00", "2026-11-17 10:00", 2),
        ("2026-11-20 16:00", "2026-11-23 10:00", 2),  # over a weekend
        ("2026-11-21 10:00", "2026-11-22 18:00", 0),
        ("2026-11-16 09:00", "2026-11-30 09:00", 80),
        ("2025-11-17 12:00", "2026-11-16 12:00", 52 * 40),
        ("2026-10-23 16:00", "2026-10-26 10:00", 2),  # the clocks went back in between
        ("2026-11-17 12:00", "2026-11-16 12:00", 0),
    ],
)
def test_working_hours(start, end, hours):
    assert working_hours(at(start), at(end)) == hours


def test_a_moment_is_taken_in_the_sites_own_time_zone():
    start = dt.datetime(2026, 7, 6, 7, 30, tzinfo=dt.UTC)  # half past eight in London
    assert working_hours(start, start + dt.timedelta(hours=1)) == 0.5


@pytest.mark.parametrize(
    ("moment", "now", "words"),
    [
        ("2026-10-25 00:30", "2026-10-25 01:10", "40 minutes ago"),  # the clocks went back at one
        ("2026-10-25 00:30", "2026-10-25 02:40", "2 hours ago"),
        ("2026-10-25 00:59", "2026-10-25 01:00", "1 minute ago"),
        ("2026-03-29 00:50", "2026-03-29 01:00", "10 minutes ago"),  # they went forward at one
        ("2026-03-29 00:30", "2026-03-29 02:40", "2 hours ago"),
        ("2026-10-24 23:30", "2026-10-25 23:10", "Today, 00:30"),
        ("2026-10-24 22:30", "2026-10-25 23:10", "Yesterday"),
    ],
)
@pytest.mark.parametrize("zone", [dt.UTC, LONDON])
def test_how_long_ago_is_counted_also_when_the_clocks_change(moment, now, words, zone):
    moment, now = (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).astimezone(zone) for text in (moment, now))
    assert when(moment, now=now) == words


def test_a_moment_inside_a_sentence_names_its_day_unless_it_is_today():
    with time_machine.travel(dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC), tick=False):
        assert clock(dt.datetime(2026, 11, 16, 10, 42, tzinfo=dt.UTC)) == "10:42"
        assert clock(dt.datetime(2026, 11, 3, 10, 42, tzinfo=dt.UTC)) == "10:42 on 3 November"
