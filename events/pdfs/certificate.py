"""A certificate on paper: what it says is checked at the address printed on it."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from events import times
from events.models.after import Certificate
from events.pdfs.paper import RULE, SOFT, WOAD, Paper, can_write

LEFT, WIDTH = 28.0, 241.0
CODE = 34.0


def certificate_file(certificate: Certificate) -> bytes:
    """The file of one certificate, A4 across."""
    paper = Paper(f"Certificate: {certificate.title}", landscape=True)
    paper.add_page()
    paper.start_section("Certificate of attendance")
    paper.double_rule(x=LEFT, y=24, width=WIDTH)
    paper.line_of(settings.PARTNERSHIP_NAME, x=LEFT, y=30, width=WIDTH, size=12, least=9, bold=True, colour=WOAD)
    paper.line_of("Certificate of attendance", x=LEFT, y=50, width=WIDTH, size=20, least=20, colour=SOFT)
    end = _name(paper, certificate.name)
    end = paper.line_of("came to", x=LEFT, y=end + 3, width=WIDTH, size=13, least=13, colour=SOFT)
    end = paper.lines_of(certificate.title, x=LEFT, y=end + 2, width=WIDTH, size=22, most=2, least=11, bold=True)
    end = paper.line_of(_when(certificate), x=LEFT, y=end + 3, width=WIDTH, size=13, least=9)
    if certificate.outcome:
        words = f"What it taught: {certificate.outcome}"
        paper.lines_of(words, x=LEFT, y=end + 5, width=WIDTH - CODE - 10, size=12, most=4, least=9)
    _foot(paper, certificate)
    return paper.file()


def _name(paper: Paper, name: str) -> float:
    if can_write(name):
        return paper.line_of(name, x=LEFT, y=63, width=WIDTH, size=36, least=12, bold=True)
    paper.set_draw_color(*RULE)  # letters our typeface has not: the holder writes it in
    paper.line(LEFT, 79, LEFT + 140, 79)
    return 81


def _when(certificate: Certificate) -> str:
    """“on Thursday 19 November 2026, 9:30am to 4pm: 5.5 hours of learning”."""
    years_away = certificate.starts_at + dt.timedelta(days=400)  # so that the year is said
    when = f"on {times.span(certificate.starts_at, certificate.ends_at, now=years_away)}"
    if not certificate.hours:
        return when
    hours = f"{certificate.hours.normalize():f}"
    return f"{when}: {hours} {'hour' if hours == '1' else 'hours'} of learning"


def _foot(paper: Paper, certificate: Certificate) -> None:
    address = settings.SITE_URL + reverse("events:certificate-check", args=[certificate.written])
    paper.double_rule(x=LEFT, y=158, width=WIDTH)
    paper.line_of("Is it true? Check it here:", x=LEFT, y=164, width=190, size=10, least=10, colour=SOFT)
    paper.line_of(address, x=LEFT, y=169.5, width=WIDTH - CODE - 10, size=11, least=7, bold=True)
    years_away = certificate.issued_at + dt.timedelta(days=400)
    issued = f"Code {certificate.written}. Issued on {times.day(certificate.issued_at, now=years_away)} "
    issued += f"by {settings.PARTNERSHIP_NAME}."
    paper.line_of(issued, x=LEFT, y=177, width=WIDTH - CODE - 10, size=10, least=7, colour=SOFT)
    paper.code(address, x=LEFT + WIDTH - CODE, y=162, size=CODE, alt="Code that leads to the page to check it on")
