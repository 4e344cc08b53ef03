"""Choosing sessions: limited room, its line, and no two at a time."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from core import outbox
from core.models import OutboxItem
from events.actions import booking as acts
from events.actions import places, programme, sessions
from events.actions.refusals import Clash, NoPlacesHere, NotOpen, NotYours, Overfull, TooLate
from events.guests import Guest
from events.models.booking import Booking, SessionBooking
from events.models.places import Mode
from events.models.programme import Session
from members.actions import NotAllowed
from notifications import kinds
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.events.soup import links, page, words
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def test_the_page_to_choose_lists_what_can_be_chosen(event, alice, client_of):
    events.session(event, "For everybody")
    events.session(event, "In the hall", room="Hall", starts_after=HOUR)
    events.session(event, "Few places", starts_after=2 * HOUR, capacity=5)
    tree = page(client_of(alice), f"/events/bookings/{events.booking(event, alice).key}/sessions/")
    assert [words(one) for one in tree.select(".choose-session h2")] == ["In the hall", "Few places"]


@pytest.fixture
def day(event):
    """An event with a workshop of one place, a talk at the same time, and one later: (event, workshop, talk, later)."""
    workshop = events.session(event, "Write it down", capacity=1)
    talk = events.session(event, "Say it aloud")
    return event, workshop, talk, events.session(event, "Go home", starts_after=HOUR, capacity=5)


def booked(event, who=None) -> Booking:
    return acts.book(event=event, by=who or MemberFactory(), mode=Mode.IN_PERSON)


def join(one: Booking, session: Session, by=None) -> str:
    made = sessions.join_session(booking=one, session=session, by=by or one.member)
    assert_true_counters(one.event)
    return made.state


def leave(one: Booking, session: Session) -> None:
    sessions.leave_session(booking=one, session=session, by=one.member)
    assert_true_counters(one.event)


def resize(session: Session, capacity: int | None, by) -> Session:
    return programme.save_session(event=session.event, session=session, by=by, capacity=capacity).session


def test_a_session_of_limited_room_has_a_line_of_its_own(day):
    event, workshop, _talk, _later = day
    people = [booked(event) for _ in range(3)]
    assert [join(one, workshop) for one in people] == ["confirmed", "waiting", "waiting"]
    leave(people[0], workshop)
    assert [one.state for one in workshop.booked.order_by("pk")] == ["confirmed", "waiting"]
    # who comes back is last
    assert join(people[0], workshop) == "waiting"
    assert [one.booking for one in workshop.booked.order_by("pk")] == [people[1], people[2], people[0]]


def test_twice_is_once(day):
    event, workshop, _talk, _later = day
    one = booked(event)
    assert [join(one, workshop), join(one, workshop)] == ["confirmed", "confirmed"]
    leave(one, workshop)
    leave(one, workshop)
    assert Session.objects.get(pk=workshop.pk).taken == 0


def test_nobody_is_at_two_at_a_time_and_is_told_which_the_other_is(day):
    event, workshop, talk, later = day
    one = booked(event)
    join(one, workshop)
    with pytest.raises(Clash, match="Write it down") as clash:
        join(one, talk)
    assert clash.value.other == workshop
    assert join(one, later) == "confirmed"


def test_waiting_for_one_is_choosing_it(day):
    event, workshop, talk, _later = day
    join(booked(event), workshop)
    one = booked(event)
    assert join(one, workshop) == "waiting"
    with pytest.raises(Clash):
        join(one, talk)


def test_one_that_begins_when_the_other_ends_is_no_clash(event):
    first = events.session(event, "First", lasts=HOUR)
    second = events.session(event, "Second", starts_after=HOUR)
    one = booked(event)
    assert [join(one, first), join(one, second)] == ["confirmed", "confirmed"]


def test_a_swap_is_done_whole_or_not_at_all(day):
    event, workshop, talk, _later = day
    first, second = booked(event), booked(event)
    join(first, workshop)
    join(second, talk)
    with pytest.raises(NoPlacesHere, match="You keep “Say it aloud”"):
        sessions.swap_session(booking=second, leave=talk, join=workshop, by=second.member)
    assert [one.session for one in second.sessions.all()] == [talk]
    assert_true_counters(event)
    assert sessions.swap_session(booking=first, leave=workshop, join=talk, by=first.member).state == "confirmed"
    assert_true_counters(event)
    assert [one.session for one in first.sessions.all()] == [talk]


def test_from_one_line_one_press_leads_to_the_end_of_another(day, alice, client_of):
    event, workshop, _talk, _later = day
    studio = events.session(event, "Studio", capacity=1)
    join(booked(event), workshop)
    join(booked(event), studio)
    one = booked(event, alice)
    assert join(one, workshop) == "waiting"
    client = client_of(alice)
    asked = client.post(f"/events/{event.pk}/places/{studio.pk}/take/")
    assert asked.status_code == 409
    tree = BeautifulSoup(asked.content, "html.parser")
    assert words(tree.select_one(".lede")) == "You are in line for “Write it down” at the same time."
    said = words(tree.select_one(".prose"))
    assert "keep" not in said.lower()
    assert "If “Studio” is full, you stand at the end of its line." in said
    assert links(tree, ".breadcrumb a")[1] == (event.title, f"/events/bookings/{one.key}/")
    assert client.post(tree.select_one("form.form")["action"], {"instead_of": workshop.pk}).status_code == 302
    assert [(mine.session, mine.state) for mine in one.sessions.all()] == [(studio, "waiting")]
    assert_true_counters(event)


def test_who_has_a_place_is_told_that_they_keep_it(day, alice, client_of):
    event, workshop, talk, _later = day
    join(booked(event), workshop)
    join(booked(event, alice), talk)
    asked = client_of(alice).post(f"/events/{event.pk}/places/{workshop.pk}/take/")
    said = words(BeautifulSoup(asked.content, "html.parser").select_one(".prose"))
    assert "which is in your day already" in said
    assert "you keep the place you have" in said


def test_who_leaves_the_event_leaves_its_sessions_and_the_next_has_their_places(day):
    event, workshop, _talk, later = day
    first, second = booked(event), booked(event)
    for one in (first, second):
        join(one, workshop)
    join(first, later)
    acts.give_up(booking=first, by=first.member)
    assert_true_counters(event)
    assert list(SessionBooking.objects.values_list("booking", "session", "state")) == [
        (second.pk, workshop.pk, "confirmed")
    ]


def test_who_is_moved_to_the_line_of_the_event_leaves_its_sessions(day, cora):
    event, workshop, _talk, _later = day
    one = booked(event)
    join(one, workshop)
    places.set_capacity(places=event.places.get(), capacity=0, by=cora, moving=[one])
    assert_true_counters(event)
    assert not SessionBooking.objects.exists()


def test_who_waits_for_the_event_chooses_no_session():
    event = events.event(in_person=1)
    talk = events.session(event)
    booked(event)
    with pytest.raises(NoPlacesHere, match="once you have a place"):
        join(booked(event), talk)


def test_one_s_own_booking_only(day, alice, bob):
    event, workshop, _talk, _later = day
    one = booked(event, alice)
    for act in (sessions.join_session, sessions.leave_session):
        for who in (bob, None):
            with pytest.raises(NotYours):
                act(booking=one, session=workshop, by=who)


def test_a_session_of_another_event_is_not_there(day):
    event, _workshop, _talk, _later = day
    with pytest.raises(Session.DoesNotExist):
        join(booked(event), events.session(events.event("Another"), "Elsewhere"))


def test_what_is_over_or_a_break_is_not_chosen(day):
    event, workshop, _talk, _later = day
    one = booked(event)
    with pytest.raises(TooLate):
        sessions.join_session(booking=one, session=workshop, by=one.member, now=workshop.ends_at)
    with pytest.raises(NotOpen):
        join(one, events.session(event, "Lunch", starts_after=4 * HOUR, kind="break"))


def test_online_one_sees_what_is_streamed(hybrid, alice):
    streamed = events.session(hybrid, "Streamed", streamed=True)
    room = events.session(hybrid, "In the room", starts_after=HOUR, capacity=5)
    one = booked(hybrid, alice)
    assert [join(one, streamed), join(one, room)] == ["confirmed", "confirmed"]
    acts.switch(booking=one, mode=Mode.ONLINE, by=alice)
    assert_true_counters(hybrid)
    assert [made.session for made in one.sessions.all()] == [streamed]
    with pytest.raises(NoPlacesHere, match="watched online"):
        join(one, room)


def test_where_all_is_online_every_session_can_be_had(alice):
    event = events.event(in_person=0, online=5)
    one = acts.book(event=event, by=alice, mode=Mode.ONLINE)
    assert join(one, events.session(event, "Breakout", capacity=2)) == "confirmed"


def test_a_larger_room_goes_to_who_waits_and_a_smaller_one_turns_nobody_out(day, cora, alice):
    event, workshop, _talk, _later = day
    people = [booked(event) for _ in range(4)]
    for one in people:
        join(one, workshop)
    resize(workshop, 3, cora)
    assert_true_counters(event)
    assert [one.state for one in workshop.booked.order_by("pk")] == ["confirmed"] * 3 + ["waiting"]
    with pytest.raises(Overfull, match="3 places are taken"):
        resize(workshop, 2, cora)
    with pytest.raises(NotAllowed):
        resize(workshop, 9, alice)
    # open to all: everybody who waited is in
    assert resize(workshop, None, cora).taken == 4
    assert_true_counters(event)


def test_the_ticket_says_where_one_stands_in_the_line_of_a_session(day, alice, client_of):
    event, workshop, _talk, _later = day
    for _ in range(2):
        join(booked(event), workshop)
    own = booked(event, alice)
    join(own, workshop)
    tree = page(client_of(alice), f"/events/bookings/{own.key}/")
    assert words(tree.select_one(".day-list .status")) == "You are 2nd in line"


def test_who_gets_a_place_from_the_line_of_a_session_is_told(day, alice):
    event, workshop, _talk, _later = day
    first = booked(event)
    join(first, workshop)
    own = booked(event, alice)
    guest = acts.book(event=event, by=None, guest=Guest("gale@visitors.example.org", "Gale"), mode=Mode.IN_PERSON)
    join(own, workshop)
    sessions.join_session(booking=guest, session=workshop, by=None)
    outbox.drain()
    assert not Notice.objects.filter(kind="events.session_placed").exists()
    leave(first, workshop)
    leave(own, workshop)
    outbox.drain()
    # she left again before anybody told her
    assert not Notice.objects.filter(kind="events.session_placed").exists()
    mails = OutboxItem.objects.filter(kind="members.mail", payload__subject="You have a place: Write it down")
    assert [one.payload["to"] for one in mails] == ["gale@visitors.example.org"]
    join(own, workshop)
    sessions.leave_session(booking=guest, session=workshop, by=None)
    outbox.drain()
    notice = Notice.objects.get(kind="events.session_placed")
    kind = kinds.get(notice.kind)
    assert (notice.recipient, kind.sentence(notice), kind.can_still_see(alice, notice)) == (
        alice, "A place came free in <strong>Write it down</strong>, and it is yours", True,
    )  # fmt: skip
    assert kind.mail(notice).subject == "You have a place: Write it down"
    leave(own, workshop)
    assert not kind.can_still_see(alice, Notice.objects.get(pk=notice.pk))


@pytest.mark.parametrize("freed", ["left", "given up", "larger room", "switched"])
def test_however_a_place_in_a_session_comes_free_the_next_hears_why_and_how_to_stop(freed, alice, cora):
    event = events.event(in_person=5, online=5)
    workshop = events.session(event, "Write it down", capacity=1)
    first, own = booked(event), booked(event, alice)
    guest = acts.book(event=event, by=None, guest=Guest("gale@visitors.example.org", "Gale"), mode=Mode.IN_PERSON)
    join(first, workshop)
    join(own, workshop)
    sessions.join_session(booking=guest, session=workshop, by=None)
    deliver()
    {
        "left": lambda: leave(first, workshop),
        "given up": lambda: acts.give_up(booking=first, by=first.member),
        "larger room": lambda: resize(workshop, 3, cora),
        "switched": lambda: acts.switch(booking=first, mode=Mode.ONLINE, by=first.member),
    }[freed]()
    told = {letter.to[0]: letter for letter in deliver() if letter.subject == "You have a place: Write it down"}
    assert set(told) == {alice.email, *(["gale@visitors.example.org"] if freed == "larger room" else [])}
    assert "You stood in line for a session." in told[alice.email].body
    assert "leave the session on your ticket" in told[alice.email].body
    assert "List-Unsubscribe" in told[alice.email].message()
    (row,) = rows_of(alice, list(Notice.objects.for_inbox(alice)))
    assert (row.html, row.why_text) == (
        "A place came free in <strong>Write it down</strong>, and it is yours", "You stood in line for a session.",
    )  # fmt: skip
    assert row.switch.fields == {"kind": "events.session_placed"}
