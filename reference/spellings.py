"""How provisions of law are spelt: other ways to write them, for search; and their addresses."""

import re

from django.utils.text import slugify

IN_FULL = {
    "ss.": "sections ", "s.": "section ", "Sch.": "Schedule ", "reg.": "regulation ", "Art.": "Article ",
    "Pt ": "Part ", "paras ": "paragraphs ", "para ": "paragraph ",
}  # fmt: skip


def spellings(law: str, provision: str) -> list[str]:
    """Other ways to write a provision: “section 115”, “s115” for “s.115”; without the repeated name of its law."""
    full = provision
    for short, long in IN_FULL.items():
        full = re.sub(rf"(?<!\w){re.escape(short)}", long, full)
    return list(dict.fromkeys([full, provision.replace(".", "")]))


def slug_for(law: str, provision: str) -> str:
    """The address of a provision: “crime-and-disorder-act-1998-s115”; what an Act was inserted by is left out."""
    law = re.sub(r"\s*\(inserted\b.*\)\s*$", "", law)
    return slugify(f"{law} {provision.replace('.', '')}")[:120].strip("-")
