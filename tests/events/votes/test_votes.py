"""Votes: opened, cast on a phone without account, seen when promised, closed for good."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions import voting
from events.models.vote import Ballot, Participation, Vote
from events.querysets import votes as reads
from members.actions import NotAllowed
from tests.factories import events, events_live
from tests.factories.events_live import STOPS, cast, counts, many, path

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # what is kept is thrown away after the commit
YES, LAW, FEAR = "Yes", STOPS[1][0], STOPS[1][1]


def send(client, vote, words):
    chosen = events_live.option(vote, words)
    return client.post(path(vote), {"question": chosen.question_id, "option": chosen.pk})


# --- On the phone ---------------------------------------------------------------------------------------


def test_somebody_without_account_votes_by_code(client, vote):
    found = client.get("/events/vote/", {"code": f" {vote.code[:3].upper()} {vote.code[3:]} "})
    assert found.url == path(vote)
    client.get(path(vote))
    assert send(client, vote, FEAR).url == f"{path(vote)}?counted=1"
    assert counts(vote) == [0, 1, 0]
    assert "Your vote is counted" in client.get(path(vote)).content.decode()


def test_pressed_twice_it_counts_once_and_the_page_says_that_it_is_counted(client, vote):
    client.get(path(vote))
    assert [send(client, vote, FEAR).status_code, send(client, vote, LAW).status_code] == [302, 302]
    assert counts(vote) == [0, 1, 0]


def test_a_browser_that_has_no_cookie_yet_is_asked_to_press_again(client_of, vote):
    client = client_of()
    answer = send(client, vote, FEAR)
    assert (answer.status_code, counts(vote)) == (400, [0, 0, 0])
    assert send(client, vote, FEAR).status_code == 302
    assert counts(vote) == [0, 1, 0]


def test_the_cookie_goes_to_addresses_of_events_only_and_no_script_reads_it(client, vote):
    cookie = client.get(path(vote)).cookies["room"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/events/", True, "Lax")


def test_a_member_counts_once_on_two_devices(client_of, vote, alice):
    phone, laptop = client_of(alice), client_of(alice)
    send(phone, vote, FEAR)
    send(laptop, vote, LAW)
    assert counts(vote) == [0, 1, 0]


def test_a_vote_that_can_be_changed_is_changed(client, event):
    vote = events_live.vote(event, manner="changeable")
    client.get(path(vote))
    send(client, vote, FEAR)
    send(client, vote, LAW)
    assert counts(vote) == [1, 0, 0]
    assert Ballot.objects.get().option.words == LAW
    assert b"Change your vote" in client.get(path(vote)).content
    assert b" checked" in client.get(path(vote) + "?change=1").content


def test_nothing_chosen_is_said_and_not_counted(client, vote):
    client.get(path(vote))
    answer = client.post(path(vote), {"question": vote.current_id})
    assert (answer.status_code, counts(vote)) == (400, [0, 0, 0])
    assert "Choose an answer." in answer.content.decode()


@pytest.mark.parametrize("said", [{"question": "9" * 30}, {"question": "x"}, {"option": "0"}, {"option": "\x00"}])
def test_what_no_page_of_ours_sends_is_refused(client, vote, said):
    client.get(path(vote))
    assert client.post(path(vote), {"question": vote.current_id, "option": "1"} | said).status_code == 400
    assert counts(vote) == [0, 0, 0]


def test_an_option_of_another_vote_is_refused(client, event, vote):
    other = events_live.vote(event, events_live.READY)
    client.get(path(vote))
    chosen = events_live.option(other, YES)
    assert client.post(path(vote), {"question": vote.current_id, "option": chosen.pk}).status_code == 400
    assert counts(other) == [0, 0]


def test_before_it_opens_nobody_reads_the_question(client, event):
    vote = events_live.vote(event, opened=False)
    page = client.get(path(vote))
    assert STOPS[0] not in page.content.decode()
    assert send(client, vote, FEAR).status_code == 409
    assert client.get(f"/events/screen/{vote.code}/").status_code == 404


@committed
def test_a_closed_vote_takes_nothing_and_shows_its_result(client, vote, cora):
    client.get(path(vote))
    cast(vote, FEAR, *many(6))
    voting.close_vote(vote=vote, by=cora)
    assert send(client, vote, LAW).status_code == 409
    page = client.get(path(vote)).content.decode()
    assert "100%" in page
    assert "Closed" in page


@committed
def test_once_closed_its_result_is_found_on_the_page_of_the_event(client, vote, cora):
    link = f'<a href="{path(vote)}">{STOPS[0]}</a>'
    assert link not in client.get(vote.event.url).content.decode()
    voting.close_vote(vote=vote, by=cora)
    html = client.get(vote.event.url).content.decode()
    assert ("Results of votes" in html, link in html) == (True, True)


def test_one_that_closes_by_itself_takes_nothing_afterwards_and_is_closed_by_the_worker(event, cora):
    vote = events_live.vote(event, opened=False)
    now = timezone.now()
    voting.open_vote(vote=vote, by=cora, minutes=10, now=now)
    late = now + dt.timedelta(minutes=10)
    with pytest.raises(voting.NotTaking):
        cast(vote, FEAR, "c" + "1" * 32, now=late)
    assert (voting.close_due(now=late - dt.timedelta(seconds=1)), voting.close_due(now=late)) == (0, 1)
    assert Vote.objects.get().state == Vote.State.CLOSED


def test_the_page_says_before_voting_what_is_promised(client, event):
    anonymous = client.get(path(events_live.vote(event))).content.decode()
    assert "Nobody can ever see what you chose" in anonymous
    assert "You see the result once you have voted, from five votes on" in anonymous
    changeable = client.get(path(events_live.vote(event, manner="changeable", shows="at_once"))).content.decode()
    assert "You can change your answer" in changeable
    assert "Everybody sees the result while people vote" in changeable


# --- Who sees the result ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shows", "voted", "others"),
    [("at_once", True, True), ("after_voting", True, False), ("when_closed", False, False)],
)
def test_the_result_is_seen_by_whom_it_was_promised_to(client_of, event, shows, voted, others):
    vote = events_live.vote(event, shows=shows)
    cast(vote, FEAR, *many(6))
    phone, other = client_of(), client_of()
    phone.get(path(vote))
    send(phone, vote, FEAR)
    assert ("%</td>" in phone.get(path(vote)).content.decode()) == voted
    assert ("%</td>" in other.get(f"{path(vote)}now/").content.decode()) == others
    assert ("%</td>" in other.get(f"/events/screen/{vote.code}/").content.decode()) == others
    assert "%</td>" not in other.get(f"{path(vote)}now/?key=guessed").content.decode() or others


def test_who_has_the_newest_result_is_told_so_without_it(client, vote):
    first = client.get(f"{path(vote)}now/")
    again = client.get(f"{path(vote)}now/", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert "no-cache" in first["Cache-Control"]


def test_phones_that_ask_again_cost_the_database_nothing(client, vote, django_assert_num_queries):
    client.get(f"{path(vote)}now/")
    with django_assert_num_queries(0):
        for _ in range(5):
            client.get(f"{path(vote)}now/")


def test_a_vote_costs_one_look_one_row_and_one_counter(event, django_assert_num_queries):
    vote = events_live.vote(event)
    sheet, chosen = events_live.sheet(vote), events_live.option(vote, FEAR)
    with django_assert_num_queries(5):  # two of them hold and let go the savepoint of the test's transaction
        voting.cast(vote=sheet, question=chosen.question_id, option=chosen.pk, voter="c" + "1" * 32)


# --- Codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["zzzzzz", "x", "aeiou1", "999999999", "%00"])
def test_a_code_that_there_is_not_is_not_found(client, db, code):
    assert client.get(f"/events/vote/{code}/").status_code == 404
    assert client.get(f"/events/screen/{code}/").status_code == 404
    assert client.get("/events/vote/", {"code": code}).status_code == 404


def test_codes_can_t_be_tried_by_the_hundred(client, vote, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"vote_code": (5, 600)}
    tried = [client.get(f"/events/vote/bcdfg{letter}/").status_code for letter in "bcdfghjk"]
    assert tried == [404] * 5 + [429] * 3
    assert client.get(path(vote)).status_code == 200


def test_a_vote_at_an_event_that_is_not_published_is_not_found(client, db):
    vote = events_live.vote(events.event("Not yet", publish=False))
    assert client.get(path(vote)).status_code == 404


def test_who_has_a_code_but_may_not_see_the_event_does_not_read_its_name(client, event, vote):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=event, restriction_type="login")
    page = client.get(path(vote))
    assert page.status_code == 200
    assert event.title not in page.content.decode()


# --- Running it -------------------------------------------------------------------------------------------


def test_only_the_core_team_and_the_chair_run_a_vote(event, cast_of_runners):
    people, vote = cast_of_runners
    may = []
    for name, person in people.items():
        try:
            voting.show_question(vote=vote, question=vote.current_id, by=person)
            may.append(name)
        except NotAllowed:
            pass
    assert may == ["bob", "cora"]


@pytest.fixture
def cast_of_runners(event, cast):
    """Everybody, and a vote in a session that bob takes the chair of."""
    talk = events.session(event, "Ask the regulator", chair=events.speaker("Bob Barley", member=cast["bob"]))
    return cast, events_live.vote(event, session=talk)


def test_the_screen_has_buttons_for_who_runs_it_and_for_nobody_else(client_of, cast_of_runners):
    people, vote = cast_of_runners
    shown = {name: b"Close the vote" in client_of(person).get(f"/events/screen/{vote.code}/").content
             for name, person in people.items()}  # fmt: skip
    assert [name for name, buttons in shown.items() if buttons] == ["bob", "cora"]
    acts = {name: client_of(person).post(f"/events/screen/{vote.code}/act/", {"verb": "none"}).status_code
            for name, person in people.items()}  # fmt: skip
    assert acts == {"alice": 403, "bob": 404, "charlie": 403, "morag": 403, "cora": 404, "anyone": 302}


@committed
def test_the_screen_opens_moves_on_and_closes(client_of, event, cora):
    vote = events_live.vote(event, STOPS, events_live.READY, opened=False)
    client = client_of(cora)
    act = f"/events/screen/{vote.code}/act/"
    seen = []
    for said in (
        {"verb": "open", "minutes": "10"},
        {"verb": "next"},
        {"verb": "next"},
        {"verb": "before"},
        {"verb": "close"},
    ):
        client.post(act, said)
        vote.refresh_from_db()
        seen.append((vote.state, vote.current.words))
    assert seen == [("open", STOPS[0]), ("open", "Are you ready?"), ("open", "Are you ready?"), ("open", STOPS[0]),
                    ("closed", STOPS[0])]  # fmt: skip
    assert vote.closes_at is not None
    client.post(act, {"verb": "open"})
    assert Vote.objects.get().state == Vote.State.CLOSED


@committed
@pytest.mark.parametrize("typed", ["soon", "1,2", "99,999", "0"])
def test_minutes_that_are_none_open_nothing_for_ever(client_of, event, cora, typed):
    vote = events_live.vote(event, STOPS, opened=False)
    said = client_of(cora).post(f"/events/screen/{vote.code}/act/", {"verb": "open", "minutes": typed}, follow=True)
    vote.refresh_from_db()
    assert vote.state == Vote.State.DRAFT
    assert "The vote is not open yet. Minutes: " in said.content.decode()
    client_of(cora).post(f"/events/screen/{vote.code}/act/", {"verb": "open", "minutes": "1,200"})
    vote.refresh_from_db()
    assert (vote.state, vote.closes_at is not None) == (Vote.State.OPEN, True)


@committed
def test_a_question_that_is_not_on_yet_takes_no_votes(client, event, cora):
    vote = events_live.vote(event, STOPS, events_live.READY)
    client.get(path(vote))
    assert send(client, vote, YES).status_code == 400
    voting.show_question(vote=vote, question=events_live.option(vote, YES).question_id, by=cora)
    assert [send(client, vote, YES).status_code, send(client, vote, FEAR).status_code] == [302, 302]
    assert counts(vote) == [0, 1, 0, 1, 0]


def test_a_question_of_another_set_can_t_be_put(event, vote, cora):
    other = events_live.vote(event, events_live.READY)
    with pytest.raises(ValueError, match="not a question of this vote"):
        voting.show_question(vote=vote, question=other.current_id, by=cora)


def test_the_screen_shows_code_and_qr_code_and_needs_no_account(client, vote):
    page = client.get(f"/events/screen/{vote.code}/").content.decode()
    assert f"{vote.code[:3]} {vote.code[3:]}" in page
    assert "screen__code" in page
    assert "style=" not in page


# --- Made by the team --------------------------------------------------------------------------------------


def test_the_team_types_a_set_and_makes_a_vote_of_it(client_of, event, cora):
    client = client_of(cora)
    text = "Are you ready?\nYes\nNo\n \nWhat stops you?\nThe law\nOur systems\nNothing"
    client.post(f"/events/{event.pk}/votes/sets/new/", {"name": "Every year", "text": text})
    said = {"vote_set": reads.sets()[0].pk, "session": "", "manner": "anonymous", "shows": "at_once"}
    made = client.post(f"/events/{event.pk}/votes/", said)
    vote = Vote.objects.get()
    assert made.url == f"/events/screen/{vote.code}/"
    assert [(one.words, len(one.options)) for one in events_live.sheet(vote).questions] == [
        ("Are you ready?", 2), ("What stops you?", 3)]  # fmt: skip
    again = client.get(f"/events/{event.pk}/votes/sets/new/?like={vote.vote_set_id}").content.decode()
    assert "What stops you?\nThe law" in again


@pytest.mark.parametrize("text", ["Only a question?", "One?\nYes", "Same?\nYes\nyes", "Twice?\nA\nB\n\nTwice?\nA\nB"])
def test_a_set_nobody_could_vote_on_is_sent_back(client_of, event, cora, text):
    answer = client_of(cora).post(f"/events/{event.pk}/votes/sets/new/", {"name": "Set", "text": text})
    assert (answer.status_code, reads.sets().count()) == (200, 0)
    assert text.split("\n")[0] in answer.content.decode()


def test_the_pages_of_the_team_are_the_team_s(client_of, event, vote, cast):
    for page in (f"/events/{event.pk}/votes/", f"/events/{event.pk}/votes/sets/new/", f"{path(vote)}paper/1/"):
        seen = {name: client_of(person).get(page).status_code for name, person in cast.items()}
        assert seen == {"alice": 403, "bob": 403, "charlie": 403, "morag": 403, "cora": 200, "anyone": 302}


# --- On the event's page -----------------------------------------------------------------------------------


@committed
def test_an_open_vote_is_live_on_its_event_and_a_closed_one_is_not(event, vote, cora, anyone):
    from events.querysets.live import live_for

    events_live.vote(event, opened=False)
    now = timezone.now()
    assert [one.sheet.code for one in live_for(event, anyone, now=now)] == [vote.code]
    voting.close_vote(vote=vote, by=cora)
    assert live_for(event, anyone, now=now) == []


def test_a_member_s_own_answer_is_marked_where_it_can_be_changed(event, alice, anyone):
    from events.querysets.live import live_for

    vote = events_live.vote(event, manner="changeable", shows="at_once")
    cast(vote, FEAR, f"m{alice.pk}", *many(5))
    mine, others = (live_for(event, viewer, now=timezone.now())[0] for viewer in (alice, anyone))
    assert (mine.own.option, others.own.option) == (events_live.option(vote, FEAR).pk, None)
    assert [bar.percent for bar in others.results.bars] == [0, 100, 0]


def test_while_nothing_is_open_an_event_s_page_asks_nothing(event, alice, django_assert_num_queries):
    from events.querysets.live import live_for

    live_for(event, alice, now=timezone.now())
    with django_assert_num_queries(0):
        live_for(event, alice, now=timezone.now())


def test_participations_are_not_numbered(event):
    assert Participation._meta.pk.name == "mark"
