"""Fifty in the audience at once: each counts once, and what is put together loses nobody."""

import datetime as dt
import uuid

import pytest

from events.actions import asking
from events.models.audience import AudienceQuestion, UpVote
from forum.models import Thread
from tests.factories import SpaceFactory, events
from tests.factories.events_live import many, question
from tests.parts.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def talk(db):
    event = events.event("The courage to share", starts_in=dt.timedelta(hours=-1))
    return events.session(event, "Ask the regulator", takes_questions=True, lasts=dt.timedelta(hours=3))


def test_fifty_who_want_it_at_once_are_counted_and_one_who_presses_fifty_times_is_one(talk, alice):
    asked = question(talk, by=alice)
    results = all_at_once([lambda voter=voter: asking.want(question=asked, voter=voter) for voter in many(25) * 2])
    asked.refresh_from_db()
    assert (sorted(results), asked.votes) == ([False] * 25 + [True] * 25, 26)


def test_one_form_sent_fifty_times_at_once_asks_once(talk, alice):
    key = uuid.uuid4()
    found = all_at_once([lambda: question(talk, by=alice, once_key=key)] * 50)
    assert {one.pk for one in found} == {AudienceQuestion.objects.get().pk}


def test_nobody_is_lost_who_wants_a_question_while_it_is_put_together(talk, alice, bob, cora):
    into, same = question(talk, "Who decides?", by=alice), question(talk, "Whose decision?", by=bob)
    acts = [lambda voter=voter: asking.want(question=same, voter=voter) for voter in many(24)]
    acts.insert(12, lambda: asking.group(question=same, into=into, by=cora))
    results = all_at_once(acts)
    assert [result for result in results if isinstance(result, Exception)] == []
    into.refresh_from_db()
    assert into.votes == UpVote.objects.filter(question=into).count() == 26


def test_two_that_are_put_into_each_other_at_once_leave_one_in_the_queue(talk, alice, bob, cora):
    one, other = question(talk, "Who decides?", by=alice), question(talk, "Whose decision?", by=bob)
    pairs = [(one, other), (other, one)] * 10
    results = all_at_once([lambda a=a, b=b: asking.group(question=a, into=b, by=cora) for a, b in pairs])
    assert {type(result) for result in results} == {AudienceQuestion, asking.Decided}
    assert AudienceQuestion.objects.filter(state="queued").count() == 1


def test_handed_on_by_many_at_once_it_is_one_thread(talk, alice, cora):
    SpaceFactory(name="From events", for_pages=True)
    asked = question(talk, by=alice)
    results = all_at_once([lambda: asking.hand_on(session=talk, questions=[asked], by=cora)] * 10)
    assert sorted(len(done) for done in results) == [0] * 9 + [1]
    assert Thread.objects.count() == 1
