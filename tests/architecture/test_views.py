"""Every view says who may call it, and its name, template and address agree."""

import re
from pathlib import Path

from django.conf import settings

from tests.architecture.addresses import NOT_PAGES, PAGES, addresses, ours

ROOT = Path(settings.BASE_DIR)


def test_every_view_of_ours_is_marked():
    unmarked = sorted({address.route for address in ours() if not getattr(address.view, "access", None)})
    assert unmarked == []
    assert len(ours()) > 15, "the walk over addresses found next to nothing"


def test_every_view_of_ours_has_a_name_with_its_app():
    nameless = sorted({address.route for address in ours() if not re.fullmatch(r"[a-z]+:[a-z][a-z-]*", address.name)})
    assert nameless == []


def test_every_address_is_known_as_a_page_or_as_something_else():
    """The walks over every page (valid, axe, headers) would silently leave out a name that nobody put in the table."""
    names = {address.name for address in ours()}
    assert sorted(names - set(PAGES) - NOT_PAGES) == []


def test_the_tables_of_addresses_name_nothing_that_is_gone():
    names = {address.name for address in addresses()}
    listed = {name for name in [*PAGES, *NOT_PAGES] if ":" in name}
    assert sorted(listed - names) == []


def test_a_page_and_its_template_share_a_name():
    """`forum:thread-detail` is templates/forum/thread_detail.html."""
    missing = []
    for name in PAGES:
        if ":" in name and name != "portal:gallery":  # it stands with the design's own templates
            app, _, page = name.partition(":")
            path = ROOT / "templates" / app / f"{page.replace('-', '_')}.html"
            if not path.exists():
                missing.append(str(path.relative_to(ROOT)))
    assert missing == []


def test_views_are_short_and_leave_queries_to_querysets():
    wrong = []
    for path in sorted(ROOT.glob("*/views/*.py")) + sorted(ROOT.glob("*/views.py")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.search(r"\.objects\.(filter|exclude|annotate)\(|\)\.filter\(", line):
                wrong.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    assert wrong == []


def test_only_these_answer_htmx_with_something_of_its_own():
    """The hunts for what leaks (tests/portal/test_leaks.py) look there as htmx does too; a tick is only ever sent."""
    apps = [path.parent for path in ROOT.glob("*/apps.py")]
    sources = [*(path for app in apps for path in app.rglob("*.py")), *ROOT.glob("templates/**/*.html")]
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if re.search(r"request\.htmx|HX-Request|HTTP_HX_", path.read_text())
    }
    assert asking == {
        "core/caching.py",  # keeps what htmx gets apart
        "forum/views/posts.py", "templates/forum/_comment_form.html", "horizon/views/tasks.py",
    }  # fmt: skip
