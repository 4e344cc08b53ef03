"""The page of an event: how things stand in words, the programme by time and room, what is on now."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from core import caching
from events.models.calling import CalledOff
from events.models.programme import Speaking
from tests.events import soup
from tests.events.soup import one, words
from tests.factories import events

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
START = dt.datetime(2027, 6, 3, 9, 0, tzinfo=LONDON)
HOUR, HALF = dt.timedelta(hours=1), dt.timedelta(minutes=30)
PATH = "/events/a-day-together/"


@pytest.fixture
def day(db):
    """A day in three rooms: a welcome, two rounds of talks (one workshop over both), lunch, a close."""
    one = events.event(
        "A day together", kind="conference", starts_at=START, lasts=6 * HOUR, in_person=3, online=10, series="days",
        map_url="https://maps.example.org/x", getting_here="By train.", access_notes="Step-free.",
    )  # fmt: skip
    for room in ("Hall", "Library", "Studio"):
        events.track(one, room)
    edith, ruth = events.speaker("Edith Marlow"), events.speaker("Ruth Ember", body="Tarn Trust")
    events.session(one, "Welcome", kind="plenary", speakers=[edith])
    events.session(one, "Cold homes", room="Hall", starts_after=HOUR, speakers=[ruth], capacity=2)
    events.session(
        one, "Write a protocol", room="Studio", starts_after=HOUR, lasts=2 * HOUR, kind="workshop", capacity=1
    )
    events.session(one, "Young people", room="Library", starts_after=2 * HOUR, level="start_here")
    events.session(one, "Old people", room="Hall", starts_after=2 * HOUR)
    events.session(one, "Lunch", kind="break", starts_after=3 * HOUR, summary="Soup.")
    events.session(one, "Close", kind="plenary", chair=ruth, starts_after=4 * HOUR)
    return one


def at(hours: float):
    """The clock stands so many hours after the start."""
    return time_machine.travel(START + dt.timedelta(hours=hours), tick=False)


def page(client, path=PATH):
    return soup.page(client, path)


def cells(tree) -> list[list[str]]:
    """The programme as its table says it: each row's time, then the titles of its cells."""
    rows = []
    for row in tree.select("table.programme-day tbody tr"):
        time = words(row.select("th time")[0])
        rows.append([time, *(", ".join(words(title) for title in cell.select("h3")) for cell in row.select("td"))])
    return rows


class TestTheHead:
    def test_it_says_when_and_where_and_what(self, client, day):
        with at(-200):
            tree = page(client)
        assert one(tree, ".date-leaf") == "Thursday 3 June 2027"
        assert [words(fact) for fact in tree.select(".event-facts li")] == [
            "Where: Thornmere Town Hall, and online", "When: 9am to 3pm", "Conference",
        ]  # fmt: skip

    def test_it_says_how_many_come_once_somebody_does(self, client, day, alice, bob):
        events.booking(day, alice)
        events.booking(day, bob, mode="online")
        with at(-200):
            assert "1 in the room, 1 online" in one(page(client), ".event-facts")

    def test_two_days_are_two_days(self, client):
        events.event("Two days", starts_at=START, lasts=dt.timedelta(days=1, hours=6))
        with at(-200):
            tree = page(client, "/events/two-days/")
        assert one(tree, ".date-leaf") == "Thursday 3 June 2027 to 4 June"
        assert "Thursday 3 June, 9am, to Friday 4 June, 3pm" in one(tree, ".event-facts")

    def test_one_that_is_called_off_says_so_first(self, client, day, cora):
        CalledOff.objects.create(event=day, why="The roof leaks.", by=cora)
        with at(-200):
            tree = page(client)
        assert one(tree, ".banner") == "This event is called off. The roof leaks."
        assert tree.select(".session-card form, .session-place, .event-band") == []


class TestTheProgramme:
    def test_it_is_a_table_by_time_then_room(self, client, day):
        with at(-200):
            tree = page(client)
        assert [words(head) for head in tree.select("table thead th")] == ["Time", "Hall", "Library", "Studio"]
        assert cells(tree) == [
            ["09:00", "Welcome"],
            ["10:00", "Cold homes", "", "Write a protocol"],
            ["11:00", "Old people", "Young people"],
            ["12:00", "Lunch"],
            ["13:00", "Close"],
        ]
        spans = {
            words(cell.select("h3")[0]): (cell.get("colspan"), cell.get("rowspan"))
            for cell in tree.select("td") if cell.select("h3")
        }  # fmt: skip
        assert spans["Welcome"] == spans["Lunch"] == ("3", None)
        assert spans["Write a protocol"] == (None, "2")
        assert spans["Cold homes"] == (None, None)

    def test_each_card_names_its_room_for_those_who_see_one_column(self, client, day):
        with at(-200):
            cards = page(client).select(".session-card")
        rooms = {
            words(card.select("h3")[0]): [words(room) for room in card.select(".session-card__room")] for card in cards
        }
        assert rooms == {
            "Welcome": [], "Cold homes": ["Hall"], "Write a protocol": ["Studio"], "Young people": ["Library"],
            "Old people": ["Hall"], "Lunch": [], "Close": [],
        }  # fmt: skip

    def test_what_is_for_all_and_for_one_room_may_start_together(self, client, day):
        events.session(day, "Registration", kind="break", starts_after=HOUR)
        with at(-200):
            tree = page(client)
        assert cells(tree)[1:3] == [["10:00", "Registration"], ["10:00", "Cold homes", "", "Write a protocol"]]
        ids = [row.get("id") for row in tree.select("tbody tr")]
        assert len(ids) == len(set(ids))

    def test_who_speaks_and_who_takes_the_chair(self, client, day):
        with at(-200):
            said = {words(card.select("h3")[0]): words(card) for card in page(client).select(".session-card")}
        assert said["Cold homes"].startswith("Hall Cold homes to 10:45 Ruth Ember, Tarn Trust")
        assert said["Close"].startswith("Close Chair: Ruth Ember, Tarn Trust")
        assert said["Lunch"] == "Lunch Soup."

    def test_many_rooms_are_a_list(self, client, day):
        for number in range(3):
            events.session(day, f"More {number}", room=f"Room {number}", starts_after=HOUR)
        with at(-200):
            (table,) = page(client).select("table.programme-day")
        assert table.get("class") == ["programme-day"]

    def test_an_event_without_one_says_that_it_will_come(self, client):
        events.event("Bare")
        assert "being drawn up" in words(page(client, "/events/bare/"))


class TestOnTheDay:
    def test_it_leads_with_what_is_on_now(self, client, day):
        with at(2.25):
            tree = page(client)
        assert one(tree, ".event-band") == (
            "On now, since 10:00. Write a protocol in the Studio; Old people in the Hall; Young people in the Library."
        )
        on = [words(row.select("time")[0]) for row in tree.select(".programme-row--on")]
        assert on == ["10:00", "11:00"]
        assert tree.select(".programme__jump")[0].get("href") == "#at-03-1000"

    def test_between_two_sessions_it_says_what_comes_next(self, client, day):
        with at(0.9):
            assert (
                one(page(client), ".event-band")
                == "Next, at 10:00. Cold homes in the Hall; Write a protocol in the Studio."
            )

    def test_it_says_where_the_reader_is_booked(self, client_of, day, alice):
        workshop = day.sessions.get(title="Write a protocol")
        events.booking(day, alice, sessions=[workshop])
        with at(1.5):
            tree = page(client_of(alice))
        assert one(tree, ".event-band") == "On now, 10:00 to 12:00. You are booked into Write a protocol in the Studio."
        assert [words(card.select("h3")[0]) for card in tree.select(".session-card--mine")] == ["Write a protocol"]

    def test_there_is_no_band_before_and_after(self, client, day):
        for hours in (-1, 7):
            with at(hours):
                assert page(client).select(".event-band, .programme__jump") == []

    def test_what_is_finished_has_no_buttons(self, client_of, day, alice):
        events.booking(day, alice)
        with at(2.25):
            over = page(client_of(alice)).select(".session-card--over")
        assert [words(card.select("h3")[0]) for card in over] == ["Welcome", "Cold homes"]
        assert [card.select("form") for card in over] == [[], []]


class TestMine:
    def test_it_shows_what_one_chose_and_what_is_for_all(self, client_of, day, alice):
        events.booking(day, alice, sessions=[day.sessions.get(title="Write a protocol")])
        with at(-200):
            tree = page(client_of(alice), f"{PATH}?mine=1")
        titles = [words(title) for title in tree.select(".session-card h3")]
        assert titles == ["Welcome", "Write a protocol", "Lunch", "Close"]
        assert one(tree, ".programme__tabs [aria-current]") == "Mine"

    def test_it_is_offered_only_where_there_is_something_to_choose(self, client, day):
        events.session(events.event("All together"), "For everybody")
        assert page(client, "/events/all-together/").select(".programme__tabs") == []
        with at(-200):
            assert len(page(client).select(".programme__tabs a")) == 2
        with at(200):
            assert page(client).select(".programme__tabs") == []

    def test_a_stranger_is_asked_to_sign_in_and_comes_back(self, client, day):
        with at(-200):
            tree = page(client, f"{PATH}?mine=1")
        links = [link.get("href") for link in tree.select(".programme .none-yet a")]
        assert links == [f"/accounts/login/?next={PATH}%3Fmine%3D1"]

    def test_how_each_session_stands_is_said_in_words(self, client_of, day, alice, bob, morag):
        workshop, homes = day.sessions.get(title="Write a protocol"), day.sessions.get(title="Cold homes")
        events.booking(day, bob, sessions=[workshop])
        events.booking(day, alice, sessions=[workshop])
        events.booking(day, morag, sessions=[workshop])
        with at(-200):
            behind = words(page(client_of(morag)))
            said = {words(card.select("h3")[0]): words(card) for card in page(client_of(alice)).select(".session-card")}
            stranger = {
                words(card.select("h3")[0]): words(card) for card in page(client_of(None)).select(".session-card")
            }
        assert "You are next in line" in said["Write a protocol"]
        assert "You are 2nd in line" in behind
        assert "2 left" in said["Cold homes"]
        assert "Full, 2 waiting" in stranger["Write a protocol"]
        assert homes.left == 2


class TestBeside:
    def test_the_day_the_speakers_and_the_partners(self, client):
        made = events.event(
            "With all", partners=[("Mardyke Food Bank", "A stall")], access_notes="Hearing loop.", topics=["fire"],
            getting_here="By bus.",
        )  # fmt: skip
        events.session(made, "One", speakers=[events.speaker("Edith Marlow")])
        tree = page(client, "/events/with-all/")
        assert "Hearing loop." in one(tree, ".event-day")
        assert "By bus." in one(tree, ".event-day")
        assert "Mardyke Food Bank A stall" in one(tree, ".event-partners")
        assert [link.get("href") for link in tree.select(".speaker-row a")] == ["/events/speakers/edith-marlow/"]
        assert [link.get("href") for link in tree.select(".topic-links a")] == ["/topics/fire/"]

    def test_other_years_stand_at_their_own_addresses(self, client, day):
        events.event("A day before", series="days", starts_at=START - dt.timedelta(days=365))
        events.event("Something else", series="lunches")
        with at(-200):
            links = page(client).select("section[aria-labelledby=series] a")
        assert [(words(link), link.get("href")) for link in links] == [("A day before", "/events/a-day-before/")]

    @pytest.mark.parametrize(("kind", "said"), [("conference", "Other years"), ("workshop", "More of this series")])
    def test_the_rest_of_a_series_is_called_what_it_is(self, client, kind, said):
        for title in ("First", "Second"):
            events.event(title, series="row", kind=kind)
        assert one(page(client, "/events/first/"), "section[aria-labelledby=series] h2") == said

    def test_the_address_to_join_online_is_nobody_s_without_a_place(self, client, client_of, day, bob):
        for reader in (client, client_of(bob)):
            assert "meet.example.org" not in reader.get(PATH).content.decode()


class TestAfterwards:
    def test_it_leads_with_what_came_of_it(self, client):
        events.event(
            "It was", starts_in=dt.timedelta(days=-9), outcomes=[("14", "protocols rewritten")],
            report=[("text", "<p>It went well.</p>")],
        )  # fmt: skip
        tree = page(client, "/events/it-was/")
        assert "protocols rewritten" in one(tree, ".event-report__figures")
        assert "It went well." in one(tree, ".event-report")

    def test_before_it_is_over_nothing_of_the_report_is_shown(self, client):
        events.event("It will be", report=[("text", "<p>A canary of words.</p>")], outcomes=[("77", "canaries")])
        body = client.get("/events/it-will-be/").content.decode()
        assert "canar" not in body


class TestWhatOthersMakeOfIt:
    def test_it_tells_search_engines_what_it_is(self, client, day):
        with at(-200):
            body = client.get(PATH).content.decode()
        (found,) = re.findall(r'"@type": "Event".*?"isAccessibleForFree": true', body)
        assert '"startDate": "2027-06-03T09:00:00+01:00"' in found
        assert "MixedEventAttendanceMode" in found
        assert "EventScheduled" in found
        assert '<meta property="og:title" content="A day together">' in body

    def test_it_is_forgotten_when_the_programme_changes(self, client, day, django_capture_on_commit_callbacks):
        with at(-200):
            assert len(page(client).select(".session-card")) == 7
            Speaking.objects.all().delete()
            day.sessions.filter(title="Close").delete()
            with django_capture_on_commit_callbacks(execute=True):
                caching.touch("events", f"event:{day.pk}")
            assert len(page(client).select(".session-card")) == 6


def order(tree, *selectors: str) -> list[str]:
    """These selectors in the order in which the page has what they select."""
    nodes = list(tree.select("main *"))
    found = {selector: nodes.index(tree.select_one(selector)) for selector in selectors if tree.select_one(selector)}
    return sorted(found, key=found.__getitem__)


@pytest.mark.parametrize("kind", ["conference", "practitioner_day", "workshop"])
def test_day_place_and_the_button_come_first_and_a_whole_days_programme_before_its_prose(client, day, kind):
    type(day).objects.filter(pk=day.pk).update(kind=kind)
    day.refresh_from_db()
    day.about = [("text", "<p>Most of us know the rules by now.</p>")]
    day.save_revision().publish()
    with at(-48):
        tree = page(client)
    first = ["h1", ".event-facts", ".booking-box__act", ".event-head__lede"]
    parts = [".event__part--about", ".programme"] if kind == "workshop" else [".programme", ".event__part--about"]
    assert order(tree, *first, *parts) == first + parts
    assert "3 left in person" in one(tree, ".booking-box")


@pytest.mark.parametrize("who", ["anyone", "alice"])
def test_it_costs_the_same_for_three_sessions_as_for_one(who, request, cold_and_warm):
    person = request.getfixturevalue(who)

    def cost(number: int) -> tuple[int, int]:
        made = events.event(f"Of {number}", starts_in=-HOUR, lasts=6 * HOUR, online=5, topics=["fire"], series="row")
        for place in range(number):
            events.session(
                made, f"Part {place}", room=f"Room {place}", starts_after=HALF, lasts=2 * HOUR, capacity=3,
                speakers=[events.speaker(f"Speaker {place}")],
            )  # fmt: skip
        if person.is_authenticated:
            events.booking(made, person, sessions=list(made.sessions.all()))
        return cold_and_warm(f"/events/of-{number}/", person)

    one_session, three = cost(1), cost(3)
    assert one_session == three
    assert three[1] == 0 if who == "anyone" else three[1] <= 12
