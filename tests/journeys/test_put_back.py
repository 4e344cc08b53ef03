"""Deleting one's own answer and putting it back, in a browser with a script and in one without."""

import pytest

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("script", [True, False])
def test_what_was_deleted_is_put_back_where_it_says_so(live_site, window, script):
    page = window(scripts=script).sign_in(live_site, "morag").page()
    thread = f"{live_site.url}/forum/{live_site.places['answered']}/"
    page.goto(thread)
    words = "with a note of one page"
    post = page.locator("article", has_text=words)
    number = post.get_attribute("id")
    for place in ("banner", "tombstone", "page"):
        page.locator(f"#{number}").get_by_role("link", name="Delete").click()
        assert "You can put it back for 30 days." in page.inner_text("main")
        page.get_by_role("button", name="Delete it").click()
        banner = page.locator(".banner", has_text="It is deleted.")
        banner.wait_for()
        if place == "banner":
            banner.get_by_role("button", name="Put it back").click()
        elif place == "tombstone":
            page.goto(thread)
            page.locator(f"#{number}").get_by_role("button", name="Put it back").click()
        else:
            page.locator(f"#{number}").get_by_role("link", name="Read what you wrote").click()
            assert words in page.inner_text("main")
            page.locator("main .gone-back").get_by_role("button", name="Put it back").click()
        page.locator(".banner", has_text="Your answer is back in its place.").wait_for()
        assert words in page.inner_text(f"#{number}")


def test_what_was_removed_is_copied_with_one_press(live_site, window):
    opened = window()
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened.sign_in(live_site, "bob").page()
    page.goto(f"{live_site.url}/forum/{live_site.places['number']}/posts/5/gone/")
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Your words are copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Here is what happened to a family we know."
