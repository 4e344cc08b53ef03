"""Slides as a PDF, and the same words as a Word document for people who can't use slides."""

from events.pdfs.paper import SOFT, WOAD, Paper
from portal.demo import docx

LEFT, WIDTH, HEIGHT = 28.0, 241.0, 210.0


def slides(title: str, shown: list[dict], *, who: str, event: str) -> bytes:
    """A file of A4 pages across: a title page, then one page for each of `shown` ({title, lines})."""
    paper = Paper(title, landscape=True)
    _cover(paper, title, who, event)
    for number, one in enumerate(shown, start=2):
        _slide(paper, one, number, title)
    return paper.file()


def _cover(paper: Paper, title: str, who: str, event: str) -> None:
    paper.add_page()
    paper.start_section(title)
    paper.double_rule(x=LEFT, y=62, width=WIDTH)
    end = paper.lines_of(title, x=LEFT, y=72, width=WIDTH, size=44, most=3, least=26, bold=True)
    end = paper.lines_of(event, x=LEFT, y=end + 7, width=WIDTH, size=18, most=2, least=12, colour=WOAD)
    paper.lines_of(who, x=LEFT, y=end + 3, width=WIDTH, size=15, most=3, least=10, colour=SOFT)


def _slide(paper: Paper, one: dict, number: int, title: str) -> None:
    paper.add_page()
    paper.start_section(one["title"])
    end = paper.lines_of(one["title"], x=LEFT, y=24, width=WIDTH, size=36, most=2, least=22, bold=True, colour=WOAD)
    paper.double_rule(x=LEFT, y=end + 4, width=WIDTH)
    end += 20
    for line in one["lines"]:
        paper.set_fill_color(*WOAD)
        paper.rect(LEFT, end + 4.5, 3.5, 3.5, style="F")
        end = paper.lines_of(line, x=LEFT + 10, y=end, width=WIDTH - 10, size=28, most=2, least=18) + 11
    paper.line_of(title, x=LEFT, y=HEIGHT - 18, width=WIDTH - 20, size=10, least=8, colour=SOFT)
    paper.line_of(str(number), x=LEFT + WIDTH - 20, y=HEIGHT - 18, width=20, size=10, least=10, colour=SOFT, align="R")


def as_text(title: str, shown: list[dict], *, who: str, event: str) -> bytes:
    """The same words as a .docx with headings and lists: for screen readers, and to make larger."""
    blocks: list[dict] = [{"type": "text", "html": f"<p>{event}</p><p>{who}</p>"}]
    for one in shown:
        items = "".join(f"<li>{line}</li>" for line in one["lines"])
        blocks += [{"type": "heading", "text": one["title"]}, {"type": "text", "html": f"<ul>{items}</ul>"}]
    return docx.document(title, blocks)
