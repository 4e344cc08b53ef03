"""axe finds nothing on any page: light, dark, on a phone; nothing is wider than a screen of 320 pixels.

The pages are those of `tests/architecture/addresses.py`, where a test fails on a url name nobody put in.
"""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.addresses import PAGES
from tests.parts.browser import Window

pytestmark = pytest.mark.timeout(180)
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Dark changes colours and nothing else (tests/architecture/test_styles.py): of these rules, what looks at colours.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOKS = [("light", 1280, ALL), ("dark", 1280, OF_COLOURS), ("light", 390, ALL), ("dark", 390, OF_COLOURS)]
RUN = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
    return found.violations.map(rule => rule.id + ': ' + rule.help + '\\n    ' + rule.nodes.slice(0, 4).map(
        node => node.html.slice(0, 160) + '\\n      ' + (node.any[0] || node.all[0] || node.none[0] || {}).message
    ).join('\\n    '));
}"""
# What the frame of a page looks like: every element of it with what a style could ask for, and every word.
FRAME = """() => document.body.className + [
    ...document.querySelectorAll('body > header.masthead, body > footer')].flatMap(
    part => [part, ...part.querySelectorAll('*')].map(one => [one.localName, ...one.getAttributeNames()
        .filter(name => !['href', 'value', 'id', 'src'].includes(name)).map(name => name + '=' + one.getAttribute(name))
    ].join(' ')).concat(part.textContent)).join('|')"""
# Looks at the contrast, most of what axe takes its time for, of the rest of the page alone.
BUT_THE_FRAME = """() => {
    for (const part of document.querySelectorAll('body > :not(header.masthead, footer)')) part.dataset.contrast = '';
    axe.configure({rules: [{id: 'color-contrast', selector: '[data-contrast], [data-contrast] *'}]});
}"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Bars that scroll sideways on purpose are inside the page; the page itself never does.


@pytest.fixture(scope="session")
def axe_script() -> str:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def frames() -> set[str]:
    """The frames whose contrast was looked at: one that is the same to the letter is not looked at again."""
    return set()


@pytest.fixture(scope="module")
def tab_of(browser, live_site):
    """`tab_of(handle)` → a Window and its one tab, the same for every page that person looks at: what the pages share
    is fetched once, as a reader's browser does."""
    opened: dict = {}

    def tab(handle: str | None):
        if handle not in opened:
            made = Window(browser, bypass_csp=True, reduced_motion="reduce")  # axe is put in from outside
            opened[handle] = (made.sign_in(live_site, handle) if handle else made, made.page())
        return opened[handle]

    yield tab
    for made, _ in opened.values():
        made.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(live_site, tab_of, axe_script, frames, name):
    page_of = PAGES[name]
    opened, page = tab_of(page_of.by)
    opened.troubles.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    response = page.goto(live_site.url + page_of.path.format(**live_site.places))
    assert response is not None
    assert response.status == 200
    page.evaluate(axe_script)
    frame = page.evaluate(FRAME)
    if frame in frames:
        page.evaluate(BUT_THE_FRAME)
    found = {}
    for scheme, width, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if violations := page.evaluate(RUN, rules):
            found[f"{scheme}, {width} wide"] = violations
        if (wider := page.evaluate(WIDER)) > 0:
            found[f"{width} wide"] = [f"the page is {wider} px wider than the screen"]
    page.set_viewport_size({"width": 320, "height": 640})
    if (wider := page.evaluate(WIDER)) > 0:
        found["320 wide"] = [f"the page is {wider} px wider than the screen"]
    assert (found, opened.left_over()) == ({}, [])
    frames.add(frame)
