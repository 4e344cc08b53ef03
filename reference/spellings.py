"""How provisions of law are spelt: other ways to write them, for search; and their addresses."""

import re

from django.utils.text import slugify

IN_FULL = {
    "ss.": "sections ", "s.": "section ", "Sch.": "Schedule ", "reg.": "regulation ", "Art.": "Article ",
    "Pt ": "Part ", "paras ": "paragraphs ", "para ": "paragraph ",
}  # fmt: skip


# How a part of a law is called, in full and in short.
_PARTS = {
    "sch": ("schedule", "sch"), "s": ("section", "s"), "art": ("article", "art"), "reg": ("regulation", "reg"),
    "para": ("paragraph", "para"),
}  # fmt: skip
_PLACE = re.compile(
    r"(?<!\w)(sections?|secs?\.?|ss?\.?|articles?|arts?\.?|regulations?|regs?\.?|schedules?|schs?\.?|paragraphs?|paras?\.?)"
    r"\s?(\d{1,4}[A-Za-z]{0,3}(?:\([0-9a-z]{1,4}\)){0,6})(?!\w)",
    re.IGNORECASE,
)


def places_in(query: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """The parts of laws that a query names, as (start, end, ways to write it): “s 115” → section 115, s115, s.115."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for place in _PLACE.finditer(query):
        full, short = next(names for start, names in _PARTS.items() if place[1].casefold().startswith(start))
        number = place[2]
        ways = (f"{full} {number}", f"{short}{number}", f"{short}.{number}")
        found.append((place.start(), place.end(), ways))
    return found


def spellings(law: str, provision: str) -> list[str]:
    """Other ways to write a provision: “section 115”, “s115” for “s.115”; without the repeated name of its law."""
    full = provision
    for short, long in IN_FULL.items():
        full = re.sub(rf"(?<!\w){re.escape(short)}", long, full)
    return list(dict.fromkeys([full, provision.replace(".", "")]))


_INSERTED = re.compile(r"\s*\(inserted\b.*\)\s*$")


def short_law(law: str) -> str:
    """The name of a law without what it was inserted by: enough in a list."""
    return _INSERTED.sub("", law)


def slug_for(law: str, provision: str) -> str:
    """The address of a provision: “crime-and-disorder-act-1998-s115”; what an Act was inserted by is left out."""
    law = short_law(law)
    return slugify(f"{law} {provision.replace('.', '')}")[:120].strip("-")
