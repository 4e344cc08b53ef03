"""Time in words, and in working hours."""

import datetime as dt

from django.utils import timezone

OPENS, CLOSES = 9, 17  # o'clock
DAY = CLOSES - OPENS  # working hours


def working_hours(start: dt.datetime, end: dt.datetime) -> float:
    """Working hours (Monday to Friday, 9:00 to 17:00 in the site's time zone) between two moments; 0.0 or more."""
    return max((_worked(end) - _worked(start)) / dt.timedelta(hours=1), 0.0)


def _worked(moment: dt.datetime) -> dt.timedelta:
    """Working time from the first Monday of the calendar to a moment: exact, and as fast for an old one."""
    moment = timezone.localtime(moment)
    weeks, weekday = divmod(moment.toordinal() - 1, 7)
    days = dt.timedelta(hours=DAY * (5 * weeks + min(weekday, 5)))
    if weekday >= 5 or moment.hour < OPENS:
        return days
    if moment.hour >= CLOSES:
        return days + dt.timedelta(hours=DAY)
    return days + dt.timedelta(0, moment.second, moment.microsecond, 0, moment.minute, moment.hour - OPENS)


def when(moment: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """A moment as a list says it: "12 minutes ago", "Today, 08:30", "Yesterday", "Sat 14 Nov", "3 Mar 2025"."""
    now = now or timezone.now()
    # in UTC: two times of one zone are subtracted by what its clocks show, and those jump twice a year
    seconds = (now.astimezone(dt.UTC) - moment.astimezone(dt.UTC)).total_seconds()
    now, moment = timezone.localtime(now), timezone.localtime(moment)
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


def clock(moment: dt.datetime) -> str:
    """A moment inside a sentence: “10:42” today, “10:42 on 3 November” before."""
    moment = timezone.localtime(moment)
    words = f"{moment:%H:%M}"
    return words if moment.date() == timezone.localdate() else f"{words} on {moment.day} {moment:%B}"
