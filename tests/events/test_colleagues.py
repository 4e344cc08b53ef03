"""Booking for colleagues: by name where one works, by e-mail for others; who is booked hears of it and can say no."""

import datetime as dt

import pytest
from django.utils import timezone

from core import outbox
from events.models.booking import Booking
from events.models.places import Allocation, Places
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db
State = Booking.State


def url(event):
    return f"/events/{event.pk}/book/colleagues/"


def test_a_colleague_is_booked_by_name_and_told(client_of, alice, morag):
    event = events.event("Day")
    html = client_of(alice).post(url(event), {"member": morag.pk}, follow=True).content.decode()
    booking = Booking.objects.get()
    assert (booking.member, booking.booked_by, booking.state) == (morag, alice, State.CONFIRMED)
    assert "Morag Mead has a place. We wrote to them." in html
    assert "You have booked for" in html
    outbox.drain()
    (row,) = rows_of(morag, list(Notice.objects.for_inbox(morag)))
    assert row.html == "<strong>Alice Amory</strong> booked a place for you at <strong>Day</strong>"
    assert row.why_text == "A colleague booked a place for you."
    assert client_of(morag).post(f"/events/bookings/{booking.key}/give-up/").status_code == 302
    booking.refresh_from_db()
    assert booking.state == State.WITHDRAWN


def test_only_people_one_works_with_can_be_chosen_by_name(client_of, alice, bob, morag):
    event = events.event()
    response = client_of(alice).get(url(event))
    assert list(response.context["form"].fields["member"].queryset) == [morag]
    response = client_of(alice).post(url(event), {"member": bob.pk})
    assert (list(response.context["form"].errors), Booking.objects.count()) == (["member"], 0)


def test_somebody_without_an_account_is_booked_by_mail_and_gets_a_ticket(client_of, alice, council):
    event = events.event("Day")
    client_of(alice).post(url(event), {"name": "Gale Guest", "email": "gale@visitors.example.org"})
    booking = Booking.objects.get()
    assert (booking.guest_name, booking.booked_by, booking.organisation) == ("Gale Guest", alice, council)
    (letter,) = deliver()
    assert letter.to == ["gale@visitors.example.org"]
    assert "Alice Amory booked a place for you at “Day”, in person." in letter.body
    assert "Alice Amory booked for you with this address." in letter.body


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"member": ["Choose a colleague, or write a name and an e-mail address."]}),
        ({"email": "gale@visitors.example.org"}, {"name": ["Write their name."]}),
        (
            {"name": "Gale", "email": "nowhere"},
            {"email": ["Write an address such as name@council.example.org."]},
        ),
    ],
)
def test_a_mistake_is_told_at_its_field(client_of, alice, typed, errors):
    form = client_of(alice).post(url(events.event()), typed).context["form"]
    assert form.errors == errors
    assert {name: form[name].value() for name in typed} == typed


def test_who_booked_for_a_colleague_can_give_it_up_but_not_read_what_they_need(client_of, alice, morag):
    booking = events.booking(events.event(), morag, booked_by=alice)
    ticket = f"/events/bookings/{booking.key}/"
    client = client_of(alice)
    assert (client.get(ticket).status_code, client.get(f"{ticket}details/").status_code) == (404, 404)
    assert "Give up the place of Morag Mead?" in client.get(f"{ticket}give-up/").content.decode()
    assert client.post(f"{ticket}give-up/").headers["Location"] == url(booking.event)
    booking.refresh_from_db()
    assert booking.state == State.WITHDRAWN


def test_places_kept_for_the_organisation_are_shown_with_their_day(client_of, alice, bob, council):
    event = events.event(in_person=5)
    day = timezone.localdate() + dt.timedelta(days=10)
    Allocation.objects.create(event=event, organisation=council, places=3, release_on=day)
    Places.objects.filter(event=event).update(held=3)
    last = day - dt.timedelta(days=1)
    said = f"Your organisation has 3 places in person kept until {last:%A} {last.day} {last:%B}."
    for address in (url(event), f"/events/{event.pk}/book/"):
        html = {member.handle: client_of(member).get(address).content.decode() for member in (alice, bob)}
        assert (said in html["alice"], "kept until" in html["bob"]) == (True, False)


def test_who_is_not_vouched_for_books_for_nobody(client_of, client, charlie):
    event = events.event()
    assert client_of(charlie).get(url(event)).status_code == 403
    assert client_of(charlie).post(url(event), {"name": "Gale", "email": "g@visitors.example.org"}).status_code == 403
    assert client.get(url(event)).status_code == 302
    assert client_of(MemberFactory()).get(url(events.event("Draft", slug="draft", publish=False))).status_code == 404
