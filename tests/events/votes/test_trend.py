"""The same question over the years: a picture, its finding in words, and a table with the same figures."""

import datetime as dt
import itertools

import pytest
from django.core.cache import cache
from wagtail.models import PageViewRestriction

from events.actions import voting
from events.pictures import trend
from events.querysets.votes import history_of
from tests.factories import events, events_live
from tests.factories.events_live import STOPS, cast, many

pytestmark = pytest.mark.django_db
LAW, FEAR, NOBODY = STOPS[1]
KEY = "what-stops-you-most-often"


def year(number: int, law: int, fear: int, *, of=None, close=True):
    """A closed vote at the conference of a year, in which so many chose each."""
    at = dt.datetime(number, 11, 19, 9, 30, tzinfo=dt.UTC)
    event = events.event(f"Conference {number}", starts_at=at)
    vote = events_live.vote(event, of=of)
    cast(vote, LAW, *many(law))
    cast(vote, FEAR, *many(fear, start=law))
    if close:
        voting.close_vote(vote=vote, by=events_live.team_member())
    return vote


def test_the_trend_is_said_drawn_and_in_a_table(client):
    first = year(2024, 2, 8)
    year(2025, 5, 5, of=first.vote_set)
    year(2026, 6, 4)  # typed anew in the same words: the same question
    page = client.get(f"/events/votes/{KEY}/")
    said = page.content.decode()
    assert "“Not sure which law” rose from 20% in 2024 to 60% in 2026." in said
    picture, history = page.context["picture"], page.context["history"]
    assert [(one.date.year, one.total) for one in history.rounds] == [(2024, 10), (2025, 10), (2026, 10)]
    assert [[cell["text"] for cell in row["cells"]] for row in picture.rows] == [
        ["20%", "50%", "60%"], ["80%", "50%", "40%"], ["0%", "0%", "0%"], ["10", "10", "10"]]  # fmt: skip
    assert [len(line.points) for line in picture.lines] == [3, 3, 3]


def test_a_made_up_question_leaves_nothing_in_the_cache(client, settings):
    settings.ANONYMOUS_CACHE = True
    assert client.get("/events/votes/made-up/").status_code == 404
    assert cache.get("v:vote-question:made-up") is None
    year(2024, 3, 3)
    assert client.get(f"/events/votes/{KEY}/").status_code == 200


def test_votes_that_are_open_or_of_few_are_left_out(anyone):
    year(2024, 3, 3)
    year(2025, 2, 2)
    year(2026, 9, 0, close=False)
    assert [one.date.year for one in history_of(KEY, anyone).rounds] == [2024]


def test_a_year_one_may_not_see_is_left_out(alice, anyone):
    year(2024, 3, 3)
    hidden = year(2025, 3, 3)
    PageViewRestriction.objects.create(page=hidden.event, restriction_type="login")
    assert [one.date.year for one in history_of(KEY, anyone).rounds] == [2024]
    assert [one.date.year for one in history_of(KEY, alice).rounds] == [2024, 2025]


def test_a_question_never_asked_or_never_closed_is_not_found(client):
    assert client.get("/events/votes/never-asked/").status_code == 404
    year(2026, 9, 0, close=False)
    assert client.get(f"/events/votes/{KEY}/").status_code == 404


def test_one_year_alone_is_a_sentence_and_a_table(client):
    year(2026, 6, 4)
    page = client.get(f"/events/votes/{KEY}/")
    assert "Asked once so far, in 2026: 60% chose “Not sure which law”." in page.content.decode()
    assert page.context["picture"].lines == ()


def test_labels_never_stand_on_each_other_nor_leave_the_picture(anyone):
    for number in range(2020, 2027):
        year(number, 5, 5)
    picture = trend.draw(history_of(KEY, anyone))
    spans = sorted((line.label_y, line.label_y + trend.LEADING * (len(line.words) - 1)) for line in picture.lines)
    assert all(end + trend.LEADING <= begin for (_, end), (begin, _) in itertools.pairwise(spans))
    assert 0 <= spans[0][0] <= spans[-1][1] <= picture.height


def test_a_kept_trend_is_made_anew_when_another_year_closes(client):
    year(2024, 6, 4)
    assert "Asked once" in client.get(f"/events/votes/{KEY}/").content.decode()
    year(2026, 2, 8)
    assert "in 2026" in client.get(f"/events/votes/{KEY}/").content.decode()


@pytest.mark.parametrize("years", [1, 3])
def test_more_years_cost_no_more_queries(client, django_assert_max_num_queries, years, anyone):
    for number in range(2024, 2024 + years):
        year(number, 5, 5)
    with django_assert_max_num_queries(9):
        history_of(KEY, anyone)
