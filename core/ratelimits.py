"""How often one person may do one thing: the only place that counts."""

import hashlib
import logging
import time

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)


class TooOften(Exception):
    """The act was done too often; `wait` says in how many seconds it is allowed again."""

    def __init__(self, wait: int):
        super().__init__(f"Too often; allowed again in {wait} seconds.")
        self.wait = wait


def address_of(request) -> str:
    """The address a request came from, believing only as many proxies as settings trust."""
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def check(act: str, request, *, about: str = "") -> None:
    """Count one `act` (a key of RATE_LIMITS) by this person, or this address; raise TooOften past the limit.

    What is counted together begins with the first of them and ends some seconds later, as the limit says.
    With `about` it counts what is done to that, by whomever: mails to one e-mail address.
    A cache that is down lets people through: an outage must not stop them from posting.
    """
    most, seconds = settings.RATE_LIMITS[act]
    user = getattr(request, "user", None)
    who = f"m{user.pk}" if user is not None and user.is_authenticated else f"a{address_of(request)}"
    if about:
        who = f"t{hashlib.sha256(about.lower().encode()).hexdigest()[:32]}"
    key, now = f"rate:{act}:{who}", int(time.time())
    try:
        began = cache.get(key)
        if began is None:
            began = now
            # the counter first: who finds when it began finds it too
            cache.add(f"{key}:{began}", 0, timeout=2 * seconds)
            if not cache.add(key, began, timeout=seconds):
                began = cache.get(key, began)
        count = cache.incr(f"{key}:{began}")
    except Exception as error:  # the counter is a guard, not the house
        log.warning("rate limits are not counted: %r", error)
        return
    if count > most * settings.RATE_LIMIT_FACTOR:
        raise TooOften(wait=max(1, began + seconds - now))
