"""Joining and signing in, from the first page to the first question: by each way there is."""

import re

import pytest

from tests.factories.members import PASSWORD
from tests.journeys import steps

pytestmark = pytest.mark.timeout(180)


def join(page, site, name: str, address: str, organisation: str = "Thornmere District Council") -> None:
    """Sign up and confirm the address with the code from the outbox."""
    page.goto(site.url)
    page.get_by_role("link", name="Join").first.click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Work e-mail address").fill(address)
    page.get_by_label("Where you work").fill(organisation)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Confirm your address").wait_for()
    page.get_by_label("Code").fill(code(page, site, address, "confirms your address"))
    page.get_by_role("button", name="Confirm the address").click()
    page.wait_for_url(re.compile("/account/welcome/"))


def code(page, site, address: str, words: str) -> str:
    """The code that the newest mail to an address begins with; read in another tab."""
    outbox = page.context.new_page()
    try:
        text = steps.mail_to(outbox, site, address, re.compile(f"^\\S+ (is your code|{words})"))
        return text.split()[0]
    finally:
        outbox.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_address_of_the_organisation_lets_one_in_at_once_to_ask(live_site, window, scripts):
    name = "Nell Oakes" if scripts else "Nora Oakes"
    page = window(scripts=scripts).page()
    join(page, live_site, name, f"{name.split(maxsplit=1)[0].lower()}@thornmere-district-council.example.org")
    page.get_by_role("heading", name=f"Welcome, {name.split(maxsplit=1)[0]}. You’re in.").wait_for()
    title = f"May {name} see the plan of the building?"
    steps.ask(page, live_site, title, "I start on Monday.")
    page.get_by_role("heading", name=title).wait_for()


def test_another_address_waits_until_the_core_team_vouches_and_the_person_is_told(live_site, window):
    live_site.python("from members import roles; roles.set_up_groups()")
    page = window().page()
    join(page, live_site, "Wes Field", "wes@somewhere-else.example.com")
    page.get_by_role("heading", name="We are checking where you work").wait_for()
    page.goto(f"{live_site.url}/forum/")  # reading goes on
    assert page.get_by_role("link", name="How long do we keep the minutes?").count() > 0
    page.context.set_default_timeout(20_000)
    outside = window().page()
    outside.goto(f"{live_site.url}/forum/ask/")  # somebody who is not even signed in is asked to
    assert "/accounts/login/" in outside.url

    core = window(viewport={"width": 1400, "height": 1000})
    core.forgive("")  # Wagtail's own admin: what its console says is not ours
    cora = core.sign_in(live_site, "cora").page()
    cora.goto(f"{live_site.url}/admin/")
    cora.get_by_role("link", name="Wes Field").first.click()
    cora.get_by_role("button", name=re.compile("^Vouch")).click()
    cora.get_by_text("Wes Field").first.wait_for()

    letter = steps.mail_to(window().page(), live_site, "wes@", re.compile("You can now take part"))
    assert "The core team has vouched for you at Thornmere District Council." in letter
    steps.ask(page, live_site, "May I see the plan of the yard?", "I start on Tuesday.")
    page.get_by_role("heading", name="May I see the plan of the yard?").wait_for()


def test_one_signs_in_by_password_and_comes_back_to_where_one_was(live_site, window):
    page = window().page()
    page.goto(f"{live_site.url}/forum/{live_site.places['waiting']}/")
    page.get_by_role("link", name="Sign in to answer").click()
    page.get_by_label("E-mail address").fill("bob@mardyke-food-bank.example.org")
    page.get_by_label("Password", exact=True).fill("wrong password 123")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".error-summary").wait_for()
    assert page.get_by_label("E-mail address").input_value() == "bob@mardyke-food-bank.example.org"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(live_site.places["waiting"]))
    assert page.get_by_role("button", name="Post answer").count() == 1


def test_one_signs_in_by_a_code_and_signing_out_closes_what_is_live(live_site, window):
    """The other tab of the same browser learns at once that it is signed out."""
    page = window().page()
    page.goto(f"{live_site.url}/accounts/login/")
    page.get_by_role("link", name="Get a code by e-mail").click()
    page.get_by_label("E-mail address").fill("morag@thornmere-district-council.example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code(page, live_site, "morag@", "is your code"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_site.url}/forum/")
    other = steps.open_live(page.context.new_page(), f"{live_site.url}/forum/")
    page.locator(".menu summary").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()
    other.get_by_text("You are signed out: refresh to sign in again").wait_for()
    assert steps.was_not_reloaded(other)
