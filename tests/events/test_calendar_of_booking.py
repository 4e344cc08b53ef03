"""The calendar file of a ticket: one entry that moves, and goes, where it was added."""

import datetime as dt

import icalendar
import pytest
from django.utils import timezone

from events.actions import booking as acts
from events.actions import calling_off
from events.models.booking import Booking
from tests.events.post import deliver
from tests.factories import events

pytestmark = pytest.mark.django_db
STARTS = timezone.make_aware(dt.datetime(2031, 6, 19, 9, 30))


def entry_of(client, booking):
    response = client.get(f"/events/bookings/{booking.key}/calendar.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response.headers["Cache-Control"]
    (entry,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return entry


def test_the_entry_keeps_its_uid_while_it_moves_and_is_cancelled(client_of, alice, cora):
    event = events.event("Day", starts_at=STARTS, online=5)
    booking = acts.book(event=event, by=alice, mode="in_person")
    client = client_of(alice)
    seen = [entry_of(client, booking)]
    event.starts_at = STARTS + dt.timedelta(hours=1)
    event.save_revision().publish()
    seen.append(entry_of(client, booking))
    acts.switch(booking=booking, mode="online", by=alice)
    seen.append(entry_of(client, booking))
    acts.give_up(booking=booking, by=alice)
    seen.append(entry_of(client, booking))
    assert {str(one["UID"]) for one in seen} == {str(booking.key)}
    sequences = [int(one["SEQUENCE"]) for one in seen]
    assert sequences == sorted(set(sequences))
    assert [str(one["STATUS"]) for one in seen] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {str(one["SUMMARY"]) for one in seen} == {"Day"}
    assert seen[1].decoded("DTSTART") == STARTS + dt.timedelta(hours=1)
    assert [str(one["LOCATION"]) for one in seen[1:3]] == ["Thornmere Town Hall, 1 Market Place, Thornmere", "Online"]


def test_a_called_off_event_is_cancelled_in_the_calendar(client_of, alice, cora):
    event = events.event("Day")
    booking = acts.book(event=event, by=alice, mode="in_person")
    before = entry_of(client_of(alice), booking)
    calling_off.call_off(event=event, why="Snow.", by=cora)
    after = entry_of(client_of(alice), booking)
    assert (str(after["STATUS"]), int(after["SEQUENCE"]) > int(before["SEQUENCE"])) == ("CANCELLED", True)


def test_the_address_to_join_stands_only_in_the_file_of_who_has_a_place_online(client_of, alice, bob):
    event = events.event("Day", in_person=5, online=1)
    has = events.booking(event, alice, mode="online")
    waits = events.booking(event, bob, mode="online", state=Booking.State.WAITING)
    shown = ["meet.example.org" in str(entry_of(client_of(one.member), one).get("DESCRIPTION")) for one in (has, waits)]
    assert shown == [True, False]


def test_mails_bring_the_entry_and_what_takes_it_out_again(alice, cora):
    event = events.event("Day", starts_at=STARTS)
    booking = acts.book(event=event, by=alice, mode="in_person")
    guest = events.booking(event, guest_email="gale@visitors.example.org")
    (letter,) = deliver()
    came = [entry_in(letter)]
    calling_off.call_off(event=event, why="Snow.", by=cora)
    told = {letter.to[0]: letter for letter in deliver()}
    came.append(entry_in(told[alice.email]))
    assert [str(one["STATUS"]) for one in came] == ["CONFIRMED", "CANCELLED"]
    assert {str(one["UID"]) for one in came} == {str(booking.key)}
    assert str(entry_in(told[guest.guest_email])["UID"]) == str(guest.key)
    assert 'Content-Type: text/calendar; method="PUBLISH"; charset="utf-8"' in letter.message().as_string()


def entry_in(letter):
    ((_name, content, kind),) = letter.attachments
    assert kind == "text/calendar; method=PUBLISH"
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return entry


def test_who_waits_is_sent_no_entry(alice, bob):
    event = events.event("Day", in_person=1)
    for member in (alice, bob):
        acts.book(event=event, by=member, mode="in_person")
    assert {letter.to[0]: len(letter.attachments) for letter in deliver()} == {alice.email: 1, bob.email: 0}
