"""Until when a place that came free is kept for the next in line. No offer ends at night."""

import datetime as dt

from django.utils import timezone

KEPT = dt.timedelta(hours=48)
BEFORE_START = dt.timedelta(hours=24)  # by then it is known who comes
AT_ONCE = dt.timedelta(hours=36)  # nearer to the start nobody is asked first
FROM, TO = 8, 20  # o'clock, where the site is: when people may be asked to have answered
LEAST = dt.timedelta(hours=4)  # of daytime to answer in: a morning


def kept_until(*, now: dt.datetime, starts_at: dt.datetime) -> dt.datetime | None:
    """The end of an offer made now; None when there is no time to ask: the place is then theirs at once."""
    now, starts_at = now.astimezone(dt.UTC), starts_at.astimezone(dt.UTC)  # hours that pass, not hours on the wall
    if starts_at - now < AT_ONCE:
        return None
    until = _by_day(min(now + KEPT, starts_at - BEFORE_START))
    return until if _daytime(now, until) >= LEAST else None


def _by_day(moment: dt.datetime) -> dt.datetime:
    """This moment, or the evening before it when it is at night."""
    local = timezone.localtime(moment)
    evening = dt.time(TO)
    if local.time() > evening:
        return _at(local.date(), TO)
    return _at(local.date() - dt.timedelta(days=1), TO) if local.hour < FROM else moment


def _daytime(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much of the time between two moments is by day."""
    total, day = dt.timedelta(0), timezone.localdate(start)
    while day <= timezone.localdate(end):
        total += max(min(end, _at(day, TO)) - max(start, _at(day, FROM)), dt.timedelta(0))
        day += dt.timedelta(days=1)
    return total


def _at(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
