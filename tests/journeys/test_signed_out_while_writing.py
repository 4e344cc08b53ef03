"""Signed out while one writes: without a script, and with one, the words go out in the end."""

import pytest

from tests.factories.members import PASSWORD
from tests.journeys import steps

WORDS = "We asked the fire service first.\nThey said yes."


@pytest.mark.console_errors_expected  # the browser logs each 403
@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_outlives_a_session(live_site, window, scripts):
    number = steps.number_of(steps.send_question(live_site, "alice", f"Who keeps the keys, scripts {scripts}?"))
    bob = window(scripts=scripts, phone=not scripts).sign_in(live_site, "bob")
    page = bob.page()
    page.goto(f"{live_site.url}/forum/{number}/")
    page.fill("#answer textarea[name=body]", WORDS)
    bob.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Post answer").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert page.get_by_label("What you typed").input_value() == WORDS
    with bob.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    other = opened.value
    other.get_by_label("E-mail address").fill("bob@mardyke-food-bank.example.org")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/forum/")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("They said yes.").wait_for()
    assert page.get_by_text("Your answer is posted.").is_visible()
