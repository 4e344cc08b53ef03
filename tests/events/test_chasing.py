"""Asking speakers for slides: each stage once, by mail or in the bell, and no more once they are there."""

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core import mail as mailbox
from django.db import connection
from django.utils import timezone

from events.actions import chasing
from events.models.material import AskTold, MaterialAsk
from events.querysets import material_asks
from members.actions.refusals import NotAllowed
from notifications import inbox
from notifications.delivery import mail
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


# --- Another day for who was asked ---------------------------------------------------------------------


def in_words(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


@pytest.fixture
def days() -> list[dt.date]:
    return [timezone.localdate() + dt.timedelta(days=many) for many in (9, 12, 14)]


@pytest.fixture
def told(talk, edith, cora, days) -> MaterialAsk:
    """Edith has the letter that asks for her slides by the first of `days`."""
    ask = chasing.ask(session=talk, speaker=edith, due_on=days[0], by=cora)
    deliver()
    return ask


def change(ask, day, by) -> bool:
    return chasing.change_day(asked=MaterialAsk.objects.get(pk=ask.pk), due_on=day, by=by)


def letters() -> list[str]:
    return [" ".join(one.body.split()) for one in deliver()]


def test_a_day_changed_twice_before_the_letter_goes_is_one_letter_that_names_the_day_they_know(told, days, cora):
    change(told, days[1], cora)
    change(told, days[2], cora)
    (letter,) = letters()
    assert f"The day has changed: it was {in_words(days[0])}. Please send them by {in_words(days[2])}." in letter


def test_a_day_changed_before_the_first_letter_goes_has_not_changed_for_them(talk, edith, cora, days):
    change(chasing.ask(session=talk, speaker=edith, due_on=days[0], by=cora), days[1], cora)
    (letter,) = letters()
    assert (f"Please send them by {in_words(days[1])}." in letter, "has changed" in letter) == (True, False)


def test_a_day_changed_and_changed_back_before_the_letter_goes_is_no_letter(told, days, cora):
    change(told, days[1], cora)
    change(told, days[0], cora)
    assert letters() == []
    change(told, days[1], cora)
    assert [in_words(days[0]) in letter for letter in letters()] == [True]


def test_a_new_link_goes_although_the_day_is_the_one_they_know(told, days, cora):
    change(told, days[1], cora)
    chasing.new_link(ask=told, by=cora)
    change(told, days[0], cora)
    (letter,) = letters()
    assert (files.path_of(MaterialAsk.objects.get()) in letter, "has changed" in letter) == (True, False)


def test_a_change_asked_for_twice_at_the_same_moment_is_one(told, days, cora):
    one, two = MaterialAsk.objects.get(), MaterialAsk.objects.get()
    changed = [chasing.change_day(asked=ask, due_on=days[1], by=cora) for ask in (one, two)]
    assert (changed, len(letters())) == ([True, False], 1)


def test_what_a_colleague_stopped_is_taken_up_by_nothing_but_ask_again(told, days, cora):
    chasing.stop(ask=told, by=cora)
    for act in (lambda: change(told, days[1], cora), lambda: chasing.new_link(ask=told, by=cora)):
        with pytest.raises(chasing.AskedNoMore, match="is not asked any more, so nothing changed"):
            act()
    assert (letters(), MaterialAsk.objects.get().stopped_at is None) == ([], False)
    chasing.new_link(ask=told, by=cora, again=True)
    assert (len(letters()), MaterialAsk.objects.get().stopped_at) == (1, None)


def test_the_day_is_changed_by_the_core_team_alone(told, days, alice):
    with pytest.raises(NotAllowed):
        change(told, days[1], alice)


class TestASpeakerWithAnAccount:
    @pytest.fixture
    def asked(self, day, bob, cora, days):
        speaker = events.speaker("Bob Barley", member=bob)
        return chasing.ask(
            session=events.session(day, "Say it", speakers=[speaker]), speaker=speaker, due_on=days[0], by=cora
        )

    def mails(self) -> list[str]:
        """What goes an hour later."""
        mail.send_due(now=timezone.now() + dt.timedelta(hours=1))
        return letters()

    def test_is_told_of_a_change_with_the_day_they_know(self, asked, days, cora):
        assert ["has changed" in one for one in self.mails()] == [False]
        change(asked, days[1], cora)
        change(asked, days[2], cora)
        (one,) = self.mails()
        assert f"it was {in_words(days[0])}. Please send them by {in_words(days[2])}." in one

    def test_hears_nothing_of_a_change_taken_back(self, asked, bob, days, cora):
        self.mails()
        inbox.read_all(bob)
        change(asked, days[1], cora)
        change(asked, days[0], cora)
        assert (self.mails(), inbox.unread_count(bob)) == ([], 0)

    def test_keeps_the_notice_they_have_not_read(self, asked, bob, days, cora):
        self.mails()
        change(asked, days[1], cora)
        change(asked, days[0], cora)
        assert (self.mails(), inbox.unread_count(bob)) == ([], 1)

    def test_is_not_told_again_of_a_change_when_reminded(self, asked, days, cora):
        self.mails()
        change(asked, days[1], cora)
        assert ["has changed" in one for one in self.mails()] == [True]
        noon = timezone.make_aware(dt.datetime.combine(days[1] - dt.timedelta(days=7), dt.time(12)))
        assert chasing.chase(now=noon) == 1
        assert ["has changed" in one for one in self.mails()] == [False]


def test_the_migration_knows_what_speakers_were_told_but_for_letters_that_wait(told, day, cora, days):
    edith = events.speaker("Jo Tindall", email="jo@hollowdale.example.org")
    waits = chasing.ask(session=events.session(day, "Other", speakers=[edith]), speaker=edith, due_on=days[1], by=cora)
    MaterialAsk.objects.update(told_due_on=None, told_link_number=0)
    migration = importlib.import_module("events.migrations.0008_speakers_know_what_they_were_told")
    migration.know_what_was_told(apps, SimpleNamespace(connection=connection))
    known = dict(MaterialAsk.objects.values_list("pk", "told_due_on"))
    assert known == {told.pk: days[0], waits.pk: None}
