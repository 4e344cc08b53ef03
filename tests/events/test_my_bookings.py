"""The list of one's bookings: beside what was stands what there still is to do; and a ticket for online."""

import datetime as dt

import pytest

from events.actions import feedback
from events.models.places import Mode
from tests.events.soup import links, page, words
from tests.factories import events
from tests.factories.events_after import came, past_event

pytestmark = pytest.mark.django_db


def test_beside_a_past_one_stands_only_what_there_is(client_of, alice):
    event = past_event("Absent", slug="absent")
    events.booking(event, alice)
    asked = came(past_event("Asked", slug="asked"), alice)
    done = came(past_event("Done", slug="done"), alice)
    feedback.give(booking=done, useful=4)
    later = came(past_event("Later", slug="later", ended=dt.timedelta(days=100)), alice)
    feedback.give(booking=later, useful=4)
    online = past_event("Online", slug="online", in_person=0, online=5)
    joined = events.booking(online, alice, mode=Mode.ONLINE)
    client = client_of(alice)
    shown = {words(row.select_one("h3")): links(row, ".booking-row__after a")
             for row in page(client, "/events/bookings/").select(".booking-row")}  # fmt: skip
    assert shown == {
        "Absent": [],
        "Asked": [("Feedback on Asked", f"/events/{asked.event_id}/feedback/")],
        "Done": [("Certificate for Done", f"/events/bookings/{done.key}/certificate/")],
        "Later": [
            ("Did you use it? Tell us about Later", f"/events/{later.event_id}/follow-up/"),
            ("Certificate for Later", f"/events/bookings/{later.key}/certificate/"),
        ],
        "Online": [("Feedback on Online", f"/events/{joined.event_id}/feedback/")],
    }
    assert {client.get(address).status_code for row in shown.values() for _words, address in row} == {200}


def test_the_page_of_a_past_event_names_what_there_still_is(client_of, alice):
    absent, there = past_event("Absent", slug="absent"), past_event("There", slug="there")
    events.booking(absent, alice)
    booking, client = came(there, alice), client_of(alice)

    def button(event) -> str:
        return links(page(client, f"/events/{event.slug}/"), ".booking-box__act")[0][0]

    before = [button(absent), button(there)]
    feedback.give(booking=booking, useful=4)
    assert [*before, button(there)] == ["Your booking", "Give feedback", "Your certificate"]


@pytest.mark.parametrize("count", [1, 3])
def test_past_bookings_take_the_same_queries_for_one_and_for_three(client_of, alice, cold_and_warm, count):
    for number in range(count):
        came(past_event(f"Day {number}", slug=f"day-{number}"), alice)
        events.booking(past_event(f"Online {number}", slug=f"online-{number}", online=3), alice, mode=Mode.ONLINE)
    _cold, warm = cold_and_warm("/events/bookings/", alice)
    assert warm <= 12


def test_a_ticket_for_online_has_nothing_to_show_at_the_door(client_of, alice):
    booking = events.booking(events.event(online=5), alice, mode=Mode.ONLINE)
    html = client_of(alice).get(f"/events/bookings/{booking.key}/").content.decode()
    told = ("You have a place", "ticket-code", "ticket--code", "Show this at the door")
    assert [words for words in told if words in html] == ["You have a place"]
