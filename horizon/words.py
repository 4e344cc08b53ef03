"""How dates and dangers are said: always no more than is known."""

import datetime as dt

from core.dates import PartialDate

NO_DATE = "No date yet"
CALLED_OFF = "called off"


def sure(on: PartialDate | None, *, confirmed: bool, called_off: bool, today: dt.date) -> str:
    """What is to be said beside a date: “expected”, “not confirmed”, “called off”; "" for one that is sure."""
    if called_off:
        return CALLED_OFF
    if on is None:
        return "not confirmed"
    if confirmed:
        return ""
    return "expected" if on.last >= today else "not confirmed"


def told(on: PartialDate | None, unsure: str) -> str:
    """A date in one line: “May 2027, expected”, “No date yet”."""
    if on is None:
        return "Called off" if unsure == CALLED_OFF else NO_DATE
    return f"{on.words()}, {unsure}" if unsure else on.words()


def in_two(on: PartialDate | None) -> tuple[str, str]:
    """A date as the margin of a list has it: ("31 January", "2027"), ("2027", ""), ("No date", "yet")."""
    if on is None:
        return "No date", "yet"
    day_and_month, _, year = on.words().rpartition(" ")
    return (day_and_month, year) if day_and_month else (year, "")


def how_long(on: PartialDate, today: dt.date) -> tuple[str, str]:
    """How far off a date to come is, a number and its words: ("160", "days"), ("160", "days or more"), ("Today", "").

    A month or a year is counted to its first day; while it lasts it is “this month”, “this year”.
    """
    days = (on.first - today).days
    if days <= 0:
        return ("Today" if on.is_day else "This month" if on.month else "This year"), ""
    unit = "day" if days == 1 else "days"
    return f"{days:,}", unit if on.is_day else f"{unit} or more"


def in_days(on: PartialDate, today: dt.date) -> str:
    """The same within a sentence: “in 160 days”, “in 160 days or more”, “today”, “this month”."""
    number, unit = how_long(on, today)
    return f"in {number} {unit}" if unit else number.lower()


def a_day(day: dt.date) -> str:
    """“14 March 2027”."""
    return f"{day.day} {day:%B %Y}"


def level_of(impact: int) -> str:
    """An impact of 1 to 5 as three lanes have it: "low", "medium", "high"."""
    return "high" if impact >= 4 else "medium" if impact == 3 else "low"


def named(member, viewer) -> str:
    """Who looks after something, as far as they show themselves: “Joanna Tye, core team”; "" for nobody to name.

    Needs `organisation__sector` selected.
    """
    if member is None or not member.is_active or not member.shows("name", to=viewer):
        return ""
    if member.is_core_team:
        return f"{member.display_name}, core team"
    where = member.organisation if member.shows("organisation", to=viewer) else None
    return f"{member.display_name}, {where.name}" if where else member.display_name
