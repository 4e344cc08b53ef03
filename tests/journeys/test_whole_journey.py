"""Ask, be told at once, answer, accept: two people in two browsers, on both kinds of site; then without scripts,
and without a socket."""

import re
import time

import pytest

from tests.journeys import steps

pytestmark = pytest.mark.timeout(180)
TITLE = "May the fire service have our list of people who need help to get out?"


@pytest.fixture(params=["live_site", "grown_site"])
def site(request):
    """The one-process site on SQLite, and the same on PostgreSQL and Valkey."""
    return request.getfixturevalue(request.param)


def test_one_asks_the_other_sees_it_answers_and_the_bell_rings_at_once(site, window):
    for handle in ("alice", "bob", "morag"):
        steps.read_everything(site, handle)
    alice = window().sign_in(site, "alice").page()
    bob = window().sign_in(site, "bob").page()

    # bob has the list open; alice asks, is shown what looks alike, and posts
    steps.open_live(bob, f"{site.url}/forum/")
    alice.goto(f"{site.url}/forum/ask/")
    alice.locator("#id_title").press_sequentially(TITLE, delay=1)
    alice.locator("#similar a", has_text="May we tell the fire service who needs help to get out?").wait_for()
    thread = steps.ask(alice, site, TITLE, "They asked us on **Monday**.")
    steps.open_live(alice, site.url + thread)

    # bob sees it without a reload, opens it and answers
    news = bob.get_by_role("link", name=re.compile("1 new question"))
    news.wait_for()
    assert steps.was_not_reloaded(bob)
    news.click()
    row = bob.locator(".thread-row", has_text=TITLE)
    row.wait_for()
    assert "thread-row--unread" in row.get_attribute("class")
    row.get_by_role("link", name=TITLE).click()
    bob.get_by_role("heading", name=TITLE).wait_for()
    before = steps.bell(alice)
    bob.fill("#answer textarea[name=body]", "Yes: you have the power to.")
    start = time.monotonic()
    bob.get_by_role("button", name="Post answer").click(no_wait_after=True)
    steps.bell_becomes(alice, before + 1)
    took = time.monotonic() - start
    print(f"\n{'the bell rang':>40}: {took:.2f} s after the button was pressed ({site.url})")
    assert steps.was_not_reloaded(alice)
    assert alice.title().startswith(f"({before + 1}) ")

    # the bar on her page brings the answer in; reading it quiets the bell
    alice.get_by_role("link", name=re.compile("1 new reply")).click()
    alice.get_by_text("Yes: you have the power to.").wait_for()
    steps.bell_becomes(alice, before)
    assert steps.was_not_reloaded(alice)

    # she accepts; bob is told
    bob.wait_for_url(re.compile("#post-2"))
    steps.open_live(bob, f"{site.url}/forum/")
    told = steps.bell(bob)
    alice.get_by_role("button", name="Accept").first.click()
    alice.get_by_text("Accepted answer").first.wait_for()
    steps.bell_becomes(bob, told + 1)

    # lists, tabs and unread marks are right, and change live
    row = bob.locator(".thread-row", has_text=TITLE)
    row.locator(".thread-row__state--answered").wait_for()
    assert "thread-row--unread" not in row.get_attribute("class")
    assert steps.send_answer(site, "morag", steps.number_of(thread), "We did that last year.").status_code == 302
    bob.wait_for_function(
        "title => [...document.querySelectorAll('.thread-row--unread')].some(row => row.innerText.includes(title))",
        arg=TITLE,
    )
    assert steps.was_not_reloaded(bob)
    assert "1 new" in row.inner_text()
    bob.goto(f"{site.url}/forum/answered/")
    assert bob.locator(".thread-row", has_text=TITLE).count() == 1
    bob.goto(f"{site.url}/forum/unanswered/")
    assert bob.locator(".thread-row", has_text=TITLE).count() == 0
    alice.goto(f"{site.url}/forum/mine/")
    assert "1 new" in alice.locator(".thread-row", has_text=TITLE).inner_text()
    tab = alice.locator(".tabs__tab", has_text="Mine")
    assert tab.locator(".badge").inner_text().split()[0] == "1"

    # what she has not read comes by mail, says why, and stops with one click, without signing in
    text = steps.mail_to(alice, site, "alice@", f"Re: {TITLE}")
    assert "We did that last year." in text
    assert "Yes: you have the power to." not in text  # read on the site before the mail was due
    assert "You asked this." in text
    stop = re.search(r"Stop these mails: (\S+)", text)[1]
    stranger = window().page()
    stranger.goto(stop)
    stranger.get_by_role("button", name="Stop it").click()
    stranger.get_by_role("heading", name="Stopped").wait_for()
    alice.goto(f"{site.url}/forum/")
    quiet = steps.bell(alice)
    steps.open_live(alice, f"{site.url}/forum/")
    steps.send_answer(site, "morag", steps.number_of(thread), "One thing more.")
    alice.wait_for_function(
        "title => [...document.querySelectorAll('.thread-row')].some(row => "
        "row.innerText.includes(title) && row.innerText.includes('2 new'))", arg=TITLE,
    )  # fmt: skip
    assert steps.bell(alice) == quiet


def ask_answer_accept(site, alice, bob, title: str) -> str:
    """The whole of it by pages alone; the thread's path."""
    thread = steps.ask(alice, site, title, "Who decides?")
    bob.goto(f"{site.url}/forum/unanswered/")
    bob.get_by_role("link", name=title).click()
    steps.answer(bob, "The partner who holds the list.")
    alice.goto(f"{site.url}/notifications/")
    alice.get_by_role("link", name=re.compile(f"answered {re.escape(title)}")).click()
    alice.get_by_role("button", name="Accept").first.click()
    alice.get_by_text("Accepted answer").first.wait_for()
    bob.goto(f"{site.url}/notifications/")
    assert "accepted your answer to" in bob.locator(".notice", has_text=title).first.inner_text()
    bob.goto(f"{site.url}/forum/answered/")
    assert bob.get_by_role("link", name=title).count() == 1
    return thread


def test_ask_answer_accept_without_javascript(live_site, window):
    alice = window(scripts=False).sign_in(live_site, "alice").page()
    bob = window(scripts=False).sign_in(live_site, "bob").page()
    steps.read_everything(live_site, "alice")
    thread = ask_answer_accept(live_site, alice, bob, "Who opens the gate of the depot?")
    # a comment, helpful, us too, follow, edit and delete, all by forms
    bob.goto(live_site.url + thread)
    bob.get_by_role("button", name="Us too").first.click()
    bob.locator(".post__us-too", has_text="1 organisation").wait_for()
    bob.locator("#post-1").get_by_role("link", name="Comment").click()
    bob.get_by_label("Your comment").fill("Is it locked at night?")
    bob.get_by_role("button", name="Post comment").click()
    bob.get_by_text("Is it locked at night?").wait_for()
    alice.goto(live_site.url + thread)
    alice.get_by_role("button", name="Helpful").first.click()
    alice.get_by_role("button", name="Helpful 1").wait_for()
    alice.locator("#post-1").get_by_role("link", name="Edit").click()
    alice.locator("textarea[name=body]").fill("Who decides, and who pays?")
    alice.get_by_role("button", name="Save changes").click()
    alice.get_by_text("Who decides, and who pays?").wait_for()
    alice.get_by_role("button", name="Undo accept").click()
    alice.get_by_role("button", name="Accept").first.wait_for()
    assert alice.get_by_text("Accepted answer").count() == 0
    live_site.python(steps.ALL_TOLD)  # the worker puts it into the index
    alice.goto(f"{live_site.url}/search/?q=gate+depot")
    assert alice.get_by_role("link", name="Who opens the gate of the depot?").count() == 1


def test_ask_answer_accept_with_the_socket_blocked(live_site, window):
    """The page says that it is not connected, and everything works."""
    windows = [window(sockets=False) for _ in range(2)]
    for one in windows:
        one.forgive("WebSocket")
    alice = windows[0].sign_in(live_site, "alice").page()
    bob = windows[1].sign_in(live_site, "bob").page()
    steps.read_everything(live_site, "alice")
    alice.goto(f"{live_site.url}/forum/")
    alice.get_by_text("Not connected: refresh to update").wait_for()
    assert alice.locator("#live-status").get_attribute("role") == "status"
    ask_answer_accept(live_site, alice, bob, "Who has the key to the water tower?")
    bob.get_by_text("Not connected: refresh to update").wait_for()
