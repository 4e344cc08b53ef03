"""The admin's tables on a phone: no word is broken in two, and what stands to the right can be reached.

Only the tables' own boxes go sideways, never the page.
"""

import pytest

from tests.parts.browser import Window

# What is wrong with the tables of a page: words of names on two lines, and columns nobody can scroll to.
WRONG = """() => {
    const wrong = [], tables = [...document.querySelectorAll('main table')];
    for (const table of tables) {
        const words = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
        while (words.nextNode()) {
            const node = words.currentNode;
            for (const found of node.data.matchAll(/[\\p{L}\\p{N}’]{2,24}/gu)) {
                const range = document.createRange();
                range.setStart(node, found.index);
                range.setEnd(node, found.index + found[0].length);
                const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
                if (lines.size > 1) wrong.push('broken: ' + found[0]);
            }
        }
        let box = table;
        while (box.parentElement && !['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) {
            box = box.parentElement;
        }
        const inside = box.getBoundingClientRect(), right = inside.left - box.scrollLeft + box.scrollWidth;
        if (inside.right > innerWidth) wrong.push('the box of a table is wider than the screen');
        if (table.getBoundingClientRect().right > right + 1) wrong.push('a table is cut off');
    }
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) wrong.push('the page goes sideways');
    return [tables.length > 0, wrong];
}"""
PAGES = [
    "/admin/", "/admin/users/", "/admin/users/vouch-for-many/", "/admin/organisation/", "/admin/sector/",
    "/admin/snippets/forum/space/", "/admin/events/", "/admin/events/{event}/", "/admin/events/{event}/bookings/",
    "/admin/events/{event}/slides/", "/admin/events/{event}/programme/",
    "/admin/signal/", "/admin/snippets/horizon/development/", "/admin/snippets/reference/provision/",
    "/admin/snippets/cms/template/", "/admin/reports/folkmoot/review-dates/", "/admin/reports/folkmoot/horizon/",
    "/admin/reports/site-history/", "/admin/pages/",
]  # fmt: skip


@pytest.fixture(scope="module")
def core_team_on_a_phone(browser, live_site):
    live_site.python_once("from members import roles; roles.set_up_groups()")
    opened = Window(browser, bypass_csp=True, viewport={"width": 390, "height": 844}).sign_in(live_site, "cora")
    yield opened.page()
    opened.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_name_is_broken_and_every_column_is_reached(live_site, core_team_on_a_phone, path):
    core_team_on_a_phone.goto(live_site.url + path.format(**live_site.places))
    assert core_team_on_a_phone.evaluate(WRONG) == [True, []]


def test_the_menu_of_a_row_is_not_cut_off(live_site, core_team_on_a_phone):
    page = core_team_on_a_phone
    page.goto(live_site.url + "/admin/users/?q=Charlie")
    page.locator("table.listing tbody [data-controller~=w-dropdown] button").first.click()
    entry = page.locator("table.listing").get_by_role("link", name="Ban").last
    entry.wait_for()
    page.wait_for_timeout(300)  # the menu takes its place
    inside, box = entry.bounding_box(), page.locator("#listing-results").bounding_box()
    assert box["y"] <= inside["y"]
    assert inside["y"] + inside["height"] <= box["y"] + box["height"]
