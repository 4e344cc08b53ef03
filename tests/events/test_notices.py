"""Everybody hears of what becomes of their booking: members by bell and mail, guests by mail, each once and why."""

import datetime as dt

import pytest

from core import outbox
from events.actions import booking as acts
from events.actions import calling_off, places, telling
from events.models.booking import Booking
from events.models.places import Places
from notifications import kinds
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db
State = Booking.State


def bell(member):
    """What the bell of a member shows, as plain words."""
    outbox.drain()
    rows = rows_of(member, list(Notice.objects.for_inbox(member).unread()))
    return [row.html.replace("<strong>", "").replace("</strong>", "") for row in rows]


def mails():
    """(to, subject) of the mails that went since asked last."""
    return [(letter.to[0], letter.subject) for letter in deliver()]


def test_a_title_with_quotes_stands_in_one_pair_and_a_sentence_ends_once(alice):
    acts.book(event=events.event("Lunch: “in writing”"), by=alice, mode="in_person")
    (letter,) = deliver()
    assert "You have a place at “Lunch: ‘in writing’”, in person.\n" in letter.body
    assert ".:" not in letter.body


def test_a_mail_about_a_booking_says_once_what_happened(alice):
    acts.book(event=events.event("Summer school"), by=alice, mode="in_person")
    (letter,) = deliver()
    page = letter.alternatives[0][0]
    assert letter.body.startswith("You have a place at “Summer school”, in person.\n\nWhen: ")
    assert (letter.body.count("You have a place"), letter.body.count(", in person.")) == (1, 1)
    assert page.count("You have a place at “Summer school”, in person.") == 1
    assert "<strong></strong>" not in page


def test_who_books_has_a_mail_and_no_bell(alice):
    event = events.event("Day")
    acts.book(event=event, by=alice, mode="in_person")
    assert bell(alice) == []
    (letter,) = deliver()
    assert (letter.to, letter.subject) == ([alice.email], "You have a place: Day")
    assert "When: " in letter.body
    assert "Thornmere Town Hall" in letter.body
    assert "You booked a place." in letter.body
    assert "Stop these mails" in letter.body
    assert letter.alternatives[0][1] == "text/html"


def test_who_stands_in_line_is_told_where(alice, bob):
    event = events.event("Day", in_person=1)
    acts.book(event=event, by=bob, mode="in_person")
    mails()
    acts.book(event=event, by=alice, mode="in_person")
    assert mails() == [(alice.email, "You are next in line: Day")]


def test_a_place_that_comes_free_is_offered_by_bell_and_mail_with_its_deadline(alice, bob):
    event = events.event("Day", in_person=1)
    held = acts.book(event=event, by=bob, mode="in_person")
    acts.book(event=event, by=alice, mode="in_person")
    mails()
    acts.give_up(booking=held, by=bob)
    (words,) = bell(alice)
    assert words.startswith("A place came free for you at Day. Answer by ")
    (letter,) = deliver()
    assert (letter.to, letter.subject) == ([alice.email], "A place for you: Day")
    assert "We keep it for you until" in letter.body
    assert "You stood in line for a place." in letter.body
    assert bell(bob) == []


def test_an_answered_offer_is_told_of_no_more(client_of, alice, bob):
    event = events.event("Day", in_person=1)
    held = acts.book(event=event, by=bob, mode="in_person")
    acts.book(event=event, by=alice, mode="in_person")
    acts.give_up(booking=held, by=bob)
    assert len(bell(alice)) == 1
    acts.accept(booking=Booking.objects.get(member=alice), by=alice)
    assert bell(alice) == []


def test_an_offer_that_ran_out_is_told(alice, bob):
    event = events.event("Day", in_person=1)
    held = acts.book(event=event, by=bob, mode="in_person")
    mine = acts.book(event=event, by=alice, mode="in_person")
    acts.give_up(booking=held, by=bob)
    bell(alice)
    mine.refresh_from_db()
    places.expire_offers(now=mine.offered_until + dt.timedelta(minutes=1))
    assert bell(alice) == ["The place we kept for you at Day went to the next in line"]


def test_shortly_before_the_start_a_place_is_theirs_at_once(alice, bob):
    event = events.event("Day", in_person=1, starts_in=dt.timedelta(hours=20))
    held = acts.book(event=event, by=bob, mode="in_person")
    acts.book(event=event, by=alice, mode="in_person")
    mails()
    acts.give_up(booking=held, by=bob)
    assert bell(alice) == ["A place came free at Day, and it is yours"]
    assert mails() == [(alice.email, "You have a place: Day")]


def test_who_is_given_up_by_the_team_hears_by_whom_and_why(alice, cora):
    booking = acts.book(event=events.event("Day"), by=alice, mode="in_person")
    mails()
    acts.give_up(booking=booking, by=cora, reason="You asked us by phone.")
    assert bell(alice) == ["Your place at Day was given up. See why"]
    (letter,) = deliver()
    assert "Cora Coates gave up your place at “Day”." in letter.body
    assert "Why: You asked us by phone." in letter.body


def test_who_is_moved_in_the_line_hears_why(alice, bob, morag, cora):
    event = events.event("Day", in_person=1)
    for member in (bob, alice, morag):
        acts.book(event=event, by=member, mode="in_person")
    mails()
    places.move_in_line(booking=Booking.objects.get(member=morag), to=1, by=cora, reason="Speaks at ten.")
    assert bell(morag) == ["The core team moved you in the line for Day. See where you stand"]
    told = {letter.to[0]: letter for letter in deliver()}
    assert told[morag.email].subject == "You are next in line now: Day"
    assert "Why: Speaks at ten." in told[morag.email].body


def test_a_called_off_event_is_told_to_everybody_booked_once(alice, bob, morag, charlie, cora):
    event = events.event("Day", in_person=2)
    for member in (alice, bob, morag):
        acts.book(event=event, by=member, mode="in_person")
    guest = events.booking(event, state=State.WAITING, guest_email="gale@visitors.example.org")
    acts.give_up(booking=Booking.objects.get(member=bob), by=bob)
    mails()
    calling_off.call_off(event=event, why="Snow.", by=cora)
    calling_off.call_off(event=event, why="Snow.", by=cora)
    assert {handle: bell(member) for handle, member in {"alice": alice, "bob": bob, "morag": morag}.items()} == {
        "alice": ["Called off: Day"], "bob": [], "morag": ["Called off: Day"],
    }  # fmt: skip
    assert sorted(mails()) == sorted(
        [(alice.email, "Called off: Day"), (morag.email, "Called off: Day"), (guest.guest_email, "Called off: Day")]
    )


def test_who_switched_has_a_mail_with_what_is_true_now(alice):
    event = events.event("Day", in_person=2, online=2)
    booking = acts.book(event=event, by=alice, mode="in_person")
    mails()
    acts.switch(booking=booking, mode="online", by=alice)
    assert bell(alice) == []
    (letter,) = deliver()
    assert "at “Day”, online" in letter.body


def test_a_notice_of_a_booking_is_for_its_person_alone(alice, bob):
    event = events.event("Day", in_person=1)
    held = acts.book(event=event, by=bob, mode="in_person")
    acts.book(event=event, by=alice, mode="in_person")
    acts.give_up(booking=held, by=bob)
    outbox.drain()
    notice = Notice.objects.get(kind="events.place_offered")
    kind = kinds.get(notice.kind)
    assert (kind.can_still_see(alice, notice), kind.can_still_see(bob, notice)) == (True, False)


def test_opening_the_ticket_reads_what_was_told_of_it(client_of, alice, bob):
    event = events.event("Day", in_person=1)
    held = acts.book(event=event, by=bob, mode="in_person")
    mine = acts.book(event=event, by=alice, mode="in_person")
    acts.give_up(booking=held, by=bob)
    assert len(bell(alice)) == 1
    client_of(alice).get(f"/events/bookings/{mine.key}/")
    assert bell(alice) == []


def test_telling_twenty_takes_no_query_for_each(alice, cora, django_assert_max_num_queries):
    event = events.event("Day", in_person=40)
    for _ in range(20):
        events.booking(event, MemberFactory())
    calling_off.call_off(event=event, why="Snow.", by=cora)
    with django_assert_max_num_queries(12):
        telling.tell_of_calling_off(event=event, why="Snow.")
    assert Notice.objects.filter(kind="events.called_off").count() == 20
    assert Places.objects.get().confirmed == 0


def test_whom_the_team_moves_to_another_way_hears_which(alice, cora):
    event = events.event("Day", in_person=2, online=2)
    booking = acts.book(event=event, by=alice, mode="in_person")
    deliver()
    acts.switch(booking=booking, mode="online", by=cora, reason="The room is too small.")
    assert bell(alice) == ["You now come to Day online"]
    (letter,) = deliver()
    assert "Cora Coates changed it: The room is too small." in letter.body
