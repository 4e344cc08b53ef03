"""Templates: no inline style or script, fragments with `only`, bylines instead of authors, few levels, named ends."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.architecture.addresses import NOT_PAGES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
HTML = sorted(TEMPLATES.rglob("*.html"))
# Mail has no style sheet of its own to lean on: clients take only inline styles.
PAGES = [path for path in HTML if "email" not in path.relative_to(TEMPLATES).parts]


def found(pattern: str, paths=PAGES, flags=re.IGNORECASE) -> list[str]:
    """Where a pattern occurs, as "forum/ask.html:12 the line"."""
    return [
        f"{path.relative_to(TEMPLATES)}:{number} {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line, flags)
    ]


def test_there_are_templates_to_look_at():
    assert len(PAGES) > 40


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style", r"\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an inline handler", r"\son[a-z]+\s*="),
        ("htmx's inline handler", r"\shx-on[:-]"),
        ("a script without a file", r"<script\b(?![^>]*\bsrc=)"),
        ("a javascript: address", r"javascript:"),
        (
            "a file from another host",
            r"(src|href)=[\"'](https?:)?//(?!www\.legislation|ico\.)[^\"']*\.(js|css|png|svg|woff)",
        ),
    ],
)
def test_no_template_has(what, pattern):
    assert found(pattern) == [], what


def test_no_template_reads_an_author():
    assert found(r"{[{%][^}%]*\.(last_)?author\b(?!_id)", HTML) == []


def test_fragments_are_included_with_only():
    loose = found(r"{%\s*include\s+[\"'][^\"']*/_[^\"']+[\"'](?![^%]*\bonly\s*%})")
    assert loose == []


def test_blocks_are_ended_by_name():
    """A block of one line may end without; a longer one says whose end it is."""
    nameless = []
    for path in HTML:
        open_blocks: list[tuple[str, int]] = []
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for tag, name in re.findall(r"{%\s*(block|endblock)\s*(\w*)\s*%}", line):
                if tag == "block":
                    open_blocks.append((name, number))
                    continue
                opened, at = open_blocks.pop()
                if number > at and name != opened:
                    nameless.append(f"{path.relative_to(TEMPLATES)}:{number} {opened}")
    assert nameless == []


def test_no_page_stands_on_more_than_three_levels():
    def height(path: Path) -> int:
        if path.relative_to(TEMPLATES).parts[0].startswith("wagtail"):  # ours stands in front of its namesake
            return 1
        match = re.search(r"{%\s*extends\s+[\"']([^\"']+)[\"']", path.read_text())
        parent = TEMPLATES / match[1] if match else None
        return 1 + (height(parent) if parent and parent.exists() else 0)

    assert [str(path.relative_to(TEMPLATES)) for path in HTML if height(path) > 3] == []


def test_fragments_extend_nothing_and_pages_extend_a_base():
    wrong = []
    for path in PAGES:
        name = path.relative_to(TEMPLATES)
        if (
            name.parts[0] in {"components", "allauth"}
            or name.parts[0].startswith("wagtail")
            or "blocks" in name.parts
            or name.name.startswith("base")
        ):
            continue
        if name.stem.endswith("_panel"):  # a part of the admin's own pages
            continue
        if f"{name.parts[0]}:{name.stem.replace('_', '-')}" in NOT_PAGES:  # a fragment with an address of its own
            continue
        extends = "{% extends" in path.read_text()
        if name.name.startswith("_") and extends and name.parts[0] != "account":
            wrong.append(f"{name} is a fragment and extends something")
        if not name.name.startswith("_") and not extends and name.name not in {"400.html", "500.html"}:
            wrong.append(f"{name} is a page and extends nothing")
    assert wrong == []


def test_every_template_compiles():
    from django.template.loader import get_template

    for path in sorted(TEMPLATES.rglob("*.*")):
        get_template(path.relative_to(TEMPLATES).as_posix())


def test_pages_call_htmx_without_eval():
    assert len(found(r"\"allowEval\": false", [TEMPLATES / "base.html"])) == 1
    assert len(found(r"\"includeIndicatorStyles\": false", [TEMPLATES / "base.html"])) == 1


def test_every_component_stands_in_the_gallery_and_has_its_style():
    """Components share a name with their CSS and stand on one page where all their states can be seen."""
    gallery = "".join(path.read_text() for path in [*TEMPLATES.glob("*/gallery.html"), TEMPLATES / "base.html"])
    css = {path.stem for path in (TEMPLATES.parent / "static/css/components").glob("*.css")}
    components = {path.stem: path.read_text() for path in (TEMPLATES / "components").glob("*.html")}
    assert sorted(set(components) - css) == []

    def is_shown(name: str, text: str) -> bool:
        """Included there, or, where it takes lists, written out: its outermost class is on the page."""
        outermost = re.search(r'class="([\w-]+)', text)
        return f"components/{name}.html" in gallery or (outermost is not None and f'"{outermost[1]}' in gallery)

    assert sorted(name for name, text in components.items() if not is_shown(name, text)) == []
