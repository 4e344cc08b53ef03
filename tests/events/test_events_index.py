"""The list of events: what is to come by month, the record by year, facets, and how things stand in words."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import caching
from events.models.places import Places
from events.querysets.lists import lines_for
from tests.events.soup import links, one, page, words
from tests.factories import events

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
NOW = dt.datetime(2027, 3, 1, 12, 0, tzinfo=LONDON)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def on(month: int, day: int, year: int = 2027) -> dt.datetime:
    return dt.datetime(year, month, day, 9, 30, tzinfo=LONDON)


@pytest.fixture
def year():
    """Two in March, one in May, one on now; two that were, in two years."""
    events.event("Early March", starts_at=on(3, 9), kind="workshop")
    events.event("Late March", starts_at=on(3, 25), kind="learning_lunch", in_person=0, online=30)
    events.event("May", starts_at=on(5, 5), kind="conference", online=10)
    events.event("Today", starts_at=on(3, 1), kind="practitioner_day")
    events.event("Last year", starts_at=on(6, 1, 2026), kind="conference")
    events.event("Long ago", starts_at=on(6, 1, 2019), kind="workshop")


def listed(tree) -> dict[str, list[str]]:
    """What is to come, by the heading it stands under."""
    return {
        words(part.select_one("h2")): [words(title) for title in part.select("h3")]
        for part in tree.select(".event-month")
    }


class TestTheList:
    def test_what_is_to_come_stands_by_month_and_what_is_on_first(self, client, year):
        tree = page(client, "/events/")
        assert listed(tree) == {
            "On now": ["Today"], "March 2027": ["Early March", "Late March"], "May 2027": ["May"],
        }  # fmt: skip

    def test_what_was_is_the_record_by_year(self, client, year):
        tree = page(client, "/events/")
        assert [words(head) for head in tree.select(".event-record h3")] == ["2026", "2019"]
        assert links(tree, ".event-past a") == [("Last year", "/events/last-year/"), ("Long ago", "/events/long-ago/")]

    def test_a_long_record_shows_the_latest_years_and_names_the_rest(self, client):
        for number in range(13):
            events.event(f"Of 2026, {number}", starts_at=on(2, 1 + number, 2026))
        events.event("Of 2025", starts_at=on(2, 1, 2025))
        tree = page(client, "/events/")
        assert [words(head) for head in tree.select(".event-record h3")] == ["2026"]
        assert links(tree, ".event-record__older a") == [("2025", "?year=2025")]
        assert links(page(client, "/events/?year=2025"), ".event-past a") == [("Of 2025", "/events/of-2025/")]

    def test_kind_and_way_narrow_it(self, client, year):
        assert listed(page(client, "/events/?kind=conference")) == {"May 2027": ["May"]}
        assert listed(page(client, "/events/?how=online")) == {"March 2027": ["Late March"], "May 2027": ["May"]}
        tree = page(client, "/events/?kind=conference&how=online")
        assert links(tree, ".event-filters a")[:2] == [
            ("Take off Conference", "?how=online"),
            ("Take off Online", "?kind=conference"),
        ]

    def test_facets_count_what_they_would_leave(self, client, year):
        tree = page(client, "/events/?how=online")
        facet = tree.select_one(".facets--wide nav[aria-labelledby=facet-kind]")
        assert [words(line) for line in facet.select("a")] == [
            "Conference 1 event", "Learning lunch 1 event",
        ]  # fmt: skip

    def test_beside_a_year_facets_count_the_record_alone(self, client, year):
        events.event("Early this year", starts_at=on(1, 9), kind="workshop")
        tree = page(client, "/events/?year=2027")
        assert [words(part) for part in tree.select(".event-past a")] == ["Early this year"]
        assert not [one for one in tree.select("a[href*='kind=conference']") if "year=2027" in one["href"]]

    def test_a_year_without_such_an_event_says_so_and_leads_back(self, client, year):
        events.event("Early this year", starts_at=on(1, 9), kind="workshop")
        tree = page(client, "/events/?year=2027&kind=conference")
        assert "Nothing like this in 2027" in words(tree)
        assert ("Show every year", "?kind=conference") in links(tree, "a")

    def test_a_filter_that_nothing_has_is_none(self, client, year):
        assert listed(page(client, "/events/?kind=picnic&how=boat&year=x")) == listed(page(client, "/events/"))

    def test_an_empty_list_says_what_to_do(self, client):
        events.make_events_index()
        assert "Nothing is planned just now" in one(page(client, "/events/"), ".empty")

    def test_nothing_of_a_kind_says_so(self, client, year):
        assert "Nothing of this kind" in one(page(client, "/events/?kind=workshop&how=online"), ".empty")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"in_person": 12}, "12 places left"),
        ({"in_person": 1}, "1 place left"),
        ({"in_person": 12, "online": 40}, "12 places left in the room, 40 online"),
        ({"in_person": 12, "book_opens_at": NOW + 2 * DAY}, "Booking opens Wednesday 3 March"),
        ({"in_person": 12, "book_closes_at": NOW - DAY}, "Booking has closed"),
        ({"in_person": 12, "called_off": "Snow."}, "Called off Snow."),
    ],
)
def test_each_says_how_it_stands(client, fields, said):
    events.event("It", starts_at=on(4, 1), **fields)
    assert one(page(client, "/events/"), ".event-line__state") == said


def test_one_without_places_yet_says_so(client):
    none = events.event("None yet", starts_at=on(4, 1), in_person=0)
    Places.objects.create(event=none, mode="online", capacity=0)
    assert one(page(client, "/events/"), ".event-line__state") == "Places are not open yet"


def test_a_full_one_says_that_one_can_wait(client, alice):
    full = events.event("Full", starts_at=on(4, 1), in_person=1, online=0)
    events.booking(full, alice)
    assert one(page(client, "/events/"), ".event-line__state") == "Full, with a waiting list"


def test_full_in_one_way_says_in_which(client, alice):
    half = events.event("Half", starts_at=on(4, 1), in_person=1, online=5)
    events.booking(half, alice)
    assert one(page(client, "/events/"), ".event-line__state") == "Full in the room, 5 places left online"


def test_private_events_and_drafts_are_in_no_list_count_or_facet(client, client_of, alice, year):
    hidden = events.event("Hidden", starts_at=on(4, 1), kind="workshop")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    events.event("Draft", starts_at=on(4, 2), publish=False)
    seen = client.get("/events/").content.decode()
    assert "Hidden" not in seen
    assert "April" not in seen
    assert "Workshop <span" in seen
    kinds = page(client, "/events/").select_one("nav[aria-labelledby=facet-kind]")
    assert "Workshop 2 events" in words(kinds)
    members = page(client_of(alice), "/events/")
    assert listed(members)["April 2027"] == ["Hidden"]
    assert "Draft" not in members.get_text()


def test_what_is_kept_for_one_is_not_shown_to_another(alice, anyone, year):
    hidden = events.event("Hidden", starts_at=on(4, 1))
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    caching.touch("pages")
    assert "Hidden" in [line.title for line in lines_for(alice)]
    assert "Hidden" not in [line.title for line in lines_for(anyone)]


@pytest.mark.parametrize("who", ["anyone", "alice"])
def test_it_costs_the_same_for_three_events_as_for_one(who, request, cold_and_warm):
    person = request.getfixturevalue(who)
    events.event("One", starts_at=on(4, 1), topics=["fire"])
    few = cold_and_warm("/events/", person)
    for number in range(2):
        events.event(
            f"More {number}", starts_at=on(4, 2 + number), topics=["fire"], online=3, called_off="No." * number
        )
    assert cold_and_warm("/events/", person) == few
    assert few[1] == 0 if who == "anyone" else few[1] <= 8


def test_what_was_has_a_way_by_its_venue_or_its_link_though_no_places_are_kept(client):
    """Past conferences were put in without places."""
    for number, fields in enumerate(({"venue": "Corn Hall"}, {"online_url": "https://meet.example.org/room-2"}, {})):
        events.event(f"Past {number}", in_person=0, online=0, starts_at=on(5, 1, 2016 + number), **fields)
    found = {way: links(page(client, f"/events/?how={way}"), ".event-past a") for way in ("in_person", "online")}
    assert found == {"in_person": [("Past 0", "/events/past-0/")], "online": [("Past 1", "/events/past-1/")]}
    facet = page(client, "/events/").select_one(".facets--wide nav[aria-labelledby=facet-how]")
    assert [words(line) for line in facet.select("a")] == ["In person 1 event", "Online 1 event"]
