"""The list for the door on paper: by surname, with a box to tick. For when the network, or the battery, is gone."""

import datetime as dt

from events import times
from events.pdfs.paper import INK, RULE, SOFT, Paper, can_write
from events.querysets.attendance import DoorRow

LEFT, WIDTH, FIRST, LAST, HEIGHT = 15.0, 180.0, 40.0, 280.0, 8.0
BOX, NAME, WORKS, MODE = 4.2, 70.0, 74.0, 24.0
A_PAGE = int((LAST - FIRST) // HEIGHT)


def door_list(event, rows: list[DoorRow], *, now: dt.datetime) -> bytes:
    """The file. Who is here already is ticked."""
    paper = Paper(f"Who has a place: {event.title}")
    pages = max(-(-len(rows) // A_PAGE), 1)
    for page in range(pages):
        _head(paper, event, rows, page=page, pages=pages, now=now)
        for place, row in enumerate(rows[page * A_PAGE : (page + 1) * A_PAGE]):
            _row(paper, row, FIRST + place * HEIGHT)
    return paper.file()


def _head(paper: Paper, event, rows: list[DoorRow], *, page: int, pages: int, now: dt.datetime) -> None:
    paper.add_page()
    paper.start_section(f"Page {page + 1}")
    paper.line_of(event.title, x=LEFT, y=11, width=140, size=16, least=9, bold=True)
    here = sum(row.is_here for row in rows)
    said = f"{times.span(event.starts_at, event.ends_at, now=now)}. {len(rows)} have a place, {here} were here"
    paper.line_of(f"{said} at {times.at(now, now=now)}.", x=LEFT, y=19, width=WIDTH, size=9, least=6, colour=SOFT)
    paper.line_of(f"Page {page + 1} of {pages}", x=LEFT, y=12, width=WIDTH, size=9, least=9, align="R", colour=SOFT)
    if hard := sum(not can_write(row.name) for row in rows):
        names = "1 name has" if hard == 1 else f"{hard} names have"
        words = f"{names} letters that can’t be printed here: look on the page for the door."
        paper.line_of(words, x=LEFT, y=23.5, width=WIDTH, size=9, least=6, colour=SOFT)
    paper.double_rule(x=LEFT, y=29, width=WIDTH)
    x = LEFT + BOX + 4
    for words, width in (("Name", NAME), ("Works for", WORKS), ("Comes", MODE)):
        paper.line_of(words, x=x, y=33, width=width, size=9, least=9, bold=True)
        x += width + 2


def _row(paper: Paper, row: DoorRow, y: float) -> None:
    paper.set_draw_color(*INK)
    paper.set_line_width(0.3)
    paper.rect(LEFT, y + 1.6, BOX, BOX)
    if row.is_here:
        paper.set_line_width(0.6)
        paper.line(LEFT + 0.9, y + 3.8, LEFT + 1.8, y + 5)
        paper.line(LEFT + 1.8, y + 5, LEFT + 3.5, y + 2.5)
    x = LEFT + BOX + 4
    paper.line_of(row.name if can_write(row.name) else "", x=x, y=y + 1.2, width=NAME, size=11, least=6, bold=True)
    works = row.works_for if can_write(row.works_for) else ""
    paper.line_of(works, x=x + NAME + 2, y=y + 1.5, width=WORKS, size=9.5, least=5.5)
    paper.line_of(row.mode, x=x + NAME + WORKS + 4, y=y + 1.5, width=MODE, size=9.5, least=6, colour=SOFT)
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.1)
    paper.line(LEFT, y + HEIGHT - 0.6, LEFT + WIDTH, y + HEIGHT - 0.6)
