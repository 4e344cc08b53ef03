"""What can be found out about who chose what: nothing, by what is kept, by what is shown, or by watching."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.actions import voting
from events.models.vote import Ballot, PaperTally, Participation, Vote, VoteTally
from events.pictures.bars import draw, too_few
from events.querysets import votes as reads
from tests.factories import events_live
from tests.factories.events_live import STOPS, cast, many

pytestmark = pytest.mark.django_db
LAW, FEAR, NOBODY = STOPS[1]


def shown(vote):
    """What people see of its question, counted now."""
    sheet = events_live.sheet(vote)
    return reads._count(sheet, sheet.question, closed=sheet.is_closed(now=timezone.now()))


def test_a_participation_says_nothing_of_what_when_or_in_which_order():
    assert {field.name for field in Participation._meta.fields} == {"mark", "vote"}
    assert {field.name for field in VoteTally._meta.fields} == {"id", "vote", "option", "count", "takes"}


def test_an_anonymous_vote_leaves_a_mark_and_a_count_and_no_ballot(event):
    vote = events_live.vote(event)
    cast(vote, FEAR, *many(3))
    assert (Participation.objects.count(), Ballot.objects.count()) == (3, 0)
    assert list(VoteTally.objects.values_list("count", flat=True)) == [0, 3, 0]


def test_marks_of_one_person_differ_from_question_to_question_and_vote_to_vote(event, cora):
    first = events_live.vote(event, STOPS, events_live.READY)
    voting.show_question(vote=first, question=events_live.option(first, "Yes").question_id, by=cora)
    cast(first, FEAR, "m7")
    cast(first, "Yes", "m7")
    cast(events_live.vote(event), FEAR, "m7")
    assert Participation.objects.count() == 3


def test_neither_member_nor_cookie_is_kept(event):
    vote = events_live.vote(event)
    cast(vote, FEAR, "c" + "canary".ljust(32, "0"))
    assert "canary" not in Participation.objects.get().mark


@pytest.mark.parametrize("manner", ["anonymous", "changeable"])
def test_closing_destroys_marks_ballots_and_the_secret_they_were_made_with(event, cora, manner):
    vote = events_live.vote(event, manner=manner)
    cast(vote, FEAR, *many(6))
    voting.close_vote(vote=vote, by=cora)
    assert (Participation.objects.count(), Ballot.objects.count(), Vote.objects.get().secret) == (0, 0, "")
    assert list(VoteTally.objects.values_list("count", flat=True)) == [0, 6, 0]


def test_the_database_keeps_no_closed_vote_with_a_secret(event):
    vote = events_live.vote(event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(state="closed")


def test_a_closed_vote_never_opens_again(event, cora):
    vote = events_live.vote(event)
    voting.close_vote(vote=vote, by=cora)
    with pytest.raises(voting.OverForGood):
        voting.open_vote(vote=vote, by=cora)


def test_an_anonymous_vote_can_t_be_changed(event):
    vote = events_live.vote(event)
    cast(vote, FEAR, "m7")
    with pytest.raises(voting.AlreadyVoted):
        cast(vote, LAW, "m7")
    assert list(VoteTally.objects.values_list("count", flat=True)) == [0, 1, 0]


def test_fewer_than_five_are_never_shown_not_even_once_it_is_closed(event, cora):
    vote = events_live.vote(event)
    cast(vote, FEAR, *many(4))
    assert (shown(vote).bars, shown(vote).total) == ((), 4)
    voting.close_vote(vote=vote, by=cora)
    assert (shown(vote).bars, shown(vote).total) == ((), 4)


def test_five_are_shown_with_options_that_one_person_chose(event):
    vote = events_live.vote(event)
    cast(vote, FEAR, *many(4))
    cast(vote, LAW, *many(1, start=4))
    assert [bar.count for bar in shown(vote).bars] == [1, 4, 0]


def test_bars_of_an_open_anonymous_vote_move_on_five_at_a_time_and_end_true(event, cora):
    vote = events_live.vote(event)
    cast(vote, FEAR, *many(5))
    seen = [shown(vote)]
    for place in range(5, 10):
        cast(vote, LAW, *many(1, start=place))
        seen.append(shown(vote))
    assert [[bar.count for bar in one.bars] for one in seen] == [[0, 5, 0]] * 5 + [[5, 5, 0]]
    assert [(one.total, one.behind) for one in seen] == [(5, 0), (6, 1), (7, 2), (8, 3), (9, 4), (10, 0)]
    cast(vote, LAW, *many(1, start=10))
    voting.close_vote(vote=vote, by=cora)
    assert [bar.count for bar in shown(vote).bars] == [6, 5, 0]


def test_a_few_phones_among_many_papers_stay_hidden_from_who_counted_the_paper(event, cora):
    vote = events_live.vote(event)
    voting.enter_paper(vote=vote, question=vote.current_id, by=cora, counts={events_live.option(vote, LAW).pk: 40})
    assert [bar.count for bar in shown(vote).bars] == [40, 0, 0]
    cache.clear()
    cast(vote, FEAR, *many(4))
    assert shown(vote).bars == ()
    cast(vote, FEAR, *many(1, start=4))
    assert [bar.count for bar in shown(vote).bars] == [40, 5, 0]
    assert PaperTally.objects.get().by == cora


@pytest.mark.parametrize(
    ("phone", "paper", "hidden"),
    [(0, 0, True), (4, 0, True), (5, 0, False), (0, 4, True), (0, 5, False), (4, 40, True), (5, 1, False)],
)
def test_which_totals_are_too_few(phone, paper, hidden):
    assert bool(too_few(phone, paper)) == hidden


def test_percents_are_of_all_votes_and_the_first_is_named():
    found = draw([(1, "A"), (2, "B"), (3, "C")], {1: 3, 2: 5}, {2: 1})
    assert [(bar.percent, bar.first) for bar in found.bars] == [(33, False), (67, True), (0, False)]
    assert (found.total, found.paper, found.finding) == (9, 1, "Most chose “B”: 67%.")
