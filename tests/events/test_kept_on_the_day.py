"""Pages kept for strangers say what is on now: they are kept until that changes, and no longer."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models.vote import Vote
from tests.events.soup import page, words
from tests.factories import events, events_live

pytestmark = pytest.mark.django_db
START = dt.datetime(2027, 6, 3, 9, 0, tzinfo=dt.UTC)
HALF = dt.timedelta(minutes=30)


@pytest.fixture
def day(settings):
    """Two sessions of half an hour, one after the other."""
    settings.ANONYMOUS_CACHE = True
    made = events.event("The day", starts_at=START, lasts=2 * HALF)
    for number, title in enumerate(("First", "Second")):
        events.session(made, title, starts_after=number * HALF, lasts=HALF)
    return made


def at(minutes: float):
    """The clock stands so many minutes after the start."""
    return time_machine.travel(START + dt.timedelta(minutes=minutes), tick=False)


def is_kept(client, path: str) -> bool:
    """Whether a second look is answered without the database."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return not queries.captured_queries


@pytest.mark.parametrize(("before", "after"), [(-1, 1), (29, 31), (59, 61)])
def test_what_is_on_is_true_when_it_changes(client, day, before, after):
    said = {-1: [], 1: ["On now, 10:00 to 10:30."], 29: ["On now, 10:00 to 10:30."],
            31: ["On now, 10:30 to 11:00."], 59: ["On now, 10:30 to 11:00."], 61: []}  # fmt: skip
    for minute in (before, after):
        with at(minute):
            shown = [words(lead) for lead in page(client, "/events/the-day/").select(".event-band b")]
        assert shown == said[minute]


@pytest.mark.parametrize("path", ["/events/the-day/", "/events/", "session"])
def test_a_page_is_kept_for_five_minutes_where_nothing_changes_before(client, day, path):
    path = day.sessions.get(slug="first").get_absolute_url() if path == "session" else path
    with at(10):
        assert is_kept(client, path)
    with at(14):
        assert is_kept(client, path)


def test_the_page_of_a_session_and_the_list_change_with_it(client, day):
    first = day.sessions.get(slug="first").get_absolute_url()
    shown = []
    for minute in (-1, 1, 29, 31, 59, 61):
        with at(minute):
            shown.append([("On now" in client.get(path).content.decode()) for path in (first, "/events/")])
    assert shown == [[False, False], [True, True], [True, True], [False, True], [False, True], [False, False]]


def test_a_vote_that_closes_by_itself_goes_from_the_page(client, day):
    with at(10):
        Vote.objects.filter(pk=events_live.vote(day).pk).update(closes_at=START + dt.timedelta(minutes=12))
        cache.clear()
        assert page(client, "/events/the-day/").select(".vote-card")
    with at(13):
        assert page(client, "/events/the-day/").select(".vote-card") == []


def test_booking_that_opens_is_open_in_the_list(client, day):
    events.event("Later", starts_at=START + dt.timedelta(days=9), book_opens_at=START + dt.timedelta(minutes=3))
    said = []
    for minute in (2, 4):
        with at(minute):
            said.append("Booking opens" in client.get("/events/").content.decode())
    assert said == [True, False]
