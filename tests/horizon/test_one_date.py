"""Lists, captions and drawings say the same of what is next; several briefings on one change all stand."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils.html import strip_tags

from core.dates import PartialDate
from horizon.models import StageChange
from horizon.querysets.lists import coming_up, rows_for
from horizon.querysets.pictures import index_for
from reference.coming import of as coming_to
from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon, milestone
from tests.factories.knowledge import ProvisionFactory

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


def text_of(client, url) -> str:
    return " ".join(strip_tags(client.get(url).content.decode().replace("</", " </")).split())


# --- Every briefing --------------------------------------------------------------------------------


@pytest.fixture
def act():
    """A change with two briefings that are in date and a newer one that ran out."""
    one = DevelopmentFactory(title="New Act", steps=[("Starts", "2027-06-01")])
    briefing("Make your list", development=one, tasks=[("List them", dt.date(2027, 1, 31))])
    briefing("Tell your people", development=one, tasks=[("Tell them", dt.date(2026, 12, 11))])
    over = {"expires_on": TODAY, "tasks": [("Too late", dt.date(2026, 12, 1))]}
    briefing("What we said first", development=one, **over)
    return one


def told(rows) -> list[tuple[str, str]]:
    return [(row.shown_title, row.when_told) for row in rows]


BOTH = [
    ("Tell your people", "Something to do by 11 December 2026"),
    ("Make your list", "Something to do by 31 January 2027"),
]


def test_a_second_briefing_pushes_none_off_and_each_has_its_own_day_and_words(client, anyone, act):
    (row,) = rows_for(anyone, today=TODAY)
    assert told(row.apart) == told(coming_up(anyone, today=TODAY, most=9)) == BOTH
    page = text_of(client, "/horizon/")
    assert "Make your list Something to do by 31 January 2027. Make your list, told in short." in page
    assert "Tell your people, told in short." in page


def test_one_that_is_out_of_date_never_leads_nor_asks(client, anyone, act):
    alone = DevelopmentFactory(title="Alone", steps=[("Starts", "2029")])
    briefing("It ran out", development=alone, expires_on=TODAY, tasks=[("Too late", dt.date(2026, 12, 1))])
    assert "What we said first" not in text_of(client, "/horizon/")
    assert "Out of date briefing" in text_of(client, act.get_absolute_url())
    (row,) = [row for row in rows_for(anyone, today=TODAY) if row.pk == alone.pk]
    assert (row.shown_title, row.shown_url, row.due) == ("Alone", alone.get_absolute_url(), None)


def test_the_law_names_each_of_them(anyone, act):
    law = ProvisionFactory()
    act.provisions.add(law)
    act.save()
    assert [one.title for one in coming_to(law, anyone)] == [title for title, _when in BOTH]


# --- One date --------------------------------------------------------------------------------------


def test_caption_list_and_chart_agree_on_what_is_next(client, index):
    year = DevelopmentFactory(title="This year", impact=1)
    milestone(year, "Expected", "2026", confirmed=False)
    councils = DevelopmentFactory(title="New councils", steps=[("Elections", "2026-12-31")])
    briefing("Make your list", development=councils, tasks=[("List", dt.date(2026, 12, 11))])
    DevelopmentFactory(title="All of December", steps=[("Starts", "2026-12")])
    context = client.get("/horizon/").context
    titles = [row.shown_title for row in context["groups"][0]["rows"]]
    assert titles == [mark.title for mark in context["marks"]] == ["Make your list", "All of December", "This year"]
    assert context["marks"][0].start == context["marks"][0].end == dt.date(2026, 12, 11)
    assert "The next: Make your list, do it by 11 December 2026." in context["chart"].finding


def test_a_row_stands_at_what_is_to_be_done_even_when_the_change_comes_before(anyone, index):
    one = DevelopmentFactory(steps=[("Starts", "2026-12-01")])
    briefing("Told", development=one, tasks=[("Do it", dt.date(2027, 1, 31))])
    (row,), (mark,) = rows_for(anyone, today=TODAY), index_for(anyone, {}, today=TODAY)["marks"]
    assert (row.when["main"], row.stands_at, mark.start) == ("By 31 January", PartialDate(2027, 1, 31), row.due)


def test_of_a_day_and_the_year_it_lies_in_the_day_is_next(anyone, index):
    DevelopmentFactory(steps=[("Some time", "2026"), ("Starts", "2026-12-01")])
    assert rows_for(anyone, today=TODAY)[0].next.what == "Starts"


# --- The head of a briefing and its tasks ----------------------------------------------------------


def test_its_head_says_the_next_thing_to_do_and_no_past_date_first(client, index):
    one = DevelopmentFactory()
    milestone(one, "Reports were due", "2026-06-19", kind="deadline")
    tasks = [("Long past", dt.date(2026, 11, 5)), ("Next", dt.date(2026, 12, 11)), ("Later", dt.date(2027, 1, 1))]
    page = briefing("Told", development=one, tasks=tasks)
    dates = [(one["called"], one["date"], one["beside"]) for one in client.get(page.url).context["dates"]]
    assert dates == [("Next thing to do", "By 11 December 2026", "in 19 days"), ("Deadline was", "19 June 2026", "")]


def test_a_task_whose_day_has_passed_says_so_to_strangers_too(client, index):
    page = briefing("Told", tasks=[("Past", dt.date(2026, 11, 5)), ("Next", dt.date(2026, 12, 11))])
    content = client.get(page.url).content.decode()
    assert re.findall(r'timeline__step--(\w+)" id="task-.*?<time[^>]*>(.*?)</time>', content) == [
        ("overdue", "Was due 5 November 2026"), ("now", "11 December 2026"),
    ]  # fmt: skip


# --- Words -----------------------------------------------------------------------------------------


def test_one_thing_to_do_is_said_with_its_day(client, index):
    one = DevelopmentFactory()
    briefing("Told", development=one, tasks=[("Do it", dt.date(2027, 1, 31))])
    assert "Briefing, 1 thing to do, by 31 January 2027." in text_of(client, one.get_absolute_url())


def test_one_change_that_is_behind_us_is_spoken_of_as_one(client, index):
    DevelopmentFactory(steps=[("Starts", "2023-05-25")])
    assert "1 change since 2023 is behind us, and it may still catch people out." in text_of(client, "/horizon/")


def test_a_step_that_passed_unconfirmed_does_not_read_as_to_come(client, index):
    one = DevelopmentFactory()
    milestone(one, "Starts", "2026-04-01", confirmed=False)
    briefing("Told", development=one, tasks=[("Do it", dt.date(2027, 1, 31))])
    assert "The change was expected on 1 April 2026, not confirmed yet." in text_of(client, "/horizon/")


def test_the_history_gives_of_a_stage_the_date_that_is_known(client, index):
    one = DevelopmentFactory()
    at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    StageChange.objects.create(development=one, stage="consultation", on=PartialDate(2025), at=at)
    page = text_of(client, one.get_absolute_url())
    assert "2025 Stage: consultation." in page
    assert "1 January 2025" not in page


def test_a_change_for_every_sector_says_so_once(client, index):
    every = [SectorFactory(name=name, short_name=name, colour=name.lower()) for name in ("Fire", "Health")]
    SectorFactory(name="Core team", short_name="Kvxqcore", colour="core")
    DevelopmentFactory(title="For all", sectors=every, steps=[("Starts", "2027-01-01")])
    DevelopmentFactory(title="For one", sectors=every[:1], steps=[("Starts", "2027-01-02")])
    content = client.get("/horizon/").content.decode()
    rows = re.findall(r'horizon-row__sectors">(.*?)</p>', content, re.S)
    assert [strip_tags(row).strip() for row in rows] == ["All sectors", "Fire"]


def test_nothing_is_counted_where_nobody_said_anything(client, index):
    DevelopmentFactory(steps=[("Starts", "2027-01-01")])
    assert "in discussion" not in client.get("/horizon/").content.decode()
