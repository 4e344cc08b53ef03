"""An event that moves is told to everybody booked at once, with what it was and what it is."""

import datetime as dt

import pytest
from django.utils import timezone

from core import outbox
from events.models.booking import Booking
from events.models.calling import ChangeTold
from events.models.places import Places
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.factories import events

pytestmark = pytest.mark.django_db
State = Booking.State
STARTS = timezone.make_aware(dt.datetime(2031, 6, 19, 9, 30))


@pytest.fixture
def event(db):
    return events.event("Day", starts_at=STARTS)


def publish(event, by=None, **fields):
    for name, value in fields.items():
        setattr(event, name, value)
    event.save_revision(user=by).publish()


def sent():
    return deliver()


def test_everybody_booked_hears_once_what_was_and_what_is(event, alice, bob, morag, cora):
    guest = events.booking(event, guest_email="gale@visitors.example.org")
    events.booking(event, alice)
    events.booking(event, bob, state=State.WAITING)
    events.booking(event, morag, state=State.DECLINED)
    publish(event, by=cora, starts_at=STARTS + dt.timedelta(minutes=30), venue="Mardyke Hall")
    letters = sent()
    assert sorted(letter.to[0] for letter in letters) == sorted([alice.email, bob.email, guest.guest_email])
    for letter in letters:
        assert letter.subject == "Changed: Day"
        assert "Starts: was 9:30am on Thursday 19 June 2031, is now 10am on Thursday 19 June 2031" in letter.body
        assert "Venue: was Thornmere Town Hall, is now Mardyke Hall" in letter.body
    (row,) = rows_of(alice, list(Notice.objects.for_inbox(alice)))
    assert row.html == "<strong>Day</strong> has changed: starts, venue"
    told = ChangeTold.objects.get()
    assert (told.number, told.by, [one[0] for one in told.changes]) == (1, cora, ["Starts", "Venue"])


def test_the_address_to_join_is_told_to_nobody_only_that_it_is_another(event, alice, bob, client_of):
    """Who waits, and who comes in person, hear of changes too."""
    places(event)
    events.booking(event, alice, mode="online")
    waits = events.booking(event, bob, state=State.WAITING)
    publish(event, online_url="https://meet.example.org/new-room")
    letters = sent()
    assert sorted(letter.to[0] for letter in letters) == sorted([alice.email, bob.email])
    assert ["new-room" in letter.body for letter in letters] == [False, False]
    assert ["Address to join online" in letter.body for letter in letters] == [True, True]
    assert "new-room" not in client_of(bob).get(f"/events/bookings/{waits.key}/").content.decode()


def places(event) -> None:
    Places.objects.create(event=event, mode="online", capacity=5)


def test_publishing_the_same_again_tells_nobody(event, alice):
    events.booking(event, alice)
    publish(event, venue="Mardyke Hall")
    publish(event, summary="Other words", joining_note="Bring a pen")
    publish(event)
    assert ChangeTold.objects.count() == 1


def test_a_draft_tells_nobody(event, alice):
    events.booking(event, alice)
    event.venue = "Mardyke Hall"
    event.save_revision()
    assert (ChangeTold.objects.count(), sent()) == (0, [])


def test_while_nobody_has_booked_there_is_nothing_to_tell(event, alice):
    publish(event, venue="Mardyke Hall")
    events.booking(event, alice)
    publish(event)
    assert ChangeTold.objects.count() == 0


def test_two_changes_not_read_are_told_of_together_and_mailed_once_each(event, alice):
    events.booking(event, alice)
    publish(event, venue="Mardyke Hall")
    first = sent()
    publish(event, street="2 Quay Street")
    second = sent()
    assert ["Mardyke Hall" in letter.body for letter in (*first, *second)] == [True, False]
    assert "Address: was 1 Market Place, Thornmere, is now 2 Quay Street" in second[0].body
    (notice,) = Notice.objects.for_inbox(alice)
    assert notice.count == 2


def test_the_ticket_lists_what_changed_since_one_booked(event, alice, bob, client_of):
    early = events.booking(event, alice)
    publish(event, venue="Mardyke Hall")
    late = events.booking(event, bob)
    outbox.drain()
    shown = [
        "What changed since you booked" in client_of(one.member).get(f"/events/bookings/{one.key}/").content.decode()
        for one in (early, late)
    ]
    assert shown == [True, False]


def test_what_is_over_or_called_off_is_not_told_of(alice):
    over = events.event("Over", slug="over", starts_in=dt.timedelta(days=-3))
    off = events.event("Off", slug="off", called_off="Snow")
    for one in (over, off):
        events.booking(one, alice)
        publish(one, venue="Mardyke Hall")
    assert ChangeTold.objects.count() == 0
