"""Time in words, and in working hours."""

import datetime as dt

from django.utils import timezone

OPENS, CLOSES = dt.time(9), dt.time(17)


def working_hours(start: dt.datetime, end: dt.datetime) -> float:
    """Working hours (Monday to Friday, 9:00 to 17:00 in the site's time zone) between two moments; 0.0 or more."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    total = 0.0
    day = start.date()
    # whole weeks at once, so that an old question costs no more than a new one
    weeks = max(((end.date() - day).days // 7) - 1, 0)
    total += weeks * 40
    day += dt.timedelta(weeks=weeks)
    first = True
    while day <= end.date():
        if day.weekday() < 5:
            opens = dt.datetime.combine(day, OPENS, start.tzinfo)
            closes = dt.datetime.combine(day, CLOSES, start.tzinfo)
            begin = max(start, opens) if (first and weeks == 0) else opens
            if first and weeks:
                # the clock of the first day is moved on by whole weeks
                begin = max(dt.datetime.combine(day, start.timetz()), opens)
            finish = min(end, closes)
            total += max((finish - begin).total_seconds(), 0) / 3600
        first = False
        day += dt.timedelta(days=1)
    return total


def waiting_days(start: dt.datetime, end: dt.datetime) -> int:
    """Whole working days of waiting: working hours over 8, rounded down."""
    return int(working_hours(start, end) // 8)


def when(moment: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """A moment as a list says it: "12 minutes ago", "Today, 08:30", "Yesterday", "Sat 14 Nov", "3 Mar 2025"."""
    now = timezone.localtime(now or timezone.now())
    moment = timezone.localtime(moment)
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "Just now"
    if seconds < 3600:
        minutes = int(seconds // 60)
        return f"{minutes} minute{'s' if minutes != 1 else ''} ago"
    days = (now.date() - moment.date()).days
    if days == 0:
        if seconds < 4 * 3600:
            hours = int(seconds // 3600)
            return f"{hours} hour{'s' if hours != 1 else ''} ago"
        return f"Today, {moment:%H:%M}"
    if days == 1:
        return "Yesterday"
    if days < 300:
        return f"{moment:%a} {moment.day} {moment:%b}"
    return f"{moment.day} {moment:%b %Y}"
