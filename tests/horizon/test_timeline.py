"""The timeline: what is next and in how many days, every date past and coming, and the same in tables."""

import datetime as dt

import pytest
import time_machine

from horizon.pictures.timeline import draw
from horizon.querysets.pictures import timeline_for
from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, briefing, milestone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    """It is noon on Sunday 22 November 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


def steps(dates) -> list[str]:
    return [one["step"].what for one in dates]


def test_dates_to_come_stand_in_order_and_those_without_one_last(client):
    DevelopmentFactory(steps=[("No date", ""), ("A day in May", "2027-05-14"), ("This year", "2026")])
    DevelopmentFactory(steps=[("All of May", "2027-05"), ("Tomorrow", "2026-11-23"), ("Gone", "2026-11-21")])
    context = client.get("/horizon/timeline/").context
    assert steps(context["coming"]) == ["Tomorrow", "This year", "A day in May", "All of May", "No date"]
    assert [(year, steps(dates)) for year, dates in context["past"]] == [(2026, ["Gone"])]


def test_what_is_next_says_in_how_many_days_and_no_more_than_is_known(client):
    DevelopmentFactory(
        steps=[("This year", "2026"), ("Tomorrow", "2026-11-23"), ("In May", "2027-05"), ("Later", "2028")]
    )
    page = client.get("/horizon/timeline/")
    found = [(one["number"], one["unit"], one["step"].what) for one in page.context["next_up"]]
    assert found == [("1", "day", "Tomorrow"), ("This year", "", "This year"), ("160", "days or more", "In May")]
    assert [one["days"] for one in page.context["coming"]] == [
        "in 1 day", "this year", "in 160 days or more", "in 405 days or more",
    ]  # fmt: skip


def test_today_is_today(client):
    DevelopmentFactory(steps=[("It starts", "2026-11-22"), ("This month", "2026-11")])
    assert [one["days"] for one in client.get("/horizon/timeline/").context["coming"]] == ["today", "this month"]


def test_days_are_counted_right_across_the_change_of_the_clocks(anyone):
    DevelopmentFactory(steps=[("Summer", "2027-03-29"), ("Winter", "2027-11-01")])
    for today, said in [
        (dt.date(2027, 3, 27), ["in 2 days", "in 219 days"]),
        (dt.date(2027, 10, 30), ["in 2 days"]),
    ]:
        assert [one["days"] for one in timeline_for(anyone, {}, today=today)["coming"]] == said


def test_how_sure_a_date_is_stands_beside_it(client):
    one = DevelopmentFactory()
    for what, on, confirmed, called_off in [
        ("Sure", "2027-01-01", True, False), ("Unsure", "2027-02-01", False, False), ("Open", "", True, False),
        ("Dropped", "2027-03-01", True, True), ("Was sure", "2025-01-01", True, False),
        ("Was not", "2025", False, False),
    ]:  # fmt: skip
        milestone(one, what, on, confirmed=confirmed, called_off=called_off)
    context = client.get("/horizon/timeline/").context
    dates = [*context["coming"], *(one for _year, some in context["past"] for one in some)]
    assert {one["step"].what: one["step"].unsure for one in dates} == {
        "Sure": "", "Unsure": "expected", "Open": "not confirmed", "Dropped": "called off", "Was sure": "",
        "Was not": "not confirmed",
    }  # fmt: skip


def test_what_is_behind_us_goes_year_by_year_the_latest_first(client):
    DevelopmentFactory(steps=[("A", "2016-05-24"), ("B", "2018-05-25"), ("C", "2018-12")])
    past = [(year, steps(dates)) for year, dates in client.get("/horizon/timeline/").context["past"]]
    assert past == [(2018, ["C", "B"]), (2016, ["A"])]


def test_the_tables_say_all_that_the_picture_shows(client):
    DevelopmentFactory(steps=[("A", "2016-05-24"), ("B", "2027-05"), ("C", ""), ("D", "2031")])
    DevelopmentFactory(category="court", steps=[("E", "2025")])
    context = client.get("/horizon/timeline/").context
    drawn = [part.mark.title for lane in context["timeline"].lanes for part in (*lane.marks, *lane.undated)]
    listed = [*steps(context["coming"]), *(what for _year, dates in context["past"] for what in steps(dates))]
    assert sorted(drawn) == sorted(listed) == ["A", "B", "C", "D", "E"]


def test_it_is_narrowed_by_sector_topic_and_kind(client):
    fire = SectorFactory(name="Fire", colour="fire")
    DevelopmentFactory(steps=[("Fire's", "2027-01-01")], sectors=[fire], topics=["alarms"], category="guidance")
    DevelopmentFactory(steps=[("Another's", "2027-01-02")])
    for query in ("?sector=fire", "?topic=alarms", "?category=guidance", "?sector=fire&topic=alarms&category=guidance"):
        assert steps(client.get(f"/horizon/timeline/{query}").context["coming"]) == ["Fire's"], query
    page = client.get("/horizon/timeline/?sector=fire&category=law").content.decode()
    assert "No date fits all of that" in page


def test_an_empty_timeline_says_so(client):
    assert "No dates yet" in client.get("/horizon/timeline/").content.decode()


def test_dates_of_a_hidden_development_are_for_the_core_team_alone(client_of, cast):
    DevelopmentFactory(title="kvxqtitle", shown=False, steps=[("kvxqcoming", "2027-01-01"), ("kvxqpast", "2020")])
    seen = {
        name: "kvxq" in client_of(person).get("/horizon/timeline/").content.decode() for name, person in cast.items()
    }
    assert seen == dict.fromkeys(("alice", "bob", "charlie", "morag", "anyone"), False) | {"cora": True}


def test_no_draft_lends_the_timeline_a_word(client):
    briefing("kvxqdraft", development=DevelopmentFactory(steps=[("It starts", "2027-01-01")]), publish=False)
    assert "kvxq" not in client.get("/horizon/timeline/").content.decode()


@pytest.mark.parametrize("who", [None, "alice"])
def test_it_costs_the_same_for_three_changes_as_for_one(who, request, cold_and_warm):
    person = request.getfixturevalue(who) if who else None

    def cost() -> tuple[int, int]:
        DevelopmentFactory(steps=[("One", "2027-01-01"), ("Two", "2018-01-01")], topics=["shared"])
        return cold_and_warm("/horizon/timeline/", person)

    first = cost()
    cost()
    assert cost() == first
    assert first[1] <= 3  # who asks, and what is shut to them


def test_it_is_drawn_once_for_all_who_may_see_the_same_and_anew_on_another_day(client_of, alice, bob):
    DevelopmentFactory(steps=[("It starts", "2026-12-01")])
    pages = [client_of(alice).get("/horizon/timeline/"), client_of(bob).get("/horizon/timeline/")]
    drawn = draw.cache_info().misses
    pages.append(client_of(bob).get("/horizon/timeline/"))
    assert draw.cache_info().misses == drawn
    assert pages[0].context["timeline"] is pages[1].context["timeline"] is pages[2].context["timeline"]
    with time_machine.travel(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), tick=False):
        assert "in 8 days" in client_of(alice).get("/horizon/timeline/").content.decode()
    assert "in 9 days" in client_of(alice).get("/horizon/timeline/").content.decode()
