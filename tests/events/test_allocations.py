"""Places kept for an organisation until a day."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions import booking as acts
from events.actions import places
from events.actions.refusals import NotYours, Overfull, TooLate
from events.guests import Guest
from events.models.booking import Booking
from events.models.places import Allocation, Mode
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

pytestmark = pytest.mark.django_db

State = Booking.State
HERE = Mode.IN_PERSON
DAY = dt.timedelta(days=1)


@pytest.fixture
def in_three_days():
    return timezone.localdate() + 3 * DAY


@pytest.fixture
def small(cora, council, in_three_days):
    """Three places, of which two are kept for the council until in three days: (event, allocation)."""
    event = events.event(in_person=3)
    kept = places.allocate(event=event, organisation=council, places=2, release_on=in_three_days, by=cora)
    assert_true_counters(event)
    return event, kept


def book(event, who, **about) -> Booking:
    made = acts.book(event=event, by=who, mode=HERE, **about)
    assert_true_counters(event)
    return made


def somebody(organisation):
    return MemberFactory(organisation=organisation)


def test_its_people_take_what_is_kept_first(small, alice, morag, council):
    event, kept = small
    first, second, third = book(event, alice), book(event, morag), book(event, somebody(council))
    assert [one.allocation for one in (first, second, third)] == [kept, kept, None]
    assert {one.state for one in (first, second, third)} == {State.CONFIRMED}
    here = event.places.get()
    assert (here.confirmed, here.held, here.left) == (3, 0, 0)


def test_others_never_get_what_is_kept(small, bob, charity, alice):
    event, _kept = small
    assert [book(event, one).state for one in (bob, somebody(charity))] == [State.CONFIRMED, State.WAITING]
    assert book(event, alice).state == State.CONFIRMED


def test_a_guest_who_only_says_where_they_are_from_gets_none(small, bob, council):
    event, kept = small
    book(event, bob)
    said = book(event, None, guest=Guest("gale@visitors.example.org", "Gale"), organisation=council)
    assert (said.state, said.allocation) == (State.WAITING, None)
    vouched = book(event, None, guest=Guest("kim@thornmere-district-council.example.org", "Kim"))
    assert (vouched.state, vouched.allocation) == (State.CONFIRMED, kept)


def test_a_colleague_booked_for_counts_too(small, alice, morag):
    event, kept = small
    assert book(event, alice, member=morag).allocation == kept
    assert book(event, alice, guest=Guest("new@visitors.example.org", "New Starter")).allocation == kept


def test_a_kept_place_given_up_stays_with_the_organisation(small, alice, bob, charity, council):
    event, kept = small
    made = book(event, alice)
    book(event, bob)
    waits = book(event, somebody(charity))
    acts.give_up(booking=made, by=alice)
    assert_true_counters(event)
    waits.refresh_from_db()
    assert waits.state == State.WAITING
    assert book(event, somebody(council)).allocation == kept


def test_who_waits_from_the_organisation_is_offered_its_place_before_others(small, alice, morag, bob, charity, council):
    event, kept = small
    made = [book(event, one) for one in (alice, morag, bob)]
    earlier, later = book(event, somebody(charity)), book(event, somebody(council))
    acts.give_up(booking=made[0], by=alice)
    assert_true_counters(event)
    earlier.refresh_from_db()
    later.refresh_from_db()
    assert (earlier.state, later.state, later.allocation) == (State.WAITING, State.OFFERED, kept)
    acts.accept(booking=later, by=later.member)
    assert_true_counters(event)
    acts.give_up(booking=made[2], by=bob)
    assert_true_counters(event)
    earlier.refresh_from_db()
    assert earlier.state == State.OFFERED


def test_on_the_day_what_is_unused_goes_to_who_waits(small, alice, bob, charity):
    event, kept = small
    book(event, alice)
    book(event, bob)
    waits = book(event, somebody(charity))
    now = timezone.now()
    assert places.release_due(now=now + 2 * DAY) == 0
    assert places.release_due(now=now + 4 * DAY) == 1
    assert_true_counters(event)
    waits.refresh_from_db()
    kept.refresh_from_db()
    assert (waits.state, kept.released_at is None, kept.used) == (State.OFFERED, False, 1)
    assert places.release_due(now=now + 4 * DAY) == 0


def test_once_released_a_place_given_up_is_everybody_s(small, alice, bob, charity, cora):
    event, kept = small
    made = book(event, alice)
    book(event, bob)
    places.release(allocation=kept, by=cora)
    second, third = book(event, somebody(charity)), book(event, somebody(charity))
    assert [second.state, third.state] == [State.CONFIRMED, State.WAITING]
    acts.give_up(booking=made, by=alice)
    assert_true_counters(event)
    third.refresh_from_db()
    assert third.state == State.OFFERED


def test_only_free_places_are_kept_unless_more_are_made(cora, council, bob, in_three_days):
    event = events.event(in_person=2)
    book(event, bob)
    about = {"event": event, "organisation": council, "release_on": in_three_days, "by": cora}
    with pytest.raises(Overfull, match="Only 1 place of this event"):
        places.allocate(**about, places=2)
    assert not Allocation.objects.exists()
    places.allocate(**about, places=2, extra=True)
    assert_true_counters(event)
    assert (event.places.get().capacity, event.places.get().held) == (3, 2)


def test_kept_places_can_be_changed_but_not_below_what_is_used(small, alice, morag, cora, council, in_three_days):
    event, kept = small
    book(event, alice)
    book(event, morag)
    about = {"event": event, "organisation": council, "release_on": in_three_days + DAY, "by": cora}
    with pytest.raises(Overfull, match="are used already"):
        places.allocate(**about, places=1)
    assert places.allocate(**about, places=3).pk == kept.pk
    assert_true_counters(event)
    kept.refresh_from_db()
    assert (kept.places, kept.release_on) == (3, in_three_days + DAY)
    places.allocate(**about, places=2)
    assert_true_counters(event)
    assert event.places.get().left == 1


def test_who_waits_from_the_organisation_gets_a_place_kept_now(cora, council, bob, charity, in_three_days):
    event = events.event(in_person=1)
    book(event, bob)
    earlier, later = book(event, somebody(charity)), book(event, somebody(council))
    places.allocate(event=event, organisation=council, places=1, release_on=in_three_days, by=cora, extra=True)
    assert_true_counters(event)
    earlier.refresh_from_db()
    later.refresh_from_db()
    assert (earlier.state, later.state) == (State.WAITING, State.OFFERED)


def test_the_core_team_alone_keeps_places_for_a_day_to_come(event, alice, cora, council):
    today = timezone.localdate()
    with pytest.raises(NotYours):
        places.allocate(event=event, organisation=council, places=1, release_on=today + DAY, by=alice)
    with pytest.raises(TooLate):
        places.allocate(event=event, organisation=council, places=1, release_on=today, by=cora)
    kept = places.allocate(event=event, organisation=council, places=1, release_on=today + DAY, by=cora)
    with pytest.raises(NotYours):
        places.release(allocation=kept, by=alice)


def test_who_has_a_kept_place_and_is_moved_to_the_line_takes_it_along(small, alice, bob, cora):
    event, kept = small
    made = book(event, alice)
    book(event, bob)
    with pytest.raises(Overfull, match="release places kept"):
        places.set_capacity(places=event.places.get(), capacity=2, by=cora)
    places.set_capacity(places=event.places.get(), capacity=2, by=cora, moving=[made])
    assert_true_counters(event)
    kept.refresh_from_db()
    made.refresh_from_db()
    # one place is still kept for the council, and she is its first in line
    assert (kept.places, kept.used, made.state, made.allocation) == (1, 1, State.OFFERED, kept)
