"""A hundred at once: each counts once, nothing is lost, and what comes after closing is not counted."""

import itertools

import pytest

from events.actions import voting
from events.models.vote import Ballot, PaperTally, Participation, Vote, VoteTally
from members.actions import NotAllowed
from tests.factories import events_live
from tests.factories.events_live import STOPS, counts, many
from tests.parts.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]
LAW, FEAR, NOBODY = STOPS[1]


def acts(vote, voters, words=STOPS[1]):
    sheet = events_live.sheet(vote)
    options = itertools.cycle([events_live.option(vote, one).pk for one in words])
    return [
        lambda voter=voter, option=option: voting.cast(vote=sheet, question=sheet.current, option=option, voter=voter)
        for voter, option in zip(voters, options, strict=False)
    ]


@pytest.mark.parametrize("manner", ["anonymous", "changeable"])
def test_a_hundred_who_vote_at_once_are_all_counted(event, manner):
    vote = events_live.vote(event, manner=manner)
    assert all_at_once(acts(vote, many(100))) == [None] * 100
    assert counts(vote) == [34, 33, 33]


def test_one_who_sends_an_anonymous_vote_fifty_times_is_counted_once(event):
    vote = events_live.vote(event)
    results = all_at_once(acts(vote, many(1) * 50))
    assert sum(result is None for result in results) == 1
    assert {type(result) for result in results if result} == {voting.AlreadyVoted}
    assert (sum(counts(vote)), Participation.objects.count()) == (1, 1)


def test_one_who_changes_fifty_times_at_once_has_one_vote(event):
    vote = events_live.vote(event, manner="changeable")
    assert all_at_once(acts(vote, many(1) * 50)) == [None] * 50
    assert (sorted(counts(vote)), Ballot.objects.count()) == ([0, 0, 1], 1)
    assert VoteTally.objects.get(count=1).option == Ballot.objects.get().option


def test_who_change_in_opposite_directions_never_lock_each_other_out(event):
    vote = events_live.vote(event, manner="changeable")
    people = many(10)
    results = all_at_once(acts(vote, people * 5, (LAW, FEAR, NOBODY)))
    assert results == [None] * 50
    assert (sum(counts(vote)), Ballot.objects.count()) == (10, 10)


def test_what_was_not_counted_when_a_vote_closed_is_not_counted_later(event, cora):
    vote = events_live.vote(event)
    seen = []

    def close():
        voting.close_vote(vote=vote, by=cora)
        seen.append(sum(counts(vote)))

    results = all_at_once([*acts(vote, many(25)), close, *acts(vote, many(25, start=25))])
    taken = sum(result is None for result in results) - 1
    assert {type(result) for result in results if result} <= {voting.NotTaking}
    assert (seen, sum(counts(vote))) == ([taken], taken)
    assert (Participation.objects.count(), Vote.objects.get().secret) == (0, "")


# --- Paper ----------------------------------------------------------------------------------------------


def test_paper_entered_again_replaces_what_stood_there(event, cora):
    vote = events_live.vote(event)
    law, fear = events_live.option(vote, LAW).pk, events_live.option(vote, FEAR).pk
    voting.enter_paper(vote=vote, question=vote.current_id, counts={law: 7, fear: 5}, by=cora)
    voting.enter_paper(vote=vote, question=vote.current_id, counts={law: 3, fear: 0}, by=cora)
    assert list(PaperTally.objects.values_list("option", "count")) == [(law, 3)]


def test_paper_entered_by_two_at_once_is_one_count(event, cora):
    vote = events_live.vote(event)
    law = events_live.option(vote, LAW).pk
    each = [
        lambda number=number: voting.enter_paper(vote=vote, question=vote.current_id, counts={law: number}, by=cora)
        for number in range(1, 11)
    ]
    assert all_at_once(each) == [None] * 10
    assert PaperTally.objects.count() == 1


def test_paper_is_counted_in_by_a_form_and_said_to_be_paper(client_of, event, cora):
    vote = events_live.vote(event, shows="at_once")
    law = events_live.option(vote, LAW).pk
    client = client_of(cora)
    client.post(f"/events/vote/{vote.code}/paper/1/", {f"option_{law}": "12"})
    page = client.get(f"/events/vote/{vote.code}/now/").content.decode()
    assert "12 votes</b>, of these 12 on paper" in page
    assert "Cora Coates" in client.get(f"/events/vote/{vote.code}/paper/1/").content.decode()


@pytest.mark.parametrize("typed", ["-1", "many", "1.5", "1e9"])
def test_what_is_no_count_is_sent_back(client_of, event, cora, typed):
    vote = events_live.vote(event)
    law = events_live.option(vote, LAW).pk
    assert client_of(cora).post(f"/events/vote/{vote.code}/paper/1/", {f"option_{law}": typed}).status_code == 200
    assert PaperTally.objects.count() == 0


def test_only_the_core_team_counts_paper(event, bob):
    vote = events_live.vote(event)
    with pytest.raises(NotAllowed):
        voting.enter_paper(vote=vote, question=vote.current_id, counts={}, by=bob)


def test_counts_of_another_question_are_refused(event, cora):
    vote, other = events_live.vote(event), events_live.vote(event, events_live.READY)
    with pytest.raises(ValueError, match="not counts of this question"):
        voting.enter_paper(
            vote=vote, question=vote.current_id, counts={events_live.option(other, "Yes").pk: 3}, by=cora
        )
