"""A newcomer's way to a story, and the finder's way to a question: with scripts and without."""

import re

import pytest

from tests.journeys import steps

pytestmark = pytest.mark.timeout(120)
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@BOTH
def test_a_newcomer_reaches_a_fitting_story_in_two_clicks(live_site, window, scripts):
    """Signed out: the first page, my role, the story."""
    page = window(scripts=scripts).page()
    clicks = []

    def click(name: str) -> None:
        page.get_by_role("link", name=name, exact=True).first.click()
        clicks.append(name)

    page.goto(live_site.url)
    click("information governance specialist")
    page.get_by_role("heading", name="New here", level=1).wait_for()
    assert "See how others did it." in page.inner_text("main")
    click("The list that saved time")
    page.get_by_role("heading", name="The list that saved time", level=1).wait_for()
    assert len(clicks) == 2
    assert page.get_by_role("heading", name="Problem").count() == 1
    assert page.get_by_text("18 months", exact=True).count() > 0
    # and straight from the first page in one
    page.goto(live_site.url)
    click("The list that saved time")
    page.get_by_role("heading", name="The list that saved time", level=1).wait_for()


def find(page, who: str, whom: str, purpose: str) -> None:
    """Answer the three questions of the first page."""
    page.get_by_label("Who are you?").select_option(label=who)
    page.get_by_label("Whom do you want to share with?").select_option(label=whom)
    page.get_by_label("What for?").select_option(label=purpose)
    page.get_by_role("button", name="Show what fits").click()
    page.get_by_role("heading", name="Find a legal gateway", level=1).wait_for()


@BOTH
def test_three_questions_lead_to_a_gateway_and_where_none_fits_to_a_question(live_site, window, scripts):
    handle = "bob" if scripts else "alice"
    steps.read_everything(live_site, handle)
    page = window(scripts=scripts).sign_in(live_site, handle).page()
    page.goto(live_site.url)
    find(page, "A council", "A fire and rescue service", "Preventing crime, exploitation or anti-social behaviour")
    match = page.locator(".match").first
    assert match.get_by_role("heading").inner_text() == "Crime and Disorder Act 1998, s.115"
    assert "It does not override confidentiality." in match.inner_text()
    assert "Not yet checked" in match.inner_text()
    # an exemption is no gateway
    assert (
        page.locator(".matches-list .match", has_text="Data Protection Act 2018").count()
        == page.locator(".barriers .match", has_text="Data Protection Act 2018").count()
    )
    match.get_by_role("link").first.click()
    page.get_by_role("heading", name=re.compile("s.115 Crime and Disorder Act 1998"), level=1).wait_for()
    assert page.get_by_role("link", name="May we tell the fire service who needs help to get out?").count() == 1

    page.goto(live_site.url)
    find(page, "A university or researcher", "A company or care provider", "Research, statistics and planning")
    page.get_by_role("heading", name="No gateway fits those answers").wait_for()
    page.get_by_role("link", name="Ask the forum").click()
    page.get_by_role("heading", level=1, name=re.compile("Ask")).wait_for()
    title = page.input_value("#id_title")
    assert title == (
        "Which law lets a university or researcher share with a company or care provider: "
        "research, statistics and planning?"
    )
    page.fill("#id_body", "We are two years in, and the company left.")
    page.select_option("#id_space", label="Lawful sharing")
    page.get_by_role("button", name="Post question").click()
    page.get_by_role("heading", level=1).filter(has_text=re.compile("Which law lets|already been answered")).wait_for()
    if page.get_by_role("button", name="None of these: post my question").count():
        page.get_by_role("button", name="None of these: post my question").click()
    page.wait_for_url(re.compile(r"/forum/\d+/which-law-lets"))
    assert page.get_by_role("heading", level=1).inner_text() == title
