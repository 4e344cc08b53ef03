"""How many organisations have done a task: told from five on, by sector, and never so that a few can be worked out."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horizon.models import TaskDone
from horizon.querysets.counts import FEWEST, Shown, safe
from horizon.querysets.tasks import rows_for
from tests.factories import OrganisationFactory, SectorFactory, horizon


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 40), max_size=9))
def test_no_number_under_five_is_told_or_left_over_by_subtraction(counts):
    told = safe(counts)
    total, groups = sum(counts.values()), dict(told.groups)
    assert told.total == (total if total >= FEWEST else 0)
    assert groups.items() <= counts.items()
    assert all(many >= FEWEST for many in groups.values())
    rest = told.total - sum(groups.values())
    assert rest == 0 or rest >= FEWEST


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 40), max_size=9))
def test_no_sector_is_left_out_that_could_be_told(counts):
    """Of the sectors that may be told only the smallest are left out, and no more of them than it takes."""
    told = dict(safe(counts).groups)
    if sum(counts.values()) < FEWEST:
        return
    able = sorted(many for many in counts.values() if many >= FEWEST)
    dropped = able[: len(able) - len(told)]
    small = sum(many for many in counts.values() if many < FEWEST)
    assert sorted(told.values()) == able[len(dropped) :]
    if dropped:
        assert 0 < small + sum(dropped[:-1]) < FEWEST


def test_the_smallest_sector_is_left_out_where_the_rest_would_be_told():
    assert safe({"councils": 7, "health": 6, "fire": 2}) == Shown(15, (("councils", 7),))
    assert safe({"councils": 7, "health": 5}) == Shown(12, (("councils", 7), ("health", 5)))
    assert safe({"councils": 6, "fire": 1}) == Shown(7)
    assert safe({"councils": 4}) == Shown()
    assert safe({"councils": 3, "fire": 3}) == Shown(6)


@pytest.fixture
def page(db):
    return horizon.briefing(tasks=[("Name one person", dt.date(2026, 12, 1)), ("Read it", None)])


def done_by(page, task, sector: str, many: int):
    sector = SectorFactory(name=sector, slug=sector.lower(), short_name=sector)
    for _ in range(many):
        TaskDone.objects.create(briefing=page, key=task.key, organisation=OrganisationFactory(sector=sector))


def count_words(page, viewer):
    return [row.count_words for row in rows_for(page, viewer)]


def test_everybody_sees_how_many_have_done_each_task(page, anyone, alice):
    first, second = page.tasks.all()
    done_by(page, first, "Council", 7)
    done_by(page, first, "Health", 6)
    done_by(page, second, "Council", 4)
    for viewer in (anyone, alice):
        assert count_words(page, viewer) == ["13 organisations have done it: Council 7, Health 6", ""]


def test_ticks_of_another_briefing_with_the_same_key_are_not_counted(page, anyone):
    """A copied page copies its keys."""
    task = page.tasks.first()
    copy = horizon.briefing("A copy")
    copy.tasks.update(key=task.key)
    done_by(copy, task, "Council", 9)
    assert count_words(page, anyone) == ["", ""]


def test_a_sector_with_few_is_neither_named_nor_left_over(page, anyone):
    first, _ = page.tasks.all()
    done_by(page, first, "Council", 8)
    done_by(page, first, "Prisons", 3)
    assert count_words(page, anyone) == ["11 organisations have done it", ""]


def test_counting_costs_the_same_for_one_task_and_for_many(page, anyone, django_assert_num_queries):
    first, second = page.tasks.all()
    done_by(page, first, "Council", 5)
    with django_assert_num_queries(3):  # tasks, ticks, sectors
        rows_for(page, anyone)
    done_by(page, second, "Council", 5)
    done_by(page, second, "Health", 6)
    with django_assert_num_queries(3):
        rows_for(page, anyone)
