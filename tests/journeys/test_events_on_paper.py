"""A programme on a wide screen and on paper: rooms stand over what happens in them, and paper has what one needs."""

import re

import pytest

pytestmark = [pytest.mark.timeout(180)]

# The left edges of rooms and of the cards below them, by room.
EDGES = """() => {
    const left = one => Math.round(one.getBoundingClientRect().left);
    const heads = [...document.querySelectorAll('.programme-day--grid thead th')].slice(1);
    const cards = [...document.querySelectorAll('.programme-day--grid .session-card:has(.session-card__room)')];
    return {
        rooms: heads.map(one => [one.innerText, left(one), one.getBoundingClientRect().height > 10]),
        cards: cards.map(one => [one.querySelector('.session-card__room').textContent, left(one.closest('td'))]),
    };
}"""


@pytest.fixture
def alice(live_site, window):
    """Her tab."""
    return window().sign_in(live_site, "alice").page()


def test_each_room_stands_over_what_happens_in_it(live_site, alice):
    alice.goto(f"{live_site.url}/events/{live_site.places['event_slug']}/")
    found = alice.evaluate(EDGES)
    over = {room: left for room, left, seen in found["rooms"] if seen}
    assert len(over) == len(found["rooms"]) > 1
    assert {room for room, _left in found["cards"]} == set(over)
    assert {(room, left) for room, left in found["cards"]} <= set(over.items())


def test_an_event_on_paper_says_when_and_how_to_get_there(live_site, alice):
    alice.goto(f"{live_site.url}/events/{live_site.places['event_slug']}/")
    alice.emulate_media(media="print")
    for shown in (".event-facts", ".programme-day", ".event-day"):
        assert alice.locator(shown).first.is_visible(), shown
    for hidden in (".masthead__sections", ".footer", ".session-place", ".programme__tabs", ".event-speakers"):
        assert not any(one.is_visible() for one in alice.locator(hidden).all()), hidden


def test_a_ticket_is_one_sheet_and_keeps_needs_to_itself(live_site, alice):
    alice.goto(f"{live_site.url}/events/bookings/{live_site.places['ticket']}/")
    assert alice.get_by_role("heading", name="What you told us").is_visible()
    sides = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    assert len(re.findall(rb"/Type\s*/Page\b", alice.pdf(format="A4", margin=sides))) == 1
    alice.emulate_media(media="print")
    assert alice.locator(".ticket-code").is_visible()
    assert not alice.locator(".ticket-body__rail").is_visible()


def test_a_scenario_is_unfolded_on_paper(live_site, alice):
    alice.goto(f"{live_site.url}/events/scenarios/six-refusals/")
    leader = alice.locator(".scenario__leader .details__body")
    assert not leader.is_visible()
    alice.emulate_media(media="print")
    assert leader.bounding_box()["height"] > 100
