"""A week and a day before, each once, whatever happens."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from events.actions import reminding
from events.models.booking import Booking, EventReminder
from notifications.models import Notice
from tests.events.post import deliver
from tests.factories import events

pytestmark = pytest.mark.django_db
State = Booking.State
STARTS = timezone.make_aware(dt.datetime(2031, 6, 19, 9, 30))


def on(day: int, hour: int = 10):
    return timezone.make_aware(dt.datetime(2031, 6, day, hour))


@pytest.fixture
def event(db):
    return events.event("Day", starts_at=STARTS, joining_note="Bring a draft.", online=5)


def subjects():
    return sorted((letter.to[0], letter.subject) for letter in deliver())


def test_everybody_with_a_place_is_reminded_a_week_and_a_day_before(event, alice, bob, morag):
    guest = events.booking(event, guest_email="gale@visitors.example.org", mode="online")
    events.booking(event, alice)
    events.booking(event, bob, state=State.WAITING)
    said = {}
    for day in (10, 12, 13, 17, 18, 19, 20):
        with time_machine.travel(on(day), tick=False):
            for _ in range(2):
                reminding.remind(now=timezone.now())
            said[day] = subjects()
    assert said == {
        10: [], 12: [(alice.email, "In a week: Day"), (guest.guest_email, "In a week: Day")], 13: [], 17: [],
        18: [(alice.email, "Tomorrow: Day"), (guest.guest_email, "Tomorrow: Day")], 19: [], 20: [],
    }  # fmt: skip
    assert sorted(EventReminder.objects.values_list("stage", flat=True)) == [1, 7]


def test_the_mail_brings_the_note_and_to_who_comes_online_the_address(event, alice, bob):
    events.booking(event, alice, mode="online")
    events.booking(event, bob)
    with time_machine.travel(on(18), tick=False):
        reminding.remind(now=timezone.now())
        bodies = {letter.to[0]: letter.body for letter in deliver()}
    assert "Bring a draft." in bodies[alice.email]
    assert "Bring a draft." in bodies[bob.email]
    assert ("meet.example.org" in bodies[alice.email], "meet.example.org" in bodies[bob.email]) == (True, False)
    assert "You booked a place." in bodies[alice.email]


def test_what_was_missed_is_made_good_once_by_the_latest(event, alice):
    events.booking(event, alice)
    with time_machine.travel(on(15), tick=False):
        reminding.remind(now=timezone.now())
        assert subjects() == [(alice.email, "In 4 days: Day")]
    with time_machine.travel(on(19, hour=8), tick=False):
        reminding.remind(now=timezone.now())
        assert subjects() == [(alice.email, "Today: Day")]


def test_nobody_is_reminded_at_night(event, alice):
    events.booking(event, alice)
    assert [reminding.remind(now=on(12, hour=hour)) for hour in (5, 22, 10)] == [0, 0, 1]


def test_a_moved_event_is_reminded_of_again(event, alice):
    events.booking(event, alice)
    assert reminding.remind(now=on(12)) == 1
    event.starts_at, event.ends_at = STARTS + dt.timedelta(days=7), STARTS + dt.timedelta(days=7, hours=6)
    event.save_revision().publish()
    assert [reminding.remind(now=on(13)), reminding.remind(now=on(19))] == [0, 1]


def test_a_called_off_or_hidden_event_is_not_reminded_of(alice):
    for slug, fields in {"off": {"called_off": "Snow"}, "hidden": {"publish": False}}.items():
        events.booking(events.event(slug.title(), slug=slug, starts_at=STARTS, **fields), alice)
    assert (reminding.remind(now=on(12)), Notice.objects.count()) == (0, 0)
