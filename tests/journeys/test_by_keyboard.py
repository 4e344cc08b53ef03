"""Every task by keyboard alone, with the focus where one expects it."""

import re

import pytest

from tests.journeys import steps

pytestmark = pytest.mark.timeout(180)


def test_the_first_stop_leads_past_the_masthead(live_site, window):
    page = window().sign_in(live_site, "bob").page()
    page.goto(f"{live_site.url}/forum/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    assert skip.evaluate("el => el === document.activeElement")
    assert skip.evaluate("el => el.getBoundingClientRect().top >= 0"), "it is shown once it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.getElementById('main').contains(document.activeElement)")


def test_ask_and_answer_by_keyboard_alone(live_site, window):
    for handle in ("alice", "bob"):
        steps.read_everything(live_site, handle)
    alice = window().sign_in(live_site, "alice").page()
    alice.goto(f"{live_site.url}/forum/")
    steps.tab_to(alice, alice.get_by_role("link", name="Ask a question").first)
    alice.keyboard.press("Enter")
    alice.wait_for_url(re.compile("/forum/ask/"))
    steps.tab_to(alice, alice.locator("#id_title"))
    alice.keyboard.type("Who keeps the spare ladder?")
    steps.tab_to(alice, alice.locator("#id_body"))
    alice.keyboard.type("Thank @bo", delay=10)
    alice.get_by_role("option", name=re.compile("Bob Barley")).wait_for()
    alice.keyboard.press("Enter")
    assert alice.input_value("#id_body") == "Thank @bob "
    steps.tab_to(alice, alice.locator("#id_space"))
    alice.keyboard.type("Lawful")
    steps.tab_to(alice, alice.get_by_role("button", name="Post question"))
    alice.keyboard.press("Enter")
    heading = alice.get_by_role("heading", name=re.compile("Who keeps the spare ladder|Has this already been answered"))
    heading.wait_for()
    if "already" in heading.inner_text():
        steps.tab_to(alice, alice.get_by_role("button", name="None of these: post my question"))
        alice.keyboard.press("Enter")
    alice.get_by_role("heading", name="Who keeps the spare ladder?").wait_for()

    # bob was mentioned: the bell's popover opens, is left with Escape, and leads there
    bob = window().sign_in(live_site, "bob").page()
    steps.open_live(bob, f"{live_site.url}/forum/")
    bell = bob.locator("#bell")
    steps.tab_to(bob, bell)
    bob.keyboard.press("Enter")
    popover = bob.locator("#bell-popover")
    popover.wait_for()
    assert popover.evaluate("el => el === document.activeElement")
    bob.keyboard.press("Escape")
    assert (popover.count(), bell.evaluate("el => el === document.activeElement")) == (0, True)
    bob.keyboard.press("Enter")
    popover.wait_for()
    told = popover.get_by_role("link", name=re.compile("mentioned you in Who keeps the spare ladder"))
    steps.tab_to(bob, told)
    bob.keyboard.press("Enter")
    bob.wait_for_url(re.compile(r"/forum/\d+/who-keeps"))  # the list he leaves has its title too
    bob.get_by_role("heading", name="Who keeps the spare ladder?").wait_for()
    steps.tab_to(bob, bob.locator("#answer textarea"))
    bob.keyboard.type("I do, in the shed.")
    steps.tab_to(bob, bob.get_by_role("button", name="Post answer"))
    bob.keyboard.press("Enter")
    bob.get_by_text("I do, in the shed.").wait_for()
    alice.reload()
    steps.tab_to(alice, alice.get_by_role("button", name="Accept").first)
    alice.keyboard.press("Enter")
    alice.get_by_text("Accepted answer").first.wait_for()


def test_the_menu_of_the_person_opens_and_leads_on_by_keyboard(live_site, window):
    page = window().sign_in(live_site, "bob").page()
    page.goto(f"{live_site.url}/forum/")
    steps.tab_to(page, page.locator(".menu summary"))
    page.keyboard.press("Enter")
    steps.tab_to(page, page.get_by_role("link", name="Your details"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_site.url}/account/")
