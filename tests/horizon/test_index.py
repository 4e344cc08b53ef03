"""The Horizon's first page: what to act on, prepare for and watch, by sector, topic and kind; nothing hidden."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import caching
from forum import about
from forum.actions import discussing
from horizon.models import Development
from horizon.querysets.pictures import index_for
from tests.factories import SectorFactory, SpaceFactory
from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon, milestone
from tests.factories.knowledge import TermFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def november():
    """It is noon on Sunday 22 November 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def index():
    return make_horizon()


def titles(client, query="") -> dict[str, list[str]]:
    """{group: titles of its rows} of the index; without groups that are not there."""
    context = client.get(f"/horizon/{query}").context
    return {group["key"]: [row.shown_title for row in group["rows"]] for group in context["groups"]}


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


# --- What stands where -----------------------------------------------------------------------------


def test_changes_stand_under_what_to_do_about_them(client, index):
    DevelopmentFactory(title="Soon", steps=[("Starts", "2027-02-22")])
    DevelopmentFactory(title="Next year", steps=[("Starts", "2027-02-23")])
    DevelopmentFactory(title="Far off", steps=[("Starts", "2029")])
    DevelopmentFactory(title="Only possible", certainty="possible", steps=[("Starts", "2027-01-01")])
    DevelopmentFactory(title="Weighty, without a date", impact=4, steps=[("Starts", "")])
    DevelopmentFactory(title="Light, without a date", impact=3, steps=[("Starts", "")])
    DevelopmentFactory(title="Over", steps=[("Starts", "2018-05-25")])
    assert titles(client) == {
        "act": ["Soon"],
        "prepare": ["Next year", "Weighty, without a date"],
        "watch": ["Only possible", "Far off", "Light, without a date"],
    }
    assert [row.title for row in client.get("/horizon/").context["past"]] == ["Over"]


def test_a_task_that_is_due_makes_a_far_change_one_to_act_on_and_is_said_first(client, index):
    councils = DevelopmentFactory(title="New councils", steps=[("Elections", "2028-05")])
    councils.milestones.update(confirmed=False)
    tasks = [("Long past", dt.date(2026, 11, 21)), ("List them", dt.date(2026, 12, 11)), ("Later", None)]
    briefing("Make your list", development=councils, tasks=tasks)
    (group,) = client.get("/horizon/").context["groups"]
    (row,) = group["rows"]
    assert (group["key"], row.when) == ("act", {"main": "By 11 December", "rest": "2026", "unsure": ""})
    assert "The change itself: May 2028, expected." in client.get("/horizon/").content.decode()


def test_dates_are_said_no_closer_than_they_are_known(client, index):
    for title, on, confirmed in [
        ("Day", "2027-01-31", True), ("Month", "2027-02", False), ("Year", "2030", False), ("None", "", True),
    ]:  # fmt: skip
        milestone(DevelopmentFactory(title=title), "Starts", on, confirmed=confirmed)
    rows = {row.title: row.when for group in client.get("/horizon/").context["groups"] for row in group["rows"]}
    assert rows == {
        "Day": {"main": "31 January", "rest": "2027", "unsure": ""},
        "Month": {"main": "February", "rest": "2027", "unsure": "expected"},
        "Year": {"main": "2030", "rest": "", "unsure": "expected"},
        "None": {"main": "No date", "rest": "yet", "unsure": ""},
    }


def test_a_month_and_a_year_count_until_their_last_day(anyone, index):
    DevelopmentFactory(title="Month", steps=[("Starts", "2027-05")])
    DevelopmentFactory(title="Year", steps=[("Starts", "2027")])

    def past_on(day):
        return [row.title for row in index_for(anyone, {}, today=day)["past"]]

    assert past_on(dt.date(2027, 5, 31)) == []
    assert past_on(dt.date(2027, 6, 1)) == ["Month"]
    assert past_on(dt.date(2027, 12, 31)) == ["Month"]
    assert past_on(dt.date(2028, 1, 1)) == ["Year", "Month"]


def test_a_day_begins_at_midnight_here_not_in_greenwich(client, index):
    DevelopmentFactory(title="On the day", steps=[("Starts", "2027-07-01")])
    with time_machine.travel(dt.datetime(2027, 7, 1, 22, 59, tzinfo=dt.UTC), tick=False):  # 23:59 here
        assert titles(client) == {"act": ["On the day"]}
    caching.cache.clear()
    with time_machine.travel(dt.datetime(2027, 7, 1, 23, 1, tzinfo=dt.UTC), tick=False):
        assert titles(client) == {}


def test_a_step_that_is_called_off_is_not_waited_for(client, index):
    milestone(DevelopmentFactory(title="Dropped"), "Starts", "2027-01-01", called_off=True)
    assert titles(client) == {}


def test_the_picture_has_a_mark_for_each_change_in_the_lists(client, index):
    DevelopmentFactory(title="Soon", steps=[("Starts", "2027-01-31")])
    DevelopmentFactory(title="No date", steps=[("Starts", "")])
    DevelopmentFactory(title="Over", steps=[("Starts", "2018-05-25")])
    context = client.get("/horizon/").context
    assert {mark.title for mark in context["marks"]} == {"Soon", "No date"}
    assert sum(len(lane.marks) + len(lane.undated) for lane in context["chart"].lanes) == 2


# --- Briefings -------------------------------------------------------------------------------------


def test_a_row_leads_to_the_newest_briefing_the_reader_may_see_else_to_the_development(client_of, alice, anyone, index):
    plain = DevelopmentFactory(title="Plain", steps=[("Starts", "2027-01-01")])
    told = DevelopmentFactory(title="Told", steps=[("Starts", "2027-01-02")])
    briefing("First words", development=told)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        newest = briefing("Newest words", development=told)
    inside = DevelopmentFactory(title="Inside", steps=[("Starts", "2027-01-03")])
    page = briefing("For members", development=inside)
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    def rows(person):
        (group,) = client_of(person).get("/horizon/").context["groups"]
        return [(row.shown_title, row.shown_url) for row in group["rows"]]

    shared = [("Plain", plain.get_absolute_url()), ("Newest words", newest.url)]
    assert rows(None) == [*shared, ("Inside", inside.get_absolute_url())]
    assert rows(alice) == [*shared, ("For members", page.url)]


def test_a_draft_and_an_embargoed_briefing_change_nothing(client, index):
    one = DevelopmentFactory(title="A change", steps=[("Starts", "2028-05")])
    due = [("kvxqtask", dt.date(2026, 12, 1))]
    briefing("kvxqdraft", development=one, tasks=due, topics=["kvxqtopic"], publish=False)
    later = briefing("kvxqlater", development=one, tasks=due, topics=["kvxqtopic"], publish=False)
    later.go_live_at = timezone.now() + dt.timedelta(days=1)
    later.save_revision().publish()
    page = client.get("/horizon/").content.decode()
    assert titles(client) == {"prepare": ["A change"]}
    assert "kvxq" not in page


def test_what_is_behind_us_is_counted_and_its_briefings_are_still_led_to(client, index):
    DevelopmentFactory(title="Older", steps=[("Starts", "2016-05-24")])
    gdpr = DevelopmentFactory(title="Newer", steps=[("Starts", "2018-05-25")])
    page = briefing("What still catches people out", development=gdpr, tasks=[], no_action="It is done.")
    content = client.get("/horizon/").content.decode()
    assert "2 changes since 2016 are behind us" in content
    assert f'<a href="{page.url}">What still catches people out</a>' in content


# --- Filters ---------------------------------------------------------------------------------------


@pytest.fixture
def three(index):
    """A change for fire, one for health, and one for both; each of another kind and topic."""
    fire, health = SectorFactory(name="Fire", colour="fire"), SectorFactory(name="Health", colour="health")
    common = {"steps": [("Starts", "2027-01-01")]}
    DevelopmentFactory(title="Fire only", category="law", sectors=[fire], topics=["alarms"], **common)
    DevelopmentFactory(title="Health only", category="guidance", sectors=[health], topics=["wards"], **common)
    later = {"steps": [("Starts", "2028-01-01")]}
    DevelopmentFactory(title="Both", category="standard", sectors=[fire, health], topics=["alarms", "wards"], **later)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?sector=fire", {"act": ["Fire only"], "prepare": ["Both"]}),
        ("?topic=wards", {"act": ["Health only"], "prepare": ["Both"]}),
        ("?category=standard", {"prepare": ["Both"]}),
        ("?prepare=on", {"prepare": ["Both"]}),
        ("?act=on&prepare=on&watch=on&sector=", {"act": ["Fire only", "Health only"], "prepare": ["Both"]}),
        ("?sector=fire&topic=wards&act=on", {}),
        ("?sector=nobody&topic=gone&category=made-up", {"act": ["Fire only", "Health only"], "prepare": ["Both"]}),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(client, three, query, left):
    assert titles(client, query) == left


def test_what_is_chosen_can_be_taken_off_again(client, three):
    filters = client.get("/horizon/?sector=fire&topic=wards&act=on").context["filters"]
    assert filters.taken == (
        ("Fire", "?topic=wards&act=on"), ("Wards", "?sector=fire&act=on"), ("Act now only", "?sector=fire&topic=wards"),
    )  # fmt: skip
    assert [one.title for one in filters.show if one.chosen] == ["Act now"]
    assert [one.title for one in filters.sectors if one.chosen] == ["Fire"]


def test_topics_are_written_as_people_write_them(client, index):
    TermFactory(term="General Data Protection Regulation", short_form="GDPR")
    DevelopmentFactory(steps=[("Starts", "2027-01-01")], topics=["gdpr", "alarms at night"])
    filters = client.get("/horizon/").context["filters"]
    assert [one.title for one in filters.topics] == ["Alarms at night", "GDPR"]


def test_nothing_left_says_so_and_leads_back(client, three):
    page = client.get("/horizon/?sector=fire&topic=wards&act=on").content.decode()
    assert "Nothing is coming for this choice" in page


def test_an_empty_horizon_asks_for_signals(client, index):
    page = client.get("/horizon/").content.decode()
    assert "Nothing here yet" in page
    assert '<a href="/horizon/signals/send/">Send a signal</a>' in page


def test_a_briefings_topic_counts_as_its_developments(client, index):
    one = DevelopmentFactory(title="A change", steps=[("Starts", "2027-01-01")], topics=["wards"])
    briefing("Told", development=one, topics=["alarms"])
    assert titles(client, "?topic=alarms") == {"act": ["Told"]}


# --- Nothing hidden --------------------------------------------------------------------------------


def test_a_hidden_development_is_in_no_list_count_or_filter_but_the_core_teams(client_of, cast, index):
    sector = SectorFactory(name="Kvxqsector", colour="fire")
    DevelopmentFactory(
        title="kvxqtitle", shown=False, category="court", topics=["kvxqtopic"], sectors=[sector],
        steps=[("kvxqstep", "2027-01-01")],
    )  # fmt: skip
    seen = {name: "kvxq" in client_of(person).get("/horizon/").content.decode() for name, person in cast.items()}
    assert seen == dict.fromkeys(("alice", "bob", "charlie", "morag", "anyone"), False) | {"cora": True}
    assert [one.value for one in client_of().get("/horizon/").context["filters"].categories] == []
    assert titles(client_of(), "?topic=kvxqtopic") == {}


# --- Discussions -----------------------------------------------------------------------------------


def test_posts_about_a_change_and_its_briefings_are_counted_as_far_as_the_reader_may_read_them(
    client_of, bob, alice, index
):
    SpaceFactory(name="Open to all")
    one = DevelopmentFactory(title="Talked about", steps=[("Starts", "2027-01-01")])
    page = briefing("The briefing", development=one)
    discussing.say(by=bob, about=about.look_up("development", one.pk, bob), body="Has anybody begun?")
    post = discussing.say(by=bob, about=about.look_up("page", page.pk, bob), body="What of small charities?")

    def counted(person):
        page = client_of(person).get("/horizon/").content.decode()
        return re.findall(r'horizon-row__talk">.*?</svg>\s*(\d+)<', page, re.S)

    assert counted(None) == ["2"]
    type(post.thread.space).objects.filter(pk=post.thread.space.pk).update(visibility="members")
    assert (counted(None), counted(alice)) == ([], ["2"])


# --- Kept, and cheap -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "alice", "cora"])
def test_the_index_costs_the_same_for_three_changes_as_for_one(who, request, client_of, index, forget):
    person = request.getfixturevalue(who) if who else None

    def cost(number):
        one = DevelopmentFactory(topics=[f"own {number}", "shared"], steps=[("Starts", "2027-01-01"), ("Said", "")])
        one.sectors.add(SectorFactory(name=f"Sector {number}", colour="fire"))
        one.save()
        briefing(f"Briefing {number}", development=one, topics=[f"other {number}"])
        client, found = client_of(person), []
        for _time in range(2):
            forget()
            with CaptureQueriesContext(connection) as made:
                client.get("/horizon/")
            found.append(len(made))
        return found[1], queries(client, "/horizon/")

    first = cost(1)
    cost(2)
    assert cost(3) == first
    assert first[1] <= 10


@pytest.mark.parametrize(
    "url",
    [
        "/horizon/", "/horizon/?sector=&topic=alarms&category=&prepare=on", "/horizon/timeline/",
        "/horizon/timeline/?topic=alarms", "/horizon/radar/?category=standard&prepare=on",
        "/horizon/developments/both/",
    ],
)  # fmt: skip
def test_the_anonymous_cost_no_query_until_a_change_is_touched(
    client, settings, three, url, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    assert queries(client, url) == 0
    Development.objects.filter(title="Both").update(title="Both, renamed")
    assert "Both, renamed" not in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        caching.touch("horizon", f"development:{Development.objects.get(slug='both').pk}")
    assert "Both, renamed" in client.get(url).content.decode()
    assert queries(client, url) == 0


def test_a_published_briefing_shows_at_once(client, settings, three, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    assert titles(client)["act"] == ["Fire only", "Health only"]
    with django_capture_on_commit_callbacks(execute=True):
        briefing("Told at last", development=Development.objects.get(title="Fire only"))
    assert "Told at last" in client.get("/horizon/").content.decode()
