"""The page of a thread in a real browser: where the focus is after each act, and what a script adds to its links."""

import re

import pytest

from tests.journeys import steps

pytestmark = pytest.mark.timeout(180)
FOCUSED = "el => el === document.activeElement"
IN_SIGHT = "el => { const box = el.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"


@pytest.fixture
def thread(live_site) -> int:
    """A new question of alice, answered by bob; his answer has many comments."""
    number = steps.number_of(steps.send_question(live_site, "alice", "Who may read the book of visitors?"))
    steps.send_answer(live_site, "bob", number, "Whoever is at the desk. " * 40)
    live_site.python(
        "from forum.actions import posting; from forum.models import Thread; from members.models import Member; "
        f"on = Thread.objects.get(pk={number}).posts.get(number=2); bob = Member.objects.get(handle='bob'); "
        f"[posting.comment(by=bob, on=on, body=f'Line {{i}}. ' * 60) for i in range(5)]"
    )
    return number


def post(page, number: int):
    return page.locator(f"article#post-{number}")


def test_comments_are_written_under_their_posts(live_site, window, thread):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    links = [post(page, number).get_by_role("link", name="Comment") for number in (1, 2)]
    forms = [page.locator(f"#comment-on-{number} form") for number in (1, 2)]

    # it is opened by keyboard: the field is in sight and has the focus
    links[1].focus()
    page.keyboard.press("Enter")
    forms[1].wait_for()
    page.locator("#comment_2_body:focus").wait_for()
    assert forms[1].evaluate(IN_SIGHT)
    page.keyboard.type("Typed and kept")

    # a second one, and the label of the answer still leads to the answer
    links[0].click()
    page.locator("#comment_1_body:focus").wait_for()
    page.get_by_text("Your answer", exact=True).click()
    assert page.evaluate("document.activeElement.closest('#answer') !== null")
    assert page.get_by_label("Your comment").count() == 2

    # asked for again, an open form stays as it is
    links[1].click()
    page.locator("#comment_2_body:focus").wait_for()
    assert page.input_value("#comment_2_body") == "Typed and kept"

    # Cancel closes its own form alone
    steps.tab_to(page, forms[1].get_by_role("link", name="Cancel"))
    forms[0].get_by_role("link", name="Cancel").click()
    assert (forms[0].count(), links[0].evaluate(FOCUSED)) == (0, True)
    assert page.input_value("#comment_2_body") == "Typed and kept"
    forms[1].get_by_role("button", name="Post comment").click()
    page.wait_for_url(re.compile(r"#post-8$"))
    assert "Typed and kept" in page.locator("#post-8").inner_text()


def acted(page, words: str, button) -> None:
    """An act was done: its words are said, and its button, or what came in its place, has the focus in sight."""
    page.locator("#thread-said", has_text=re.compile(f"^{re.escape(words)}$")).wait_for(state="attached")
    assert button.evaluate(FOCUSED)
    assert button.evaluate(IN_SIGHT)


def press(page, button, key: str = "Enter") -> None:
    button.focus()
    with page.expect_navigation():
        page.keyboard.press(key)


def press_here(page, button, key: str = "Enter") -> None:
    """The same of an act that changes its post in place: what is seen of it comes without another page."""
    page.evaluate("window.stays = true")
    button.focus()
    page.keyboard.press(key)


def stayed(page) -> bool:
    return page.evaluate("window.stays === true")


def test_the_live_bar_brings_replies_in_from_the_moment_it_stands_there(live_site, window, thread):
    """In between its link would load the page anew, and with it whatever is half typed in a comment."""
    page = steps.open_live(window().sign_in(live_site, "bob").page(), f"{live_site.url}/forum/{thread}/")
    page.evaluate(
        """() => new MutationObserver(() => {
            const bar = document.getElementById("live-bar"); // with that class its links are plain ones
            if (bar.querySelector("a")) window.atFirst ??= !bar.classList.contains("htmx-added");
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    steps.send_answer(live_site, "morag", thread, "Ask the warden.")
    page.locator("#live-bar-new").click()
    page.locator(".posts--came-in", has_text="Ask the warden.").wait_for()
    assert page.evaluate("window.atFirst") is True


def test_an_act_leaves_the_focus_where_it_was_and_says_what_it_did(live_site, window, thread):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    answer = post(page, 2)
    answer.get_by_role("link", name="Comment").click()
    page.locator("#comment_2_body").fill("Typed before")
    helpful = answer.get_by_role("button", name="Helpful")
    press_here(page, helpful)
    acted(page, "Marked as helpful.", helpful)
    assert (helpful.inner_text(), helpful.get_attribute("aria-pressed")) == ("Helpful 1", "true")
    # what came meanwhile is not on the page, so it is not read by that
    steps.send_answer(live_site, "morag", thread, "And the warden.")
    press_here(page, helpful, "Space")
    acted(page, "No longer marked as helpful.", helpful)
    assert (helpful.inner_text(), helpful.get_attribute("aria-pressed")) == ("Helpful", "false")
    assert (page.input_value("#comment_2_body"), stayed(page)) == ("Typed before", True)
    assert (
        live_site.python(
            "from forum.models import Reading; "
            f"print(Reading.objects.get(member__handle='alice', thread={thread}).last_read_number)"
        ).strip()
        == "7"
    )
    press(page, answer.get_by_role("button", name="Accept", exact=True))
    acted(page, "Accepted.", answer.get_by_role("button", name="Undo accept"))
    press(page, answer.get_by_role("button", name="Undo accept"))
    acted(page, "No longer accepted.", answer.get_by_role("button", name="Accept", exact=True))

    # the picker of following: Escape and leaving it close it, and its choice is marked in words
    follow, panel = page.locator(".follow > summary"), page.locator(".follow > .picker__list")
    follow.focus()
    page.keyboard.press("Enter")
    assert panel.locator("[aria-current] > b").inner_text() == "Follow"
    assert panel.get_by_text("Your setting").locator("visible=true").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert (panel.is_visible(), follow.evaluate(FOCUSED)) == (False, True)
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert not panel.is_visible()
    follow.click()
    panel.wait_for()
    page.locator("h1").click()
    assert not panel.is_visible()
    follow.click()
    press_here(page, panel.get_by_role("button", name="Mute"))
    acted(page, "This thread is muted.", follow)
    assert (follow.inner_text(), panel.is_visible(), stayed(page)) == ("Muted", False, True)

    # in a list too
    space = page.context.new_page()
    space.goto(f"{live_site.url}/forum/spaces/lawful-sharing/")
    follow_space = space.locator(".follow > summary")
    follow_space.click()
    press(space, space.get_by_role("button", name="Neither"))
    space.locator(".follow > summary:focus").wait_for()
    space.close()

    # after a reload nothing is said again
    page.reload()
    assert (page.inner_text("#thread-said"), page.evaluate("document.activeElement === document.body")) == ("", True)

    bob = window().sign_in(live_site, "bob").page()
    steps.open_live(bob, f"{live_site.url}/forum/{thread}/")
    us_too = post(bob, 1).get_by_role("button", name="Us too")
    press_here(bob, us_too)
    acted(bob, "Your organisation said “us too”.", us_too)
    assert post(bob, 1).get_by_text("1 organisation").is_visible()
    assert stayed(bob)
    steps.open_live(bob, bob.url)
    steps.send_answer(live_site, "morag", thread, "And the warden.")
    show = bob.locator("#live-bar a")
    show.focus()
    bob.keyboard.press("Enter")
    bob.locator(".posts--came-in .post:focus", has_text="And the warden.").wait_for()


def test_comments_are_written_under_a_post_that_an_act_changed(live_site, window, thread):
    page = window().sign_in(live_site, "alice").page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    answer, box = post(page, 2), page.locator("#comment_2_body")
    press_here(page, answer.get_by_role("button", name="Helpful"))
    acted(page, "Marked as helpful.", answer.get_by_role("button", name="Helpful"))
    answer.get_by_role("link", name="Comment").click()
    box.fill("Typed after")
    assert (box.evaluate(FOCUSED), stayed(page)) == (True, True)


@pytest.mark.console_errors_expected
def test_an_act_without_a_network_leaves_the_page_as_it_is_and_says_so(live_site, window, thread):
    bob = window().sign_in(live_site, "bob").page()
    bob.goto(f"{live_site.url}/forum/{thread}/")
    bob.fill("#answer textarea", "Typed on a train")
    bob.context.set_offline(True)
    us_too = post(bob, 1).get_by_role("button", name="Us too")
    for _time in range(2):
        press_here(bob, us_too)
        post(bob, 1).get_by_text("You are not connected. Press it again when you are.").wait_for()
    assert (stayed(bob), bob.input_value("#answer textarea")) == (True, "Typed on a train")
    bob.context.set_offline(False)
    press_here(bob, us_too)
    acted(bob, "Your organisation said “us too”.", us_too)
    assert post(bob, 1).get_by_text("You are not connected").count() == 0


@pytest.mark.console_errors_expected
def test_an_act_that_is_refused_or_finds_no_way_is_sent_as_without_a_script(live_site, window, thread):
    bob = window().sign_in(live_site, "bob").page()
    bob.goto(f"{live_site.url}/forum/{thread}/")
    # the first answer is lost on its way
    bob.route(
        "**/us-too/", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    press(bob, post(bob, 1).get_by_role("button", name="Us too"))
    acted(bob, "Your organisation said “us too”.", post(bob, 1).get_by_role("button", name="Us too"))
    # the thread was removed since
    live_site.python(
        "from forum.actions import moderating; from forum.models import Thread; from members.models import Member; "
        f"opening = Thread.objects.get(pk={thread}).posts.get(number=1); "
        "moderating.remove(by=Member.objects.get(handle='morag'), post=opening, why='Not for here.')"
    )
    press(bob, post(bob, 1).get_by_role("button", name="Us too"))
    assert "can’t find" in bob.inner_text("main")


def test_link_copies_the_address_of_a_post(live_site, window, thread):
    made = window(phone=True)
    made.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = made.page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    here = page.url
    post(page, 2).get_by_role("link", name="Link to this answer").click()
    page.locator("#thread-said", has_text="Link copied.").wait_for(state="attached")
    assert post(page, 2).get_by_text("Link copied").bounding_box()["width"] > 40
    assert page.url == here
    assert page.evaluate("navigator.clipboard.readText()") == f"{here}?post=2#post-2"


def test_comments_are_folded_on_the_screen_and_not_on_paper(live_site, window, thread):
    live_site.python(
        "from forum.actions import posting; from forum.models import Thread; from members.models import Member; "
        f"on = Thread.objects.get(pk={thread}).posts.get(number=2); bob = Member.objects.get(handle='bob'); "
        "[posting.comment(by=bob, on=on, body=f'Late {i}.') for i in range(2)]"
    )
    page = window(scripts=False).page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    late = page.get_by_text("Late 1.")
    assert (late.count(), late.is_visible()) == (1, False)
    page.get_by_text("2 more comments").click()
    assert late.is_visible()
    page.reload()
    page.emulate_media(media="print")
    assert page.get_by_text("Late 1.").bounding_box()["height"] > 5


def test_paragraphs_and_quotations_in_a_comment_stand_on_lines_of_their_own(live_site, window, thread):
    live_site.python(
        "from forum.actions import posting; from forum.models import Thread; from members.models import Member; "
        f"on = Thread.objects.get(pk={thread}).posts.get(number=1); bob = Member.objects.get(handle='bob'); "
        "posting.comment(by=bob, on=on, body='Early words.\\n\\nLater words.\\n\\n> Their words.\\n\\nLast words.')"
    )
    page = window().page()
    page.goto(f"{live_site.url}/forum/{thread}/")
    comment = page.locator(".comment[id]", has_text="Early words.")
    words = [comment.get_by_text(f"{which} words.") for which in ("Early", "Later", "Their", "Last")]
    tops = [part.evaluate("part => part.getClientRects()[part.getClientRects().length - 1].top") for part in words]
    assert tops == sorted(set(tops))
    assert comment.locator("blockquote").evaluate("part => getComputedStyle(part).borderLeftWidth") == "3px"
    # who wrote it stands behind the last words, in their line
    boxes = words[3].bounding_box(), comment.locator(".comment__by").bounding_box()
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 6


def test_that_the_accepted_answer_went_is_said_where_one_reads_and_takes_nothing_away(live_site, window, thread):
    with steps.browser_of(live_site, "alice") as alice:
        steps.send(alice, f"/forum/{thread}/posts/2/accept/")
    morag = window().sign_in(live_site, "morag").page()
    steps.open_live(morag, f"{live_site.url}/forum/{thread}/")
    post(morag, 1).get_by_role("link", name="Comment").click()
    box = morag.locator("#comment_1_body:focus")
    box.wait_for()
    morag.keyboard.type("Half a thou")
    with steps.browser_of(live_site, "bob") as bob:
        steps.send(bob, f"/forum/{thread}/posts/2/delete/")
    bar = morag.locator(".live-bar__show", has_text="This question no longer has an accepted answer.")
    bar.wait_for()
    assert (bar.evaluate(IN_SIGHT), box.evaluate(FOCUSED), steps.was_not_reloaded(morag)) == (True, True, True)
    morag.keyboard.type("ght")
    assert morag.input_value("#comment_1_body") == "Half a thought"

    # a hint more, and the keyboard is still on the link it came to
    bar.focus()
    steps.send_answer(live_site, "bob", thread, "Once more.")
    morag.locator(".live-bar__show", has_text="1 new reply").wait_for()
    assert bar.evaluate(FOCUSED)
    morag.fill("#comment_1_body", "")
    bar.focus()
    morag.keyboard.press("Enter")
    post(morag, 8).get_by_text("Once more.").wait_for()
    assert (steps.was_not_reloaded(morag), morag.locator(".post--accepted").count(), bar.count()) == (False, 0, 0)
