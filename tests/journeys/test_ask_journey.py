"""Asking in a real browser: what the script adds, and that nothing typed is ever lost."""

import re

import pytest

pytestmark = pytest.mark.timeout(120)
ASK = "/forum/ask/"
BODY = "#id_body"


@pytest.fixture
def asker(live_site, window):
    """`asker()` → a page of a new window where bob is signed in and has no draft."""
    pages = []

    def make(handle="bob", **options):
        page = window(**options).sign_in(live_site, handle).page()
        if not pages:
            page.goto(live_site.url + ASK)
            if page.get_by_role("button", name="Discard this draft").count():
                page.get_by_role("button", name="Discard this draft").click()
        pages.append(page)
        page.goto(live_site.url + ASK)
        return page

    return make


def saved(page) -> None:
    """Wait until the script has saved."""
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent.startsWith('Draft saved at')")


def test_a_draft_survives_a_closed_browser(asker):
    page = asker()
    page.fill("#id_title", "Can we keep minutes for ever?")
    page.fill(BODY, "Typed, and never sent")
    page.close()  # at once: saved on the way out, and under way yet when the next page is asked for
    again = asker()
    for _look in range(20):
        if again.input_value(BODY):
            break
        again.wait_for_timeout(250)
        again.reload()
    assert again.input_value(BODY) == "Typed, and never sent"
    assert again.input_value("#id_title") == "Can we keep minutes for ever?"
    assert "This is your draft." in again.inner_text("main")


@pytest.mark.console_errors_expected  # the browser logs the 409
def test_an_older_tab_is_told_plainly_and_both_texts_stay(asker, window):
    first = asker()
    first.context.set_default_timeout(10_000)
    second = first.context.new_page()
    second.goto(first.url)
    second.fill(BODY, "Newer words from the second tab")
    saved(second)
    first.fill(BODY, "Older tab types on")
    panel = first.locator(".draft-other")
    panel.wait_for()
    assert re.match(r"You changed this draft in another tab at \d\d:\d\d\.", panel.inner_text())
    assert "Newer words from the second tab" in panel.inner_text()
    assert first.input_value(BODY) == "Older tab types on"
    first.get_by_role("button", name="Load it").click()
    assert first.input_value(BODY) == "Newer words from the second tab"
    assert "Older tab types on" in panel.inner_text()
    first.get_by_role("button", name="Close").click()
    with first.expect_response(lambda response: "Both" in (response.request.post_data or "")) as answer:
        first.fill(BODY, "Both together")
    assert answer.value.status == 200
    saved(first)


def test_similar_questions_appear_while_typing_and_leave_out_the_step(live_site, asker):
    page = asker()
    page.locator("#id_title").press_sequentially(
        "Which law lets us tell the fire service who needs help to get out", delay=2
    )
    match = page.locator("#similar a", has_text="May we tell the fire service who needs help to get out?")
    match.wait_for()
    page.fill(BODY, "We have a list.")
    page.select_option("#id_space", label="Lawful sharing")
    page.get_by_role("button", name="Post question").click()
    page.wait_for_url(re.compile(r"/forum/\d+/which-law-lets-us"))
    page.goto(live_site.url + ASK)
    assert page.input_value(BODY) == ""  # posting took the draft away


def test_on_a_phone_a_line_under_the_first_field_leads_to_the_matches(asker):
    page = asker(phone=True)
    page.locator("#id_title").press_sequentially("May we tell the fire service who needs help", delay=2)
    link = page.get_by_role("link", name=re.compile("look.? like yours"))
    link.wait_for()
    link.click()
    assert page.url.endswith("#matches")


def test_names_are_completed_by_keyboard(asker):
    page = asker()
    page.focus(BODY)
    page.keyboard.type("Thanks @ali", delay=10)
    page.get_by_role("option", name="Alice Amory").wait_for()
    assert page.get_attribute(BODY, "aria-activedescendant") == "id_body-list-0"
    page.keyboard.press("Enter")
    assert page.input_value(BODY) == "Thanks @alice "
    page.keyboard.type("and @ali", delay=10)
    page.get_by_role("option", name="Alice Amory").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("[data-list]").is_visible()
    assert page.input_value(BODY) == "Thanks @alice and @ali"


def test_topics_become_chips_and_can_be_taken_off_again(asker):
    page = asker()
    field = page.get_by_role("combobox", name="Topics")
    field.press_sequentially("retention, vul", delay=10)
    page.get_by_role("option", name="vulnerability").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("input[name=topics]").input_value() == "retention, vulnerability"
    page.get_by_role("button", name="retention: remove").click()
    assert page.locator("input[name=topics]").input_value() == "vulnerability"


@pytest.mark.parametrize(("who", "act"), [("bob", "posts/1/edit"), ("morag", "moderate/retag")])
def test_they_are_chips_where_they_are_changed_too(asker, live_site, who, act):
    page = asker(who)
    page.goto(f"{live_site.url}/forum/{live_site.places['waiting'].partition('/')[0]}/{act}/")
    page.get_by_role("button", name="retention: remove").wait_for()
    field = page.get_by_role("combobox", name="Topics")
    field.press_sequentially("Stairs, ", delay=10)
    kept = page.locator("input[name=topics]")
    assert kept.input_value() == "retention, stairs"
    page.get_by_role("button", name="stairs: remove").click()
    assert kept.input_value() == "retention"


def test_the_preview_is_what_posting_gives(asker):
    page = asker()
    page.fill("#id_title", "Who owns the second list of keys?")
    page.fill(BODY, "Ask @alice\n\n- **one**\n- two")
    page.select_option("#id_space", label="Lawful sharing")
    page.get_by_role("button", name="Preview").click()
    shown = page.locator("[data-preview-box] .prose")
    shown.wait_for()
    preview = shown.inner_html().strip()
    page.get_by_role("button", name="Preview").click()
    assert page.evaluate("document.activeElement.id") == "id_body"
    page.get_by_role("button", name="Post question").click()
    page.wait_for_url(re.compile(r"/forum/\d+/who-owns"))
    assert page.locator(".post--question .prose").first.inner_html().strip() == preview


def test_the_tools_mark_what_is_chosen(asker):
    page = asker()
    page.fill(BODY, "one\ntwo")
    page.focus(BODY)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="List").click()
    assert page.input_value(BODY) == "- one\n- two"
    page.fill(BODY, "word")
    page.focus(BODY)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Bold").click()
    assert page.input_value(BODY) == "**word**"
    page.keyboard.press("Control+z")  # takes back the mark, and nothing else
    assert page.input_value(BODY) == "word"
    page.keyboard.press("End")
    page.keyboard.type(" @ali", delay=10)
    page.get_by_role("option", name="Alice Amory").wait_for()
    page.keyboard.press("Enter")
    assert page.input_value(BODY) == "word @alice "
    page.keyboard.press("Control+z")
    assert page.input_value(BODY) == "word @ali"
    page.get_by_role("button", name="Preview").click()
    page.locator("[data-preview-box]").wait_for()
    tools = [page.get_by_role("button", name=name, exact=True) for name in ("Bold", "List", "Quote", "Link")]
    assert [tool.is_disabled() for tool in tools] == [True] * 4
    page.get_by_role("button", name="Preview").click()
    assert [tool.is_disabled() for tool in tools] == [False] * 4


def test_without_javascript_errors_preview_step_and_post(asker):
    page = asker(handle="morag", scripts=False)
    page.get_by_role("button", name="Post question").click()
    assert page.locator(".error-summary a").count() == 3
    page.fill("#id_title", "May we tell the fire service who needs help with stairs?")
    page.fill(BODY, "Some **cannot** walk.")
    page.select_option("#id_space", label="Lawful sharing")
    page.fill("#id_topics", "fire, Stairs")
    page.get_by_role("button", name="Preview").click()
    assert page.locator("[data-preview-box] strong").inner_text() == "cannot"
    page.get_by_role("button", name="Save as draft").click()
    assert "Draft saved at" in page.inner_text(".banners")
    assert page.input_value("#id_topics") == "fire, Stairs"
    page.locator("#id_title").press("Enter")
    assert page.inner_text("h1") == "Has this already been answered?"
    page.get_by_role("button", name="None of these: post my question").click()
    assert page.inner_text("h1") == "May we tell the fire service who needs help with stairs?"
    page.get_by_role("link", name="Forum").first.click()
