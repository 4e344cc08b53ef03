"""Ticking tasks off: one tick for a whole organisation, kept through whatever happens to the page."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry, PageViewRestriction

from horizon.actions import tasks as acts
from horizon.models import BriefingPage, BriefingTask, TaskDone
from horizon.querysets.tasks import for_organisation, rows_for
from members.actions import NotAllowed
from tests.factories import MemberFactory, SectorFactory, horizon
from tests.parts.crowd import all_at_once

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def page(db):
    return horizon.briefing(tasks=[("Name one person", dt.date(2026, 12, 1)), ("Read it", None)])


@pytest.fixture
def task(page):
    return page.tasks.first()


def address(page, key, act="done"):
    return f"/horizon/tasks/{page.pk}/{key}/{act}/"


def ticks(page):
    return set(TaskDone.objects.filter(briefing=page).values_list("key", "organisation__name", "by__handle"))


def test_a_tick_counts_for_everyone_who_works_there(client_of, bob, page, task):
    response = client_of(bob).post(address(page, task.key))
    assert (response.status_code, response.headers["Location"]) == (302, f"{page.get_url()}#task-{task.key}")
    assert ticks(page) == {(task.key, "Mardyke Food Bank", "bob")}
    colleague = MemberFactory(organisation=bob.organisation)
    row = rows_for(page, colleague)[0]
    day = timezone.localdate()
    assert (row.state, row.done.who, row.done.when) == ("done", "Bob Barley", f"{day.day} {day:%B}")


def test_who_ticked_is_for_colleagues_only(alice, anyone, bob, page, task):
    acts.done(by=bob, task=task, page=page)
    assert [row.done for row in rows_for(page, alice)] == [None, None]
    assert [row.done for row in rows_for(page, anyone)] == [None, None]


def test_who_lost_their_standing_sees_no_tick_of_their_organisation(charlie, bob, page, task):
    acts.done(by=bob, task=task, page=page)
    assert [row.done for row in rows_for(page, charlie)] == [None, None]


def test_ticking_twice_is_ticking_once_and_the_first_stands(client_of, bob, page, task):
    colleague = MemberFactory(organisation=bob.organisation)
    for member in (bob, bob, colleague):
        assert client_of(member).post(address(page, task.key)).status_code == 302
    assert ticks(page) == {(task.key, "Mardyke Food Bank", "bob")}


def test_a_colleague_takes_it_back(client_of, bob, page, task):
    acts.done(by=bob, task=task, page=page)
    colleague = MemberFactory(organisation=bob.organisation)
    for _ in range(2):
        assert client_of(colleague).post(address(page, task.key, "not-done")).status_code == 302
    assert ticks(page) == set()


def test_taking_it_back_leaves_other_organisations_alone(client_of, alice, bob, page, task):
    acts.done(by=bob, task=task, page=page)
    acts.done(by=alice, task=task, page=page)
    client_of(alice).post(address(page, task.key, "not-done"))
    assert ticks(page) == {(task.key, "Mardyke Food Bank", "bob")}


def test_from_the_list_one_comes_back_to_the_list(client_of, bob, page, task):
    response = client_of(bob).post(address(page, task.key), {"where": "list"})
    assert response.headers["Location"] == f"/horizon/tasks/#task-{task.key}"


@pytest.mark.parametrize("back", ["https://elsewhere.example.org/", "//elsewhere.example.org/", "javascript:alert(1)"])
def test_one_is_never_led_off_the_site(client_of, bob, page, task, back):
    response = client_of(bob).post(address(page, task.key), {"back": back})
    assert response.headers["Location"] == f"{page.get_url()}#task-{task.key}"


def test_htmx_gets_the_row_of_the_briefing_with_an_undo(client_of, bob, page, task):
    response = client_of(bob).post(address(page, task.key), headers={"HX-Request": "true"})
    html = response.content.decode()
    assert response.templates[0].name == "horizon/_task_ticked.html"
    assert f"{bob.organisation} has done 1 of 2." in html
    assert (html.count(f'id="task-{task.key}"'), html.count(address(page, task.key, "not-done"))) == (1, 2)
    assert "<html" not in html


def test_htmx_gets_the_row_of_the_list(client_of, bob, page, task):
    response = client_of(bob).post(address(page, task.key), {"where": "list"}, headers={"HX-Request": "true"})
    assert response.templates[0].name == "horizon/_task_row.html"
    assert "task-row--done" in response.content.decode()


def test_without_an_organisation_one_sees_why_not(client_of, page, task):
    member = MemberFactory(organisation=None)
    row = rows_for(page, member)[0]
    assert (row.may_tick, row.help_url) == (False, "/account/organisation/")
    assert row.why_not == "Tasks are ticked for an organisation, and we don’t know yours."
    assert client_of(member).post(address(page, task.key)).status_code == 403
    assert "We don’t know where you work" in client_of(member).get("/horizon/tasks/").content.decode()


def test_who_is_not_vouched_for_ticks_nothing(client_of, charlie, page, task):
    assert client_of(charlie).post(address(page, task.key)).status_code == 403
    with pytest.raises(NotAllowed):
        acts.not_done(by=charlie, task=task, page=page)
    assert ticks(page) == set()


def test_who_is_not_signed_in_is_asked_to_and_comes_back(client, page, task):
    response = client.post(address(page, task.key), headers={"Referer": f"http://testserver{page.get_url()}"})
    assert response.headers["Location"] == f"/accounts/login/?next={page.get_url()}"


def test_a_tick_is_only_ever_sent(client_of, bob, page, task):
    assert client_of(bob).get(address(page, task.key)).status_code == 405


def test_what_there_is_not_is_not_found(client_of, bob, page, task):
    other = horizon.briefing("Another briefing")
    assert [
        client_of(bob).post(address(page, uuid.uuid4())).status_code,
        client_of(bob).post(address(other, task.key)).status_code,
        client_of(bob).post(f"/horizon/tasks/{2**63 + 5}/{task.key}/done/").status_code,
    ] == [404, 404, 404]


def test_a_draft_and_a_private_briefing_are_not_there(client_of, alice, bob, page, task):
    PageViewRestriction.objects.create(page=page, restriction_type="groups")
    draft = horizon.briefing("Not out yet", publish=False)
    codes = [client_of(bob).post(address(one, one.tasks.first().key)).status_code for one in (page, draft)]
    assert (codes, TaskDone.objects.count()) == ([404, 404], 0)
    assert not for_organisation(bob)


def test_a_tick_makes_the_kept_page_anew(client, bob, page, task, django_capture_on_commit_callbacks):
    from core.caching import versions_of

    before = versions_of([f"page:{page.pk}"])
    with django_capture_on_commit_callbacks(execute=True):
        acts.done(by=bob, task=task, page=page)
    assert versions_of([f"page:{page.pk}"]) != before


# --- Kept by the task's key ---------------------------------------------------------------------------


def edited(page, **changes):
    """The page after an editor changed tasks in the admin's way: a revision made from the draft, then published."""
    draft = page.get_latest_revision_as_object()
    rows = list(draft.tasks.all())
    draft.tasks = changes["tasks"](rows)
    for place, row in enumerate(draft.tasks.all()):
        row.sort_order = place
    draft.save_revision().publish()
    return BriefingPage.objects.get(pk=page.pk)


def states(page, member):
    return {row.task.title: row.state for row in rows_for(page, member, today=TODAY)}


def test_a_tick_stays_when_tasks_are_reordered_reworded_and_added(bob, page, task):
    acts.done(by=bob, task=task, page=page)

    def change(rows):
        rows[0].title = "Name one person for it"
        return [rows[1], BriefingTask(title="Tell your staff"), rows[0]]

    page = edited(page, tasks=change)
    assert states(page, bob) == {"Read it": "none", "Tell your staff": "none", "Name one person for it": "done"}


def test_a_task_added_in_a_draft_keeps_its_tick_each_time_it_is_published(bob, page):
    page = edited(page, tasks=lambda rows: [*rows, BriefingTask(title="Tell your staff")])
    new = page.tasks.get(title="Tell your staff")
    acts.done(by=bob, task=new, page=page)
    for _ in range(2):
        page = edited(page, tasks=lambda rows: rows[::-1])
    assert states(page, bob)["Tell your staff"] == "done"


def test_a_task_taken_out_and_brought_back_by_an_old_revision_is_still_done(bob, page, task):
    old = page.latest_revision
    acts.done(by=bob, task=task, page=page)
    page = edited(page, tasks=lambda rows: rows[1:])
    assert states(page, bob) == {"Read it": "none"}
    old.publish()
    page = BriefingPage.objects.get(pk=page.pk)
    assert states(page, bob) == {"Name one person": "done", "Read it": "none"}


def test_taken_down_and_published_again_keeps_its_ticks(bob, page, task):
    acts.done(by=bob, task=task, page=page)
    page.unpublish()
    BriefingPage.objects.get(pk=page.pk).save_revision().publish()
    assert states(BriefingPage.objects.get(pk=page.pk), bob)["Name one person"] == "done"


# --- At once ------------------------------------------------------------------------------------------


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_fifty_colleagues_at_once_make_one_tick():
    page = horizon.briefing(tasks=[("Name one person", None)])
    task = page.tasks.first()
    people = MemberFactory.create_batch(50, organisation=MemberFactory().organisation)
    results = all_at_once([lambda by=by: acts.done(by=by, task=task, page=page) for by in people])
    assert {getattr(one, "pk", one) for one in results} == {TaskDone.objects.get().pk}


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_ticked_and_taken_back_at_once_breaks_nothing():
    page = horizon.briefing(tasks=[("Name one person", None)])
    task = page.tasks.first()
    people = MemberFactory.create_batch(20, organisation=MemberFactory().organisation)
    both = [acts.done, acts.not_done]
    results = all_at_once(
        [lambda by=by, act=both[n % 2]: act(by=by, task=task, page=page) for n, by in enumerate(people)]
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert TaskDone.objects.count() <= 1


# --- The list of an organisation ----------------------------------------------------------------------


def titles(groups):
    return {
        name: [row.task.title for row in getattr(groups, name)] for name in ("overdue", "now", "later", "none", "done")
    }


def test_the_list_says_what_is_overdue_due_later_undated_and_done(bob):
    page = horizon.briefing(
        tasks=[
            ("Long past", dt.date(2026, 10, 1)), ("Yesterday", dt.date(2026, 11, 21)), ("Today", TODAY),
            ("In thirty days", dt.date(2026, 12, 22)), ("In thirty-one", dt.date(2026, 12, 23)), ("Some time", None),
            ("Done before it was due", dt.date(2026, 12, 1)),
        ]
    )  # fmt: skip
    acts.done(by=bob, task=page.tasks.get(title="Done before it was due"), page=page)
    found = for_organisation(bob, today=TODAY)
    assert titles(found) == {
        "overdue": ["Long past", "Yesterday"], "now": ["Today", "In thirty days"], "later": ["In thirty-one"],
        "none": ["Some time"], "done": ["Done before it was due"],
    }  # fmt: skip
    assert found.waiting == 4


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([], True),
        ([("own", "yes")], True),
        ([("own", "not_yet")], True),
        ([("own", "no")], False),
        ([("own", "no"), (None, "yes")], False),
        ([("own", "yes"), (None, "no")], True),
        ([("other", "yes")], False),
        ([("other", "yes"), (None, "not_yet")], True),
        ([("other", "no"), (None, "yes")], True),
        ([("other", "yes"), (None, "no")], False),
        ([(None, "no")], False),
    ],
)
def test_only_what_concerns_its_sector_is_asked_of_an_organisation(bob, answers, asked):
    sectors = {"own": bob.organisation.sector, "other": SectorFactory(name="Schools"), None: None}
    horizon.briefing(answers=[(sectors[who], answer, "Because.") for who, answer in answers])
    assert bool(for_organisation(bob, today=TODAY)) is asked


def test_what_was_done_stays_in_the_list_though_it_concerns_others_only(bob):
    page = horizon.briefing(answers=[(bob.organisation.sector, "no", "Not you.")], tasks=[("A", None), ("B", None)])
    acts.done(by=bob, task=page.tasks.get(title="A"), page=page)
    assert titles(for_organisation(bob, today=TODAY)) == {
        "overdue": [], "now": [], "later": [], "none": [], "done": ["A"]
    }  # fmt: skip


def test_a_briefing_out_of_date_asks_nothing_any_more(bob):
    horizon.briefing(tasks=[("Long past", dt.date(2018, 5, 25))], expires_on=TODAY)
    assert not for_organisation(bob, today=TODAY)
    assert for_organisation(bob, today=TODAY - dt.timedelta(days=1))


def test_the_page_of_the_list_says_so_when_nothing_waits(client_of, bob):
    html = client_of(bob).get("/horizon/tasks/").content.decode()
    assert "Nothing is waiting for Mardyke Food Bank" in html


def test_a_member_of_the_core_team_sees_the_tasks_of_where_they_work(client_of, cora, page):
    assert "Name one person" in client_of(cora).get("/horizon/tasks/").content.decode()


def test_who_is_not_vouched_for_is_told_to_wait(client_of, charlie, page):
    html = client_of(charlie).get("/horizon/tasks/").content.decode()
    assert ("Name one person" in html, "You need do nothing" in html) == (False, True)


def test_the_list_costs_the_same_however_many_briefings(client_of, bob, django_assert_max_num_queries, forget):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(bob)

    def counted():
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/horizon/tasks/").status_code == 200
        return len(queries)

    def add(number):
        page = horizon.briefing(
            f"Briefing {number}", answers=[(None, "yes", "All.")], tasks=[(f"A{number}", TODAY), (f"B{number}", None)]
        )
        acts.done(by=bob, task=page.tasks.first(), page=page)

    add(1)
    client.get("/horizon/tasks/")
    one = counted()
    add(2)
    add(3)
    assert (counted(), one <= 12) == (one, True)


def test_a_reader_is_told_once_how_to_tick_and_no_button_leads_nowhere(client, client_of, charlie, alice, page):
    address = page.get_url()
    html = client.get(address).content.decode()
    assert html.count("Members tick these off for their organisation.") == 1
    assert f"/accounts/login/?next={address}%23tasks" in html
    assert "/done/" not in html
    assert client_of(charlie).get(address).content.decode().count("You can tick tasks once the core team") == 1
    assert client_of(alice).get(address).content.decode().count("We have done this") == 2


def test_who_ticked_stands_in_the_history_of_the_organisation_not_of_the_page(bob, page, task):
    acts.done(by=bob, task=task, page=page)
    ticked = ModelLogEntry.objects.get(action="horizon.task_done")
    assert (ticked.object_id, ticked.data["task"]) == (str(bob.organisation_id), task.title)
    assert not PageLogEntry.objects.filter(action__startswith="horizon.task").exists()
