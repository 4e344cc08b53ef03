"""What every page's frame shows: the site's name, its sections, its footer, and how many notices wait."""

from functools import cache

from django.conf import settings
from django.db import DatabaseError

from cms.querysets.frame import FOOTER, Frame, frame
from core import caching
from notifications import inbox


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
    """Context of base.html: `site`, `footer_columns`, `unread_notices` (asked only where it is shown, once)."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    shown = kept_frame()
    return {
        "site": {
            "name": shown.name,
            "partnership": shown.partnership,
            "strapline": shown.strapline,
            "contact_email": shown.contact_email,
            "demo": settings.DEMO,
            "sections": [
                {"title": title, "url": url, "current": request.path.startswith(url)} for title, url in shown.sections
            ],
        },
        "footer_columns": [
            {"title": title, "links": [{"title": name, "url": url} for name, url in links]}
            for title, links in shown.footer
        ],
        "unread_notices": cache(lambda: inbox.bell_count(request.user)) if signed_in else 0,
    }
