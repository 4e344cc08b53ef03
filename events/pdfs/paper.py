"""Paper to print on: A4, in the site's language, in a typeface that has the letters of most people's names.

The typeface is FiraGO (SIL Open Font Licence), from the package pymupdf-fonts: Latin with all its marks, Greek,
Cyrillic, Hebrew, Arabic, Devanagari, Thai and Georgian. Nothing is fetched when it is used. A name in other letters
is left for a hand to write: see `can_write`.

As accessible as the maker of the files can: a title, a language, an outline, words for pictures. It writes no full
tree of tags, so whoever reads by ear is better served by the page that stands beside each of these.
"""

import functools
import io
import tempfile
from pathlib import Path

import pymupdf_fonts
import segno
from django.conf import settings
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

TYPE = "FiraGO"
POINT = 0.3528  # millimetres
INK, SOFT, RULE, WOAD, SHEET = (26, 37, 33), (64, 77, 71), (117, 130, 123), (20, 80, 106), (255, 255, 255)
# The fills of the sectors, as in css/tokens.css.
SECTORS = {
    "councils": "#2f7c9f",
    "health": "#178a83",
    "police": "#6171c3",
    "fire": "#c4562b",
    "schools": "#a87d0b",
    "voluntary": "#588c31",
    "housing": "#ad5d8c",
    "core": "#5b6963",
    "other": "#5b6963",
}


@functools.cache
def _folder() -> tempfile.TemporaryDirectory:
    """The two files of the typeface, unpacked once for this process; gone when it ends."""
    folder = tempfile.TemporaryDirectory(prefix="folkmoot-type-")
    for name, packed in (("regular", "figo"), ("bold", "figbo")):
        (Path(folder.name) / f"{name}.ttf").write_bytes(pymupdf_fonts.myfont(packed))
    return folder


@functools.cache
def _letters() -> frozenset[int]:
    return frozenset(TTFont(io.BytesIO(pymupdf_fonts.myfont("figbo"))).getBestCmap())


def can_write(words: str) -> bool:
    """Whether the typeface has every letter of it."""
    return all(ord(letter) in _letters() for letter in words if not letter.isspace())


class Paper(FPDF):
    """A file of A4 pages. `title` is what its window and its reader say."""

    def __init__(self, title: str, *, landscape: bool = False):
        super().__init__("landscape" if landscape else "portrait", "mm", "A4")
        self.set_title(title)
        self.set_lang("en-GB")
        self.set_author(settings.PARTNERSHIP_NAME)
        self.set_creator(settings.SITE_NAME)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        folder = Path(_folder().name)
        self.add_font(TYPE, "", folder / "regular.ttf")
        self.add_font(TYPE, "B", folder / "bold.ttf")
        # Letters are placed by what HarfBuzz reads from the files; in the paper itself these tables have no place, and
        # reading them only to leave them out took two thirds of the time of a file.
        for font in self.fonts.values():
            for table in {"GDEF", "GPOS", "GSUB"} & set(font.ttfont.keys()):
                del font.ttfont[table]
        self.set_text_shaping(True)

    def ink(self, size: float, *, bold: bool = False, colour: tuple = INK) -> None:
        """Write on in this size (points), weight and colour."""
        self.set_font(TYPE, "B" if bold else "", size)
        self.set_text_color(*colour)

    def line_of(self, words: str, *, x: float, y: float, width: float, size: float, least: float, **how) -> float:
        """One line, smaller if it would not fit, at most down to `least`; where the next line may stand."""
        align = how.pop("align", "L")
        self.ink(size, **how)
        wide = self.get_string_width(words)
        if wide > width:  # a line grows with its letters: measured once
            size = max(least, size * width / wide * 0.995)
            self.ink(size, **how)
        height = size * POINT * 1.25
        self.set_xy(x, y)
        self.cell(width, height, words, align=align)
        return y + height

    def lines_of(self, words: str, *, x: float, y: float, width: float, size: float, most: int, least: float, **how):
        """As many lines as it takes, at most `most`: smaller until they do. Where the next line may stand."""
        align = how.pop("align", "L")
        self.ink(size, **how)
        wide = [(word, self.get_string_width(word) / size) for word in words.split()]
        space = self.get_string_width(" ") / size
        lines = _lines(wide, space, width / size)
        while size > least and (len(lines) > most or any(line > width / size for line, _words in lines)):
            size = max(least, size - 0.5)
            lines = _lines(wide, space, width / size)
        self.ink(size, **how)
        height = size * POINT * 1.2
        for _wide, line in lines[:most]:
            self.set_xy(x, y)
            self.cell(width, height, line, align=align)
            y += height
        return y

    def code(self, address: str, *, x: float, y: float, size: float, alt: str) -> None:
        """A square code (QR) that holds an address; `alt`: what it is for whoever can't see it."""
        png = io.BytesIO()
        # one mask for all: trying out all eight takes most of the time that many badges take
        segno.make(address, error="m", micro=False, mask=2).save(png, kind="png", scale=5, border=2)
        self.image(png, x=x, y=y, w=size, h=size, alt_text=alt)

    def double_rule(self, *, x: float, y: float, width: float) -> None:
        """The site's one ornament: a thick line, a gap, a thin one."""
        self.set_fill_color(*INK)
        self.rect(x, y, width, 0.9, style="F")
        self.rect(x, y + 1.5, width, 0.3, style="F")

    def strip(self, sector: str, *, x: float, y: float, width: float, height: float) -> None:
        """A block in the colour of a sector."""
        self.set_fill_color(*_rgb(SECTORS.get(sector, SECTORS["other"])))
        self.rect(x, y, width, height, style="F")

    def file(self) -> bytes:
        return bytes(self.output())


def _lines(words: list[tuple[str, float]], space: float, width: float) -> list[tuple[float, str]]:
    """Words and how wide each is, as lines no wider than `width`, where that can be: [(how wide, words)]."""
    lines: list[tuple[float, str]] = []
    for word, wide in words:
        if lines and lines[-1][0] + space + wide <= width:
            lines[-1] = (lines[-1][0] + space + wide, f"{lines[-1][1]} {word}")
        else:
            lines.append((wide, word))
    return lines


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
