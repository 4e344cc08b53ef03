"""What strangers post to a vote and to its session's questions: a plain answer, never counted, never a 500."""

import datetime as dt

import pytest

from events.models.audience import AudienceQuestion
from events.models.vote import Participation
from tests.factories import events, events_live

pytestmark = pytest.mark.django_db
ODD = ["", "x", "-1", "1.5", "١٢", "²", "9" * 30, "a\0b", "\ud800", "1" * 100_000]
BODIES = [b"", b"{", b'{"option": 1}', b"[" * 100_000, b"option=" + b"1" * 3_000_000, b"\xff\x00"]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def vote(db):
    event = events.event(starts_in=dt.timedelta(hours=-1))
    return events_live.vote(event, session=events.session(event, takes_questions=True))


@pytest.fixture
def stranger(client, vote):
    """A browser that has opened the vote."""
    client.raise_request_exception = False
    client.get(f"/events/vote/{vote.code}/")
    return client


@pytest.mark.parametrize("odd", range(len(ODD)))
@pytest.mark.parametrize("field", ["question", "option"])
def test_one_odd_value_is_not_counted(stranger, vote, field, odd):
    right = {"question": vote.current_id, "option": events_live.option(vote, events_live.STOPS[1][0]).pk}
    sent = right | {field: ODD[odd].encode("utf-8", "surrogatepass")}
    assert stranger.post(f"/events/vote/{vote.code}/", sent).status_code == 400
    assert Participation.objects.count() == 0


@pytest.mark.parametrize("kind", [FORM, JSON, "multipart/form-data; boundary=x", "text/plain; charset=utf-16", "x"])
@pytest.mark.parametrize("body", BODIES)
def test_what_is_no_form_is_refused(stranger, vote, kind, body):
    paths = (f"/events/vote/{vote.code}/", f"/events/{vote.event_id}/questions/{vote.session_id}/")
    assert {stranger.generic("POST", path, body, content_type=kind).status_code for path in paths} <= {400, 413}
    assert (Participation.objects.count(), AudienceQuestion.objects.count()) == (0, 0)


def test_a_vote_a_thousand_times_is_one_and_then_too_often(stranger, vote, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"vote": (2, 600)}
    settings.RATE_LIMIT_FACTOR = 1
    sent = {"question": vote.current_id, "option": events_live.option(vote, events_live.STOPS[1][0]).pk}
    statuses = [stranger.post(f"/events/vote/{vote.code}/", sent).status_code for _ in range(4)]
    assert (statuses, Participation.objects.count()) == ([302, 302, 429, 429], 1)
