"""Nothing is lost or pushed aside on the narrowest phone, in half a screen, or with letters twice as large."""

import pytest

from tests.architecture.addresses import PAGES

pytestmark = pytest.mark.timeout(180)
NAMES = (
    "home",
    "forum:thread-list",
    "forum:thread-detail",
    "guidance, national",
    "events",
    "portal:search",
    "members:organisation-list",
)
# 640: a screen of 1280 at 200 %
LOOKS = [(320, False), (640, False), (700, False), (390, True)]
TWICE = "html { font-size: 200% !important }"
ASIDE = """() => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide) found.push('the page scrolls sideways');
    for (const panel of document.querySelectorAll('details[open] > :is(.menu__panel, .picker__list)')) {
        const box = panel.getBoundingClientRect();
        if (box.left < 0 || box.right > wide) found.push('a menu opens beyond the edge: ' + panel.className);
    }
    for (const row of document.querySelectorAll('.thread-row')) {
        const words = part => { const range = document.createRange(); range.selectNodeContents(row.querySelector(part));
                                return [...range.getClientRects()].filter(box => box.width > 1); };
        const meet = (one, other) => one.right > other.left + 1 && other.right > one.left + 1 &&
            one.bottom > other.top + 4 && other.bottom > one.top + 4;
        const when = words('.thread-row__when');
        if (words('.thread-row__state').some(one => when.some(other => meet(one, other))))
            found.push('the state of a thread lies on its time');
    }
    return found;
}"""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_pushed_aside(live_site, window, name):
    page_of, found = PAGES[name], {}
    for by in (None, "alice"):
        opened = window(bypass_csp=True)
        page = (opened.sign_in(live_site, by) if by else opened).page()
        for width, twice in LOOKS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_site.url + page_of.path.format(**live_site.places))
            if twice:
                page.add_style_tag(content=TWICE)
            troubles = page.evaluate(ASIDE)
            for menu in page.locator(".menu:visible, .picker:visible").all():
                menu.evaluate("menu => { menu.open = true; }")
                troubles += page.evaluate(ASIDE)
                menu.evaluate("menu => { menu.open = false; }")
            if troubles:
                found[by, width, "twice as large" if twice else ""] = sorted(set(troubles))
    assert found == {}
