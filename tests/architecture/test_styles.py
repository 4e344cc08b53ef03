"""The contrast table of the visual design, computed anew from the stylesheet, in both schemes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")


def schemes() -> dict[str, dict[str, str]]:
    """Colours by token: {"light": {"ink": "#1a2521", …}, "dark": {…}}; what dark does not change it takes over."""
    text = (CSS / "tokens.css").read_text()
    start = text.index("prefers-color-scheme: dark")
    end = text.index("@media", start + 1)
    light = dict(TOKEN.findall(text[:start]))
    return {"light": light, "dark": light | dict(TOKEN.findall(text[start:end]))}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


SURFACES = ["ground", "sheet", "sunk"]
TINTS = ["woad-tint", "weld-tint", "saxon-tint", "madder-tint"]
SECTORS = ["councils", "health", "police", "fire", "schools", "voluntary", "housing", "other"]
# (foregrounds, backgrounds, the least contrast of any pair), as visual-design.md §3 states it
PROMISES = [
    (["ink"], [*SURFACES, "foot", *TINTS], 11.2),
    (["ink-soft"], [*SURFACES, *TINTS], 7.3),
    (["ink-quiet"], SURFACES, 5.2),
    (["woad"], [*SURFACES, "woad-tint"], 7.3),
    (["on-woad"], ["woad"], 8.8),
    (["on-madder"], ["madder"], 7.7),
    (["on-saxon"], ["saxon"], 7.0),
    (["on-weld"], ["weld"], 7.7),
    (["saxon"], ["saxon-tint"], 6.1),
    (["weld-ink"], ["weld-tint"], 7.4),
    (["madder"], ["madder-tint"], 6.5),
    (["rule-strong"], ["ground", "sheet"], 3.0),
    *[([f"{sector}-ink"], [f"{sector}-tint"], 5.5) for sector in SECTORS],
    *[([f"{sector}-fill"], ["ground", "sheet"], 3.4) for sector in SECTORS],
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_promised_pair_keeps_its_contrast(scheme):
    colours = schemes()[scheme]
    weak = []
    for foregrounds, backgrounds, least in PROMISES:
        for foreground in foregrounds:
            for background in backgrounds:
                ratio = contrast(colours[foreground], colours[background])
                if ratio < least - 0.05:  # the table rounds to one place
                    weak.append(f"{foreground} on {background}: {ratio:.2f} < {least}")
    assert weak == []


def test_a_known_pair_is_computed_right():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ecb920", "#ffffff") == pytest.approx(1.8, abs=0.05)


def test_dark_changes_every_colour_that_has_to_change():
    both = schemes()
    same = {name for name, colour in both["light"].items() if both["dark"][name] == colour}
    assert same == {"on-weld"}


def test_dark_changes_colours_and_nothing_else():
    asking = [path.name for path in sorted(CSS.rglob("*.css")) if "prefers-color-scheme" in path.read_text()]
    assert asking == ["tokens.css"]
    text = (CSS / "tokens.css").read_text()
    start = text.index("{", text.index("prefers-color-scheme: dark"))
    block = text[start : text.index("@media", start) if "@media" in text[start:] else len(text)]
    said = [line.strip() for line in block.splitlines()[1:] if line.strip() not in {"", ":root {", "}"}]
    plain = re.compile(r"--[\w-]+: #[0-9a-f]{6};")
    assert [line for line in said if not plain.fullmatch(line)] == []


def test_no_other_stylesheet_names_a_colour():
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(rgb|hsl|oklch)a?\(")
    wrong = []
    for path in sorted(CSS.rglob("*.css")):
        if path.name in {"tokens.css", "print.css"}:
            continue
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for match in named.finditer(text):
            wrong.append(f"{path.relative_to(CSS)}: {match[0]}")
    assert wrong == []


def test_nothing_is_important():
    """Between cascade layers `!important` reverses the order. Hiding and reduced motion may shout."""
    wrong = [
        str(path.relative_to(CSS))
        for path in sorted(CSS.rglob("*.css"))
        if "!important" in re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        and path.name not in {"utilities.css", "print.css", "reset.css"}
    ]
    assert wrong == []
