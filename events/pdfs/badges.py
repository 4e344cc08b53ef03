"""Badges: ten to a sheet of A4, 85 by 54 mm each, as card for badges is sold. In the order of the door's list."""

from django.conf import settings
from django.urls import reverse

from events import times
from events.pdfs.paper import RULE, SOFT, Paper, can_write
from events.querysets.attendance import DoorRow

WIDTH, HEIGHT = 85.0, 54.0
LEFT, TOP, GAP = 15.0, 13.5, 10.0
ACROSS, DOWN = 2, 5
A_PAGE = ACROSS * DOWN
STRIP, PAD = 7.0, 5.0
CODE = 17.0


def badges(event, rows: list[DoorRow], *, codes: bool = True) -> bytes:
    """The file of the badges of `rows`. `codes`: with the square code by which the door finds who wears it."""
    paper = Paper(f"Badges: {event.title}")
    if not rows:
        paper.add_page()
        paper.line_of("Nobody has a place yet.", x=LEFT, y=TOP, width=180, size=14, least=14)
    for number, row in enumerate(rows):
        place = number % A_PAGE
        if place == 0:
            paper.add_page()
            paper.start_section(f"Page {number // A_PAGE + 1}")
        x = LEFT + (place % ACROSS) * (WIDTH + GAP)
        y = TOP + (place // ACROSS) * HEIGHT
        _badge(paper, event, row, x=x, y=y, code=codes and not row.online)
    return paper.file()


def _badge(paper: Paper, event, row: DoorRow, *, x: float, y: float, code: bool) -> None:
    _edge(paper, x, y)
    paper.strip(row.sector, x=x, y=y, width=STRIP, height=HEIGHT)
    left, width = x + STRIP + PAD, WIDTH - STRIP - 2 * PAD
    head = f"{event.title}, {times.day(event.starts_at)}"
    paper.line_of(head, x=left, y=y + PAD, width=width, size=8, least=5.5, colour=SOFT)
    end = _name(paper, row.name, x=left, y=y + 12, width=width)
    narrow = width - (CODE if code else 0)
    paper.lines_of(row.works_for, x=left, y=max(end + 1.5, y + 31), width=narrow, size=11, most=2, least=6.5)
    paper.line_of(
        row.sector_name or "Guest", x=left, y=y + HEIGHT - 8.5, width=narrow, size=8, least=6, bold=True, colour=SOFT
    )
    if code:
        address = settings.SITE_URL + reverse("events:door-person", args=[row.key])
        paper.code(
            address,
            x=x + WIDTH - CODE - 2.5,
            y=y + HEIGHT - CODE - 2.5,
            size=CODE,
            alt=f"Code for the door: {row.name}",
        )


def _name(paper: Paper, name: str, *, x: float, y: float, width: float) -> float:
    """The name in one line if it stays large, else in two; a line to write on where we have not its letters."""
    if not can_write(name):
        paper.set_draw_color(*RULE)
        paper.line(x, y + 12, x + width, y + 12)
        return y + 14
    paper.ink(27, bold=True)
    if paper.get_string_width(name) <= width or " " not in name:
        return paper.line_of(name, x=x, y=y + 2, width=width, size=27, least=9, bold=True)
    return paper.lines_of(name, x=x, y=y, width=width, size=24, most=2, least=8, bold=True)


def _edge(paper: Paper, x: float, y: float) -> None:
    """Short lines outside the corners, to cut by where the paper is not cut already."""
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.1)
    for corner, outwards in ((x, -1), (x + WIDTH, 1)):
        for edge in (y, y + HEIGHT):
            paper.line(corner + outwards, edge, corner + 4 * outwards, edge)
