"""Error pages in plain words. Those of what was refused hold what was typed, or it would be lost. None of the others
reads the form that was sent: it may be what broke."""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_INSECURE_REFERER
from django.shortcuts import render
from django.template import loader

from core.typed import Typed, page_with, typed_in
from members.access import public

# How Django's reasons end when the form came from another site; those for its Origin and its Referer end alike.
FROM_ELSEWHERE = (REASON_BAD_ORIGIN.partition("%s")[2], REASON_INSECURE_REFERER)


def _alone(template: str, status: int) -> HttpResponse:
    """A page that needs nothing: neither the request nor the database."""
    return HttpResponse(loader.get_template(template).render(), status=status)


@public
def bad_request(request, exception=None):
    return _alone("400.html", 400)


@public
def forbidden(request, exception=None):
    typed = _typed(request)
    if typed.words:
        return page_with(request, "403.html", {"typed": typed}, status=403)
    return render(request, "403.html", status=403)


@public
def csrf_failed(request, reason=""):
    """The form's token is missing or old: cookies are off, or somebody signed in since in another tab.

    What was typed stands there. Where the browser says that it came from a page of ours, it can be sent again with
    a press; words that another site sent here are not repeated.
    """
    ours = not reason.endswith(FROM_ELSEWHERE)
    typed = _typed(request) if ours else Typed([])
    again = "Origin" in request.headers and typed.whole and bool(typed.words)
    return page_with(request, "403_csrf.html", {"typed": typed, "again": again}, status=403)


def _typed(request) -> Typed:
    try:
        return typed_in(request)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return Typed([])


@public
def not_found(request, exception=None):
    return render(request, "404.html", status=404)


@public
def broken(request):
    return _alone("500.html", 500)
