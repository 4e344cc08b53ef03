"""Somebody stands at the door who has no place: they are let in where there is room, and are there."""

import datetime as dt
import uuid

from events.models.booking import Booking
from events.models.checkin import CheckIn
from tests.factories import events
from tests.parts.door import standing


def add(client, event, **fields):
    form = {"name": "Wanda Walker", "email": "wanda@visitors.example.org", "once_key": str(uuid.uuid4())} | fields
    return client.post(f"/events/{event.pk}/door/add/", form)


def test_somebody_without_a_place_gets_one_and_is_here(client_of, event, cora):
    response = add(client_of(cora), event, organisation="Hollowdale Council")
    booking = Booking.objects.get()
    assert response.headers["Location"] == f"/events/{event.pk}/door/#b-{booking.key}"
    assert (booking.name, booking.works_for, booking.state, booking.booked_by) == (
        "Wanda Walker", "Hollowdale Council", "confirmed", cora,
    )  # fmt: skip
    assert CheckIn.objects.get().way == "added"
    assert event.places.get(mode="in_person").confirmed == 1


def test_a_partner_is_known_by_its_name(client_of, event, cora, council):
    add(client_of(cora), event, organisation="thornmere district council")
    assert Booking.objects.get().organisation == council


def test_a_member_at_the_door_is_known_by_their_address(client_of, event, alice, cora):
    add(client_of(cora), event, email=alice.email.upper())
    booking = Booking.objects.get()
    assert (booking.member, booking.organisation, booking.guest_email) == (alice, alice.organisation, "")


def test_who_has_a_place_is_only_checked_in(client_of, booking, alice, cora):
    add(client_of(cora), booking.event, email=alice.email)
    assert (Booking.objects.count(), standing(booking)) == (1, 1)
    assert booking.event.places.get(mode="in_person").confirmed == 1


def test_adding_twice_adds_once(client_of, event, cora):
    key = str(uuid.uuid4())
    for _ in range(2):
        add(client_of(cora), event, once_key=key)
    assert (Booking.objects.count(), CheckIn.objects.count()) == (1, 1)


def test_a_full_room_takes_one_more_only_with_a_reason(client_of, alice, bob, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1), in_person=1)
    events.booking(event, alice)
    waits = events.booking(event, bob, state=Booking.State.WAITING)
    response = add(client_of(cora), event)
    assert response.context["form"].errors == {
        "reason": ["All places in the room are taken. Say why there is room for one more."]
    }
    assert Booking.objects.count() == 2
    add(client_of(cora), event, reason="Two chairs came from next door.")
    places = event.places.get()
    assert (places.capacity, places.confirmed) == (2, 2)
    waits.refresh_from_db()
    assert waits.state == Booking.State.WAITING
    assert Booking.objects.latest("pk").moves.get().reason == "Two chairs came from next door."


def test_who_waits_in_the_line_and_stands_at_the_door_is_let_in(client_of, alice, bob, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1), in_person=1)
    events.booking(event, alice)
    waits = events.booking(event, bob, state=Booking.State.WAITING)
    add(client_of(cora), event, email=bob.email, reason="Alice’s chair is free.")
    waits.refresh_from_db()
    assert (waits.state, waits.queue_number, standing(waits)) == (Booking.State.CONFIRMED, None, 1)


def test_who_has_an_offer_takes_the_place_that_is_kept(client_of, bob, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1), in_person=1)
    offered = events.booking(event, bob, state=Booking.State.OFFERED)
    add(client_of(cora), event, email=bob.email)
    offered.refresh_from_db()
    places = event.places.get()
    assert (offered.state, places.capacity, places.confirmed, places.held) == ("confirmed", 1, 1, 0)


def test_nobody_is_let_in_to_an_event_called_off(client_of, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1), called_off="Snow.")
    response = add(client_of(cora), event)
    assert response.context["form"].non_field_errors() == ["This event has been called off."]
    assert Booking.objects.count() == 0


def test_what_is_typed_stays_when_something_is_missing(client_of, event, cora):
    response = add(client_of(cora), event, email="not an address")
    assert response.context["form"].errors == {"email": ["Write it like name@example.org."]}
    assert 'value="Wanda Walker"' in response.content.decode()
