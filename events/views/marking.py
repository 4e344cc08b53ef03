"""Who votes or asks, for counting each once: a member by their account, anybody else by a random cookie.

The cookie is set when a vote or the questions of a session are opened, is strictly needed for them, is sent to
addresses of events only, and says nothing: what is kept is a mark made of it (`events.marks`).
"""

import re
import secrets

from django.conf import settings

COOKIE = "room"
DAYS = 90  # so that who asked finds out what became of it
_WORD = re.compile(r"[0-9a-f]{32}")


def voter_of(request) -> str:
    """ "m12", "c4f…", or "" for somebody without account whose browser has no cookie of ours yet."""
    if request.user.is_authenticated:
        return f"m{request.user.pk}"
    word = request.COOKIES.get(COOKIE, "")
    return f"c{word}" if _WORD.fullmatch(word) else ""


def give(request, response):
    """Give a cookie to who has none and needs one; the response."""
    if not voter_of(request):
        response.set_cookie(
            COOKIE, secrets.token_hex(16), max_age=DAYS * 24 * 3600, path="/events/", httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
