"""The page of a vote is made once for a hall of strangers: what it costs, and that each still gets their own."""

import re
import time

import pytest
import time_machine
from django.utils import timezone

from core import caching
from events.actions import voting
from events.querysets.votes import KEEP_RESULTS
from tests.factories import events_live
from tests.factories.events_live import STOPS, cast, many, path

pytestmark = [pytest.mark.django_db(transaction=True)]  # what is kept is thrown away after the commit
LAW, FEAR = STOPS[1][0], STOPS[1][1]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(autouse=True)
def keeping(settings):
    settings.ANONYMOUS_CACHE = True


def read(client, vote) -> str:
    return client.get(path(vote)).content.decode()


def send(client, vote, words, token=""):
    chosen = events_live.option(vote, words)
    said = {"question": chosen.question_id, "option": chosen.pk, "csrfmiddlewaretoken": token}
    return client.post(path(vote), said)


def test_a_hall_that_reads_the_page_costs_the_database_nothing(client_of, vote, django_assert_num_queries):
    read(client_of(), vote)
    with django_assert_num_queries(0):
        for _ in range(5):
            assert "Before you vote" in read(client_of(), vote)


def test_the_page_after_a_vote_costs_two_queries(client_of, vote, django_assert_num_queries):
    for client in (first := client_of(), second := client_of()):
        read(client, vote)
        send(client, vote, FEAR)
    read(first, vote)
    with django_assert_num_queries(2):
        assert "Your vote is counted" in read(second, vote)


def test_each_is_given_a_token_of_their_own_and_can_vote_with_it(client_of, vote):
    phones = [client_of(enforce_csrf_checks=True) for _ in range(3)]
    tokens = [TOKEN.search(read(phone, vote))[1] for phone in phones]
    assert len({*tokens}) == 3
    assert send(phones[0], vote, FEAR, "the-token-of-whoever-reads-this").status_code == 403
    assert [send(phone, vote, FEAR, token).status_code for phone, token in zip(phones, tokens, strict=True)] == [
        302
    ] * 3
    assert vote.participations.count() == 3


def test_who_has_voted_and_who_has_not_are_not_given_each_other_s_page(client_of, vote):
    voted, waits = client_of(), client_of()
    read(voted, vote), read(waits, vote)
    send(voted, vote, FEAR)
    cast(vote, FEAR, *many(6))
    assert ("Your vote is counted" in read(voted, vote), "Your vote is counted" in read(waits, vote)) == (True, False)
    assert ("Before you vote" in read(voted, vote), "Before you vote" in read(waits, vote)) == (False, True)
    assert "vote-bars" not in read(waits, vote)


def test_who_chose_otherwise_is_not_shown_the_other_s_choice(client_of, event):
    vote = events_live.vote(event, manner="changeable")
    one, two = client_of(), client_of()
    for client, words in ((one, FEAR), (two, LAW)):
        read(client, vote)
        send(client, vote, words)
    cast(vote, FEAR, *many(6))
    rows = {words: f'data-yours="{events_live.option(vote, words).pk}"' for words in (FEAR, LAW)}
    assert [(rows[FEAR] in page, rows[LAW] in page) for page in (read(one, vote), read(two, vote))] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_a_member_s_page_is_not_for_strangers_nor_theirs_for_members(client_of, vote, alice):
    read(client_of(), vote)
    assert "alice" in read(client_of(alice), vote).lower()
    assert "alice" not in read(client_of(), vote).lower()


def test_a_renamed_event_and_one_that_became_private_show_at_once(client_of, event, vote):
    from wagtail.models import PageViewRestriction

    assert "The courage to share" in read(client_of(), vote)
    event.title = "The courage to ask"
    event.save_revision().publish()
    assert "The courage to ask" in read(client_of(), vote)
    PageViewRestriction.objects.create(page=event, restriction_type="login")
    assert "The courage to ask" not in read(client_of(), vote)


def test_a_vote_that_closes_shows_at_once(client_of, vote, cora):
    cast(vote, FEAR, *many(6))
    assert "Before you vote" in read(client_of(), vote)
    voting.close_vote(vote=vote, by=cora)
    assert "100%" in read(client_of(), vote)


def test_a_count_is_never_older_than_it_may_be_wherever_it_is_shown(client_of, event):
    """The page counts, and its count is kept; what phones ask for then is made of that, and is not kept anew."""
    vote = events_live.vote(event, shows="at_once")
    cast(vote, FEAR, *many(10))
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        read(client_of(), vote)
        cast(vote, FEAR, *many(10, start=100))
        clock.shift(KEEP_RESULTS - 0.1)
        assert "10 votes" in client_of().get(f"{path(vote)}now/").content.decode()
        clock.shift(0.2)
        time.sleep(caching.near_for(KEEP_RESULTS) + 0.05)  # the process's own memory has a clock that nobody moves
        assert "20 votes" in client_of().get(f"{path(vote)}now/").content.decode()
