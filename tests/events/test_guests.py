"""Booking without an account: by a link sent to one's address, to a ticket that a link opens and a newer one shuts."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from events import guests
from events.models.booking import Booking
from events.models.guest import GuestLink
from tests.events.post import deliver
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db
State = Booking.State
EMAIL = "gale@visitors.example.org"


@pytest.fixture
def sent():
    """`sent()` → the mails that went since it was last asked."""
    return deliver


def link_in(letter) -> str:
    return re.search(rf"^{re.escape(settings.SITE_URL)}(\S+)$", letter.body, re.MULTILINE)[1]


def ask(client, event, email=EMAIL):
    return client.post(f"/events/guests/{event.pk}/", {"email": email})


def test_a_guest_books_by_a_link_and_has_a_ticket_under_a_link(client, client_of, sent):
    event = events.event()
    assert ask(client, event).headers["Location"] == f"/events/guests/{event.pk}/sent/"
    assert not Booking.objects.exists()
    (letter,) = sent()
    assert (letter.to, letter.subject) == ([EMAIL], f"Book your place: {event.title}")
    response = client.post(link_in(letter), {"name": "Gale Guest", "organisation": "Visitors", "dietary": "Vegan"})
    booking = Booking.objects.get()
    assert (booking.guest_name, booking.guest_email, booking.works_for) == ("Gale Guest", EMAIL, "Visitors")
    assert (booking.state, booking.needs.dietary) == (State.CONFIRMED, "Vegan")
    assert response.headers["Location"] == f"/events/bookings/{booking.key}/"
    assert client.get(f"/events/bookings/{booking.key}/").status_code == 200
    (letter,) = sent()
    assert (letter.to, letter.subject) == ([EMAIL], f"You have a place: {event.title}")
    assert "Hello Gale Guest," in letter.body
    assert "Thornmere Town Hall" in letter.body
    assert "You booked with this address. Give your place up and we write no more about it." in letter.body
    assert "See your ticket" in letter.alternatives[0][0]
    elsewhere = client_of(None)
    assert elsewhere.get(f"/events/bookings/{booking.key}/").status_code == 403
    html = elsewhere.get(link_in(letter), follow=True).content.decode()
    assert "You have a place" in html


def test_what_is_answered_tells_nobody_who_has_booked_or_has_an_account(client, client_of, alice, sent):
    event = events.event()
    events.booking(event, guest_email="known@visitors.example.org")
    pages = {}
    for email in (EMAIL, "known@visitors.example.org", alice.email):
        response = client_of(None).post(f"/events/guests/{event.pk}/", {"email": email}, follow=True)
        pages[email] = re.sub(r'value="[^"]{60,}"', "", response.content.decode())
    assert len(set(pages.values())) == 1
    subjects = {letter.to[0]: letter.subject for letter in sent()}
    assert subjects == {
        EMAIL: f"Book your place: {event.title}",
        "known@visitors.example.org": f"Your ticket: {event.title}",
        alice.email: f"Book your place: {event.title}",
    }


def test_a_link_is_good_for_three_days_and_for_its_event_alone(client):
    event, other = events.event(), events.event("Other", slug="other")
    path = guests.book_link(event, EMAIL).removeprefix(settings.SITE_URL)
    assert client.get(path).status_code == 200
    assert client.get(path.replace(f"/{event.pk}/", f"/{other.pk}/", 1)).status_code == 404
    assert client.get(f"{path[:-2]}x/").status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(days=3, minutes=1)):
        response = client.get(path)
    assert (response.status_code, "no longer good" in response.content.decode()) == (404, True)


def test_a_link_to_a_ticket_is_no_link_to_book_nor_the_other_way_round(client):
    booking = events.booking(events.event())
    token = guests.ticket_link(booking).rstrip("/").rpartition("/")[2]
    assert client.get(f"/events/guests/{booking.event_id}/{token}/").status_code == 404
    token = guests.book_link(booking.event, booking.guest_email).rstrip("/").rpartition("/")[2]
    assert client.get(f"/events/bookings/{booking.key}/open/{token}/").status_code == 404


def test_the_same_link_used_again_leads_to_the_ticket(client, client_of):
    event = events.event()
    path = guests.book_link(event, EMAIL).removeprefix(settings.SITE_URL)
    client.post(path, {"name": "Gale Guest"})
    (booking,) = Booking.objects.all()
    for visitor in (client, client_of(None)):
        assert visitor.post(path, {"name": "Gale Guest"}).headers["Location"] == f"/events/bookings/{booking.key}/"
    assert Booking.objects.count() == 1


def test_a_new_link_shuts_the_old_ones(client, client_of, sent):
    booking = events.booking(events.event())
    old = guests.ticket_link(booking).removeprefix(settings.SITE_URL)
    got_about = client_of(None)
    got_about.get(old)
    client.get(old)
    ticket = f"/events/bookings/{booking.key}/"
    client.post(f"{ticket}link/")
    (letter,) = sent()
    assert (client.get(ticket).status_code, got_about.get(ticket).status_code) == (200, 403)
    assert client_of(None).get(old).status_code == 404
    assert client_of(None).get(link_in(letter), follow=True).status_code == 200
    assert GuestLink.objects.get().number == 1


def test_who_lost_the_link_has_it_sent_again_to_the_address_of_the_booking_alone(client, sent):
    booking = events.booking(events.event())
    ticket = f"/events/bookings/{booking.key}/"
    html = client.get(ticket).content.decode()
    assert (booking.guest_email in html, booking.guest_name in html, booking.event.title in html) == (False,) * 3
    client.post(f"{ticket}link/")
    (letter,) = sent()
    assert letter.to == [booking.guest_email]
    assert (client.get(ticket).status_code, GuestLink.objects.count()) == (403, 0)


def test_a_stranger_cannot_flood_an_address(client, client_of, sent, monkeypatch):
    monkeypatch.setattr(settings, "RATE_LIMIT_FACTOR", 1)
    event = events.event()
    codes = {client_of(None).post(f"/events/guests/{event.pk}/", {"email": EMAIL}).status_code for _ in range(8)}
    assert (codes, len(sent())) == ({302}, settings.RATE_LIMITS["guest_mail"][0])


def test_too_many_links_from_one_place_wait(client, monkeypatch):
    monkeypatch.setattr(settings, "RATE_LIMIT_FACTOR", 1)
    monkeypatch.setattr(settings, "RATE_LIMITS", settings.RATE_LIMITS | {"guest": (1, 3600)})
    event = events.event()
    ask(client, event)
    response = ask(client, event, "other@visitors.example.org")
    assert (response.status_code, response.context["form"]["email"].value()) == (429, "other@visitors.example.org")


def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(client):
    event = events.event()
    assert ask(client, event, "nowhere").context["form"].errors == {
        "email": ["Write an address such as name@council.example.org."]
    }
    path = guests.book_link(event, EMAIL).removeprefix(settings.SITE_URL)
    form = client.post(path, {"name": "", "organisation": "Visitors"}).context["form"]
    assert form.errors == {"name": ["Write your name, as colleagues know you."]}
    assert form["organisation"].value() == "Visitors"


def test_an_address_with_an_account_books_for_that_account_and_signs_nobody_in(client, alice):
    event = events.event()
    path = guests.book_link(event, alice.email).removeprefix(settings.SITE_URL)
    response = client.post(path, {"name": "Somebody"})
    booking = Booking.objects.get()
    assert booking.member == alice
    assert client.get(response.headers["Location"]).headers["Location"].startswith("/accounts/login/")


def test_events_strangers_may_not_see_have_no_way_for_guests(client):
    event = events.event(publish=False)
    path = guests.book_link(event, EMAIL).removeprefix(settings.SITE_URL)
    assert [client.get(f"/events/guests/{event.pk}/").status_code, client.get(path).status_code] == [404, 404]


def test_a_guest_gives_up_by_their_link_and_is_told_it_worked(client, sent):
    booking = events.booking(events.event())
    client.get(guests.ticket_link(booking).removeprefix(settings.SITE_URL))
    client.post(f"/events/bookings/{booking.key}/give-up/")
    booking.refresh_from_db()
    (letter,) = sent()
    assert (booking.state, letter.subject) == (State.WITHDRAWN, f"You gave up your place: {booking.event.title}")


def test_a_member_whose_address_was_booked_as_a_guest_sees_the_ticket(client_of):
    member = MemberFactory()
    booking = events.booking(events.event(), guest_email=member.email.upper())
    assert client_of(member).get(f"/events/bookings/{booking.key}/").status_code == 200


def test_a_guest_chooses_sessions_and_sees_who_comes(client, alice):
    event = events.event()
    session = events.session(event, capacity=3)
    events.booking(event, alice, list_me=True)
    booking = events.booking(event)
    client.get(guests.ticket_link(booking).removeprefix(settings.SITE_URL))
    client.post(f"/events/{event.pk}/places/{session.pk}/take/")
    assert [one.state for one in booking.sessions.all()] == ["confirmed"]
    assert "Write it down" in client.get(f"/events/bookings/{booking.key}/").content.decode()
    assert "Alice Amory" in client.get(f"/events/{event.pk}/delegates/").content.decode()
