"""Answers, comments and changes are kept while they are typed, in a real browser."""

import re

import pytest

from tests.architecture.addresses import PAGES
from tests.journeys import steps

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def thread(live_site) -> int:
    """A new question of alice, answered by bob."""
    number = steps.number_of(steps.send_question(live_site, "alice", "Who may see the list of keys?"))
    steps.send_answer(live_site, "bob", number, "Whoever signs for one.")
    return number


def saved(page, form: str) -> None:
    """Wait until the script has saved what is typed in a form."""
    said = page.locator(f"{form} [data-saved]")
    steps.wait_until(page, lambda: said.inner_text().startswith("Draft saved at"), "the draft is not saved")


def opened_again(page, url: str, field: str, words: str) -> None:
    """The words are in the field of the page; saved on the way out, they may be under way when it is asked for."""
    for _look in range(20):
        page.goto(url)
        if page.input_value(field) == words:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{words!r} is lost: {page.input_value(field)!r}")


def test_a_comment_survives_cancel_and_a_closed_tab(live_site, window, thread):
    alice = window().sign_in(live_site, "alice")
    page = alice.page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    link = page.locator("#post-2").get_by_role("link", name="Comment", exact=True)
    link.click()
    page.locator("#comment_2_body:focus").wait_for()
    page.keyboard.type("Even the key of the safe?")
    with page.expect_response("**/drafts/save/"):
        page.locator("#comment-on-2").get_by_role("link", name="Cancel").click()
    link.click()
    page.locator("#comment_2_body:focus").wait_for()
    assert page.input_value("#comment_2_body") == "Even the key of the safe?"
    page.keyboard.press("End")
    page.keyboard.type(" And the spare?")
    page.close()  # at once
    page = alice.page()
    opened_again(
        page, f"{live_site.url}/forum/{thread}/posts/2/comment/", "textarea", "Even the key of the safe? And the spare?"
    )
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url(re.compile(r"post=3"))
    page.goto(f"{live_site.url}/forum/drafts/")
    assert "Who may see the list of keys?" not in page.inner_text("main")


def test_a_change_survives_a_closed_tab_and_is_thrown_away_when_asked(live_site, window, thread):
    bob = window().sign_in(live_site, "bob")
    url = f"{live_site.url}/forum/{thread}/posts/2/edit/"
    page = bob.page()
    page.goto(url)
    page.fill("#id_body", "Whoever signs for one, in the book.")
    page.close()
    page = bob.page()
    opened_again(page, url, "#id_body", "Whoever signs for one, in the book.")
    assert "You began to change this and did not save it." in page.inner_text("main")
    page.get_by_role("button", name="Discard these changes").click()
    assert page.input_value("#id_body") == "Whoever signs for one."
    page.get_by_role("button", name="Put it back").click()
    assert page.input_value("#id_body") == "Whoever signs for one, in the book."
    page.get_by_role("button", name="Save changes").click()
    page.locator("#post-2", has_text="in the book").wait_for()


def test_an_act_elsewhere_on_the_page_takes_no_words_of_an_answer(live_site, window, thread):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    page.fill("#answer textarea", "I have seen the book")
    page.locator("#post-2").get_by_role("button", name="Helpful").click()  # before the next save is due
    opened_again(page, f"{live_site.url}/forum/{thread}/", "#answer textarea", "I have seen the book")
    page.fill("#answer textarea", "I have seen the book myself")
    saved(page, "#answer")


@pytest.mark.console_errors_expected  # the browser logs requests that it could not send
def test_words_that_could_not_be_kept_are_asked_for_before_they_are_lost(live_site, window, thread):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#answer textarea", "Kept")
    saved(page, "#answer")
    page.goto(f"{live_site.url}/forum/{thread}/")
    assert asked == []
    page.route("**/drafts/save/", lambda route: route.abort())
    page.locator("#answer textarea").press_sequentially(" no longer")
    page.get_by_text("Not saved yet: we try again.").wait_for()
    page.goto(f"{live_site.url}/forum/")
    assert asked == ["beforeunload"]


@pytest.mark.console_errors_expected  # the browser logs the refusals
@pytest.mark.parametrize("how", ["too often", "signed out"])
def test_what_was_refused_is_kept_as_soon_as_it_can_be_and_who_stays_goes_on(live_site, window, thread, how):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    page.on("dialog", lambda dialog: dialog.dismiss())

    def refuse(route):
        if how == "too often":
            route.fulfill(status=429, json={"version": None, "words": "Not kept: too many saves. Wait a minute."})
        else:
            route.fulfill(status=403, content_type="text/html", body="<h1>You are signed out</h1>")

    page.route("**/drafts/save/", refuse)
    page.fill("#answer textarea", "Words to be kept")
    page.locator("#answer [data-saved]", has_text=re.compile("Not (kept|saved)")).wait_for()
    page.locator("#post-2").get_by_role("button", name="Helpful").click(no_wait_after=True)  # asked, and stays
    page.unroute("**/drafts/save/")
    page.locator("#answer textarea").press_sequentially(".")
    saved(page, "#answer")
    opened_again(page, f"{live_site.url}/forum/{thread}/", "#answer textarea", "Words to be kept.")


def test_words_about_a_page_which_nothing_keeps_are_asked_for_before_they_are_lost(live_site, window):
    page = window().sign_in(live_site, "bob").page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    url = live_site.url + PAGES["news"].path.format(**live_site.places)
    page.goto(url)
    words = page.locator(".discussion__form textarea")
    words.focus()
    page.goto(url)  # nothing typed: nothing is asked
    words.press_sequentially("Is this so?")
    page.get_by_role("link", name="Forum").first.click()
    steps.wait_until(page, lambda: asked == ["beforeunload"], "leaving did not ask")
    assert (page.url, words.input_value()) == (url, "Is this so?")
    page.locator(".discussion__form").get_by_role("button", name=re.compile("Start|Post")).click()
    page.get_by_text(re.compile("Your (discussion|reply) is")).wait_for()
    assert asked == ["beforeunload"]


@pytest.mark.console_errors_expected  # the browser logs the refusal
def test_a_change_to_what_another_tab_changed_is_asked_for_before_it_is_lost(live_site, window, thread):
    bob = window().sign_in(live_site, "bob")
    url = f"{live_site.url}/forum/{thread}/posts/2/edit/"
    page, other = bob.page(), bob.page()
    for tab in (page, other):
        tab.goto(url)
    other.fill("#id_body", "Whoever signs for one, in the book.")
    other.get_by_role("button", name="Save changes").click()
    other.locator("#post-2", has_text="in the book").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#id_body").press_sequentially(" And the chair.")
    page.get_by_text("Not kept: you changed this post in another tab.").wait_for()
    page.get_by_role("link", name="Forum").first.click(no_wait_after=True)
    steps.wait_until(page, lambda: asked == ["beforeunload"], "leaving did not ask")
    page.get_by_role("button", name="Save changes").click()
    assert "And the chair." in page.input_value("#id_body")
    assert "in the book" in page.inner_text("main")
