"""What our tasks, a briefing and a development show for all alike is read once; what one may see is asked each time."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from core import caching
from forum.models import PageThread
from horizon.actions import following
from horizon.models import BriefingLink, BriefingTask
from members.actions import standing
from tests.factories import MemberFactory, ThreadFactory, knowledge
from tests.factories.horizon import DevelopmentFactory, briefing

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
LATER = dt.date(2199, 5, 1)


def queries(client, path) -> list[str]:
    """What a second look asks the database."""
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        client.get(path)
    return [query["sql"][:120] for query in made.captured_queries]


# --- Our tasks ----------------------------------------------------------------------------------------

TASKS = "/horizon/tasks/"


@pytest.fixture
def page(db):
    return briefing("Alarms go silent", tasks=[("Count them", LATER), ("Ring them", None)])


def test_a_warm_list_of_tasks_takes_three_queries(client_of, page, alice, bob):
    client_of(alice).get(TASKS)
    assert len(seen := queries(client_of(bob), TASKS)) <= 4, seen  # with that of the session, on SQLite


def test_what_is_published_is_asked_at_once_and_what_is_taken_down_no_longer(reads, page, bob, acts):
    assert "Count them" in reads(bob, TASKS)
    with acts():
        page.tasks = [BriefingTask(title="Count them twice", due_on=LATER)]
        page.save_revision().publish()
    assert "Count them twice" in reads(bob, TASKS)
    assert "Ring them" not in reads(bob, TASKS)
    with acts():
        page.unpublish()
    assert "Count them twice" not in reads(bob, TASKS)


def test_what_only_some_may_see_is_not_shown_to_others_who_come_after(reads, page, bob, cora):
    cora.is_superuser = True
    cora.save()
    PageViewRestriction.objects.create(page=page, restriction_type="groups")
    for _time in range(2):
        assert "Count them" in reads(cora, TASKS)
        assert "Count them" not in reads(bob, TASKS)


def test_a_briefing_that_is_shut_later_is_gone_at_once(reads, page, bob):
    assert "Count them" in reads(bob, TASKS)
    PageViewRestriction.objects.create(page=page, restriction_type="groups")
    assert "Count them" not in reads(bob, TASKS)


def test_ticks_are_those_of_one_s_own_organisation(client_of, reads, page, alice, bob, acts):
    reads(alice, TASKS)
    with acts():
        client_of(bob).post(f"/horizon/tasks/{page.pk}/{page.tasks.first().key}/done/", {"where": "list"})
    assert "Bob Barley" in reads(bob, TASKS)
    assert "Bob Barley" not in reads(alice, TASKS)


# --- A briefing ---------------------------------------------------------------------------------------


@pytest.fixture
def linked(page):
    """A page that goes with the briefing."""
    found = knowledge.guidance("How to count alarms")
    BriefingLink.objects.create(briefing=page, page=found)
    return found


def test_a_page_beside_it_is_shown_to_who_may_see_it(reads, page, linked, cora, bob):
    cora.is_superuser = True
    cora.save()
    assert "How to count alarms" in reads(bob, page.url)
    PageViewRestriction.objects.create(page=linked, restriction_type="groups")
    for _time in range(2):
        assert "How to count alarms" in reads(cora, page.url)
        assert "How to count alarms" not in reads(bob, page.url)


def test_a_page_beside_it_is_named_as_it_is_now_and_gone_when_taken_down(reads, page, linked, bob, acts):
    reads(bob, page.url)
    with acts():
        linked.title = "How to count them all"
        linked.save_revision().publish()
    assert "How to count them all" in reads(bob, page.url)
    with acts():
        linked.unpublish()
    assert "How to count them all" not in reads(bob, page.url)


def test_a_thread_of_a_group_beside_it_is_shown_to_that_group(reads, page, alice, cora, charlie, group_space):
    PageThread.objects.create(page=page, thread=ThreadFactory(title="Just us", author=alice, space=group_space))
    shown = {one.handle: "Just us" in reads(one, page.url) for one in (alice, cora, charlie, alice)}
    assert shown == {"alice": True, "cora": False, "charlie": False}
    assert "Just us" not in reads(None, page.url)


# --- A development ------------------------------------------------------------------------------------


@pytest.fixture
def development(db):
    return DevelopmentFactory(title="Lines are switched off", slug="lines", category="law")


PLACE, HEARS = "/horizon/developments/lines/", " this, its kind or its topics."


def test_a_warm_development_takes_few_queries(client_of, development, alice, bob):
    client_of(alice).get(PLACE)
    assert len(seen := queries(client_of(bob), PLACE)) <= 6, seen


def test_how_many_follow_is_told_at_once(reads, development, alice, bob, cora, acts):
    assert HEARS not in reads(alice, PLACE)
    for one, what, said in (
        (alice, {"development": development}, "1 person follows"), (bob, {"category": "law"}, "2 people follow"),
    ):  # fmt: skip
        with acts():
            following.follow(by=one, on=True, **what)
        assert said in reads(cora, PLACE)
    with acts():
        standing.ban(member=bob, by=cora, why="Sold what members told each other.")
    assert "1 person follows" in reads(cora, PLACE)
    with acts():
        following.stop_following(by=alice, follows=alice.horizon_follows.all())
    assert HEARS not in reads(cora, PLACE)


def test_each_reader_knows_what_they_follow_themself(reads, development, alice, bob, acts):
    with acts():
        following.follow(by=alice, development=development, on=True)
    for reader, follows in ((alice, True), (bob, False), (alice, True)):
        assert ("You are told when a date moves." in reads(reader, PLACE)) is follows


def test_one_that_is_hidden_is_the_core_team_s_whoever_read_it_before(client_of, reads, development, alice, cora):
    reads(alice, PLACE)
    type(development).objects.update(shown=False)
    caching.touch("horizon", f"development:{development.pk}")
    codes = [client_of(one).get(PLACE).status_code for one in (cora, alice, MemberFactory(), None, cora)]
    assert codes == [200, 404, 404, 404, 200]
