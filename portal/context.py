"""What every page's frame shows: the site's name, its sections, its footer, and how many notices wait."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError

from cms.querysets.frame import FOOTER, Frame, frame
from core import caching
from notifications import inbox
from notifications.delivery import outbox


class Section(NamedTuple):
    """A link at the top of every page; `current` when the page is in it."""

    title: str
    url: str
    current: bool


class Link(NamedTuple):
    title: str
    url: str


class Column(NamedTuple):
    """Links under a heading at the foot."""

    title: str
    links: tuple[Link, ...]


def kept_frame() -> Frame:
    """The frame, kept until somebody changes it: no query on a warm page. A page that says what broke has one too."""
    try:
        return caching.made_once("site", "frame", frame, seconds=3600)
    except DatabaseError:
        return Frame(
            settings.SITE_NAME, settings.PARTNERSHIP_NAME, settings.PARTNERSHIP_STRAPLINE, settings.CORE_TEAM_EMAIL,
            footer=FOOTER,
        )  # fmt: skip


def site(request) -> dict:
    """Context of base.html: `site`, `footer_columns`, `unread_notices`. Each is asked once, and only where shown."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    shown = cache(lambda: kept_frame().as_seen_by(user))
    return {
        "site": cache(lambda: _named(shown(), request)),
        "footer_columns": lambda: _footer(shown()),
        "unread_notices": cache(lambda: inbox.bell_count(request.user)) if signed_in else 0,
    }


def _named(frame: Frame, request) -> dict:
    sections = tuple(Section(title, url, request.path.startswith(url)) for title, url in frame.sections)
    return {
        "name": frame.name,
        "partnership": frame.partnership,
        "strapline": frame.strapline,
        "contact_email": frame.contact_email,
        "demo": settings.DEMO,
        "outbox": outbox.takes_all_mail() and outbox.is_open_to(request),
        "sections": sections,
    }


def _footer(frame: Frame) -> tuple[Column, ...]:
    return tuple(Column(title, tuple(Link(*link) for link in links)) for title, links in frame.footer)
