"""Writing to many: chosen, seen, kept back for ten minutes, sent once to each."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core import outbox
from core.models import OutboxItem
from events.actions import bulk_mail
from events.models.booking import Booking
from events.models.bulk_mail import BulkMail
from events.querysets import desk
from members.actions import NotAllowed
from members.models import Member
from tests.factories import MemberFactory
from tests.factories import events as made

State = Booking.State


@pytest.fixture
def event(db):
    return made.event("Sharing for the first time")


def url(name: str, event, *more, asked: str = "") -> str:
    return reverse(f"event_desk:{name}", args=[event.pk, *more]) + asked


def letters() -> list[dict]:
    return [one.payload for one in OutboxItem.objects.filter(kind="members.mail").order_by("pk")]


def send(event, cora, **chosen) -> BulkMail:
    return bulk_mail.send(
        event=event, by=cora, bookings=desk.for_mail(event, **chosen), subject="Bring a laptop", words="You need one."
    )


class TestOnTheScreen:
    def test_it_is_seen_as_one_reads_it_with_the_count_before_it_goes(self, core, event, alice):
        made.booking(event, alice)
        made.booking(event, guest_name="Gale Guest", guest_email="gale@visitors.example.org")
        typed = {"subject": "Bring a laptop", "words": "You need one.\nAnd a pen."}
        seen = core.post(url("mail", event, asked="?state=confirmed"), typed)
        page = seen.content.decode()
        assert BulkMail.objects.count() == 0
        wanted = ("2 people get it", "As Alice Amory reads it", "Hello Alice Amory,", "And a pen.")
        assert [words in page for words in wanted] == [True] * 4
        core.post(url("mail", event, asked="?state=confirmed"), typed | {"send": seen.context["readers"].mark})
        mail = BulkMail.objects.get()
        assert (mail.count, mail.state, mail.chosen) == (2, "waiting", [["State", "Has a place"]])

    def test_when_somebody_else_would_get_it_it_is_seen_again(self, core, event, alice, bob):
        made.booking(event, alice)
        typed = {"subject": "Bring a laptop", "words": "You need one."}
        mark = core.post(url("mail", event), typed).context["readers"].mark
        made.booking(event, bob)
        again = core.post(url("mail", event), typed | {"send": mark})
        assert (BulkMail.objects.count(), "Since you looked" in again.content.decode()) == (0, True)

    def test_subject_and_words_are_needed(self, core, event, alice):
        made.booking(event, alice)
        errors = core.post(url("mail", event), {"subject": "", "words": ""}).context["form"].errors
        assert list(errors) == ["subject", "words"]

    def test_words_can_be_changed_after_seeing_them(self, core, event, alice):
        made.booking(event, alice)
        back = core.post(url("mail", event), {"subject": "Bring a laptop", "words": "You need one.", "again": "yes"})
        assert (back.context["seen"], "You need one.</textarea>" in back.content.decode()) == (False, True)

    def test_an_address_that_asks_for_nonsense_reaches_nobody(self, core, event, alice):
        made.booking(event, alice)
        typed = {"subject": "Bring a laptop", "words": "You need one.", "send": ""}
        core.post(url("mail", event, asked="?state=nonsense"), typed)
        assert BulkMail.objects.count() == 0

    def test_it_is_taken_back_by_a_button(self, core, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        assert "Take it back" in core.get(url("mails", event)).content.decode()
        core.post(url("take-back", event, mail.pk))
        page = core.get(url("mails", event)).content.decode()
        assert ("Taken back" in page, "Take it back" in page) == (True, False)

    def test_the_desk_shows_what_waits_and_what_went(self, core, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        assert "waiting to go at" in core.get(url("desk", event)).content.decode()
        bulk_mail.send_due(mail=mail.pk)
        assert "sent, " in core.get(url("desk", event)).content.decode()

    def test_a_look_does_not_take_it_back(self, core, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        core.get(url("take-back", event, mail.pk))
        mail.refresh_from_db()
        assert mail.is_waiting()


class TestReaders:
    def test_each_address_gets_it_once_guests_too(self, event, cora, alice):
        made.booking(event, alice)
        made.booking(event, guest_name="Ali", guest_email=alice.email.upper())
        made.booking(event, guest_name="Gale", guest_email="gale@visitors.example.org")
        mail = send(event, cora)
        bulk_mail.send_due(mail=mail.pk)
        assert sorted(one["to"] for one in letters()) == sorted([alice.email.lower(), "gale@visitors.example.org"])

    def test_pressed_twice_it_waits_once(self, event, cora, alice, bob):
        made.booking(event, alice)
        once = send(event, cora)
        assert send(event, cora) == once
        made.booking(event, bob)
        assert send(event, cora) != once  # another mail: it reaches somebody else too

    def test_whoever_looks_at_it_gets_no_key_of_a_guest(self, event):
        guest = made.booking(event, guest_name="Gale Guest", guest_email="gale@visitors.example.org")
        seen = bulk_mail.letter(event=event, booking=guest, words="Hello.", seen_by_another=True)
        sent = bulk_mail.letter(event=event, booking=guest, words="Hello.")
        assert ("/open/" in seen, "/open/" in sent) == (False, True)

    def test_who_is_left_out_is_named_with_the_reason(self, event, alice, bob):
        made.booking(event, alice)
        made.booking(event, bob)
        gone = made.booking(event, guest_name="", guest_email="")
        Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.BANNED)
        readers = bulk_mail.readers_of(desk.for_mail(event))
        assert [one.member for one in readers.bookings] == [alice]
        assert {one.pk: why for one, why in readers.left_out} == {
            event.bookings.get(member=bob).pk: bulk_mail.SHUT_OUT,
            gone.pk: bulk_mail.NO_ACCOUNT,
        }

    def test_with_nobody_left_nothing_is_written(self, event, cora):
        with pytest.raises(bulk_mail.NobodyToWriteTo):
            send(event, cora)

    @pytest.mark.parametrize("who", ["alice", "morag", "charlie"])
    def test_only_the_core_team_writes_to_many(self, event, cast, who):
        made.booking(event, cast["bob"])
        with pytest.raises(NotAllowed):
            send(event, cast[who])

    def test_a_mail_to_who_waits_reaches_no_one_else(self, event, cora, alice, bob):
        made.booking(event, alice)
        made.booking(event, bob, state=State.WAITING)
        bulk_mail.send_due(mail=send(event, cora, state="waiting").pk)
        assert [one["to"] for one in letters()] == [bob.email]


class TestTenMinutes:
    def test_nothing_goes_before_they_are_over(self, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        outbox.drain()
        assert letters() == []
        assert dt.timedelta(minutes=9) < mail.due_at - timezone.now() <= dt.timedelta(minutes=10)
        OutboxItem.objects.filter(kind="events.bulk_mail").update(due_at=timezone.now())
        outbox.drain()
        mail.refresh_from_db()
        assert (len(letters()), mail.state, mail.count) == (1, "sent", 1)

    def test_it_goes_once_however_often_the_worker_comes(self, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        assert [bulk_mail.send_due(mail=mail.pk) for _time in range(3)] == [1, 0, 0]
        assert len(letters()) == 1

    def test_taken_back_it_never_goes(self, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        bulk_mail.take_back(mail=mail, by=cora)
        assert (bulk_mail.send_due(mail=mail.pk), letters()) == (0, [])
        with pytest.raises(bulk_mail.TooLate):
            bulk_mail.take_back(mail=mail, by=cora)

    def test_what_went_cannot_be_taken_back(self, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        bulk_mail.send_due(mail=mail.pk)
        with pytest.raises(bulk_mail.TooLate):
            bulk_mail.take_back(mail=mail, by=cora)

    def test_who_gave_up_meanwhile_is_left_out(self, event, cora, alice, bob):
        for member in (alice, bob):
            made.booking(event, member)
        mail = send(event, cora)
        Booking.objects.filter(member=bob).update(state=State.WITHDRAWN)
        bulk_mail.send_due(mail=mail.pk)
        assert [one["to"] for one in letters()] == [alice.email]

    def test_who_moved_to_another_address_meanwhile_gets_it_there(self, event, cora, alice):
        made.booking(event, alice)
        mail = send(event, cora)
        Member.objects.filter(pk=alice.pk).update(email="alice@elsewhere.example.org")
        bulk_mail.send_due(mail=mail.pk)
        assert [one["to"] for one in letters()] == ["alice@elsewhere.example.org"]


class TestTheLetter:
    def test_a_member_and_a_guest_each_read_the_way_to_their_booking(self, event, cora, alice):
        own, guest = made.booking(event, alice), made.booking(event)
        texts = [bulk_mail.letter(event=event, booking=one, words="Bring <b>one</b> & a pen.") for one in (own, guest)]
        assert f"/events/bookings/{own.key}/\n" in texts[0]
        assert f"/events/bookings/{guest.key}/open/" in texts[1]
        assert ["Bring <b>one</b> & a pen." in text for text in texts] == [True, True]
        assert "Keep this link to yourself" in texts[1]

    def test_nobody_reads_of_another(self, event, cora, alice):
        made.booking(event, alice)
        made.booking(event, MemberFactory(display_name="Nora Next"))
        bulk_mail.send_due(mail=send(event, cora).pk)
        assert [("Alice" in one["text"], "Nora" in one["text"]) for one in letters()] == [(True, False), (False, True)]
