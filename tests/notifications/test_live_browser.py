"""What live.js does in a real browser: the bell, the popover, the bar of new replies, and life without a socket."""

import re
import time

import pytest

from tests.journeys.steps import open_live, read_everything, wait_until
from tests.notifications.test_socket import THREAD, answer, browser_of

NOT_CONNECTED = "Not connected: refresh to update"


def bell_says(page, words: str, timeout: float = 1000) -> None:
    page.wait_for_function(
        "words => document.querySelector('#bell [data-bell-words]').textContent === words", arg=words, timeout=timeout
    )


def unread(page) -> int:
    return int(page.get_attribute("#bell", "data-unread"))


@pytest.fixture
def read_up(live_site):
    """Alice has read everything."""
    with browser_of(live_site, "alice") as alice:
        alice.post("/notifications/read/")


def test_the_bell_rings_in_less_than_a_second_on_every_open_tab_without_a_reload(live_site, window, read_up):
    alices = window().sign_in(live_site, "alice")
    tabs = [alices.page(), window(phone=True).sign_in(live_site, "alice").page()]
    for tab in tabs:
        open_live(tab, f"{live_site.url}/notifications/preferences/")
        bell_says(tab, "Notifications")
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    for tab in tabs:
        bell_says(tab, "1 unread notification")
        assert tab.title().startswith("(1) ")


def test_an_answer_that_was_overtaken_never_rings_the_bell_again(live_site, window):
    read_everything(live_site, "alice")
    page = window().sign_in(live_site, "alice").page()
    held = []

    def answered(route):
        # the first is answered at once, and arrives last
        held.append(route) if held else held.extend((route, route.fetch()))
        if len(held) > 2:
            route.continue_()

    open_live(page, f"{live_site.url}/notifications/preferences/")
    page.route("**/notifications/bell/", answered)
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    wait_until(page, lambda: held, "the bell was never asked for")
    unread_then, number = re.search(r'data-unread="(\d+)" data-inbox-no="(\d+)"', held[1].text()).groups()
    assert unread_then == "1"
    with browser_of(live_site, "alice") as alice:
        alice.post("/notifications/read/")
    page.wait_for_function(
        "number => Number(document.querySelector('#bell').dataset.inboxNo) > number", arg=int(number)
    )
    shown = unread(page), page.get_attribute("#bell", "data-inbox-no"), page.title()
    with page.expect_response("**/notifications/bell/"):
        held[0].fulfill(response=held[1])
    page.wait_for_timeout(200)
    assert (unread(page), page.get_attribute("#bell", "data-inbox-no"), page.title()) == shown


def test_a_bell_that_could_not_be_fetched_is_asked_for_again(live_site, window, read_up):
    alices = window().sign_in(live_site, "alice")
    alices.forgive("503")
    page = alices.page()
    before, asked = unread(open_live(page, f"{live_site.url}/notifications/preferences/")), []

    def answered(route):
        asked.append(route)
        if len(asked) == 1:
            route.fulfill(status=503, body="Busy")
        else:
            route.continue_()

    page.route("**/notifications/bell/", answered)
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    page.wait_for_function("count => Number(document.querySelector('#bell').dataset.unread) === count", arg=before + 1)
    assert len(asked) == 2


def test_the_popover_opens_with_the_newest_and_closes_by_escape(live_site, window, read_up):
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/")
    page.click("#bell")
    page.wait_for_selector("#bell-popover .notice--unread")
    assert page.get_attribute("#bell", "aria-expanded") == "true"
    assert page.evaluate("document.activeElement.id") == "bell-popover"
    page.keyboard.press("Escape")
    assert (page.locator("#bell-popover").count(), page.evaluate("document.activeElement.id")) == (0, "bell")
    page.click("#bell")
    page.click("#bell-popover .notice--unread a")
    page.wait_for_url(f"**/forum/{THREAD}/**")


@pytest.mark.parametrize("options", [{"scripts": False}, {"phone": True}])
def test_without_scripts_and_on_a_phone_the_bell_leads_to_the_inbox(live_site, window, options):
    page = window(**options).sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/")
    page.click("#bell")
    page.wait_for_url(f"{live_site.url}/notifications/")
    assert page.text_content("h1") == "Notifications"


def test_new_replies_are_offered_and_not_pushed_in(live_site, window):
    page = window().sign_in(live_site, "alice").page()
    open_live(page, f"{live_site.url}/forum/{THREAD}/")
    before = page.locator("article.post").count()
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    page.wait_for_selector("#live-bar a", timeout=2000)
    assert page.locator("article.post").count() == before
    page.click("#live-bar a")
    page.wait_for_function("count => document.querySelectorAll('article.post').length > count", arg=before)


def test_a_tab_in_the_background_looks_when_it_is_looked_at(live_site, window, read_up):
    page = window().sign_in(live_site, "alice").page()
    page.add_init_script(
        "window.hide = on => { Object.defineProperty(document, 'hidden', { value: on, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }"
    )
    open_live(page, f"{live_site.url}/notifications/preferences/")
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("hide(true)")
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    page.wait_for_timeout(1200)
    assert (asked, unread(page)) == ([], 0)
    page.evaluate("hide(false)")
    bell_says(page, "1 unread notification")


def test_without_a_socket_the_page_says_so_and_works(live_site, window):
    page = window(sockets=False).sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{THREAD}/")
    page.wait_for_selector("#live-status:not([hidden])", timeout=6000)
    assert page.text_content("#live-status") == NOT_CONNECTED
    page.click("#bell")
    page.wait_for_selector("#bell-popover")


def test_a_tab_survives_the_death_of_the_server_and_catches_up(make_site, window):
    site = make_site().start()
    alice = window().sign_in(site, "alice")
    alice.forgive("ERR_CONNECTION_REFUSED", "WebSocket connection", "Failed to load resource")
    page = alice.page()
    open_live(page, f"{site.url}/forum/{THREAD}/")
    before = unread(page)
    site.kill()
    page.wait_for_selector("#live-status:not([hidden])", timeout=8000)
    assert page.text_content("#live-status") == NOT_CONNECTED
    # something happens while the tab hears nothing
    site.python(
        "from forum.actions import posting; from forum.models import Thread; from members.models import Member; "
        f"posting.answer(by=Member.objects.get(handle='bob'), thread=Thread.objects.get(pk={THREAD}), body='Missed.')"
    )
    site.start()
    start = time.monotonic()
    page.wait_for_selector("#live-status[hidden]", state="attached", timeout=40_000)
    page.wait_for_selector("#live-bar a", timeout=5000)
    page.wait_for_function("before => Number(document.getElementById('bell').dataset.unread) > before", arg=before)
    assert time.monotonic() - start < 45


def test_signing_out_in_one_tab_tells_the_other(live_site, window):
    alices = window().sign_in(live_site, "morag")
    alices.context.clear_cookies()
    from tests.notifications.test_socket import new_session

    alices.context.add_cookies([{"name": "sessionid", "value": new_session(live_site, "morag"), "url": live_site.url}])
    one, other = alices.page(), alices.page()
    for page in (one, other):
        open_live(page, f"{live_site.url}/notifications/")
    one.click("summary:has-text('Morag')")
    one.click("form[action='/accounts/logout/'] button")
    other.wait_for_selector("#live-status:not([hidden])", timeout=8000)
    assert other.text_content("#live-status") == "You are signed out: refresh to sign in again"


@pytest.mark.console_errors_expected  # the browser logs what could not be fetched
def test_what_could_not_be_fetched_is_asked_for_again(live_site, window):
    page = window().sign_in(live_site, "alice").page()
    open_live(page, f"{live_site.url}/forum/{THREAD}/")
    asked = []

    def first_fails(route):
        asked.append(route.request.url)
        route.abort() if len(asked) == 1 else route.continue_()

    page.route(re.compile(r"/new/\?"), first_fails)
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    page.locator(".live-bar", has_text="1 new").wait_for(timeout=15_000)
    assert len(asked) == 2
