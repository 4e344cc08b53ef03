"""Wagtail's button for those who write stands beside a page, or below it: it covers nothing."""

import pytest

pytestmark = [pytest.mark.timeout(180)]

COVERED = """
() => {
  const bar = document.querySelector("wagtail-userbar").shadowRoot.querySelector("[data-wagtail-userbar-trigger]");
  const own = bar.getBoundingClientRect();
  const words = [...document.querySelectorAll("header *, main *, footer *")].filter((one) => !one.children.length);
  return words.map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([said, box]) => said && box.width > 1 && box.left < own.right && own.left < box.right
                             && box.top < own.bottom && own.top < box.bottom)
    .map(([said]) => said);
}
"""


@pytest.mark.parametrize("width", [390, 1280, 1408])
def test_the_user_bar_covers_nothing(live_site, window, width):
    live_site.python("from members import roles; roles.set_up_groups()")
    page = window(viewport={"width": width, "height": 700}).sign_in(live_site, "cora").page()
    page.goto(f"{live_site.url}/guidance/")
    page.locator("wagtail-userbar [data-wagtail-userbar-trigger]").wait_for(state="attached")
    covered = []
    for step in range(0, page.evaluate("document.body.scrollHeight"), 100):
        page.evaluate(f"scrollTo(0, {step})")
        covered += page.evaluate(COVERED)
    assert covered == []
    page.locator("wagtail-userbar [data-wagtail-userbar-trigger]").click()
    page.get_by_role("menuitem", name="Edit this page").wait_for()
