"""Places in sessions: taken and left from the ticket, or chosen all on one page."""

import pytest

from tests.events.test_book_page import ticket_url
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db


def test_a_place_in_a_session_is_taken_and_left(client_of, alice):
    event = events.event()
    session = events.session(event, capacity=3)
    booking = events.booking(event, alice)
    client = client_of(alice)
    client.post(f"/events/{event.pk}/places/{session.pk}/take/")
    assert [one.state for one in booking.sessions.all()] == ["confirmed"]
    assert "Write it down" in client.get(ticket_url(booking)).content.decode()
    client.post(f"/events/{event.pk}/places/{session.pk}/leave/")
    assert booking.sessions.count() == 0


def test_two_at_the_same_time_asks_which(client_of, alice):
    event = events.event()
    one, other = (events.session(event, title, capacity=3) for title in ("Here", "There"))
    booking = events.booking(event, alice, sessions=[one])
    client = client_of(alice)
    response = client.post(f"/events/{event.pk}/places/{other.pk}/take/")
    assert (response.status_code, "Go to “There” instead" in response.content.decode()) == (409, True)
    client.post(f"/events/{event.pk}/places/{other.pk}/take/", {"instead_of": one.pk})
    assert [row.session_id for row in booking.sessions.all()] == [other.pk]


def test_sessions_are_for_who_has_booked(client_of, client, alice):
    event = events.event()
    session = events.session(event, capacity=3)
    for visitor in (client_of(alice), client):
        assert visitor.post(f"/events/{event.pk}/places/{session.pk}/take/").status_code == 404


def test_all_sessions_stand_on_one_page_to_choose_from(client_of, alice):
    event = events.event()
    full = events.session(event, "Full one", capacity=1)
    events.booking(event, MemberFactory(), sessions=[full])
    booking = events.booking(event, alice)
    html = client_of(alice).get(f"{ticket_url(booking)}sessions/").content.decode()
    assert "Full one" in html
    assert "Join the waiting list" in html
