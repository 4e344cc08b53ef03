"""Booking a place: who may, when, for whom, and what a second click does."""

import datetime as dt

import pytest
from django.utils import timezone

from core import outbox
from events.actions import booking as acts
from events.actions import places
from events.actions.refusals import AlreadyBooked, NoPlacesHere, NotOpen, NotYours, TooLate
from events.guests import Guest
from events.models.booking import Booking, BookingMove, Needs
from events.models.places import Mode
from events.pages.event import EventPage
from members.actions.refusals import WhyMissing
from members.models import Member
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

pytestmark = pytest.mark.django_db

State = Booking.State
HERE, ONLINE = Mode.IN_PERSON, Mode.ONLINE


def book(event, by, **about):
    about.setdefault("mode", HERE)
    made = acts.book(event=event, by=by, **about)
    assert_true_counters(event)
    return made


def test_a_member_books_and_has_a_place(event, alice):
    made = book(event, alice)
    assert (made.state, made.member, made.organisation, made.booked_by) == (
        State.CONFIRMED, alice, alice.organisation, alice,
    )  # fmt: skip
    assert (event.places.get().confirmed, event.places.get().left) == (1, 19)
    assert list(made.moves.values_list("state", "mode", "by")) == [("confirmed", "in_person", alice.pk)]


def test_a_second_click_gives_the_same_booking(event, alice):
    first, second = book(event, alice), book(event, alice, list_me=True)
    assert first.pk == second.pk
    assert Booking.objects.count() == 1
    assert BookingMove.objects.count() == 1


def test_who_comes_when_all_places_are_taken_waits(db, alice, bob):
    event = events.event(in_person=1)
    book(event, alice)
    waiting = book(event, bob)
    assert (waiting.state, waiting.queue_number) == (State.WAITING, 1)


def test_somebody_not_vouched_for_is_refused(event, charlie):
    with pytest.raises(NotYours):
        book(event, charlie)


def test_an_event_one_may_not_see_is_not_there(alice, cora):
    draft = events.event("Not yet", publish=False)
    for person in (alice, cora):
        with pytest.raises(EventPage.DoesNotExist):
            acts.book(event=draft, by=person, mode=HERE)
    assert not Booking.objects.exists()


def test_a_guest_can_t_book_at_an_event_for_members(event, council):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=event, restriction_type="login")
    with pytest.raises(EventPage.DoesNotExist):
        acts.book(event=event, by=None, guest=Guest("gale@visitors.example.org", "Gale"), mode=HERE)
    member = MemberFactory(organisation=council)
    assert book(event, member).state == State.CONFIRMED
    with pytest.raises(NotYours):
        acts.book(event=event, by=member, guest=Guest("gale@visitors.example.org", "Gale"), mode=HERE)


def test_booking_opens_and_closes(alice, cora):
    now = timezone.now()
    day = dt.timedelta(days=1)
    event = events.event(starts_in=9 * day, book_opens_at=now + day, book_closes_at=now + 5 * day)
    for moment, said in ((now, "Booking opens at"), (now + 5 * day, "Booking is closed")):
        with pytest.raises(NotOpen, match=said):
            acts.book(event=event, by=alice, mode=HERE, now=moment)
    assert acts.book(event=event, by=alice, mode=HERE, now=now + 2 * day).state == State.CONFIRMED
    # the core team may, and so may whoever comes to the door with a booking click once more
    assert acts.book(event=event, by=cora, mode=HERE, now=now).state == State.CONFIRMED
    assert acts.book(event=event, by=alice, mode=HERE, now=now + 6 * day).member == alice
    with pytest.raises(NotOpen, match="over"):
        acts.book(event=event, by=MemberFactory(role=Member.Role.CORE_TEAM), mode=HERE, now=now + 10 * day)


def test_without_a_closing_time_booking_closes_when_it_starts(event, alice):
    with pytest.raises(NotOpen, match="closed"):
        acts.book(event=event, by=alice, mode=HERE, now=event.starts_at)


def test_nobody_books_at_an_event_that_is_called_off(alice):
    with pytest.raises(NotOpen, match="called off"):
        book(events.event(called_off="The hall is flooded."), alice)


def test_a_way_of_coming_that_there_is_not_is_refused(event, alice):
    with pytest.raises(NoPlacesHere, match="online"):
        book(event, alice, mode=ONLINE)


def test_one_books_for_a_colleague_but_not_for_a_stranger(event, alice, bob, morag, cora):
    made = book(event, alice, member=morag)
    assert (made.member, made.booked_by, made.organisation) == (morag, alice, alice.organisation)
    assert book(event, alice, member=morag).pk == made.pk
    with pytest.raises(NotYours):
        book(event, alice, member=bob)
    assert book(event, cora, member=bob).organisation == bob.organisation


def test_who_is_booked_already_is_said_to_a_colleague(event, alice, morag):
    book(event, morag)
    with pytest.raises(AlreadyBooked, match="Morag Mead"):
        book(event, alice, member=morag)


def test_a_colleague_without_an_account_comes_for_one_s_own_organisation(event, alice, charity):
    kim = Guest("Kim@thornmere-district-council.example.org ", "Kim Kerr")
    made = book(event, alice, guest=kim, organisation=charity)
    assert (made.member, made.name, made.guest_email, made.organisation) == (
        None, "Kim Kerr", "kim@thornmere-district-council.example.org", alice.organisation,
    )  # fmt: skip


def test_a_guest_comes_for_the_organisation_whose_address_they_have(event, council, charity):
    vouched = book(event, None, guest=Guest("kim@thornmere-district-council.example.org", "Kim"))
    assert vouched.organisation == council
    said_so = book(event, None, guest=Guest("gale@visitors.example.org", "Gale"), organisation=charity)
    assert (said_so.organisation, said_so.works_for) == (None, "Mardyke Food Bank")


def test_a_guest_with_a_member_s_address_is_that_member(event, alice):
    first = book(event, None, guest=Guest("ALICE@thornmere-district-council.example.org", "A"))
    assert (first.member, first.guest_email) == (alice, "")
    assert book(event, alice).pk == first.pk


def test_a_booking_made_for_one_s_address_becomes_one_s_own(event, alice, bob):
    # a colleague elsewhere does not learn that the address is a member's
    first = book(event, bob, guest=Guest(alice.email, "Alice A"))
    assert first.member is None
    again = book(event, alice)
    assert (again.pk, again.member, again.guest_name) == (first.pk, alice, "")


def test_who_was_shut_out_can_t_come_as_a_guest(event, bob):
    Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.BANNED, is_active=False)
    with pytest.raises(NotYours):
        book(event, None, guest=Guest(bob.email, "Bob"))


def test_answers_and_needs_are_kept_apart(event, alice):
    from events.models.booking import BookingQuestion

    asked = BookingQuestion.objects.create(event=event, words="How do you come?")
    elsewhere = BookingQuestion.objects.create(event=events.event("Another"), words="Not asked here")
    made = book(event, alice, answers={asked.pk: " By train ", elsewhere.pk: "no"}, needs={"dietary": "No nuts"})
    assert list(made.answers.values_list("question", "answer")) == [(asked.pk, "By train")]
    assert Needs.objects.get().dietary == "No nuts"


# --- Giving up ----------------------------------------------------------------------------------------


def test_who_gives_up_frees_the_place_and_may_come_back(event, alice):
    made = book(event, alice)
    gone = acts.give_up(booking=made, by=alice)
    assert_true_counters(event)
    assert (gone.state, gone.sequence) == (State.WITHDRAWN, 1)
    assert acts.give_up(booking=made, by=alice).sequence == 1
    assert book(event, alice).pk != made.pk


def test_who_booked_for_somebody_and_the_core_team_with_a_reason_give_their_place_up(event, alice, bob, morag, cora):
    made = book(event, alice, member=morag)
    with pytest.raises(NotYours):
        acts.give_up(booking=made, by=bob)
    with pytest.raises(NotYours):
        acts.give_up(booking=made, by=None)
    with pytest.raises(WhyMissing):
        acts.give_up(booking=made, by=cora)
    assert acts.give_up(booking=made, by=alice).state == State.WITHDRAWN
    again = book(event, morag)
    assert acts.give_up(booking=again, by=cora, reason="Asked by phone.").moves.last().reason == "Asked by phone."
    from wagtail.models import PageLogEntry

    entry = PageLogEntry.objects.get(action="events.give_up")
    assert (entry.user, entry.data["why"], str(entry.formatter.format_message(entry))) == (
        cora, "Asked by phone.", "Gave somebody’s place up: Asked by phone.",
    )  # fmt: skip


def test_a_guest_gives_up_by_their_own_link(event):
    made = book(event, None, guest=Guest("gale@visitors.example.org", "Gale"))
    assert acts.give_up(booking=made, by=None).state == State.WITHDRAWN
    assert_true_counters(event)


def test_what_is_over_can_t_be_given_up(event, alice):
    made = book(event, alice)
    with pytest.raises(TooLate):
        acts.give_up(booking=made, by=alice, now=event.ends_at)


def test_needs_go_with_the_place(event, alice):
    made = book(event, alice, needs={"access": "A hearing loop"})
    acts.give_up(booking=made, by=alice)
    assert not Needs.objects.exists()


# --- Coming another way -------------------------------------------------------------------------------


def test_who_switches_has_a_place_there_and_frees_the_other(hybrid, alice):
    made = book(hybrid, alice)
    switched = acts.switch(booking=made, mode=ONLINE, by=alice)
    assert_true_counters(hybrid)
    assert (switched.state, switched.mode, switched.sequence) == (State.CONFIRMED, ONLINE, 1)
    assert acts.switch(booking=made, mode=ONLINE, by=alice).sequence == 1
    figures = dict(hybrid.places.values_list("mode", "confirmed"))
    assert figures == {"in_person": 0, "online": 1}


def test_the_place_of_who_switches_goes_to_the_next(alice, bob):
    event = events.event(in_person=1, online=1)
    first, second = book(event, alice), book(event, bob)
    acts.switch(booking=first, mode=ONLINE, by=alice)
    assert_true_counters(event)
    second.refresh_from_db()
    assert second.state == State.OFFERED


def test_who_waits_can_switch_to_where_there_is_room(alice, bob):
    event = events.event(in_person=1, online=1)
    book(event, alice)
    waiting = book(event, bob)
    assert acts.switch(booking=waiting, mode=ONLINE, by=bob).state == State.CONFIRMED
    assert_true_counters(event)


def test_a_switch_to_where_all_is_taken_waits_or_stays(alice, bob):
    event = events.event(in_person=1, online=1)
    first = book(event, alice)
    book(event, bob, mode=ONLINE)
    with pytest.raises(NoPlacesHere, match="You keep"):
        acts.switch(booking=first, mode=ONLINE, by=alice, or_wait=False)
    first.refresh_from_db()
    assert (first.state, first.mode) == (State.CONFIRMED, HERE)
    assert acts.switch(booking=first, mode=ONLINE, by=alice).state == State.WAITING
    assert_true_counters(event)


def test_a_booking_that_ended_is_not_switched(hybrid, alice):
    made = book(hybrid, alice)
    acts.give_up(booking=made, by=alice)
    with pytest.raises(TooLate):
        acts.switch(booking=made, mode=ONLINE, by=alice)


# --- Cost ---------------------------------------------------------------------------------------------


def test_a_booking_costs_few_queries(event, alice, django_assert_max_num_queries):
    for _number in range(3):
        book(event, MemberFactory(organisation=alice.organisation))
    with django_assert_max_num_queries(11):  # with two savepoints
        acts.book(event=event, by=alice, mode=HERE)


def test_a_wait_costs_as_much_in_a_long_line(alice, django_assert_max_num_queries):
    event = events.event(in_person=1)
    for _number in range(30):
        acts.book(event=event, by=MemberFactory(), mode=HERE)
    with django_assert_max_num_queries(11):
        assert acts.book(event=event, by=alice, mode=HERE).queue_number == 30


def test_every_step_leaves_its_notice(event, alice, cora):
    made = book(event, alice)
    acts.give_up(booking=made, by=alice)
    from core.models import OutboxItem

    told = OutboxItem.objects.filter(kind="events.tell_of_booking").values_list("payload__what", flat=True)
    assert list(told) == ["booked", "given_up"]
    outbox.drain()
    assert not OutboxItem.objects.waiting().filter(kind__startswith="events.").exists()


def test_the_organisers_places_can_be_set_the_first_time(event, cora, alice):
    places.set_places(event=event, mode=ONLINE, capacity=5, by=cora)
    assert book(event, alice, mode=ONLINE).state == State.CONFIRMED


# --- Who may ------------------------------------------------------------------------------------------


def test_only_the_person_and_who_booked_for_them_change_a_booking(event, cast, morag):
    made = book(event, cast["alice"], member=morag)
    may = {name: person.has_perm("events.change_own_booking", made) for name, person in cast.items()}
    assert may == {"alice": True, "bob": False, "charlie": False, "morag": True, "cora": False, "anyone": False}
    kim = book(event, cast["alice"], guest=Guest("kim@visitors.example.org", "Kim"))
    may = {name: person.has_perm("events.change_own_booking", kim) for name, person in cast.items()}
    assert may == {"alice": True, "bob": False, "charlie": False, "morag": False, "cora": False, "anyone": False}


def test_who_does_not_take_part_any_more_changes_nothing_for_others(event, alice, morag):
    made = book(event, alice, member=morag)
    alice.standing = Member.Standing.WAITING
    with pytest.raises(NotYours):
        acts.give_up(booking=made, by=alice)
