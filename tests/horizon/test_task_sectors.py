"""A task for some sectors is asked of these, and of nobody else."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from horizon.actions.reminding import remind
from horizon.actions.tasks import done
from horizon.calendars import entries_for
from horizon.models import TaskReminder
from horizon.querysets.tasks import for_organisation, progress, rows_for, still_reminded_of
from notifications.models import Notice
from tests.factories import SectorFactory, horizon
from tests.horizon.test_task_keys import fields_of, save

DUE = dt.date(2027, 3, 31)
LETTERS, NOTICE = "Add a line to your letters", "Say so in your notice"


@pytest.fixture
def page(alice, bob):
    """The first task is for the sector of alice only, the second for everybody."""
    page = horizon.briefing(tasks=[(LETTERS, DUE), (NOTICE, DUE)])
    page.tasks.filter(title=LETTERS).update(sectors=[alice.organisation.sector.slug])
    return type(page).objects.get(pk=page.pk)


@pytest.fixture(autouse=True)
def two_sectors(alice, bob):
    bob.organisation.sector = SectorFactory(name="Voluntary and community")
    bob.organisation.save()
    assert alice.organisation.sector != bob.organisation.sector


def asked(member):
    groups = for_organisation(member, today=DUE)
    return [row.task.title for row in (*groups.overdue, *groups.now, *groups.later, *groups.done)]


def test_our_tasks_and_our_calendar_have_only_those_for_our_sector(alice, bob, page):
    assert (asked(alice), asked(bob)) == ([LETTERS, NOTICE], [NOTICE])
    assert [entry.title for entry in entries_for(bob)] == [f"To do: {NOTICE}"]


def test_nobody_is_reminded_of_a_task_for_others(alice, bob, page):
    page.tasks.filter(title=NOTICE).delete()
    remind(today=DUE)
    assert list(Notice.objects.values_list("recipient__handle", flat=True)) == ["alice"]
    assert TaskReminder.objects.count() == 1
    assert [len(still_reminded_of(page, one.organisation_id)) for one in (alice, bob)] == [1, 0]


def test_the_briefing_says_for_whom_it_is_and_offers_no_tick_to_others(client, client_of, bob, page):
    for reader, buttons in ((client, 0), (client_of(bob), 1)):
        soup = BeautifulSoup(reader.get(page.get_url()).content, "html.parser")
        assert [" ".join(one.text.split()) for one in soup.select(".task__for")] == ["For Local"]
        assert len(soup.select("[id^=tick-]")) == buttons


def test_how_many_are_done_counts_those_that_are_asked_of_us(alice, bob, page):
    done(by=bob, task=page.tasks.get(title=NOTICE), page=page)
    said = [progress(rows_for(page, one), one) for one in (alice, bob)]
    assert said == [f"{alice.organisation} has done 0 of 2.", f"{bob.organisation} has done 1 of 1."]


def test_what_was_done_though_it_is_for_others_stays_and_can_be_taken_back(bob, page):
    done(by=bob, task=page.tasks.get(title=LETTERS), page=page)
    assert sorted(asked(bob)) == [LETTERS, NOTICE]
    assert [row.done_by_mine for row in rows_for(page, bob)] == [True, False]


def test_an_editor_ticks_for_whom_a_task_is(editor, page):
    sent = fields_of(editor.get(f"/admin/pages/{page.pk}/edit/"))
    assert {name: value for name, value in sent.items() if name.endswith("-sectors")} == {
        "tasks-0-sectors": "local-government"
    }
    page = save(editor, page, publish=False, **{"tasks-1-sectors": ["local-government", "voluntary-and-community"]})
    assert [task.sectors for task in page.get_latest_revision_as_object().tasks.all()] == [
        ["local-government"],
        ["local-government", "voluntary-and-community"],
    ]


def test_a_sector_for_some_costs_one_query_however_many_tasks(bob, page, django_assert_num_queries):
    page.tasks.update(sectors=["local-government"])
    with django_assert_num_queries(5):
        rows_for(type(page).objects.get(pk=page.pk), bob)
