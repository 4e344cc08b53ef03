"""How many places there are: more of them, and fewer; an event that is called off."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import PageLogEntry

from core.models import OutboxItem
from events.actions import booking as acts
from events.actions import calling_off, places, sessions
from events.actions.refusals import NotOpen, NotYours, Overfull, TooLate
from events.models.booking import Booking, SessionBooking
from events.models.calling import CalledOff
from events.models.places import Mode, Places
from events.querysets.bookings import position_of
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

pytestmark = pytest.mark.django_db

State = Booking.State


@pytest.fixture
def full(db):
    """An event of three places in a month, all taken, and three who wait: (event, [booking])."""
    event = events.event(in_person=3)
    return event, [acts.book(event=event, by=MemberFactory(), mode=Mode.IN_PERSON) for _ in range(6)]


def states(event) -> list[str]:
    assert_true_counters(event)
    return list(Booking.objects.filter(event=event).order_by("pk").values_list("state", flat=True))


def positions(bookings) -> list[int]:
    return [position_of(Booking.objects.get(pk=one.pk)) for one in bookings]


def test_more_places_go_to_who_waits_in_their_order_at_once(full, cora):
    event, _made = full
    places.set_capacity(places=event.places.get(), capacity=5, by=cora)
    assert states(event) == ["confirmed"] * 3 + ["offered"] * 2 + ["waiting"]


def test_more_places_than_who_waits_stay_free(full, cora, alice):
    event, _made = full
    assert places.set_capacity(places=event.places.get(), capacity=10, by=cora).left == 4
    assert states(event) == ["confirmed"] * 3 + ["offered"] * 3
    assert acts.book(event=event, by=alice, mode=Mode.IN_PERSON).state == State.CONFIRMED


def test_fewer_places_need_to_be_told_who_moves(full, cora):
    event, made = full
    here = event.places.get()
    with pytest.raises(Overfull, match=r"3 have a place and 0 are kept\. For 1 place, choose 2 people"):
        places.set_capacity(places=here, capacity=1, by=cora)
    with pytest.raises(Overfull, match="choose 2 people"):
        places.set_capacity(places=here, capacity=1, by=cora, moving=[made[0]])
    with pytest.raises(Overfull, match="nobody has to move"):
        places.set_capacity(places=here, capacity=4, by=cora, moving=[made[0]])
    for wrong in ([made[0], made[0]], [made[0], made[4]]):
        with pytest.raises(Overfull, match="Look again"):
            places.set_capacity(places=here, capacity=1, by=cora, moving=wrong)
    assert states(event) == ["confirmed"] * 3 + ["waiting"] * 3


def test_who_moves_is_next_in_line_in_the_order_given(full, cora):
    event, made = full
    places.set_capacity(places=event.places.get(), capacity=1, by=cora, moving=[made[2], made[0]])
    assert states(event) == ["waiting", "confirmed"] + ["waiting"] * 4
    assert positions([made[2], made[0], *made[3:]]) == [1, 2, 3, 4, 5]
    told = OutboxItem.objects.filter(payload__what="moved_in_line").values_list("payload__booking", flat=True)
    assert list(told) == [made[2].pk, made[0].pk]
    assert made[0].moves.last().reason == "The event has 1 place now instead of 3."
    # and again: still before everybody who waited
    places.set_capacity(places=event.places.get(), capacity=2, by=cora)
    moved = Booking.objects.get(pk=made[2].pk)
    assert moved.state == State.OFFERED
    places.set_capacity(places=event.places.get(), capacity=1, by=cora, moving=[moved], reason="A smaller room.")
    assert positions([made[2], made[0], *made[3:]]) == [1, 2, 3, 4, 5]
    assert_true_counters(event)
    logged = PageLogEntry.objects.filter(action="events.set_capacity").order_by("pk")
    assert [(one.data["was"], one.data["is"], one.data["moved"]) for one in logged] == [(3, 1, 2), (1, 2, 0), (2, 1, 1)]


def test_only_the_core_team_changes_places(full, alice, morag):
    event, _made = full
    for who in (alice, morag):
        with pytest.raises(NotYours):
            places.set_capacity(places=event.places.get(), capacity=9, by=who)
        with pytest.raises(NotYours):
            places.set_places(event=event, mode=Mode.ONLINE, capacity=9, by=who)
    assert event.places.get().capacity == 3


def test_the_database_keeps_the_promise_too(full):
    event, _made = full
    for wrong in ({"capacity": 2}, {"held": 1}, {"confirmed": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Places.objects.filter(event=event).update(**wrong)
    second = Booking.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(event=event, member=second.member)


def test_two_hundred_new_places_cost_a_fixed_number_of_steps(cora, django_assert_max_num_queries):
    event = events.event(in_person=1)
    for _number in range(21):
        acts.book(event=event, by=MemberFactory(), mode=Mode.IN_PERSON)
    with django_assert_max_num_queries(14 + 20):  # and a notice's row for each
        places.set_capacity(places=event.places.get(), capacity=30, by=cora)
    assert_true_counters(event)


# --- Called off ---------------------------------------------------------------------------------------


def test_when_an_event_is_called_off_nobody_has_a_place_any_more(full, cora):
    event, made = full
    talk = events.session(event, capacity=2)
    sessions.join_session(booking=made[0], session=talk, by=made[0].member)
    acts.give_up(booking=made[1], by=made[1].member)
    row = calling_off.call_off(event=event, why="The hall is flooded.", by=cora)
    assert states(event) == ["called_off", "withdrawn"] + ["called_off"] * 4
    here = event.places.get()
    assert (here.confirmed, here.held, here.capacity) == (0, 0, 3)
    assert not SessionBooking.objects.exists()
    # calendars hear of it, and nobody twice
    assert Booking.objects.get(pk=made[0].pk).sequence == 1
    assert calling_off.call_off(event=event, why="Again.", by=cora).pk == row.pk
    assert CalledOff.objects.get().why == "The hall is flooded."
    assert OutboxItem.objects.filter(kind="events.tell_of_calling_off").count() == 1
    assert made[0].moves.last().reason == "The hall is flooded."


def test_after_it_is_called_off_nothing_moves(full, cora):
    event, made = full
    calling_off.call_off(event=event, why="The hall is flooded.", by=cora)
    places.set_capacity(places=event.places.get(), capacity=9, by=cora)
    places.expire_offers(now=timezone.now() + dt.timedelta(days=9))
    assert set(states(event)) == {"called_off"}
    with pytest.raises(TooLate, match="called off"):
        acts.accept(booking=made[3], by=made[3].member)
    assert acts.give_up(booking=made[0], by=made[0].member).state == State.CALLED_OFF
    with pytest.raises(NotOpen):
        acts.book(event=event, by=made[0].member, mode=Mode.IN_PERSON)
