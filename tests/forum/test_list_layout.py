"""The head of a list of threads, tabs and tools, holds together however wide the screen and the letters are."""

import pytest

WIDTHS = (320, 390, 640, 768, 1024, 1280)
LETTERS = {"as they are": "", "wide": '"DejaVu Sans"', "narrow": '"Liberation Sans"'}
HOW_IT_STANDS = """() => {
    const box = one => one.getBoundingClientRect();
    const tabs = box(document.querySelector('.tabs__list'));
    const rows = box(document.querySelector('.thread-rows')), found = [];
    const parts = [...document.querySelectorAll('.tabs__tools > *')].map(box);
    for (const part of parts) {
        if (part.top < tabs.top - 1) found.push('stands above the tabs');
        if (part.left < rows.left - 1 || part.right > rows.right + 1) found.push('sticks out');
        if (part.bottom > rows.top) found.push('lies on the first row');
        if (part.left < tabs.right && part.top < tabs.bottom - 1) found.push('lies on the tabs');
    }
    const [first, second] = parts;
    if (parts.length !== 2) found.push('is not there');
    else if (Math.abs((first.top + first.bottom) - (second.top + second.bottom)) > 2) found.push('is on two lines');
    const current = box(document.querySelector('.tabs__tab[aria-current]'));
    const tools = box(document.querySelector('.tabs__tools'));
    const below = tools.top > tabs.top + 10 ? tools.top : rows.top;
    if (Math.abs(current.bottom - below) > 2) found.push('parts the tab from its sheet');
    if (document.documentElement.scrollWidth > innerWidth) found.push('page is wider than the screen');
    return [...new Set(found)];
}"""


@pytest.mark.parametrize("letters", LETTERS)
def test_the_tools_of_a_list_never_part_the_tabs_from_their_sheet(live_site, window, letters):
    page = window(bypass_csp=True).sign_in(live_site, "alice").page()
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_site.url}/forum/")
        if LETTERS[letters]:
            page.add_style_tag(content=f"* {{ font-family: {LETTERS[letters]} !important }}")
        if troubles := page.evaluate(HOW_IT_STANDS):
            found[width] = troubles
    assert found == {}
