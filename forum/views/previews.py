"""A look at a text before it is posted, on pages without a script: a submit button of the form asks for it."""

from django.contrib import messages

from core import ratelimits
from forum.actions.writing import rendered

TOO_MANY = "You have looked at it many times in a short time. What you typed is still here; try again in {} seconds."


def preview_of(body: str, request, *, space) -> tuple[str | None, int]:
    """(The HTML of what is typed, as posting would render it; the status of the page that shows it).

    (None, 429) and a message when it was asked for too often.
    """
    try:
        ratelimits.check("preview", request)
    except ratelimits.TooOften as often:
        messages.warning(request, TOO_MANY.format(often.wait))
        return None, 429
    return rendered(body[:20_000], by=request.user, space=space)[0], 200
