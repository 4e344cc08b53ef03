"""Whole pages kept for people who are not signed in, and thrown away exactly when what they show changes.

A view calls `depends_on(request, "thread:12")` before it reads its data; an act calls
`touch("thread:12")`. A kept page is served only while every name it depends on is untouched.
"""

import datetime as dt
import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from core.near import Near

log = logging.getLogger(__name__)

KEEP = 300  # seconds: also how old "12 minutes ago" may be
LONGEST = 200  # characters of parameters under which a page is kept
VARIANTS = 200  # pages kept in that time that differ only in the values of their parameters
_VERSION = "v:"
_VERSIONS_KEPT = 48 * 3600  # seconds: longer than anything that is kept under one; a new one only costs a making
_WHOLE = "cache"  # its version says which shared cache this is: an emptied one is another
_near = Near()
_usual: set[str] = set()  # keys of the versions that pages ask for, learnt from them
_anew: ContextVar[bool] = ContextVar("anew", default=False)
_seen: ContextVar[dict[str, str] | None] = ContextVar("seen", default=None)  # of this request, by key


def recall(*keys: str, near: float = 0) -> dict[str, Any]:
    """What the cache holds of `keys`; nothing while it is down: the cache is a comfort, not the house.

    `near`: for how many seconds this process may also remember them itself. Only for values that never change under
    their key, and that nobody changes who gets them.
    """
    here, found = "", {}
    try:
        if near and (here := _which_cache()):
            found = _near.get_many(keys, of=here)
        missing = [key for key in keys if key not in found]
        fetched = cache.get_many(missing) if missing else {}
    except Exception as error:
        log.warning("the cache did not answer: %r", error)
        return {}
    if fetched and here:
        _near.keep(fetched, near, of=here)
    return found | fetched


def remember(values: dict[str, Any], seconds: int) -> None:
    """Keep values for some seconds, if the cache answers."""
    if _anew.get():
        return
    forget_versions()  # making them took its time: what the page reads next should not be older than they are
    try:
        cache.set_many(values, seconds)
    except Exception as error:  # as above
        log.warning("the cache did not take what it was given: %r", error)


@contextmanager
def one_look():
    """While it lasts (a request), a version that was read is not asked for again, and the usual ones are read at once.

    So all that a page shows is of one moment. It ends early when something is made anew or touched on the way.
    """
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


@contextmanager
def nothing_kept():
    """While it lasts everything is made anew and nothing is kept: for a look at what is about to be taken back."""
    token = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(token)


def forget_versions() -> None:
    """What is asked for next is asked afresh."""
    if seen := _seen.get():
        seen.clear()


def recall_at_first(key: str) -> Any:
    """One value or None, as `recall` does; a request's first journey to the cache, which brings the usual versions."""
    seen = _seen.get()
    if seen is None or seen:
        return recall(key).get(key)
    found = recall(key, *_usual)
    value = found.pop(key, None)
    seen |= found
    return value


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """The version each name is at, by cache key: it changes whenever the name is touched."""
    keys = [_VERSION + name for name in names]
    seen = _seen.get()
    if seen and all(key in seen for key in keys):
        return {key: seen[key] for key in keys}
    # names without a number are few, and most pages ask for the same ones
    _usual.update(key for key in keys if ":" not in key.removeprefix(_VERSION))
    found = cache.get_many({*keys, *_usual} if seen == {} else keys)
    for key in keys:
        if key not in found:
            token = secrets.token_hex(6)
            cache.add(key, token, timeout=_VERSIONS_KEPT)
            # another process may have been first; a cache that is down gives nothing, and then nothing is found by it
            found[key] = cache.get(key) or token
    if seen is not None:
        seen |= found
    return {key: found[key] for key in keys}


def _which_cache() -> str:
    """A word that changes when the shared cache is emptied; "" outside of requests, where nothing is kept near."""
    return "" if _seen.get() is None else versions_of([_WHOLE])[_VERSION + _WHOLE]


def made_once(name: str | tuple[str, ...], key: str, make: Callable[[], Any], *, seconds: int = KEEP) -> Any:
    """What `make` gives, kept under `key` for everybody until `name` (or one of them) is touched, or for some seconds.

    This process may keep it too, and hand the same out again: nobody may change it.
    """
    if _anew.get():
        return make()
    try:
        # read first: what is touched while we make is made again
        before = "-".join(versions_of([name] if isinstance(name, str) else name).values())
    except Exception as error:
        log.warning("the cache did not answer: %r", error)
        return make()
    key = f"{key}:{before}"
    if len(key) > LONGEST:  # it depends on many names
        key = f"{key[:100]}:{hashlib.sha256(key.encode()).hexdigest()}"
    found = recall(key, near=near_for(seconds))
    if key in found:
        return found[key]
    value = make()
    remember({key: value}, seconds)
    return value


def near_for(seconds: float) -> float:
    """How long a process may remember what the shared cache keeps for some seconds: so it is never much older."""
    return seconds / 10


def depends_on(request, *names: str) -> None:
    """Say, before reading them, what a page for the anonymous shows; its frame ("site") goes without saying.

    Does nothing for others.
    """
    if getattr(request, "may_be_kept", False):
        request.kept_versions = getattr(request, "kept_versions", {}) | versions_of({"site", *names})


def good_until(request, *moments: dt.datetime | None, now: dt.datetime) -> None:
    """Say when what a page shows, as it is at `now`, is true no longer: it is kept until the first moment to come."""
    if getattr(request, "may_be_kept", False):
        known = getattr(request, "kept_until", None)
        request.kept_until = min((one for one in (*moments, known) if one and one > now), default=None)


def touch(*names: str) -> None:
    """After the transaction commits: throw away every kept page that depends on one of `names`."""

    def forget():
        forget_versions()
        cache.set_many({_VERSION + name: secrets.token_hex(6) for name in names}, timeout=_VERSIONS_KEPT)

    forget_versions()
    transaction.on_commit(forget, robust=True)


class AskedFor(QueryDict):
    """The parameters of an address, and which of them were `asked` for while the page was made."""

    def __init__(self, parameters: QueryDict | str = "", **options):
        given = parameters if isinstance(parameters, QueryDict) else QueryDict(parameters)
        super().__init__("", mutable=True, encoding=given.encoding)
        self.asked: set[str] = set()
        for name, values in given.lists():
            self.setlist(name, values)
        self._mutable = bool(options.get("mutable"))

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.asked.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.asked.add(name)
        return super().getlist(name, default)

    def items(self):
        """To read all of them is to ask for none: it happens to whatever is given."""
        return ((name, values[-1] if values else []) for name, values in self.lists())

    def dict(self):
        return dict(self.items())


def _may_be_kept_as(request) -> bool:
    """Whether an address may have a page of its own: a stranger can make up as many as there are parameters.

    Its view asked for each of its parameters, each is given once, and only so many of one path are kept at a time.
    """
    if not request.META.get("QUERY_STRING"):
        return True
    given = request.GET
    asked = getattr(given, "asked", set())
    if len(request.META["QUERY_STRING"]) > LONGEST or not given:
        return False
    if any(name not in asked or len(values) > 1 for name, values in given.lists()):
        return False
    path = hashlib.sha256(f"{request.get_host()}{request.path}".encode()).hexdigest()
    key = f"variants:{path}:{int(time.time()) // KEEP}"
    cache.add(key, 0, timeout=KEEP)
    return cache.incr(key) <= VARIANTS


def key_for(request) -> str:
    """Host, path with query, and whether htmx asks: what tells one kept page from another."""
    part = "x" if request.headers.get("HX-Request") else ""
    address = f"{request.get_host()}{request.get_full_path()}"
    return f"page:{part}:{hashlib.sha256(address.encode()).hexdigest()}"


def may_be_kept(request) -> bool:
    """A GET of a public page by someone without a session."""
    return (
        settings.ANONYMOUS_CACHE
        and request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and not request.path.startswith((settings.STATIC_URL, "/admin/", "/accounts/", "/account/"))
    )


def fetch(request) -> HttpResponse | None:
    """The kept page, if nothing it depends on was touched since."""
    kept = cache.get(key_for(request))
    if kept is None:
        return None
    versions, content, headers = kept
    if versions and cache.get_many(versions) != versions:
        return None
    response = HttpResponse(content)
    response.headers = type(response.headers)(headers)
    return response


def keep(request, response) -> None:
    """Keep a finished page, if its view said what it depends on, it is the same for everybody and its address ours."""
    versions = getattr(request, "kept_versions", None)
    if versions is None or response.status_code != 200 or response.streaming or response.cookies:
        return
    if getattr(request, "session", None) is not None and request.session.modified:
        return
    if not _may_be_kept_as(request):
        return
    until = getattr(request, "kept_until", None)
    seconds = min(KEEP, int((until - timezone.now()).total_seconds())) if until else KEEP
    if seconds > 0:
        cache.set(key_for(request), (versions, response.content, dict(response.items())), seconds)
