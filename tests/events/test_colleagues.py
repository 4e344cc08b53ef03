"""Booking for colleagues: by name where one works, by e-mail for others; who is booked hears of it and can say no."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from core import outbox
from events.actions import booking as acts
from events.actions import booking_for
from events.actions.refusals import NotYours
from events.guests import Guest
from events.letters import letter_for
from events.models.booking import Booking
from events.models.guest import AskedFor
from events.models.places import Allocation, Places
from events.querysets import mine
from events.standing import rows_for_others
from members.models import Member
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.events.soup import words
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

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
    said = f"in person kept until {last:%A} {last.day} {last:%B}."
    for address, many in ((url(event), "places"), (f"/events/{event.pk}/book/", "3 places")):
        html = {member.handle: client_of(member).get(address).content.decode() for member in (alice, bob)}
        assert (f"Your organisation has {many} {said}" in html["alice"], "kept until" in html["bob"]) == (True, False)


def test_who_is_not_vouched_for_books_for_nobody(client_of, client, charlie):
    event = events.event()
    assert client_of(charlie).get(url(event)).status_code == 403
    assert client_of(charlie).post(url(event), {"name": "Gale", "email": "g@visitors.example.org"}).status_code == 403
    assert client.get(url(event)).status_code == 302
    assert client_of(MemberFactory()).get(url(events.event("Draft", slug="draft", publish=False))).status_code == 404


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


class TestByAnAddress:
    """Nothing that is answered or shown tells whether an address was booked, is known here, or was shut out."""

    KNOWN = ("free@visitors.example.org", "guest@visitors.example.org", "mem@visitors.example.org",
             "shut@visitors.example.org", "idle@visitors.example.org")  # fmt: skip

    @pytest.fixture
    def event(self, db):
        """One where a guest and a member are booked; another member is not, and a third was shut out."""
        made = events.event("Day")
        _free, guest, booked, shut, idle = self.KNOWN
        events.booking(made, guest_email=guest)
        events.booking(made, MemberFactory(email=booked))
        MemberFactory(email=shut, standing=Member.Standing.BANNED)
        MemberFactory(email=idle)
        return made

    def ask(self, client, event, email):
        return client.post(url(event), {"name": "Gale Guest", "email": email}, follow=True)

    def test_every_address_is_answered_the_same(self, event, client_of):
        pages = {}
        for number, email in enumerate(self.KNOWN):
            asker = MemberFactory(organisation=None, display_name="Some Member", handle=f"asker-{number}")
            client = client_of(asker)
            answer = [self.ask(client, event, email), client.get("/events/bookings/")]
            pages[email] = [words(soup(one).body).replace(email, "EMAIL") for one in answer]
        assert "We write to EMAIL: if they are not booked yet, they get a place" in pages[self.KNOWN[0]][0]
        assert "Gale Guest EMAIL" in pages[self.KNOWN[0]][0]
        assert list(pages.values()) == [pages[self.KNOWN[0]]] * len(self.KNOWN)

    def test_nobody_is_booked_twice_and_who_was_shut_out_not_at_all(self, event, alice):
        for email in (*self.KNOWN, *(one.upper() for one in self.KNOWN)):
            booking_for.book_for_address(event=event, by=alice, guest=Guest(email, "Gale"), mode="in_person")
        assert_true_counters(event)
        free, guest, _booked, _shut, idle = self.KNOWN
        assert sorted(Booking.objects.exclude(guest_email="").values_list("guest_email", flat=True)) == [
            free, guest, idle,
        ]  # fmt: skip
        assert AskedFor.objects.count() == len(self.KNOWN)

    def test_who_is_booked_hears_that_somebody_asked_and_who_was_shut_out_nothing(self, event, alice, client_of):
        outbox.drain()
        deliver()
        for email in self.KNOWN:
            self.ask(client_of(alice), event, email)
        subjects = {letter.to[0]: letter.subject for letter in deliver()}
        free, guest, booked, _shut, idle = self.KNOWN
        assert subjects == {
            free: "You have a place: Day", idle: "You have a place: Day",
            guest: "Somebody asked us to book for you: Day", booked: "Somebody asked us to book for you: Day",
        }  # fmt: skip

    def test_what_they_did_not_read_of_their_place_stays(self, alice, bob):
        """An offer is not taken out of somebody's bell by asking for their address."""
        event = events.event(in_person=1)
        waiting = events.booking(event, bob, state=State.OFFERED)
        outbox.put("events.tell_of_booking", booking=waiting.pk, what="place_offered")
        outbox.drain()
        booking_for.book_for_address(event=event, by=alice, guest=Guest(bob.email, "Bob"), mode="in_person")
        outbox.drain()
        kinds = set(Notice.objects.for_inbox(bob).values_list("kind", flat=True))
        assert kinds == {"events.place_offered", "events.asked_for_you"}

    def test_what_is_refused_is_of_the_event_alone(self, client_of, alice):
        shut = timezone.now() - dt.timedelta(days=1)
        event = events.event(book_closes_at=shut)
        events.booking(event, guest_email=self.KNOWN[1])
        said = [self.ask(client_of(alice), event, email).context["form"].errors for email in self.KNOWN[:2]]
        assert said == [{"__all__": ["Booking is closed."]}] * 2

    def test_it_is_taken_back_whatever_became_of_it(self, event, client_of, alice, bob):
        client = client_of(alice)
        free, guest, *_others = self.KNOWN
        for email in (free, guest):
            self.ask(client, event, email)
        said = []
        for one in AskedFor.objects.order_by("pk"):
            path = f"/events/{event.pk}/book/colleagues/{one.pk}/take-back/"
            assert client_of(bob).post(path).status_code == 404
            said.append(client.post(path, follow=True).content.decode().count("Taken back. If "))
        assert said == [1, 1]
        states = dict(Booking.objects.filter(member=None).values_list("guest_email", "state"))
        assert states == {free: State.WITHDRAWN, guest: State.CONFIRMED}
        assert not AskedFor.objects.exists()
        assert_true_counters(event)

    def test_one_takes_back_only_what_one_asked(self, event, alice, bob):
        guest = Guest(self.KNOWN[0], "Gale")
        asked = booking_for.book_for_address(event=event, by=alice, guest=guest, mode="in_person")
        with pytest.raises(NotYours):
            booking_for.take_back(asked=asked, by=bob)

    def test_the_kept_places_of_ones_organisation_do_not_tell_either(self, event, council, client_of):
        kept = Allocation.objects.create(
            event=event, organisation=council, places=1, release_on=timezone.localdate() + dt.timedelta(days=9)
        )
        Places.objects.filter(event=event, mode="in_person").update(held=1)
        free, guest, *_others = self.KNOWN
        said = []
        for number, email in enumerate((guest, free)):
            asker = MemberFactory(organisation=council, handle=f"asker-{number}")
            said.append(soup(self.ask(client_of(asker), event, email)).select_one(".banner--info").get_text().strip())
        kept.refresh_from_db()
        assert (kept.used, len(set(said))) == (1, 1)
        assert said[0].startswith("Your organisation has places in person kept until ")

    def test_ones_own_place_is_neither_asked_for_nor_taken_back(self, client_of, alice):
        event = events.event("Day")
        own = events.booking(event, alice, booked_by=alice)
        page = self.ask(client_of(alice), event, alice.email.upper())
        assert "That is your own address. Book for yourself on the page of the event." in page.content.decode()
        assert not AskedFor.objects.exists()
        own.refresh_from_db()
        assert own.state == State.CONFIRMED

    def test_a_colleague_booked_by_name_is_not_joined_to_an_address(self, client_of, alice, morag):
        """Asking for an address neither hides nor ends what one booked by name."""
        event = events.event("Day")
        booking = events.booking(event, morag, booked_by=alice)
        guest = events.booking(event, guest_email="gale_x@visitors.example.org", booked_by=alice)
        client = client_of(alice)
        for email in (morag.email, "galeyx@visitors.example.org", guest.guest_email):
            self.ask(client, event, email)
            assert mine.booked_for_others(alice, event) == [booking, guest]
        for one in AskedFor.objects.exclude(email="galeyx@visitors.example.org"):
            client.post(f"{url(event)}{one.pk}/take-back/")
        for one in (booking, guest):
            one.refresh_from_db()
            assert one.state == State.CONFIRMED
        assert_true_counters(event)

    def test_what_was_booked_by_an_address_stays_hidden_once_a_member_has_it(self, alice):
        event = events.event("Day")
        member = MemberFactory(display_name="Ida Inn")
        guest = Guest(member.email, "Somebody")
        asked = booking_for.book_for_address(event=event, by=alice, guest=guest, mode="in_person")
        made = acts.book(event=event, by=member, mode="in_person")
        assert (made.member, asked.booking, mine.booked_for_others(alice, event)) == (member, made, [])
        AskedFor.objects.all().delete()  # as a year later
        assert rows_for_others(alice, event, now=event.ends_at) == []

    def test_asked_again_it_is_the_newer_booking_that_is_taken_back(self, alice):
        event = events.event("Day")
        guest = Guest(self.KNOWN[0], "Gale")
        first = booking_for.book_for_address(event=event, by=alice, guest=guest, mode="in_person").booking
        acts.give_up(booking=first, by=None)
        again = booking_for.book_for_address(event=event, by=alice, guest=guest, mode="in_person")
        booking_for.book_for_address(event=event, by=alice, guest=guest, mode="in_person")
        booking_for.take_back(asked=again, by=alice)
        booking_for.take_back(asked=again, by=alice)
        assert list(Booking.objects.values_list("state", flat=True)) == [State.WITHDRAWN] * 2
        assert again.booking_id != first.pk
        assert_true_counters(event)

    def test_asks_for_one_address_have_an_end_and_answer_the_same(self, event, alice, client_of, settings):
        settings.RATE_LIMIT_FACTOR = 1
        client, (most, _seconds) = client_of(alice), settings.RATE_LIMITS["ask_for_address"]
        outbox.drain()
        deliver()
        free, guest, *_others = self.KNOWN
        said = []
        for email in (free, guest):
            for _time in range(most):
                self.ask(client, event, email)
                client.post(f"{url(event)}{AskedFor.objects.get().pk}/take-back/")
            said.append(self.ask(client, event, email).context["form"].non_field_errors()[0].split(" Wait ")[0])
        assert said == ["That was a lot in a short time."] * 2
        letters = [letter.to[0] for letter in deliver()]
        assert (letters.count(free), letters.count(guest)) == (most, most)
        # who has a ticket can still ask for its link
        ticket = f"/events/bookings/{Booking.objects.get(guest_email=guest).key}/"
        assert client_of(MemberFactory()).post(f"{ticket}link/").status_code == 302

    def test_taking_back_has_an_end_too(self, event, alice, client_of, settings):
        settings.RATE_LIMIT_FACTOR, settings.RATE_LIMITS = 1, settings.RATE_LIMITS | {"book": (1, 3600)}
        client = client_of(alice)
        self.ask(client, event, self.KNOWN[0])
        answer = client.post(f"{url(event)}{AskedFor.objects.get().pk}/take-back/")
        assert (answer.status_code, AskedFor.objects.count()) == (429, 1)

    @pytest.mark.parametrize("state", [State.WAITING, State.OFFERED, State.CONFIRMED])
    def test_who_is_told_is_not_told_of_a_place_they_have_not(self, alice, bob, client_of, state):
        event = events.event("Day", in_person=1)
        booking = events.booking(event, bob, state=state)
        booking_for.book_for_address(event=event, by=alice, guest=Guest(bob.email, "Bob"), mode="in_person")
        outbox.drain()
        (row,) = rows_of(bob, list(Notice.objects.for_inbox(bob)))
        assert row.html == "Somebody wanted to book for you at <strong>Day</strong>. You are on the list already"
        assert "You are on the list already, so nothing has changed." in letter_for(booking, "asked_for").text
        client_of(bob).get(f"/events/bookings/{booking.key}/")
        assert not Notice.objects.for_inbox(bob).unread().exists()
