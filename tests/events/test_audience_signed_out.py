"""Who was signed out while they wrote a question to a session, or a reason for its asker, loses not a word of it."""

import datetime as dt

import pytest
from wagtail.models import PageViewRestriction

from events.actions import asking
from events.models.audience import AudienceQuestion
from tests.factories import events
from tests.parts.typed import HERE, form_of, opened, sign_in

pytestmark = pytest.mark.django_db
WORDS = "Who decides, in the end?"


@pytest.fixture
def talk(bob):
    """A session that is on now and takes questions; bob takes the chair."""
    event = events.event("The courage to share", starts_in=dt.timedelta(hours=-1))
    chair = events.speaker("Bob Barley", member=bob)
    return events.session(event, "Ask the regulator", chair=chair, takes_questions=True, lasts=dt.timedelta(hours=3))


def path(talk, more="") -> str:
    return f"/events/{talk.event_id}/questions/{talk.pk}/{more}"


@pytest.mark.parametrize("private", [False, True])
def test_a_members_question_is_sent_again_as_theirs(client_of, talk, alice, private):
    if private:
        PageViewRestriction.objects.create(page=talk.event, restriction_type="login")
    client = client_of(alice, enforce_csrf_checks=True)
    fields = opened(client, path(talk), words=WORDS)
    del client.cookies["sessionid"]
    said = client.post(path(talk), fields, **HERE)
    assert said.status_code == 403
    assert "You are signed out" in said.content.decode()
    assert not AudienceQuestion.objects.exists()  # not asked in nobody's name
    where, sent = form_of(said)
    assert sent["words"] == WORDS
    sign_in(client, alice)
    where, sent = form_of(client.post(where, sent, **HERE))
    assert client.post(where, sent, **HERE).status_code == 302
    asked = AudienceQuestion.objects.get()
    assert (asked.words, asked.asker) == (WORDS, "Alice Amory")


def test_a_guest_asks_without_an_account_as_before(client, talk):
    fields = opened(client, path(talk), words=WORDS, name="Gale")
    assert "as_member" not in fields
    assert client.post(path(talk), fields).status_code == 302
    assert AudienceQuestion.objects.get().words == WORDS


def test_the_chairs_reason_is_kept(client_of, talk, alice, bob):
    asked = asking.ask(session=talk, voter="a" * 32, by=alice, words=WORDS, show_name=False)
    client = client_of(bob)
    decide = path(talk, f"{asked.pk}/decide/")
    del client.cookies["sessionid"]
    said = client.post(decide, {"verb": "decline", "reason": "Asked an hour ago already."})
    assert said.status_code == 403
    where, sent = form_of(said)
    assert (where, sent["verb"], sent["reason"]) == (decide, "decline", "Asked an hour ago already.")
    client.force_login(bob)
    assert client.post(where, sent).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("declined", "Asked an hour ago already.")
