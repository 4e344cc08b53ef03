"""Chasing many speakers in one press: seen first, each once a day, and in a number of statements that does not grow."""

import datetime as dt

import pytest
from django.core import mail as mailbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from events.actions import chasing
from events.models.calling import CalledOff
from events.models.material import AskTold, MaterialAsk
from members.actions.refusals import NotAllowed
from tests.events.post import deliver
from tests.factories import events as made
from tests.factories import events_materials as files
from tests.parts.crowd import all_at_once, second_comes_before_the_first_is_committed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def event(db):
    return made.event(starts_in=10 * DAY)


def asked(event, cora, name: str, *, days_ago=3, **speaker) -> MaterialAsk:
    """A speaker with a talk, asked some days ago, whose first letter went then."""
    speaker = made.speaker(name, **({"email": f"{name.split(maxsplit=1)[0].lower()}@hollowdale.example.org"} | speaker))
    talk = made.session(event, f"The talk of {name}", speakers=[speaker])
    then = timezone.now() - days_ago * DAY
    due = timezone.localdate() + 2 * DAY
    ask = chasing.ask(session=talk, speaker=speaker, due_on=due, by=cora, now=then)
    deliver()
    return ask


def page_of(core, event, **chosen) -> str:
    answer = core.get(reverse("event_desk:slides-chase", args=[event.pk]), chosen, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def press(core, event, *asks) -> str:
    sent = {"ask": [one.pk for one in asks]}
    return core.post(reverse("event_desk:slides-chase", args=[event.pk]), sent, follow=True).content.decode()


def test_all_who_have_sent_nothing_are_shown_and_then_chased(core, event, cora):
    edith, jo = asked(event, cora, "Edith Marlow"), asked(event, cora, "Jo Tindall")
    done = asked(event, cora, "Una Sent")
    files.material(event, cora, done.session)
    desk = core.get(reverse("event_desk:slides", args=[event.pk])).content.decode()
    assert "Chase all who haven’t sent theirs" in desk
    assert desk.count('name="ask"') == 2
    page = page_of(core, event, all="1")
    assert "Send 2 reminders" in page
    assert "The talk of Una Sent" not in page
    assert deliver() == []
    said = press(core, event, edith, jo)
    assert "A reminder goes to Edith Marlow, Jo Tindall." in said
    letters = deliver()
    assert sorted(one.to[0] for one in letters) == ["edith@hollowdale.example.org", "jo@hollowdale.example.org"]
    assert all(one.subject.startswith("Still to come: your slides for") for one in letters)


def test_the_letter_has_the_link_they_have_already(event, cora):
    edith = asked(event, cora, "Edith Marlow")
    chasing.chase_now(event=event, asks=[edith.pk], by=cora)
    (letter,) = deliver()
    edith.refresh_from_db()
    assert edith.link_number == 1
    assert files.path_of(edith) in letter.body


def test_only_those_ticked(core, event, cora):
    edith, _jo = asked(event, cora, "Edith Marlow"), asked(event, cora, "Jo Tindall")
    page = page_of(core, event, ask=edith.pk)
    assert ("Send 1 reminder<" in page, "Jo Tindall" in page) == (True, False)
    press(core, event, edith)
    assert [one.to for one in deliver()] == [["edith@hollowdale.example.org"]]


def test_nobody_ticked_is_said(core, event, cora):
    asked(event, cora, "Edith Marlow")
    assert "Tick who should be reminded." in page_of(core, event)


def test_pressed_twice_chases_once(core, event, cora):
    edith = asked(event, cora, "Edith Marlow")
    press(core, event, edith)
    said = press(core, event, edith)
    assert "Not to Edith Marlow, who had a letter from us today" in said
    assert len(deliver()) == 1
    assert AskTold.objects.filter(stage=None).count() == 1


def test_who_had_a_letter_today_is_left_out_and_said(core, event, cora):
    asked(event, cora, "Edith Marlow", days_ago=0)
    jo = asked(event, cora, "Jo Tindall")
    chasing.new_link(ask=jo, by=cora)
    page = page_of(core, event, all="1")
    assert page.count("had a letter from us today, at") == 2
    assert "There is nobody to chase now." in page


def test_tomorrow_they_can_be_chased_again(event, cora):
    edith = asked(event, cora, "Edith Marlow")
    chasing.chase_now(event=event, asks=[edith.pk], by=cora)
    again = chasing.chase_now(event=event, asks=[edith.pk], by=cora, now=timezone.now() + DAY)
    assert list(again.asks) == [edith]


@pytest.mark.parametrize("why", ["stopped", "sent", "gone", "off", "no address"])
def test_who_cannot_be_chased_is_named_with_the_reason(event, cora, why):
    edith = asked(event, cora, "Edith Marlow")
    if why == "stopped":
        chasing.stop(ask=edith, by=cora)
    elif why == "sent":
        files.material(event, cora, edith.session)
    elif why == "gone":
        edith.session.speakings.all().delete()
    elif why == "off":
        CalledOff.objects.create(event=event, why="Snow.", by=cora)
    else:
        type(edith.speaker).objects.update(email="")
    chased = chasing.chase_now(event=event, asks=[edith.pk], by=cora)
    said = {
        "stopped": "is not asked any more", "sent": "has sent them", "gone": "does not speak there any more",
        "off": "has nothing to send: the event is called off", "no address": "has no address here",
    }  # fmt: skip
    assert (chased.asks, chased.left_out) == ((), ((edith, said[why]),))
    assert deliver() == []


def test_a_speaker_with_an_account_hears_by_the_bell(event, bob, cora):
    ask = asked(event, cora, "Bob Barley", member=bob)
    bob.notices.all().delete()
    chasing.chase_now(event=event, asks=[ask.pk], by=cora)
    deliver()
    assert bob.notices.get().kind == "events.slides_asked"
    assert not any("upload" in one.body for one in mailbox.outbox)


def test_what_is_sent_before_the_worker_writes_stops_the_letter(event, cora):
    edith = asked(event, cora, "Edith Marlow")
    chasing.chase_now(event=event, asks=[edith.pk], by=cora)
    files.material(event, cora, edith.session)
    assert deliver() == []


def test_who_is_chased_by_hand_is_not_chased_by_the_clock_on_the_same_day(event, cora):
    noon = timezone.localtime().replace(hour=12, minute=0)
    edith = asked(event, cora, "Edith Marlow")
    MaterialAsk.objects.update(due_on=timezone.localdate(noon))
    chasing.chase_now(event=event, asks=[edith.pk], by=cora, now=noon - dt.timedelta(hours=2))
    assert chasing.chase(now=noon) == 0
    assert chasing.chase(now=noon + DAY) == 1


def test_statements_do_not_grow_with_those_chased(event, cora):
    asks = [asked(event, cora, name).pk for name in ("Ann A", "Ben B", "Cleo C", "Dot D")]
    chasing.chase_now(event=event, asks=asks[:1], by=cora, now=timezone.now() + DAY)  # fills what is kept
    with CaptureQueriesContext(connection) as one:
        chasing.chase_now(event=event, asks=asks[:1], by=cora, now=timezone.now() + 2 * DAY)
    with CaptureQueriesContext(connection) as four:
        chasing.chase_now(event=event, asks=asks, by=cora, now=timezone.now() + 3 * DAY)
    assert len(four) == len(one) <= 10


def press_at_once(event, cora, many: int) -> None:
    asks = [asked(event, cora, name).pk for name in ("Ann A", "Ben B", "Cleo C")]
    orders = [asks, asks[::-1]]
    acts = [lambda n=n: chasing.chase_now(event=event, asks=orders[n % 2], by=cora) for n in range(many)]
    outcomes = all_at_once(acts)
    assert sorted(len(one.asks) for one in outcomes) == [0] * (many - 1) + [3]
    assert AskTold.objects.filter(stage=None).count() == 3
    assert len(deliver()) == 3


@pytest.mark.django_db(transaction=True)
def test_pressed_by_several_at_once_each_speaker_gets_one_letter(event, cora):
    press_at_once(event, cora, 6)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_pressed_by_many_at_once_on_real_engines(event, cora):
    press_at_once(event, cora, 50)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hand_first", [True, False])
def test_who_is_chased_by_hand_and_by_the_clock_in_the_same_moment_gets_one_letter(event, cora, hand_first):
    noon = timezone.localtime().replace(hour=12, minute=0)
    edith = asked(event, cora, "Edith Marlow")
    MaterialAsk.objects.update(due_on=timezone.localdate(noon))
    acts = [
        lambda: len(chasing.chase_now(event=event, asks=[edith.pk], by=cora, now=noon).asks),
        lambda: chasing.chase(now=noon),
    ]
    results = second_comes_before_the_first_is_committed(*acts if hand_first else reversed(acts))
    assert results == [1, 0]
    assert len(deliver()) == 1


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["stop", "another day"])
def test_who_is_asked_no_more_or_for_another_day_in_the_same_moment_is_not_chased_by_the_clock(event, cora, act):
    noon = timezone.localtime().replace(hour=12, minute=0)
    edith = asked(event, cora, "Edith Marlow")
    MaterialAsk.objects.update(due_on=timezone.localdate(noon))
    acts = {
        "stop": lambda: chasing.stop(ask=edith, by=cora),
        "another day": lambda: chasing.change_day(
            asked=edith, due_on=timezone.localdate(noon) + 9 * DAY, by=cora, now=noon
        ),
    }
    results = second_comes_before_the_first_is_committed(acts[act], lambda: chasing.chase(now=noon))
    assert results[1] == 0
    assert [one for one in deliver() if one.subject.startswith("Still to come")] == []


def test_asks_of_another_event_are_not_chased(event, cora):
    other = asked(made.event("Another", starts_in=10 * DAY), cora, "Edith Marlow")
    assert chasing.chase_now(event=event, asks=[other.pk], by=cora) == chasing.Chased((), ())


def test_it_is_the_core_teams_and_logged(event, cora, alice):
    edith = asked(event, cora, "Edith Marlow")
    with pytest.raises(NotAllowed):
        chasing.chase_now(event=event, asks=[edith.pk], by=alice)
    chasing.chase_now(event=event, asks=[edith.pk], by=cora)
    entry = PageLogEntry.objects.get(action="events.chase_for_slides")
    assert (entry.user, entry.formatter.format_message(entry)) == (cora, "Chased the slides of Edith Marlow")


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", "³"])
def test_what_is_no_number_is_nobody(core, event, number):
    assert "Tick who should be reminded." in page_of(core, event, ask=number)
