"""Days and times as people say them: “Thursday 19 November, 9:30am to 4pm”."""

import datetime as dt

from django.utils import timezone


def day(moment: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """“Thursday 19 November”, with the year when it is not this one."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%A} {local.day} {local:%B}{year}"


def clock(moment: dt.datetime) -> str:
    """“9:30am”, “4pm”; 12 o’clock says which."""
    local = timezone.localtime(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return "noon" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def at(moment: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """“9:30am on Thursday 19 November”."""
    return f"{clock(moment)} on {day(moment, now=now)}"


def span(starts: dt.datetime, ends: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """“Thursday 19 November, 9:30am to 4pm”; of several days: “… 9:30am, to Friday 20 November, 4pm”."""
    if timezone.localdate(starts) == timezone.localdate(ends):
        return f"{day(starts, now=now)}, {clock(starts)} to {clock(ends)}"
    return f"{day(starts, now=now)}, {clock(starts)}, to {day(ends, now=now)}, {clock(ends)}"


def days_later(moment: dt.datetime, *, days: int) -> dt.datetime:
    """The same time by the clock so many days later, whatever the clocks did in between."""
    local = timezone.localtime(moment)
    naive = dt.datetime.combine(local.date() + dt.timedelta(days=days), local.time())
    return timezone.make_aware(naive)
