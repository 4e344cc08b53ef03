"""The radar: how near, how great, how sure each change is that is not behind us; its key says all that it shows."""

import datetime as dt

import pytest
import time_machine

from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, briefing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    """It is noon on Sunday 22 November 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


def dots(response) -> dict:
    return {dot.mark.title: dot.mark for part in response.context["radar"].slices for dot in part.dots}


def test_a_dot_says_how_near_great_and_sure_a_change_is(client):
    DevelopmentFactory(title="Next month", impact=5, steps=[("Starts", "2026-12-31")])
    DevelopmentFactory(title="In spring", impact=3, certainty="likely", steps=[("Starts", "2027-05")])
    DevelopmentFactory(title="As judged", impact=1, certainty="possible", nearness="36", steps=[("Starts", "")])
    DevelopmentFactory(title="Over", steps=[("Starts", "2018-05-25")])
    found = dots(client.get("/horizon/radar/"))
    assert {title: (mark.nearness, mark.level, mark.certainty) for title, mark in found.items()} == {
        "Next month": ("now", "high", "certain"), "In spring": ("6", "medium", "likely"),
        "As judged": ("36", "low", "possible"),
    }  # fmt: skip


def test_a_dot_leads_where_the_row_leads(client):
    told = DevelopmentFactory(title="Told", steps=[("Starts", "2027-01-01")])
    plain = DevelopmentFactory(title="Plain", steps=[("Starts", "2027-01-01")])
    page = briefing("The briefing", development=told)
    found = dots(client.get("/horizon/radar/"))
    assert {title: mark.url for title, mark in found.items()} == {"Told": page.url, "Plain": plain.get_absolute_url()}


def test_the_key_beside_the_picture_names_every_dot(client):
    DevelopmentFactory(title="Law of it", steps=[("Starts", "2027-01-01")])
    DevelopmentFactory(title="Court of it", category="court", steps=[("Starts", "2027-01-01")])
    page = client.get("/horizon/radar/").content.decode()
    key = page.partition('class="radar__key"')[2]
    assert [title in key for title in ("Law of it", "Court of it", "Over")] == [True, True, False]


def test_it_is_narrowed_like_the_lists(client):
    fire = SectorFactory(name="Fire", colour="fire")
    DevelopmentFactory(title="Fire's", steps=[("Starts", "2027-01-01")], sectors=[fire], topics=["alarms"])
    DevelopmentFactory(title="Another's", category="court", steps=[("Starts", "2029")])
    for query, left in [
        ("?sector=fire", {"Fire's"}), ("?topic=alarms", {"Fire's"}), ("?category=court", {"Another's"}),
        ("?act=on", {"Fire's"}), ("?watch=on", {"Another's"}), ("?watch=on&sector=fire", set()),
    ]:  # fmt: skip
        assert set(dots(client.get(f"/horizon/radar/{query}"))) == left, query
    assert "Nothing is coming for this choice" in client.get("/horizon/radar/?watch=on&sector=fire").content.decode()


def test_a_hidden_development_is_a_dot_for_the_core_team_alone(client_of, cast):
    DevelopmentFactory(title="kvxqtitle", shown=False, steps=[("kvxqstep", "2027-01-01")])
    seen = {name: "kvxq" in client_of(person).get("/horizon/radar/").content.decode() for name, person in cast.items()}
    assert seen == dict.fromkeys(("alice", "bob", "charlie", "morag", "anyone"), False) | {"cora": True}


@pytest.mark.parametrize("who", [None, "alice"])
def test_it_costs_the_same_for_three_changes_as_for_one(who, request, cold_and_warm):
    person = request.getfixturevalue(who) if who else None

    def cost() -> tuple[int, int]:
        DevelopmentFactory(steps=[("One", "2027-01-01")], topics=["shared"])
        return cold_and_warm("/horizon/radar/", person)

    first = cost()
    cost()
    assert cost() == first
    assert first[1] <= 3  # who asks, and what is shut to them
