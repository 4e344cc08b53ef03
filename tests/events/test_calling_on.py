"""An event that was called off takes place after all: who had booked is told, and books again in two clicks."""

import datetime as dt
import re

import icalendar
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import outbox
from events.actions import booking as acts
from events.actions import calling_off, calling_on, changes
from events.actions.refusals import NotYours, TooLate
from events.models.booking import Booking
from events.models.calling import CalledOff, ChangeTold
from members.actions import WhyMissing
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.factories import events
from tests.horizon import desk as admin
from tests.parts.places import assert_true_counters

pytestmark = pytest.mark.django_db
State = Booking.State
STARTS = timezone.make_aware(dt.datetime(2031, 6, 19, 9, 30))


@pytest.fixture
def event(db):
    return events.event("Day", starts_at=STARTS, in_person=2)


def off(event, by) -> None:
    calling_off.call_off(event=event, why="The hall is flooded.", by=by)


def on(event, by) -> None:
    calling_on.call_on(event=event, why="The hall is dry.", by=by)


def test_everybody_who_had_booked_hears_once_and_books_again_in_two_clicks(event, alice, bob, cora, client_of):
    booking = events.booking(event, alice)
    guest = events.booking(event)
    events.booking(event, bob, state=State.WAITING)
    off(event, cora)
    deliver()
    on(event, cora)
    on(event, cora)
    letters = {letter.to[0]: letter for letter in deliver()}
    assert sorted(letters) == sorted([alice.email, bob.email, guest.guest_email])
    for letter in letters.values():
        assert letter.subject == "It takes place after all: Day"
        assert "Why: The hall is dry." in letter.body
        assert "Your place was given up when it was called off. If you want to come, book again" in letter.body
    (notice,) = Notice.objects.for_inbox(alice)  # that it was called off is no news any more
    (row,) = rows_of(alice, [notice])
    assert row.html == "<strong>Day</strong> takes place after all. Your place had ended: book again"
    client = client_of(alice)
    assert "Book again" in client.get(f"/events/bookings/{booking.key}/").content.decode()
    assert client.get(notice.url).status_code == 200
    assert not Notice.objects.for_inbox(alice).unread().exists()
    client.post(notice.url)
    assert Booking.objects.active().get(member=alice).state == State.CONFIRMED
    link = re.search(rf"^{re.escape(settings.SITE_URL)}(\S+)$", letters[guest.guest_email].body, re.MULTILINE)[1]
    client_of(None).post(link, {"name": "Gale"})
    assert Booking.objects.active().filter(guest_email=guest.guest_email).exists()
    assert_true_counters(event)


def test_nobody_has_a_place_by_itself(event, alice, cora):
    booking = events.booking(event, alice)
    off(event, cora)
    on(event, cora)
    booking.refresh_from_db()
    assert (booking.state, event.places.get().confirmed) == (State.CALLED_OFF, 0)


def test_who_booked_again_before_the_worker_came_is_not_told(event, alice, cora):
    events.booking(event, alice)
    guest = events.booking(event)
    off(event, cora)
    deliver()
    on(event, cora)
    outbox.OutboxItem.objects.filter(kind="events.tell_of_calling_on").update(due_at=STARTS)
    acts.book(event=event, by=alice, mode="in_person")
    acts.book(event=event, by=None, guest=acts.Guest(guest.guest_email, "Gale"), mode="in_person")
    deliver()
    outbox.OutboxItem.objects.filter(kind="events.tell_of_calling_on").update(due_at=timezone.now())
    assert [letter.subject for letter in deliver()] == []


def test_off_and_on_again_before_the_worker_came_tells_only_what_is_true(event, alice, cora):
    events.booking(event, alice)
    off(event, cora)
    on(event, cora)
    assert [letter.subject for letter in deliver()] == ["It takes place after all: Day"]
    off(event, cora)
    on(event, cora)
    off(event, cora)
    assert {letter.subject for letter in deliver()} == {"Called off: Day"}


def test_off_and_on_twice_before_the_worker_came_is_one_letter(event, alice, cora):
    guest = events.booking(event)
    events.booking(event, alice)
    for act in (off, on, off, on):
        act(event, cora)
    assert sorted(letter.to[0] for letter in deliver()) == sorted([alice.email, guest.guest_email])


def test_a_guest_with_two_bookings_gets_one_mail(event, cora):
    guest = events.booking(event)
    off(event, cora)
    on(event, cora)
    again = events.booking(event, guest_email=guest.guest_email, guest_name="Gale")
    deliver()
    off(event, cora)
    (letter,) = deliver()
    assert str(again.key) in letter.body


def test_calendars_follow_there_and_back(event, client, alice, cora):
    def entry():
        content = client.get(f"/events/{event.pk}/calendar.ics").content
        (found,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        return int(found["SEQUENCE"]), str(found.get("STATUS"))

    seen = [entry()]
    for act in (off, on, off, on):
        act(event, cora)
        seen.append(entry())
    assert [status for _number, status in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [number for number, _status in seen] == sorted({number for number, _status in seen})
    assert ChangeTold.objects.count() == 2


@pytest.mark.parametrize("act", [calling_off.call_off, calling_on.call_on])
def test_it_needs_the_core_team_a_reason_and_an_event_to_come(event, alice, cora, act):
    if act is calling_on.call_on:
        off(event, cora)
    before = CalledOff.objects.count()
    with pytest.raises(NotYours):
        act(event=event, why="No.", by=alice)
    with pytest.raises(WhyMissing):
        act(event=event, why=" ", by=cora)
    with pytest.raises(TooLate):
        act(event=event, why="Late.", by=cora, now=event.ends_at)
    assert CalledOff.objects.count() == before


def test_who_books_too_late_to_come_again_is_sent_no_way_to_book(event, alice, cora):
    events.booking(event, alice)
    guest = events.booking(event)
    off(event, cora)
    deliver()
    type(event).objects.filter(pk=event.pk).update(book_closes_at=timezone.now() - dt.timedelta(hours=1))
    event.refresh_from_db()
    on(event, cora)
    letters = {letter.to[0]: letter.body for letter in deliver()}
    for body in letters.values():
        assert "Booking has closed. Write to the core team if you want to come." in body
        assert "Book again" not in body
    assert "good for three days" not in letters[guest.guest_email]
    assert re.search(rf"^{re.escape(settings.SITE_URL)}/\S", letters[guest.guest_email], re.MULTILINE) is None
    assert settings.CORE_TEAM_EMAIL in letters[guest.guest_email]
    assert "See your booking" in letters[alice.email]
    (notice,) = Notice.objects.for_inbox(alice)
    (row,) = rows_of(alice, [notice])
    assert row.html == "<strong>Day</strong> takes place after all. Your place had ended, and booking has closed"
    assert notice.url == f"/events/{event.pk}/ticket/"


def test_off_again_for_another_reason_before_the_worker_came_is_told_once_with_the_last(event, cora):
    events.booking(event)
    off(event, cora)
    on(event, cora)
    calling_off.call_off(event=event, why="The speaker is ill.", by=cora)
    (letter,) = deliver()
    assert "Why: The speaker is ill." in letter.body


def test_a_calling_off_that_an_older_release_left_is_told(event, cora):
    """Its row does not say which it was."""
    guest = events.booking(event)
    off(event, cora)
    row = outbox.OutboxItem.objects.get(kind="events.tell_of_calling_off")
    del row.payload["off"]
    row.save()
    assert [letter.to for letter in deliver()] == [[guest.guest_email]]


def test_what_changed_before_it_was_called_off_is_no_news_afterwards(event, alice, cora):
    events.booking(event, alice)
    changes.told_of_change(event=event, changes=[["Venue", "Town Hall", "Library"]], by=cora)
    deliver()
    off(event, cora)
    deliver()
    on(event, cora)
    deliver()
    acts.book(event=event, by=alice, mode="in_person")
    changes.told_of_change(event=event, changes=[["Venue", "Library", "Museum"]], by=cora)
    deliver()
    changed = Notice.objects.get(recipient=alice, kind="events.changed")
    (row,) = rows_of(alice, [changed])
    assert row.html == "<strong>Day</strong> has changed: venue"


def test_the_desk_counts_people_not_bookings(event, alice, cora, client_of):
    """alice and a guest booked, and booked again."""
    admin.set_up()
    for _ in range(2):
        events.booking(event, alice)
        events.booking(event, guest_email="Gale@visitors.example.org", guest_name="Gale")
        off(event, cora)
        on(event, cora)
    off(event, cora)
    html = client_of(cora).get(reverse("event_desk:call-off", args=[event.pk])).content.decode()
    assert "2 people had booked." in html
