import logging
import re

from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse
from django.utils.cache import get_conditional_response

from core import caching, streaming

log = logging.getLogger(__name__)

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"

SESSION_KEY = re.compile(r"[a-z0-9]{32}")  # as Django makes them


class AnonymousCache:
    """Serve whole kept pages to people who are not signed in, before anything else runs.

    A cache that is down (Valkey) costs a log line, not the page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # one that we never gave is no session, and PostgreSQL refuses some of its bytes
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        request.may_be_kept = caching.may_be_kept(request)
        if not request.may_be_kept:
            with caching.one_look():
                return self.get_response(request)
        try:
            if kept := caching.fetch(request):
                return _unless_they_have_it(request, kept)
        except DisallowedHost:
            request.may_be_kept = False
        except Exception as error:  # the cache is a comfort: without it the page is made anew
            log.warning("the page cache did not answer: %r", error)
            request.may_be_kept = False
        try:
            if request.META.get("QUERY_STRING"):
                request.GET = caching.AskedFor(request.GET)
        except SuspiciousOperation:  # too many parameters: the view will meet them too, and answers inside the headers
            request.may_be_kept = False
        with caching.one_look():
            response = self.get_response(request)
        if request.may_be_kept:
            try:
                caching.keep(request, response)
            except Exception as error:  # as above
                log.warning("a page was not kept: %r", error)
        return response


def _unless_they_have_it(request, response):
    """304 for a kept file (a calendar) that the asker has: those say so by an ETag of their own."""
    etag = response.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) if etag else response


class Headers:
    """Headers Django and django-csp do not set: what the admin may do, and that private pages stay private.

    Files go through here too, those of WhiteNoise as well: under ASGI they are sent as they are read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith("/admin/"):
            response.headers["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if isinstance(response, FileResponse) and isinstance(request, ASGIRequest):
            streaming.in_blocks(response)
        return response
