"""Booking on the site: two clicks for a member, one ticket whatever is pressed, nothing typed is lost."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from events.models.booking import Booking, BookingQuestion, Needs
from events.models.places import Places
from events.querysets.events import event_for
from events.standing import marks_for
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db
State = Booking.State


def book_url(event):
    return f"/events/{event.pk}/book/"


def ticket_url(booking):
    return f"/events/bookings/{booking.key}/"


def test_where_nothing_is_asked_the_first_click_books_and_leads_to_the_ticket(client_of, alice):
    event = events.event(in_person=20)
    response = client_of(alice).post(book_url(event), follow=True)
    booking = Booking.objects.get()
    assert response.redirect_chain == [(ticket_url(booking), 302)]
    assert (booking.member, booking.state, booking.mode) == (alice, State.CONFIRMED, "in_person")
    html = response.content.decode()
    assert "You have a place" in html
    assert "We sent you a mail with when and where." in html


def test_pressed_twice_it_is_one_booking(client_of, alice):
    event = events.event()
    client = client_of(alice)
    tickets = [client.post(book_url(event)).headers["Location"] for _ in range(2)]
    assert tickets == [ticket_url(Booking.objects.get())] * 2
    assert client.get(book_url(event)).headers["Location"] == tickets[0]


def test_a_form_asks_how_one_comes_and_what_the_event_asks_and_keeps_what_was_typed(client_of, alice):
    event = events.event(in_person=20, online=20)
    asked = BookingQuestion.objects.create(event=event, words="What do you hope for?", required=True)
    client = client_of(alice)
    response = client.post(book_url(event), {"dietary": "No nuts", "list_me": "on"})
    form = response.context["form"]
    assert form.errors == {
        "mode": ["Say whether you come in person or online."],
        f"q{asked.pk}": ["Answer the question “What do you hope for?”"],
    }
    assert (form["dietary"].value(), form["list_me"].value(), form.needs_open) == ("No nuts", True, True)
    client.post(book_url(event), {"mode": "online", f"q{asked.pk}": "Courage", "dietary": "No nuts", "list_me": "on"})
    booking = Booking.objects.get()
    assert (booking.mode, booking.list_me, booking.answers.get().answer) == ("online", True, "Courage")
    assert booking.needs.dietary == "No nuts"


def test_when_all_places_are_taken_one_stands_in_line(client_of, alice, bob):
    event = events.event(in_person=1)
    events.booking(event, bob)
    html = client_of(alice).post(book_url(event), follow=True).content.decode()
    assert Booking.objects.get(member=alice).state == State.WAITING
    assert "You are next in line" in html
    assert "Nobody is ahead of you" in html
    assert "We keep it for you for two days, never less than a morning" in html


def test_who_is_not_signed_in_is_asked_to_sign_in(client):
    event = events.event()
    assert client.get(book_url(event)).headers["Location"] == f"/accounts/login/?next={book_url(event)}"


def test_who_is_not_vouched_for_is_shown_the_way_for_guests(client_of, charlie):
    event = events.event()
    for answer in (client_of(charlie).get(book_url(event)), client_of(charlie).post(book_url(event))):
        assert answer.status_code == 403
        assert f'href="/events/guests/{event.pk}/"' in answer.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"book_opens_at": timezone.now() + dt.timedelta(days=2)}, "Booking opens at"),
        ({"book_closes_at": timezone.now() - dt.timedelta(hours=1)}, "Booking has closed."),
        ({"starts_in": dt.timedelta(days=-3)}, "This event is over."),
        ({"called_off": "Snow"}, "This event does not take place."),
        ({"in_person": 0}, "There is nothing to book: just come."),
    ],
)
def test_when_one_cannot_book_the_page_says_why(client_of, alice, fields, said):
    response = client_of(alice).get(book_url(events.event(**fields)))
    assert (response.status_code, said in response.content.decode()) == (403, True)


@pytest.fixture
def none_yet(db):
    """An event whose places are counted, and are none."""
    event = events.event(in_person=0)
    Places.objects.create(event=event, mode="in_person", capacity=0)
    return event


def test_an_event_with_no_places_says_that_they_are_not_open_yet(client_of, client, alice, none_yet):
    pages = [one.get(none_yet.url).content.decode() for one in (client_of(alice), client)]
    assert [("Places are not open yet." in page, "wait in line" in page) for page in pages] == [(True, False)] * 2
    for answer in (client_of(alice).get(book_url(none_yet)), client_of(alice).post(book_url(none_yet))):
        assert "Places are not open yet." in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_way_of_coming_without_places_is_none(client_of, alice, none_yet):
    Places.objects.create(event=none_yet, mode="online", capacity=5)
    page = client_of(alice).get(none_yet.url).content.decode()
    assert ("5</b> left online" in page, "In person is full" in page) == (True, False)
    client_of(alice).post(book_url(none_yet))
    assert Booking.objects.get().mode == "online"


def test_what_was_typed_stays_when_booking_closed_meanwhile(client_of, alice):
    event = events.event(book_closes_at=timezone.now() - dt.timedelta(minutes=1))
    response = client_of(alice).post(book_url(event), {"dietary": "Vegan"})
    assert (response.status_code, response.context["form"].non_field_errors()) == (409, ["Booking is closed."])
    assert response.context["form"]["dietary"].value() == "Vegan"


def test_an_event_nobody_may_see_is_not_there(client_of, alice):
    event = events.event(publish=False)
    assert [client_of(alice).get(book_url(event)).status_code, client_of(alice).post(book_url(event)).status_code] == [
        404,
        404,
    ]


@pytest.mark.parametrize("state", [None, State.CONFIRMED, State.WAITING])
def test_what_an_event_says_to_its_reader_takes_four_queries_at_most(alice, bob, state, django_assert_max_num_queries):
    event = events.event(in_person=1, online=3)
    if state:
        events.booking(event, alice, state=state)
    page = event_for(alice, event.pk)
    with django_assert_max_num_queries(4):
        marks_for(page, alice, now=timezone.now())
    with django_assert_max_num_queries(1):
        marks_for(page, AnonymousUser(), now=timezone.now())


@pytest.mark.parametrize(
    ("state", "said", "leads_to"),
    [
        (None, "Book a place", "book/"),
        (State.CONFIRMED, "You have a place", "bookings/"),
        (State.WAITING, "You are next in line", "bookings/"),
        (State.OFFERED, "Answer now", "bookings/"),
    ],
)
def test_the_page_of_the_event_says_how_one_stands(client_of, alice, state, said, leads_to):
    event = events.event()
    if state:
        events.booking(event, alice, state=state)
    html = client_of(alice).get(f"/events/{event.slug}/").content.decode()
    box = html[html.index('class="booking-box"') :]
    box = box[: box.index("</header>")]
    assert (said in box, leads_to in box) == (True, True)


def test_who_has_a_place_online_joins_from_the_page_while_it_is_on(client_of, alice, bob):
    event = events.event(starts_in=dt.timedelta(minutes=-5), online=3)
    for member, mode in ((alice, "online"), (bob, "in_person")):
        events.booking(event, member, mode=mode)
    shown = {
        member.handle: "Join online" in client_of(member).get(f"/events/{event.slug}/").content.decode()
        for member in (alice, bob)
    }
    assert shown == {"alice": True, "bob": False}


def test_strangers_are_shown_both_ways_to_book(client):
    event = events.event()
    html = client.get(f"/events/{event.slug}/").content.decode()
    assert f'href="/accounts/login/?next=/events/{event.pk}/book/"' in html
    assert f'href="/events/guests/{event.pk}/"' in html


# --- The ticket ---------------------------------------------------------------------------------------


def test_only_the_person_sees_a_ticket(client_of, cast, alice):
    booking = events.booking(events.event(), alice)
    codes = {name: client_of(person).get(ticket_url(booking)).status_code for name, person in cast.items()}
    assert codes == {"alice": 200, "bob": 404, "charlie": 404, "morag": 404, "cora": 404, "anyone": 302}


def test_a_ticket_is_kept_by_nobody(client_of, alice):
    booking = events.booking(events.event(), alice)
    kept = client_of(alice).get(ticket_url(booking)).headers["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


def test_the_address_to_join_and_the_note_are_for_who_has_a_place(client_of, alice, bob, morag):
    event = events.event(in_person=5, online=1, joining_note="Bring a draft protocol.")
    tickets = {
        "online": events.booking(event, alice, mode="online"),
        "in person": events.booking(event, bob),
        "waiting": events.booking(event, morag, mode="online", state=State.WAITING),
    }
    shown = {name: client_of(one.member).get(ticket_url(one)).content.decode() for name, one in tickets.items()}
    assert {name: "meet.example.org" in html for name, html in shown.items()} == {
        "online": True, "in person": False, "waiting": False,
    }  # fmt: skip
    assert {name: "Bring a draft protocol." in html for name, html in shown.items()} == {
        "online": True, "in person": True, "waiting": False,
    }  # fmt: skip


def test_the_square_code_is_a_picture_without_style_on_white(client_of, alice):
    booking = events.booking(events.event(), alice)
    html = client_of(alice).get(ticket_url(booking)).content.decode()
    code = html[html.index("<svg", html.index("ticket-code")) : html.index("</svg>", html.index("ticket-code"))]
    assert ("style=" in code, 'fill="#fff"' in code, "<title>" in code) == (False, True, True)


def test_a_ticket_of_what_is_over_has_nothing_to_show_at_the_door(client_of, alice):
    booking = events.booking(events.event(starts_in=-dt.timedelta(days=3)), alice)
    html = client_of(alice).get(ticket_url(booking)).content.decode()
    told = ("ticket-code", "Before you come", "calendar", "You have not chosen any sessions")
    assert [words for words in told if words in html] == []


def test_an_offer_is_answered_with_yes(client_of, alice):
    booking = events.booking(events.event(), alice, state=State.OFFERED)
    client = client_of(alice)
    assert "Do you want it?" in client.get(ticket_url(booking)).content.decode()
    html = client.post(f"{ticket_url(booking)}answer/", {"answer": "yes"}, follow=True).content.decode()
    booking.refresh_from_db()
    assert (booking.state, "You have a place" in html) == (State.CONFIRMED, True)


def test_an_offer_is_answered_with_no(client_of, alice):
    booking = events.booking(events.event(), alice, state=State.OFFERED)
    html = client_of(alice).post(f"{ticket_url(booking)}answer/", {"answer": "no"}, follow=True).content.decode()
    booking.refresh_from_db()
    assert (booking.state, "The place goes to the next in line." in html) == (State.DECLINED, True)


def test_an_offer_that_ran_out_says_so(client_of, alice):
    past = timezone.now() - dt.timedelta(minutes=1)
    booking = events.booking(events.event(), alice, state=State.OFFERED, offered_until=past)
    client = client_of(alice)
    assert "Do you want it?" not in client.get(ticket_url(booking)).content.decode()
    html = client.post(f"{ticket_url(booking)}answer/", {"answer": "yes"}, follow=True).content.decode()
    assert "We did not hear from you in time" in html


def test_who_waits_is_offered_the_other_way_to_come(client_of, alice, bob):
    event = events.event(in_person=1, online=2)
    events.booking(event, bob)
    booking = events.booking(event, alice, state=State.WAITING)
    client = client_of(alice)
    assert "Come online instead" in client.get(ticket_url(booking)).content.decode()
    client.post(f"{ticket_url(booking)}switch/", {"mode": "online"})
    booking.refresh_from_db()
    assert (booking.mode, booking.state) == ("online", State.CONFIRMED)


def test_giving_up_asks_once_and_says_what_follows(client_of, alice):
    booking = events.booking(events.event(), alice)
    Needs.objects.create(booking=booking, dietary="No nuts")
    client = client_of(alice)
    html = client.get(f"{ticket_url(booking)}give-up/").content.decode()
    assert "The place goes to the next in line at once. We can’t give it back." in html
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    html = client.post(f"{ticket_url(booking)}give-up/", follow=True).content.decode()
    booking.refresh_from_db()
    assert (booking.state, Needs.objects.count()) == (State.WITHDRAWN, 0)
    assert "This booking has ended" in html
    assert "Book again" in html
    assert Places.objects.get().confirmed == 0


def test_what_one_needs_can_be_changed_and_erased_on_the_ticket(client_of, alice):
    booking = events.booking(events.event(), alice)
    client = client_of(alice)
    client.post(f"{ticket_url(booking)}details/", {"access": "A hearing loop", "list_me": "on"})
    booking.refresh_from_db()
    assert (booking.needs.access, booking.list_me) == ("A hearing loop", True)
    html = client.get(ticket_url(booking)).content.decode()
    assert "A hearing loop" in html
    assert "You are on it" in html
    client.post(f"{ticket_url(booking)}details/", {})
    booking = Booking.objects.get()
    assert (Needs.objects.count(), booking.list_me) == (0, False)


@pytest.mark.parametrize("act", ["answer", "switch", "give-up", "details", "sessions", "calendar.ics"])
def test_nobody_acts_on_the_ticket_of_another(client_of, client, alice, bob, act):
    booking = events.booking(events.event(in_person=1, online=1), alice)
    address = f"{ticket_url(booking)}{act}{'' if '.' in act else '/'}"
    for visitor in (client_of(bob), client):
        answers = {visitor.post(address, {"mode": "online"}).status_code, visitor.get(address).status_code}
        assert answers <= {404, 405}
    booking.refresh_from_db()
    assert (booking.state, booking.mode) == (State.CONFIRMED, "in_person")


# --- My bookings, who comes ----------------------------------------------------------------------------


def test_my_bookings_are_in_groups(client_of, alice, bob):
    coming = events.booking(events.event("Coming", slug="coming"), alice)
    full = events.event("Full", slug="full", in_person=1)
    events.booking(full, bob)
    waits = events.booking(full, alice, state=State.WAITING)
    past = events.booking(events.event("Past", slug="past", starts_in=dt.timedelta(days=-9)), alice)
    for_bob = events.booking(events.event("Others", slug="others"), bob, booked_by=alice)
    found = client_of(alice).get("/events/bookings/").context["mine"]
    groups = (found.coming, found.waiting, found.past, found.over, found.for_others)
    assert [[row.booking.pk for row in group] for group in groups] == [
        [coming.pk], [waits.pk], [past.pk], [], [for_bob.pk],
    ]  # fmt: skip
    assert found.waiting[0].words == "You are next in line"


@pytest.mark.parametrize("count", [1, 3])
def test_my_bookings_take_the_same_queries_for_one_and_for_three(client_of, alice, bob, cold_and_warm, count):
    for number in range(count):
        event = events.event(f"Day {number}", slug=f"day-{number}", in_person=1)
        events.booking(event, bob)
        events.booking(event, alice, state=State.WAITING)
    _cold, warm = cold_and_warm("/events/bookings/", alice)
    assert warm <= 8


def test_nothing_booked_says_what_to_do(client_of, alice):
    assert "You have not booked anything yet" in client_of(alice).get("/events/bookings/").content.decode()


def test_the_list_of_delegates_names_who_agreed_and_counts_the_others(client_of, alice, bob, morag, cora):
    event = events.event()
    events.booking(event, alice, list_me=True)
    events.booking(event, bob)
    events.booking(event)
    address = f"/events/{event.pk}/delegates/"
    found = client_of(alice).get(address).context["delegates"]
    assert ([one.name for one in found.listed], found.others, found.rest, found.count) == (["Alice Amory"], [], 2, 3)
    html = client_of(alice).get(address).content.decode()
    assert ("Bob Barley" in html, "Gale Guest" in html) == (False, False)
    assert client_of(morag).get(address).status_code == 403
    assert client_of(cora).get(address).status_code == 200


def test_where_fewer_than_five_come_from_is_not_said(client_of, alice, bob, council):
    event = events.event()
    events.booking(event, alice, list_me=True)
    events.booking(event, bob)
    for _ in range(5):
        events.booking(event, MemberFactory(organisation=council))
    answer = client_of(alice).get(f"/events/{event.pk}/delegates/")
    found = answer.context["delegates"]
    assert (found.others, found.rest, found.count) == ([("Thornmere District Council", 5)], 1, 7)
    assert "Mardyke Food Bank" not in answer.content.decode()


def test_the_list_of_delegates_is_not_for_who_waits_or_is_a_stranger(client_of, client, alice, bob):
    event = events.event(in_person=1)
    events.booking(event, bob)
    events.booking(event, alice, state=State.WAITING)
    address = f"/events/{event.pk}/delegates/"
    assert (client_of(alice).get(address).status_code, client.get(address).status_code) == (403, 403)
