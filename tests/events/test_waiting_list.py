"""The line: who is next, how long a place is kept, and what happens when nobody answers."""

import datetime as dt

import pytest
from django.utils import timezone

from core import worker
from events import offers, words
from events.actions import booking as acts
from events.actions import leaving, places
from events.actions.refusals import NotYours, TooLate
from events.models.booking import Booking, Needs
from events.models.places import Mode
from events.querysets.bookings import of_viewer, position_of
from members.actions.refusals import WhyMissing
from members.models import Member
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters
from tests.parts.walking import walk

pytestmark = pytest.mark.django_db

State = Booking.State
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    """ "2027-03-10 14:00" where the site is."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.fixture
def full(db):
    """An event of two places in a month, both taken, and three who wait: (event, [booking])."""
    event = events.event(in_person=2)
    made = [acts.book(event=event, by=MemberFactory(), mode=Mode.IN_PERSON) for _ in range(5)]
    assert [one.state for one in made] == ["confirmed", "confirmed", "waiting", "waiting", "waiting"]
    return event, made


def states(event) -> list[str]:
    assert_true_counters(event)
    return list(Booking.objects.filter(event=event).order_by("pk").values_list("state", flat=True))


# --- Who is next --------------------------------------------------------------------------------------


def test_a_place_that_comes_free_is_offered_to_the_next(full):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    assert states(event) == ["withdrawn", "confirmed", "offered", "waiting", "waiting"]
    assert [position_of(Booking.objects.get(pk=one.pk)) for one in made] == [0, 0, 0, 1, 2]


def test_a_new_booker_never_passes_who_waits(full, alice):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    # one place is kept, and nobody has it: still it is not the newcomer's
    assert acts.book(event=event, by=alice, mode=Mode.IN_PERSON).state == State.WAITING
    acts.decline(booking=made[2], by=made[2].member)
    assert states(event) == ["withdrawn", "confirmed", "declined", "offered", "waiting", "waiting"]


def test_who_takes_up_an_offer_has_the_place(full):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    taken = acts.accept(booking=made[2], by=made[2].member)
    assert (taken.state, taken.offered_until) == (State.CONFIRMED, None)
    assert acts.accept(booking=made[2], by=made[2].member).sequence == taken.sequence
    assert states(event)[2] == "confirmed"


def test_nobody_takes_up_what_was_not_offered_to_them(full, alice):
    _event, made = full
    with pytest.raises(TooLate, match="No place is kept for you yet"):
        acts.accept(booking=made[2], by=made[2].member)
    acts.give_up(booking=made[0], by=made[0].member)
    for who in (alice, None):
        with pytest.raises(NotYours):
            acts.accept(booking=made[2], by=who)
        with pytest.raises(NotYours):
            acts.decline(booking=made[2], by=who)


def test_who_said_no_comes_back_at_the_end_only(full):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    acts.decline(booking=made[2], by=made[2].member)
    with pytest.raises(TooLate):
        acts.accept(booking=made[2], by=made[2].member)
    again = acts.book(event=event, by=made[2].member, mode=Mode.IN_PERSON)
    assert (again.state, position_of(again)) == (State.WAITING, 2)
    assert states(event) == ["withdrawn", "confirmed", "declined", "offered", "waiting", "waiting"]


def test_who_has_a_place_can_t_say_no_to_it(full):
    _event, made = full
    with pytest.raises(TooLate, match="You can give it up"):
        acts.decline(booking=made[0], by=made[0].member)


# --- Offers that run out ------------------------------------------------------------------------------


def test_an_offer_nobody_answered_goes_on_once_after_any_downtime(full):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    until = Booking.objects.get(pk=made[2].pk).offered_until
    assert places.expire_offers(now=until - HOUR) == 0
    assert places.expire_offers(now=until + 5 * DAY) == 1
    assert states(event) == ["withdrawn", "confirmed", "expired", "offered", "waiting"]
    # who is next has their time from now on, not from when nobody looked
    assert Booking.objects.get(pk=made[3].pk).offered_until > until + 6 * DAY
    assert places.expire_offers(now=until + 5 * DAY) == 0


def test_an_offer_is_over_when_its_time_is_whether_or_not_the_worker_came(full):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    offered = Booking.objects.get(pk=made[2].pk)
    late = offered.offered_until
    assert (offered.state_at(now=late - HOUR), offered.state_at(now=late)) == (State.OFFERED, State.EXPIRED)
    with pytest.raises(TooLate, match="went to the next in line"):
        acts.accept(booking=offered, by=offered.member, now=late)
    # what the refusal found is kept: the next has it
    assert states(event) == ["withdrawn", "confirmed", "expired", "offered", "waiting"]


def test_whoever_acts_next_finds_what_has_lapsed(full, alice):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    late = Booking.objects.get(pk=made[2].pk).offered_until + HOUR
    again = acts.book(event=event, by=made[2].member, mode=Mode.IN_PERSON, now=late)
    assert again.pk != made[2].pk
    assert states(event) == ["withdrawn", "confirmed", "expired", "offered", "waiting", "waiting"]


def test_the_worker_looks_every_ten_minutes():
    for name in ("end offers nobody answered", "release places kept for organisations"):
        assert worker._chores[name].every == dt.timedelta(minutes=10)


# --- How long a place is kept -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        ("2027-03-10 14:00", "2027-04-10 09:00", "2027-03-12 14:00"),  # two days
        ("2027-03-10 22:30", "2027-04-10 09:00", "2027-03-12 20:00"),  # not at night: the evening before
        ("2027-03-10 03:00", "2027-04-10 09:00", "2027-03-11 20:00"),
        ("2027-03-10 08:00", "2027-04-10 09:00", "2027-03-12 08:00"),
        ("2027-03-26 14:00", "2027-04-10 09:00", "2027-03-28 15:00"),  # the night the clocks go forward
        ("2027-03-08 14:00", "2027-03-10 09:00", "2027-03-09 09:00"),  # a day before it starts
        ("2027-03-08 14:00", "2027-03-10 06:30", "2027-03-08 20:00"),  # which is at night
        ("2027-03-08 18:00", "2027-03-10 06:30", None),  # two hours of an evening are no time to answer
        ("2027-03-08 21:00", "2027-03-10 09:00", None),
        ("2027-03-08 22:00", "2027-03-10 09:00", None),  # less than a day and a half
        ("2027-03-10 10:00", "2027-03-10 09:00", None),
    ],
)
def test_a_place_is_kept_for_two_days_by_day_until_a_day_before(now, starts, until):
    assert offers.kept_until(now=at(now), starts_at=at(starts)) == (at(until) if until else None)


def test_no_offer_ends_at_night_or_gives_less_than_a_morning():
    first = at("2027-10-29 00:00").astimezone(dt.UTC)  # the clocks go back on 31 October
    for minutes in range(0, 60 * 24 * 4, 37):
        now = first + dt.timedelta(minutes=minutes)
        for ahead in range(30, 120, 7):
            until = offers.kept_until(now=now, starts_at=now + ahead * HOUR)
            if until:
                local = timezone.localtime(until)
                assert 8 * 60 <= local.hour * 60 + local.minute <= 20 * 60
                assert 4 * HOUR <= until - now <= 48 * HOUR
                assert now + ahead * HOUR - until >= 24 * HOUR


def test_shortly_before_the_start_a_place_is_theirs_at_once(alice, bob):
    event = events.event(in_person=1, starts_in=30 * HOUR)
    first = acts.book(event=event, by=alice, mode=Mode.IN_PERSON)
    acts.book(event=event, by=bob, mode=Mode.IN_PERSON)
    acts.give_up(booking=first, by=alice)
    assert states(event) == ["withdrawn", "confirmed"]


def test_the_rule_is_said_in_words():
    assert words.RULE == (
        "When a place comes free it goes to the next in line. We keep it for you for two days, never less than a "
        "morning, and never ask for an answer at night."
    )
    said = [words.position(1), words.position(3), words.position(12), words.ahead(1), words.ahead(2), words.ahead(3)]
    assert said == [
        "You are next in line", "You are 3rd in line", "You are 12th in line",
        "Nobody is ahead of you", "1 person is ahead of you", "2 people are ahead of you",
    ]  # fmt: skip


def test_where_one_stands_is_said_in_words(full):
    _event, made = full
    now = timezone.now()
    assert words.state(made[0], now=now) == "You have a place"
    assert words.state(made[3], now=now, place_in_line=position_of(made[3])) == "You are 2nd in line"
    acts.give_up(booking=made[0], by=made[0].member)
    offered = Booking.objects.get(pk=made[2].pk)
    assert words.state(offered, now=now).startswith("We keep a place for you until ")
    assert words.state(offered, now=offered.offered_until) == (
        "We kept a place for you, and did not hear from you in time"
    )


# --- What the core team does to the line --------------------------------------------------------------


def test_the_core_team_moves_somebody_in_the_line_with_a_reason(full, cora, alice):
    event, made = full
    with pytest.raises(NotYours):
        places.move_in_line(booking=made[4], to=1, by=alice, reason="Please.")
    with pytest.raises(WhyMissing):
        places.move_in_line(booking=made[4], to=1, by=cora, reason=" ")
    places.move_in_line(booking=made[4], to=1, by=cora, reason="Has come from far away.")
    assert_true_counters(event)
    assert [position_of(Booking.objects.get(pk=one.pk)) for one in made[2:]] == [2, 3, 1]
    moved = made[4].moves.last()
    assert (moved.by, moved.reason, moved.state) == (cora, "Has come from far away.", "waiting")
    with pytest.raises(TooLate):
        places.move_in_line(booking=made[0], to=1, by=cora, reason="Too late.")


def test_to_the_end_is_as_far_as_it_goes(full, cora):
    _event, made = full
    places.move_in_line(booking=made[2], to=99, by=cora, reason="Asked for it.")
    assert [position_of(Booking.objects.get(pk=one.pk)) for one in made[2:]] == [3, 1, 2]


# --- Who leaves the community -------------------------------------------------------------------------


@pytest.mark.parametrize("standing", ["left", "banned", "declined"])
def test_the_place_of_somebody_who_left_goes_to_the_next(full, standing):
    event, made = full
    Needs.objects.create(booking=made[0], dietary="No nuts")
    Member.objects.filter(pk=made[0].member_id).update(standing=standing)
    assert leaving.give_up_of_the_gone(now=timezone.now()) == 1
    assert states(event) == ["withdrawn", "confirmed", "offered", "waiting", "waiting"]
    assert not Needs.objects.exists()
    assert leaving.give_up_of_the_gone(now=timezone.now()) == 0


def test_the_place_of_somebody_erased_goes_to_the_next_and_what_is_past_stays(full):
    event, made = full
    Member.objects.filter(pk=made[1].member_id).delete()
    assert leaving.give_up_of_the_gone(now=event.ends_at) == 0
    assert leaving.give_up_of_the_gone(now=timezone.now()) == 1
    assert states(event) == ["confirmed", "withdrawn", "offered", "waiting", "waiting"]


def test_who_changes_employer_keeps_the_place(full):
    _event, made = full
    Member.objects.filter(pk=made[0].member_id).update(standing=Member.Standing.WAITING)
    assert leaving.give_up_of_the_gone(now=timezone.now()) == 0


# --- Reads --------------------------------------------------------------------------------------------


def test_adjectives_have_their_twins(full, anyone):
    event, made = full
    acts.give_up(booking=made[0], by=made[0].member)
    everything = Booking.objects.of(event)
    assert {one.pk for one in everything.active()} == {one.pk for one in everything if one.is_active()}
    assert [one.pk for one in everything.in_line()] == [made[3].pk, made[4].pk]
    assert of_viewer(event, made[0].member) is None
    assert of_viewer(event, made[4].member) == made[4]
    assert of_viewer(event, anyone) is None


# --- A long walk --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_in_whatever_order_the_promises_hold(seed, cora, council, charity):
    done = walk(seed, steps=60, cora=cora, organisations=[council, charity])
    assert sum(done.values()) > 25, done
