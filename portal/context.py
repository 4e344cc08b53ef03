"""What every page's frame shows: the site's name, its sections, its footer, and how many notices wait."""

from functools import cache

from django.conf import settings
from django.urls import reverse

from notifications import inbox

# The pages of words that setting up makes; addresses only, so that a frame costs no query.
FOOTER = [
    ("About", [("How this works", "/how-this-works/"), ("House rules", "/house-rules/"), ("Partners", "/partners/")]),
    (
        "Take part",
        [("Ask a question", "/forum/ask/"), ("Help with one", "/forum/unanswered/"), ("Topics", "/forum/topics/")],
    ),
    ("Help", [("Accessibility", "/accessibility/"), ("Privacy", "/privacy/"), ("Contact the core team", "/contact/")]),
]  # fmt: skip
footer_columns = [
    {"title": title, "links": [{"title": name, "url": url} for name, url in links]} for title, links in FOOTER
]


@cache
def _sections() -> list[tuple[str, str]]:
    return [("Forum", reverse("forum:thread-list")), ("Partners", reverse("members:organisation-list"))]


def site(request) -> dict:
    """Context of base.html: `site`, `footer_columns`, `unread_notices` (asked only where it is shown, once)."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "site": {
            "name": settings.SITE_NAME,
            "partnership": settings.PARTNERSHIP_NAME,
            "strapline": settings.PARTNERSHIP_STRAPLINE,
            "demo": settings.DEMO,
            "sections": [
                {"title": title, "url": url, "current": request.path.startswith(url)} for title, url in _sections()
            ],
        },
        "footer_columns": footer_columns,
        "unread_notices": cache(lambda: inbox.bell_count(request.user)) if signed_in else 0,
    }
