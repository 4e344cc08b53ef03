"""What every page's frame shows: the site's name, its sections, its footer."""

from django.conf import settings
from django.urls import reverse


def site(request) -> dict:
    """Context of base.html: `site`, `footer_columns`, `unread_notices`."""
    sections = [("Forum", reverse("forum:thread-list")), ("Partners", reverse("members:organisation-list"))]
    return {
        "site": {
            "name": settings.SITE_NAME,
            "partnership": settings.PARTNERSHIP_NAME,
            "strapline": settings.PARTNERSHIP_STRAPLINE,
            "demo": settings.DEMO,
            "sections": [
                {"title": title, "url": url, "current": request.path.startswith(url)} for title, url in sections
            ],
        },
    }
