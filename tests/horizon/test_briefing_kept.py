"""What the readers of a briefing share is read once, and forgotten as soon as it is different."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import caching
from forum.models import PageThread
from horizon.models import BriefingAnswer, BriefingLink
from tests.factories import ThreadFactory, knowledge
from tests.factories.horizon import DevelopmentFactory, briefing
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(council, alice, space):
    """Something of everything: answers, tasks, law, a page and a thread beside it."""
    made = briefing(
        "Alarms go silent",
        development=DevelopmentFactory(title="Lines are switched off", steps=[("Off", "2199-05")]),
        answers=[(council.sector, "yes", "You run the alarms.")], tasks=[("Count them", None), ("Ring them", None)],
        changes=[(ProvisionFactory(), "Says alarms.")], topics=["alarms"],
    )  # fmt: skip
    BriefingLink.objects.create(briefing=made, page=knowledge.guidance("How to count"))
    PageThread.objects.create(page=made, thread=ThreadFactory(title="Whose alarms?", author=alice, space=space))
    return made


@pytest.fixture
def reads(client_of, page):
    """`reads(alice)` → what the briefing says to her."""
    return lambda person=None: client_of(person).get(page.url).content.decode()


def test_the_second_reader_costs_few_queries(client_of, page, alice, bob):
    client_of(alice).get(page.url)
    client = client_of(bob)
    client.get("/horizon/")
    with CaptureQueriesContext(connection) as made:
        assert "You run the alarms." in client.get(page.url).content.decode()
    assert len(made) <= 14, [one["sql"][:120] for one in made.captured_queries]


def test_a_new_version_is_read_by_the_next(page, reads, alice, bob, acts):
    assert "You run the alarms." in reads(alice)
    with acts():
        page.answers = [BriefingAnswer(sector=alice.organisation.sector, answer="no", why="Only homes do.")]
        page.save_revision().publish()
    for person in (alice, bob, None):
        assert "Only homes do." in reads(person)
        assert "You run the alarms." not in reads(person)


def test_what_a_draft_says_is_read_by_nobody(page, reads, alice):
    reads(alice)
    page.answers = [BriefingAnswer(sector=None, answer="no", why="A thought of mine.")]
    page.save_revision()
    assert "A thought of mine." not in reads(alice)


def test_a_hidden_development_that_the_core_team_warmed_is_shown_to_nobody_else(page, reads, cora, alice, acts):
    with acts():
        type(page.development).objects.update(shown=False)
        caching.touch("horizon", f"development:{page.development_id}")
    assert "Lines are switched off" in reads(cora)
    for person in (alice, None):
        assert "Lines are switched off" not in reads(person)


def test_readers_keep_their_own_marks(page, reads, alice, bob, client_of, acts):
    key = page.tasks.first().key
    with acts():
        client_of(alice).post(f"/horizon/tasks/{page.pk}/{key}/done/", {"where": "page"})
    assert f"{alice.organisation} has done 1 of 2" in reads(alice)
    assert f"{bob.organisation} has done 0 of 2" in reads(bob)
