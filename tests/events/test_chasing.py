"""Asking speakers for slides: each stage once, by mail or in the bell, and no more once they are there."""

import datetime as dt

import pytest
from django.core import mail as mailbox
from django.utils import timezone

from events.actions import chasing
from events.models.material import AskTold, MaterialAsk
from events.querysets import material_asks
from members.actions.refusals import NotAllowed
from tests.events.post import deliver
from tests.factories import events
from tests.factories import events_materials as files

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2030, 3, 5, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def day(db):
    """An event ten days after NOON."""
    return events.event("Say it plainly", starts_at=NOON + 10 * DAY)


@pytest.fixture
def edith():
    return events.speaker(email="edith@hollowdale.example.org")


@pytest.fixture
def talk(day, edith):
    return events.session(day, "Write it down", speakers=[edith])


@pytest.fixture
def ask(talk, edith, cora):
    made = chasing.ask(session=talk, speaker=edith, due_on=(NOON + 10 * DAY).date(), by=cora, now=NOON)
    mailbox.outbox.clear()
    return made


def chased(*, days: int) -> list[int]:
    """The stages told when a chore looks each noon for so many days, and twice a day."""
    for number in range(days):
        for hour in (0, 1):
            chasing.chase(now=NOON + number * DAY + dt.timedelta(hours=hour))
    return list(AskTold.objects.order_by("pk").values_list("stage", flat=True))


def test_each_stage_once(ask):
    assert chased(days=60) == [chasing.FIRST, -7, 0, 3, 10, 17]


def test_it_ends_when_slides_are_there(ask, talk, cora):
    chased(days=12)
    files.material(talk.event, cora, talk)
    assert chased(days=60) == [chasing.FIRST, -7, 0]


def test_a_handout_is_not_slides(ask, talk, cora):
    files.material(talk.event, cora, talk, kind="handout")
    assert chased(days=60) == [chasing.FIRST, -7, 0, 3, 10, 17]


def test_it_ends_when_nobody_asks_any_more(ask, cora):
    chasing.stop(ask=ask, by=cora)
    chasing.stop(ask=ask, by=cora)
    assert chased(days=60) == [chasing.FIRST]


def test_it_ends_when_the_event_is_called_off(ask, day, cora):
    from events.models.calling import CalledOff

    CalledOff.objects.create(event=day, why="Snow.", by=cora)
    assert chased(days=60) == [chasing.FIRST]


def test_of_stages_that_passed_unseen_only_the_last_is_made_good(ask):
    assert chasing.chase(now=NOON + 14 * DAY) == 1
    assert list(AskTold.objects.order_by("pk").values_list("stage", flat=True)) == [chasing.FIRST, 3]
    assert chasing.chase(now=NOON + 40 * DAY) == 0


def test_not_at_night(ask):
    assert chasing.chase(now=(NOON + 3 * DAY).replace(hour=22)) == 0


def test_another_day_begins_the_stages_anew(ask, cora, talk, edith):
    chased(days=12)
    chasing.ask(session=talk, speaker=edith, due_on=(NOON + 30 * DAY).date(), by=cora, now=NOON + 12 * DAY)
    assert MaterialAsk.objects.count() == 1
    assert chased(days=60)[3:] == [chasing.FIRST, -7, 0, 3, 10, 17]


def test_a_speaker_without_an_account_gets_a_link_by_mail(talk, edith, cora):
    due = timezone.localdate() + 3 * DAY
    ask = chasing.ask(session=talk, speaker=edith, due_on=due, by=cora)
    (sent,) = deliver()
    assert sent.to == ["edith@hollowdale.example.org"]
    assert sent.subject == "Your slides for “Write it down”"
    assert f"Please send them by {due:%A} {due.day} {due:%B}" in sent.body
    assert files.path_of(ask) in sent.body


@pytest.mark.parametrize(
    "name, hello",
    [
        ("Edith Marlow", "Dear Edith Marlow,\n"), ("A guest from the regulator", "Hello,\n"),
        ("The chair of the board", "Hello,\n"), ("Theo Anders", "Dear Theo Anders,\n"),
    ],
)  # fmt: skip
def test_a_mail_greets_by_name_who_has_one(name, hello, day, cora):
    speaker = events.speaker(name, email="somebody@hollowdale.example.org")
    talk = events.session(day, "Lunch: “in writing”", speakers=[speaker])
    chasing.ask(session=talk, speaker=speaker, due_on=timezone.localdate() + 3 * DAY, by=cora)
    (sent,) = deliver()
    assert sent.body.startswith(hello)
    assert "You speak about “Lunch: ‘in writing’”" in sent.body


def test_what_was_sent_meanwhile_stops_the_mail(talk, edith, cora):
    chasing.ask(session=talk, speaker=edith, due_on=timezone.localdate(), by=cora)
    files.material(talk.event, cora, talk)
    assert deliver() == []


def test_a_speaker_with_an_account_hears_in_the_bell_and_by_its_mail(day, bob, cora):
    speaker = events.speaker("Bob Barley", member=bob, email="bob@old.example.org")
    talk = events.session(day, "Say it", speakers=[speaker])
    chasing.ask(session=talk, speaker=speaker, due_on=timezone.localdate(), by=cora)
    notice = bob.notices.get()
    assert (notice.kind, notice.url) == ("events.slides_asked", f"/events/{day.pk}/files/{talk.pk}/")
    assert [one.to for one in deliver()] in ([[bob.email]], [])  # its mail may wait for the bell to be read
    assert not any("upload" in one.body for one in mailbox.outbox)


def test_who_can_be_asked(talk, edith, cora, alice):
    due = timezone.localdate()
    nobody = events.speaker("Nobody Knows")
    with pytest.raises(chasing.NobodyToAsk, match="does not speak"):
        chasing.ask(session=talk, speaker=nobody, due_on=due, by=cora)
    other = events.session(talk.event, "Other", speakers=[nobody])
    with pytest.raises(chasing.NobodyToAsk, match="We have no address for Nobody Knows"):
        chasing.ask(session=other, speaker=nobody, due_on=due, by=cora)
    with pytest.raises(NotAllowed):
        chasing.ask(session=talk, speaker=edith, due_on=due, by=alice)
    with pytest.raises(NotAllowed):
        chasing.ask_all(event=talk.event, due_on=due, by=alice)


def test_everybody_is_asked_at_once(day, talk, edith, cora):
    chair = events.speaker("Grace Chair", email="grace@hollowdale.example.org")
    panel = events.session(day, "Panel", speakers=[edith, events.speaker("Nobody Knows")], chair=chair)
    sent = events.session(day, "Sent", speakers=[edith])
    events.session(day, "Lunch", kind="break", speakers=[edith])
    files.material(day, cora, sent)
    asked, refused = chasing.ask_all(event=day, due_on=timezone.localdate(), by=cora)
    assert {(one.session, one.speaker) for one in asked} == {(talk, edith), (panel, edith)}
    assert refused == ["We have no address for Nobody Knows. Add one, then ask."]


def test_who_was_asked_already_keeps_their_day(day, ask, cora):
    jo = events.speaker("Jo Tindall", email="jo@hollowdale.example.org")
    new = events.session(day, "Ask first", speakers=[jo])
    asked, _refused = chasing.ask_all(event=day, due_on=(NOON + 2 * DAY).date(), by=cora)
    assert [(one.session, one.speaker) for one in asked] == [(new, jo)]
    assert AskTold.objects.filter(ask=ask).count() == 1
    ask.refresh_from_db()
    assert ask.due_on == (NOON + 10 * DAY).date()


def test_links_and_asks_are_the_core_teams(ask, alice):
    for act in (chasing.new_link, chasing.stop):
        with pytest.raises(NotAllowed):
            act(ask=ask, by=alice)


def test_late_are_those_whose_day_has_passed(ask, talk, cora, day):
    assert list(material_asks.late(day, NOON + 10 * DAY)) == []
    assert list(material_asks.late(day, NOON + 11 * DAY)) == [ask]
    files.material(day, cora, talk)
    assert list(material_asks.late(day, NOON + 11 * DAY)) == []
