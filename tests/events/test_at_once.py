"""Everybody at once: the promises of places, lines and sessions hold, on SQLite and on PostgreSQL.

A hundred threads, each with a database connection of its own, are released together by a barrier. Nothing that the
database says of locks reaches anybody.
"""

import datetime as dt
import random
import time

import pytest
from django.utils import timezone

from events.actions import booking as acts
from events.actions import places, programme, sessions
from events.actions.refusals import Clash, NoPlacesHere, Overfull, TooLate
from events.models.booking import Booking, BookingMove, SessionBooking
from events.models.places import Mode, Places
from events.models.programme import Session
from members.models import Member
from tests.factories import OrganisationFactory, events
from tests.parts.crowd import all_at_once
from tests.parts.places import assert_true_counters

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

State = Booking.State
THREADS, PEOPLE, PLACES = 100, 500, 50


def crowd(count: int) -> list[Member]:
    """So many members of one organisation, vouched for."""
    body = OrganisationFactory(name="Thornmere District Council")
    return Member.objects.bulk_create(
        Member(
            display_name=f"Robin Marsh {number}", handle=f"robin-{number}", email=f"robin-{number}@crowd.example.org",
            organisation=body, standing=Member.Standing.VOUCHED,
        )
        for number in range(count)
    )  # fmt: skip


def refused_otherwise(results: list, *known: type[Exception]) -> list:
    """What was raised, but for refusals that are right."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, known)]


def book(event, who, mode=Mode.IN_PERSON) -> Booking:
    return acts.book(event=event, by=who, mode=mode)


def booked(event, people) -> list[Booking]:
    return [book(event, who) for who in people]


def test_five_hundred_people_at_once_for_fifty_places():
    """Each clicks twice, in two tabs: 1,000 clicks, ten of each thread, nobody waiting for another thread's turn."""
    event = events.event(in_person=PLACES)
    people = crowd(PEOPLE)
    clicks = people + people
    random.Random(7).shuffle(clicks)
    began = time.monotonic()
    results = all_at_once([lambda some=clicks[start::THREADS]: booked(event, some) for start in range(THREADS)])
    print(f"1,000 clicks in {time.monotonic() - began:.1f} s")
    assert refused_otherwise(results) == []
    assert_true_counters(event)
    bookings = list(Booking.objects.filter(event=event))
    assert len(bookings) == PEOPLE
    assert {one.member_id for one in bookings} == {one.pk for one in people}
    assert sum(one.state == State.CONFIRMED for one in bookings) == PLACES
    # a hole or a number twice would be another list; and each stands where they came
    waiting = sorted((one for one in bookings if one.state == State.WAITING), key=lambda one: one.queue_number)
    assert [one.queue_number for one in waiting] == list(range(1, PEOPLE - PLACES + 1))
    assert [one.pk for one in waiting] == sorted(one.pk for one in waiting)
    assert max(one.pk for one in bookings if one.state == State.CONFIRMED) < waiting[0].pk
    # both clicks of each gave the same booking
    given: dict[int, set[int]] = {}
    for one in (booking for some in results for booking in some):
        given.setdefault(one.member_id, set()).add(one.pk)
    assert {len(keys) for keys in given.values()} == {1}
    assert BookingMove.objects.count() == PEOPLE


def test_all_who_have_a_place_give_it_up_at_once_and_the_line_moves_up_in_order():
    event = events.event(in_person=20)
    made = [book(event, who) for who in crowd(50)]
    results = all_at_once(
        [lambda one=one: acts.give_up(booking=one, by=one.member) for one in made[:20] for _click in range(2)]
    )
    assert refused_otherwise(results) == []
    assert_true_counters(event)
    now = list(Booking.objects.filter(event=event).order_by("pk").values_list("state", flat=True))
    assert now == ["withdrawn"] * 20 + ["offered"] * 20 + ["waiting"] * 10


def test_offers_taken_up_declined_and_run_out_at_once():
    event = events.event(in_person=20)
    made = [book(event, who) for who in crowd(60)]
    for one in made[:20]:
        acts.give_up(booking=one, by=one.member)
    offered = list(Booking.objects.offered().of(event).order_by("pk"))
    late = offered[0].offered_until
    ways = [
        lambda one: acts.accept(booking=one, by=one.member),
        lambda one: acts.decline(booking=one, by=one.member),
        lambda one: acts.give_up(booking=one, by=one.member),
        lambda one: places.expire_offers(now=late),
    ]
    results = all_at_once([lambda one=one, way=way: way(one) for one in offered for way in ways])
    assert refused_otherwise(results, TooLate) == []
    assert_true_counters(event)
    # in order: nobody waits before somebody who was offered a place
    line = list(Booking.objects.filter(event=event, pk__gt=offered[-1].pk).order_by("pk"))
    assert [one.state == State.WAITING for one in line] == sorted(one.state == State.WAITING for one in line)


def test_places_change_while_people_come_and_go(cora):
    event = events.event(in_person=20)
    people = crowd(80)
    made = [book(event, who) for who in people[:40]]
    here = Places.objects.get()

    def resize(capacity: int):
        having = list(Booking.objects.filter(event=event, state__in=["confirmed", "offered"]).order_by("-pk"))
        now = Places.objects.get(pk=here.pk)
        moving = having[: max(now.confirmed + now.held - capacity, 0)]
        return places.set_capacity(places=here, capacity=capacity, by=cora, moving=moving)

    steps = [lambda size=size: resize(size) for size in (15, 25, 10, 30, 18, 22, 12, 28, 16, 24)]
    steps += [lambda who=who: book(event, who) for who in people[40:]]
    steps += [lambda one=one: acts.give_up(booking=one, by=one.member) for one in made[:15]]
    results = all_at_once(steps)
    # who moves was chosen from what is not so any more: said, and nothing done
    assert refused_otherwise(results, Overfull) == []
    assert_true_counters(event)
    assert Booking.objects.count() == 80


def test_people_switch_both_ways_at_once():
    event = events.event(in_person=20, online=20)
    people = crowd(60)
    made = [book(event, who, mode) for who, mode in zip(people, [Mode.IN_PERSON, Mode.ONLINE] * 30, strict=True)]
    other = {Mode.IN_PERSON: Mode.ONLINE, Mode.ONLINE: Mode.IN_PERSON}
    results = all_at_once(
        [lambda one=one: acts.switch(booking=one, mode=other[one.mode], by=one.member) for one in made]
        + [lambda one=one: acts.give_up(booking=one, by=one.member) for one in made[:20]]
    )
    assert refused_otherwise(results, TooLate) == []
    assert_true_counters(event)


def test_one_person_books_both_ways_at_once_and_has_one_place():
    event = events.event(in_person=20, online=20)
    (who,) = crowd(1)
    results = all_at_once([lambda mode=mode: book(event, who, mode) for mode in [Mode.IN_PERSON, Mode.ONLINE] * 20])
    assert {one.pk for one in results} == {Booking.objects.get().pk}
    assert_true_counters(event)


def test_a_session_of_ten_places_for_sixty():
    event = events.event(in_person=60)
    talk = events.session(event, "Write it down", capacity=10)
    made = [book(event, who) for who in crowd(60)]
    results = all_at_once(
        [lambda one=one: sessions.join_session(booking=one, session=talk, by=one.member) for one in made]
        + [lambda one=one: acts.give_up(booking=one, by=one.member) for one in made[:20]]
    )
    assert refused_otherwise(results, NoPlacesHere) == []
    assert_true_counters(event)
    talk.refresh_from_db()
    assert talk.taken == 10
    # no row of the line has a place before an earlier one
    states = list(SessionBooking.objects.filter(session=talk).order_by("pk").values_list("state", flat=True))
    assert states == sorted(states)


def test_nobody_is_at_two_sessions_at_a_time():
    event = events.event(in_person=20)
    talks = [events.session(event, name, capacity=20) for name in ("One", "Two", "Three", "Four")]
    made = [book(event, who) for who in crowd(20)]
    results = all_at_once(
        [
            lambda one=one, talk=talk: sessions.join_session(booking=one, session=talk, by=one.member)
            for one in made
            for talk in talks
        ]
    )
    assert refused_otherwise(results, Clash) == []
    assert sum(isinstance(one, SessionBooking) for one in results) == 20
    assert_true_counters(event)


def test_a_session_is_moved_resized_and_deleted_while_people_join_and_leave_it(cora):
    event = events.event(in_person=40)
    talk, gone = events.session(event, "Stays", capacity=10), events.session(event, "Goes")
    made = [book(event, who) for who in crowd(40)]
    later = dt.timedelta(hours=2)

    def save(capacity: int):
        moved = {"starts_at": talk.starts_at + later, "ends_at": talk.ends_at + later} if capacity % 2 else {}
        return programme.save_session(event=event, session=talk, by=cora, capacity=capacity, title="Stays", **moved)

    results = all_at_once(
        [lambda one=one: sessions.join_session(booking=one, session=talk, by=one.member) for one in made]
        + [lambda one=one: sessions.join_session(booking=one, session=gone, by=one.member) for one in made[20:]]
        + [lambda one=one: acts.give_up(booking=one, by=one.member) for one in made[:10]]
        + [lambda size=size: save(size) for size in (12, 15, 18, 21, 24)]
        + [lambda: programme.delete_session(session=gone, by=cora)]
    )
    # who came after it was deleted finds it gone; clashes are where both were at one time
    assert refused_otherwise(results, NoPlacesHere, Clash, Overfull, Session.DoesNotExist) == []
    assert not Session.objects.filter(pk=gone.pk).exists()
    assert_true_counters(event)


def test_places_kept_for_an_organisation_are_used_and_released_at_once(cora):
    event = events.event(in_person=30)
    people = crowd(60)
    others = OrganisationFactory(name="Mardyke Food Bank")
    Member.objects.filter(pk__in=[one.pk for one in people[30:]]).update(organisation=others)
    people = list(Member.objects.filter(handle__startswith="robin").select_related("organisation").order_by("pk"))
    day = timezone.localdate() + dt.timedelta(days=3)
    kept = places.allocate(event=event, organisation=others, places=15, release_on=day, by=cora)
    results = all_at_once(
        [lambda who=who: book(event, who) for who in people]
        + [lambda: places.release_due(now=timezone.now() + dt.timedelta(days=4)) for _scheduler in range(4)]
    )
    assert refused_otherwise(results) == []
    assert_true_counters(event)
    kept.refresh_from_db()
    assert kept.released_at is not None
    assert Booking.objects.confirmed().count() + Booking.objects.offered().count() == 30
