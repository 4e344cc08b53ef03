"""axe finds nothing on any page: light, dark, on a phone; nothing is wider than a narrow screen.

The pages are those of `tests/architecture/addresses.py`, where a test fails on a url name nobody put in.
"""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.addresses import PAGES

pytestmark = pytest.mark.timeout(180)
LOOKS = {"light": {}, "dark": {"dark": True}, "phone": {"phone": True}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => {
    const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return found.violations.map(rule => rule.id + ': ' + rule.help + '\\n    ' + rule.nodes.slice(0, 4).map(
        node => node.html.slice(0, 160) + '\\n      ' + (node.any[0] || node.all[0] || node.none[0] || {}).message
    ).join('\\n    '));
}"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Bars that scroll sideways on purpose are inside the page; the page itself never does.


@pytest.fixture(scope="session")
def axe_script() -> str:
    spec = find_spec("axe_core_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def threads(live_site) -> dict[str, str]:
    """The address parts of the cast's threads, for `{answered}` and `{waiting}`."""
    code = (
        "from forum.models import Thread; "
        "a = Thread.objects.filter(accepted_answer__isnull=False).first(); "
        "w = Thread.objects.filter(answer_count=0).order_by('pk').first(); "
        "print(f'{a.pk}/{a.slug} {w.pk}/{w.slug}')"
    )
    answered, waiting = live_site.python(code).splitlines()[-1].split()
    return {"answered": answered, "waiting": waiting}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(live_site, window, axe_script, threads, name, look):
    page_of = PAGES[name]
    opened = window(**LOOKS[look], bypass_csp=True)  # axe is put into the page from outside
    if page_of.by:
        opened.sign_in(live_site, page_of.by)
    page = opened.page()
    response = page.goto(live_site.url + page_of.path.format(**threads))
    assert response is not None
    assert response.status == 200
    page.evaluate(axe_script)
    assert page.evaluate(RUN, RULES) == []
    assert page.evaluate(WIDER) <= 0, "the page is wider than the screen"


@pytest.mark.parametrize("name", ["home", "forum:thread-list", "forum:thread-detail", "forum:ask"])
def test_nothing_is_cut_off_at_320_pixels(live_site, window, threads, name):
    page_of = PAGES[name]
    opened = window(viewport={"width": 320, "height": 640})
    if page_of.by:
        opened.sign_in(live_site, page_of.by)
    page = opened.page()
    page.goto(live_site.url + page_of.path.format(**threads))
    assert page.evaluate(WIDER) <= 0
