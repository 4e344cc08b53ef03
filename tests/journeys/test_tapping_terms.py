"""A word of the glossary by finger: the first tap explains it, the second opens its page. Keys go on as before."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(120)
WHERE, LEADS_TO = "/guidance/sharing-to-keep-people-safe/", "**/glossary/retention/"


@pytest.fixture
def explained(live_site):
    """The address of a page that explains “Retention”."""
    return live_site.url + WHERE


def parts(page):
    """The word that is explained, and its tip."""
    term = page.locator(".term", has_text="Retention").first
    return term.locator(".term__word"), term.locator(".term__tip")


def test_the_first_tap_explains_and_the_second_opens_the_page(explained, window):
    page = window(phone=True).page()
    page.goto(explained)
    word, tip = parts(page)
    word.tap()
    expect(tip).to_be_visible()
    assert page.url == explained
    assert " ".join(tip.inner_text().split()) == "How long something is kept. Read more about “Retention”"
    word.tap()
    page.wait_for_url(LEADS_TO)


def test_a_tap_elsewhere_shuts_the_tip_and_its_link_leads_on(explained, window):
    page = window(phone=True).page()
    page.goto(explained)
    word, tip = parts(page)
    word.tap()
    expect(tip).to_be_visible()
    page.get_by_role("heading", level=1).tap()
    expect(tip).to_be_hidden()
    assert page.locator(".term__more").count() == 0
    word.tap()
    page.get_by_role("link", name="Read more about “Retention”").tap()
    page.wait_for_url(LEADS_TO)


def test_a_click_and_the_enter_key_open_the_page_at_once(explained, window):
    for phone in (False, True):
        page = window(phone=phone).page()
        page.goto(explained)
        word, _ = parts(page)
        word.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(LEADS_TO)
    page = window().page()
    page.goto(explained)
    parts(page)[0].click()
    page.wait_for_url(LEADS_TO)


def test_without_scripts_a_tap_opens_the_page(explained, window):
    page = window(phone=True, scripts=False).page()
    page.goto(explained)
    parts(page)[0].tap()
    page.wait_for_url(LEADS_TO)
