"""A scenario on paper: the pack for whoever leads it, cards to cut out, and a board to write on."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape

from events.pdfs.paper import INK, POINT, RULE, SOFT, WOAD, Paper

MARGIN, WIDTH, FOOT = 18.0, 174.0, 277.0
CARD_WIDTH, CARD_HEIGHT, ACROSS, DOWN = 87.0, 64.0, 2, 4

_PARAGRAPH = re.compile(r"</(?:p|li|h\d|td|th|caption|dd|dt)>|<br\s*/?>")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Card:
    """A card to cut out: who it is for stands at its head."""

    head: str
    title: str
    words: str
    lead: str = ""  # a small heading above the words


class _Pack(Paper):
    """Pages that fill from the top: `y` is where the next line stands."""

    def __init__(self, title: str):
        super().__init__(title)
        self.top = MARGIN
        self.head = title
        self.next_page()

    def next_page(self) -> None:
        self.add_page()
        self.line_of(f"{self.head} · page {self.page_no()}", x=MARGIN, y=285, width=WIDTH, size=8, least=6, colour=SOFT)
        self.top = MARGIN

    def room(self, height: float) -> None:
        """Go to the next page unless so many millimetres are left on this one."""
        if self.top + height > FOOT:
            self.next_page()

    def section(self, words: str) -> None:
        self.room(22)
        self.top += 5
        self.start_section(words)
        self.set_fill_color(*INK)
        self.rect(MARGIN, self.top, WIDTH, 0.6, style="F")
        self.top = self.line_of(words, x=MARGIN, y=self.top + 2, width=WIDTH, size=14, least=10, bold=True) + 1

    def words(self, text: str, *, size: float = 11, indent: float = 0, bold: bool = False, colour=INK) -> None:
        """A paragraph, over as many pages as it takes."""
        self.ink(size, bold=bold, colour=colour)
        for line in self.broken(text, WIDTH - indent):
            self.room(size * POINT * 1.4)
            self.ink(size, bold=bold, colour=colour)
            self.set_xy(MARGIN + indent, self.top)
            self.cell(WIDTH - indent, size * POINT * 1.4, line)
            self.top += size * POINT * 1.4
        self.top += 1.2

    def broken(self, text: str, width: float) -> list[str]:
        """The lines of a text, in the size that is written in now."""
        return list(self.multi_cell(width, 5, text, dry_run=True, output="LINES"))  # type: ignore[arg-type]


def pack(page) -> bytes:
    """Everything for whoever leads it: times, brief, cast, teams, cards in their order, questions."""
    paper = _Pack(page.title)
    paper.top = paper.lines_of(page.title, x=MARGIN, y=paper.top, width=WIDTH, size=24, most=3, least=14, bold=True)
    paper.top += 2
    paper.words(page.summary, size=12, colour=SOFT)
    facts = f"{page.minutes} minutes, for {page.people} people."
    paper.words(f"{facts} For whoever leads it: keep this from those who play.", size=10, colour=WOAD)
    _list(paper, "What people learn", [one.words for one in page.learning.all()])
    paper.section("The brief")
    for paragraph in _paragraphs(page.brief):
        paper.words(paragraph)
    _named(paper, "Who is in it", ((f"{one.name}, {one.role}", one.knows) for one in page.cast.all()))
    _named(paper, "The teams", ((one.name, one.task) for one in page.teams.all()))
    _named(paper, "Cards to hand out", ((_card_title(one), one.words) for one in page.cards()))
    _list(paper, "To talk about at the end", [one.words for one in page.questions.all()])
    return paper.file()


def cards(page) -> bytes:
    """Eight cards a page, to cut along the lines: first the cast, then what happens, in its order."""
    found = [Card(one.role, one.name, one.knows, "You know") for one in page.cast.all()]
    found += [Card(_said_to(one), one.title, one.words) for one in page.cards()]
    paper = Paper(f"Cards: {page.title}")
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.2)
    for place, card in enumerate(found):
        slot = place % (ACROSS * DOWN)
        if slot == 0:
            paper.add_page()
            paper.start_section(f"Cards from {card.title}")
        x = MARGIN + CARD_WIDTH * (slot % ACROSS)
        y = MARGIN + CARD_HEIGHT * (slot // ACROSS)
        paper.rect(x, y, CARD_WIDTH, CARD_HEIGHT)
        _write(paper, card, x + 5, y + 5)
    if not found:
        paper.add_page()
        paper.line_of("This scenario has no cards.", x=MARGIN, y=MARGIN, width=WIDTH, size=12, least=8)
    return paper.file()


def board(page) -> bytes:
    """A board for the wall, a page for each team: its task, and room to write under four headings."""
    paper = Paper(f"Board: {page.title}", landscape=True)
    heads = ("What we know", "What we need to find out", "Who we ask, and for what", "What we do by when")
    for team in page.teams.all():
        paper.add_page()
        paper.start_section(team.name)
        paper.line_of(team.name, x=15, y=13, width=200, size=24, least=14, bold=True)
        paper.line_of(page.title, x=15, y=14, width=267, size=10, least=8, align="R", colour=SOFT)
        paper.double_rule(x=15, y=26, width=267)
        paper.lines_of(team.task, x=15, y=30, width=267, size=13, most=3, least=9, colour=SOFT)
        paper.set_draw_color(*RULE)
        paper.set_line_width(0.4)
        for place, words in enumerate(heads):
            x, y = 15 + 134.5 * (place % 2), 52 + 73 * (place // 2)
            paper.rect(x, y, 132.5, 71)
            paper.line_of(words, x=x + 4, y=y + 3, width=124, size=13, least=10, bold=True)
    return paper.file()


PAPERS: dict[str, Callable] = {"pack": pack, "cards": cards, "board": board}


def _list(paper: _Pack, head: str, lines: list[str]) -> None:
    if lines:
        paper.section(head)
        for line in lines:
            paper.words(f"–  {line}")


def _named(paper: _Pack, head: str, rows: Iterable[tuple[str, str]]) -> None:
    found = list(rows)
    if found:
        paper.section(head)
    for name, words in found:
        paper.room(14)
        paper.words(name, bold=True)
        paper.top -= 1
        paper.words(words, indent=4)


def _card_title(card) -> str:
    return f"After {card.minute} minutes: {card.title} ({_said_to(card).lower()})"


def _said_to(card) -> str:
    return "For everyone" if card.for_everyone else f"For {card.to}"


def _write(paper: Paper, card: Card, x: float, y: float) -> None:
    width = CARD_WIDTH - 10
    y = paper.line_of(card.head, x=x, y=y, width=width, size=9, least=6, colour=WOAD, bold=True)
    y = paper.lines_of(card.title, x=x, y=y + 1, width=width, size=14, most=2, least=9, bold=True)
    if card.lead:
        y = paper.line_of(card.lead, x=x, y=y + 1, width=width, size=9, least=7, colour=SOFT, bold=True) - 1.5
    paper.lines_of(card.words, x=x, y=y + 2, width=width, size=11, most=7 if card.lead else 8, least=7)


def _paragraphs(stream) -> list[str]:
    """The words of a body, one paragraph each; a line of a list begins with a dash."""
    html = str(stream).replace("<li", "–  <li")
    lines = (" ".join(unescape(_TAG.sub("", part)).split()) for part in _PARAGRAPH.split(html))
    return [line for line in lines if line and line != "–"]
