"""Who joins online: the way in, and whether taking it is coming."""

import datetime as dt

from events.actions import checkin as acts
from events.models.checkin import CheckIn
from tests.factories import events
from tests.parts.door import standing

MINUTE = dt.timedelta(minutes=1)


def test_joining_online_is_coming_only_where_the_event_says_so(client_of, event, alice, bob, cora):
    booking = events.booking(event, alice, mode="online")
    join = f"/events/bookings/{booking.key}/join/"
    assert client_of(alice).get(join).headers["Location"] == "https://meet.example.org/room-1"
    assert standing(booking) == 0
    client_of(cora).post(f"/events/{event.pk}/door/helpers/", {"verb": "joining", "counts": "yes"})
    for _ in range(2):
        client_of(alice).get(join)
    assert (standing(booking), CheckIn.objects.get().way) == (1, "online")
    assert client_of(bob).get(join).status_code == 404


def test_joining_long_before_or_after_is_not_coming(event, alice, cora):
    booking = events.booking(event, alice, mode="online")
    acts.let_joining_count(event=event, counts=True, by=cora)
    for now in (event.starts_at - dt.timedelta(hours=2), event.ends_at + MINUTE):
        assert acts.join_online(booking=booking, now=now) is False
    assert acts.join_online(booking=booking, now=event.starts_at - MINUTE) is True


def test_a_place_in_the_room_has_no_way_in_online(client_of, booking, alice):
    assert client_of(alice).get(f"/events/bookings/{booking.key}/join/").status_code == 404
