"""The door on a phone that loses the network: what was tapped is kept, and each person is checked in once."""

import json
import uuid

import pytest

from tests.journeys.steps import browser_of, wait_until

pytestmark = [pytest.mark.timeout(180)]

# Run in the site: an event that is on, with four people who have a place; cora runs its door.
OPEN_DOOR = """
import datetime as dt, json
from members.models import Member
from tests.factories import events
alice, bob = (Member.objects.get(handle=name) for name in ("alice", "bob"))
event = events.event("Door open", slug="door-open-%(number)s", starts_in=-dt.timedelta(minutes=30))
people = [events.booking(event, alice), events.booking(event, bob),
          events.booking(event, guest_name="Zoë Ångström", organisation_name="Hollowdale Council"),
          events.booking(event, guest_name="Carl Cole")]
print(json.dumps({"event": event.pk, "keys": {one.name: str(one.key) for one in people}}))
"""
ROWS = """
import json
from events.models.checkin import CheckIn, DoorAct
rows = CheckIn.objects.filter(booking__event=%(event)s).order_by("pk")
print(json.dumps({"rows": [[one.booking.name, one.stands()] for one in rows],
                  "taps": DoorAct.objects.filter(booking__event=%(event)s).count()}))
"""


@pytest.fixture
def door(live_site, request):
    """{"event": its number, "keys": {name: code}}, anew for each test."""
    made = json.loads(live_site.python(OPEN_DOOR % {"number": abs(hash(request.node.name)) % 10**8}).splitlines()[-1])
    path = f"/events/{made['event']}/door/"
    return made | {"url": f"{live_site.url}{path}", "kept_as": f"door:{path}acts/"}


def kept(live_site, door) -> dict:
    return json.loads(live_site.python(ROWS % door).splitlines()[-1])


def row(page, name: str):
    return page.locator(f'.door-row[data-name="{name}"]')


def check_in(page, name: str) -> None:
    row(page, name).get_by_role("button", name="Check in").click()
    row(page, name).get_by_text("Here", exact=False).first.wait_for()


def phone(live_site, window, **options):
    made = window(phone=True, **options)
    made.forgive("ERR_INTERNET_DISCONNECTED", "net::ERR", "WebSocket")
    made.sign_in(live_site, "cora")
    return made


def waiting(page) -> int:
    return page.evaluate("Object.values(localStorage).flatMap((one) => JSON.parse(one)).length")


def test_what_is_tapped_without_the_network_is_sent_once_when_it_is_back(live_site, window, door):
    made = phone(live_site, window)
    page = made.page()
    page.goto(door["url"])
    made.context.set_offline(True)
    check_in(page, "Alice Amory")
    check_in(page, "Bob Barley")
    page.get_by_text("No network. 2 taps are kept on this phone").wait_for()
    assert page.locator("[data-door-here]").inner_text() == "2"
    assert kept(live_site, door) == {"rows": [], "taps": 0}
    made.context.set_offline(False)
    wait_until(page, lambda: waiting(page) == 0, "the taps were never sent")
    assert kept(live_site, door) == {"rows": [["Alice Amory", True], ["Bob Barley", True]], "taps": 2}
    page.locator("#door-net").wait_for(state="hidden")
    assert page.locator("#door-count").inner_text().split() == ["2", "of", "4", "here"]


def test_a_tap_whose_answer_is_lost_on_the_way_is_sent_again_and_counts_once(live_site, window, door):
    page = phone(live_site, window).page()
    page.goto(door["url"])

    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/door/acts/", lose_the_answer)
    check_in(page, "Alice Amory")
    page.get_by_text("No network. 1 tap is kept on this phone").wait_for()
    assert kept(live_site, door) == {"rows": [["Alice Amory", True]], "taps": 1}
    page.unroute("**/door/acts/")
    page.evaluate("dispatchEvent(new Event('online'))")  # tried now, instead of in five seconds
    wait_until(page, lambda: waiting(page) == 0, "the kept tap was never sent again")
    assert kept(live_site, door) == {"rows": [["Alice Amory", True]], "taps": 1}
    page.reload()
    assert page.locator("#door-count").inner_text().split() == ["1", "of", "4", "here"]


def test_closing_the_page_loses_no_tap_and_a_second_phone_checks_nobody_in_twice(live_site, window, door):
    first, second = phone(live_site, window), phone(live_site, window)
    lost, other = first.page(), second.page()
    lost.goto(door["url"])
    other.goto(door["url"])
    first.context.set_offline(True)
    check_in(lost, "Alice Amory")
    check_in(other, "Alice Amory")
    wait_until(other, lambda: waiting(other) == 0, "the other phone never sent its tap")
    lost.close(run_before_unload=False)
    first.context.set_offline(False)
    again = first.page()
    again.goto(door["url"])
    wait_until(again, lambda: waiting(again) == 0, "the kept tap was never sent")
    assert kept(live_site, door) == {"rows": [["Alice Amory", True]], "taps": 2}


def test_an_undo_on_one_phone_stands_when_an_older_tap_comes_from_another(live_site, window, door):
    first, second = phone(live_site, window), phone(live_site, window)
    late, other = first.page(), second.page()
    late.goto(door["url"])
    other.goto(door["url"])
    first.context.set_offline(True)
    check_in(late, "Carl Cole")
    check_in(other, "Carl Cole")
    row(other, "Carl Cole").get_by_role("button", name="Undo").click()
    wait_until(other, lambda: waiting(other) == 0, "the undo was never sent")
    first.context.set_offline(False)
    late.get_by_text("somebody said otherwise meanwhile").wait_for()
    row(late, "Carl Cole").get_by_role("button", name="Check in").wait_for()
    assert kept(live_site, door)["rows"] == [["Carl Cole", False]]


def test_names_are_found_while_typing_also_without_the_network(live_site, window, door):
    made = phone(live_site, window)
    page = made.page()
    page.goto(door["url"])
    made.context.set_offline(True)
    page.fill("#door-q", "zoe ang")
    assert page.locator(".door-row:visible .door-row__name").all_inner_texts() == ["Zoë Ångström"]
    page.fill("#door-q", f"https://moot.example.org/events/door/{door['keys']['Carl Cole'].replace('-', '').upper()}/")
    assert page.locator(".door-row:visible .door-row__name").all_inner_texts() == ["Carl Cole"]
    page.fill("#door-q", "nobody at all")
    page.get_by_text("Nobody with a place has this name.").wait_for()


MANY = """
from events.pages.event import EventPage
from tests.factories import events
event = EventPage.objects.get(pk=%(event)s)
event.places.update(capacity=50)
for number in range(30):
    events.booking(event, guest_name=f"Guest {'DXZ'[number %% 3]}name{number}")
"""


def test_letters_jump_and_go_while_typing_narrows(live_site, window, door):
    live_site.python(MANY % door)
    made = phone(live_site, window)
    page = made.page()
    page.goto(door["url"])
    letters = page.get_by_role("navigation", name="Surnames by letter")
    letters.get_by_role("link", name="Z", exact=True).press("Enter")
    heading = page.get_by_role("heading", name="Z", exact=True)
    wait_until(page, lambda: 0 <= heading.bounding_box()["y"] < page.viewport_size["height"], "Z is not in sight")
    bar = letters.bounding_box()  # it stays at the top, and hides nothing that was jumped to
    assert bar["y"] == 0
    assert heading.bounding_box()["y"] >= bar["height"]
    page.fill("#door-q", "zoe ang")
    assert page.locator(".door-row:visible .door-row__name").all_inner_texts() == ["Zoë Ångström"]
    assert page.locator(".door-list__letter:visible").all_inner_texts() == ["A"]
    assert not letters.is_visible()
    page.fill("#door-q", "")
    assert page.locator(".door-row:visible").count() == 34
    assert letters.is_visible()


def test_a_long_queue_is_sent_in_parts(live_site, window, door):
    page = phone(live_site, window).page()
    queue = [
        {"booking": door["keys"]["Carl Cole"], "what": what, "key": str(uuid.uuid4()), "at": at}
        for at, what in enumerate(["in", "out"] * 110)
    ]
    page.goto(live_site.url)
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [door["kept_as"], json.dumps(queue)])
    sizes = []
    page.on("request", lambda one: one.method == "POST" and sizes.append(len(one.post_data_json["acts"])))
    page.goto(door["url"])
    wait_until(page, lambda: waiting(page) == 0, "the queue was never sent", seconds=60)
    assert sizes == [200, 20]
    assert kept(live_site, door)["taps"] == 220


def test_another_phones_taps_are_seen(live_site, window, door):
    page = phone(live_site, window).page()
    page.goto(door["url"])
    with browser_of(live_site, "cora") as client:
        client.post(
            f"/events/{door['event']}/door/{door['keys']['Carl Cole']}/",
            data={"csrfmiddlewaretoken": client.cookies["csrftoken"], "what": "in"},
        )
    page.evaluate("dispatchEvent(new Event('online'))")  # asked for now, instead of in twenty seconds
    row(page, "Carl Cole").get_by_role("button", name="Undo").wait_for()


def test_it_works_by_keyboard_and_the_focus_stays(live_site, window, door):
    page = window().sign_in(live_site, "cora").page()
    page.goto(door["url"])
    row(page, "Alice Amory").get_by_role("button", name="Check in").focus()
    page.keyboard.press("Enter")
    row(page, "Alice Amory").get_by_role("button", name="Undo").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim().startsWith('Undo')")
    page.keyboard.press("Enter")
    row(page, "Alice Amory").get_by_role("button", name="Check in").wait_for()
    wait_until(page, lambda: waiting(page) == 0, "the taps were never sent")
    assert kept(live_site, door)["rows"] == [["Alice Amory", False]]


def test_without_scripts_the_door_is_a_list_of_forms(live_site, window, door):
    page = window(phone=True, scripts=False).sign_in(live_site, "cora").page()
    page.goto(door["url"])
    page.fill("#door-q", "angstrom")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Check in Zoë Ångström").click()
    page.get_by_text("Zoë Ångström is here.").wait_for()
    row(page, "Zoë Ångström").get_by_role("button", name="Undo").click()
    page.get_by_text("Zoë Ångström is not here after all.").wait_for()
    assert kept(live_site, door)["rows"] == [["Zoë Ångström", False]]
