"""Results of votes: each question's once it is closed, one's own vote right after it, and closing asked about first."""

import re

import pytest

from events.actions import voting
from tests.factories import events_live
from tests.factories.events_live import READY, STOPS, cast, many

pytestmark = pytest.mark.django_db(transaction=True)  # what is kept is thrown away after the commit
YES, FEAR = READY[1][0], STOPS[1][1]
LATER = ("Was it worth it?", ["It was", "It was not"])


@pytest.fixture
def vote(event, cora):
    """Of three questions; two were put and voted on, the third never."""
    made = events_live.vote(event, STOPS, READY, LATER)
    cast(made, FEAR, *many(6))
    move(made, YES, by=cora)
    cast(made, YES, *many(7))
    return made


def move(vote, words, *, by):
    voting.show_question(vote=vote, question=events_live.option(vote, words).question_id, by=by)


def pages(vote):
    return [f"/events/{page}/{vote.code}/" for page in ("screen", "vote")]


def read(client, address):
    return client.get(address).content.decode()


def heading(html):
    return re.search(r"<h1[^>]*>([^<]+)</h1>", html)[1]


def links(html):
    return re.findall(r'href="(\?question=\d+)"', html)


def test_once_closed_one_walks_through_the_questions_that_were_put(client, vote, cora):
    voting.close_vote(vote=vote, by=cora)
    for page in pages(vote):
        last, first = read(client, page), read(client, f"{page}?question=1")
        assert [(heading(last), links(last)), (heading(first), links(first))] == [
            (READY[0], ["?question=1"]), (STOPS[0], ["?question=2"])]  # fmt: skip
        assert ("7 votes" in last, "6 votes" in first) == (True, True)
        assert [heading(read(client, f"{page}?question={number}")) for number in ("3", "0", "x")] == [READY[0]] * 3


def test_one_gone_back_from_is_found_too(client, vote, cora):
    move(vote, FEAR, by=cora)
    voting.close_vote(vote=vote, by=cora)
    for page in pages(vote):
        assert links(read(client, page)) == ["?question=2"]
        assert heading(read(client, f"{page}?question=2")) == READY[0]


def test_while_a_vote_is_open_the_question_that_is_on_is_shown(client, vote):
    for page in pages(vote):
        html = read(client, f"{page}?question=1")
        assert (heading(html), links(html)) == (READY[0], [])


def test_what_a_page_of_an_earlier_question_asks_for_is_of_that_question(client, vote, cora):
    """Else the page would think that another question is on, and load anew for ever."""
    voting.close_vote(vote=vote, by=cora)
    for page in pages(vote):
        url, at = re.search(r'data-vote-now="([^"]+)" data-at="([^"]+)"', read(client, f"{page}?question=1")).groups()
        now = read(client, url)
        assert (f'data-at="{at}"' in now, "6 votes" in now) == (True, True)


def test_a_closed_question_without_votes_says_that_nobody_voted(client, event, cora):
    vote = events_live.vote(event, shows="at_once")
    assert "Nobody has voted yet." in read(client, pages(vote)[0])
    voting.close_vote(vote=vote, by=cora)
    for page in pages(vote):
        html = read(client, page)
        assert ("Nobody voted." in html, "Nobody has voted yet" in html) == (True, False)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("manner", ["anonymous", "changeable"])
def test_right_after_a_vote_no_count_from_before_it_is_shown(client, event, settings, kept, manner):
    settings.ANONYMOUS_CACHE = kept
    vote = events_live.vote(event, manner=manner)
    page, chosen = pages(vote)[1], events_live.option(vote, FEAR)
    read(client, page), read(client, f"{page}now/")  # counted now, and kept for two seconds
    html = client.post(page, {"question": chosen.question_id, "option": chosen.pk}, follow=True).content.decode()
    assert ("Your vote is counted" in html, "Your vote shows here in a few seconds." in html) == (True, True)
    assert ("0 votes" in html, "Nobody has voted yet" in html) == (False, False)
    assert "vote-state__count" in read(client, page)


def test_who_only_says_that_they_voted_is_shown_the_question(client, vote):
    assert "Before you vote" in read(client, f"{pages(vote)[1]}?counted=1")


def test_closing_for_good_is_asked_about_first(client_of, vote, cora):
    html = read(client_of(cora), pages(vote)[0])
    asked = re.search(r"<details>(.*?)</details>", html, re.DOTALL)[1]
    assert ">Close the vote for good</summary>" in asked
    assert "can’t be opened again" in asked
    assert [html.count('value="close"'), asked.count('value="close"')] == [1, 1]
