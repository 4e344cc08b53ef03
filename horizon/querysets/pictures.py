"""What the index, the timeline and the radar show: rows in order, and the marks their drawings are made of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from horizon import words
from horizon.pictures.shapes import Mark
from horizon.querysets.filters import SHOW, narrow
from horizon.querysets.lists import Row, Step, rows_for

READY = dt.timedelta(days=92)  # the time to get ready that is hatched before a date
NEXT = 3  # dates at the head of the timeline
ICONS = {"act": "diamond-full", "prepare": "diamond-half", "watch": "diamond-open"}


def index_for(viewer, query: Mapping[str, str], *, today: dt.date) -> dict:
    """The index: `groups` by what one should do, `past` behind us, `filters`, the `marks` of its drawing."""
    every = rows_for(viewer, today=today)
    rows, filters = narrow(every, query)
    groups = [
        {"key": key, "title": title, "icon": ICONS[key], "rows": [row for row in rows if row.urgency == key]}
        for key, title in SHOW
    ]
    coming = [row for row in rows if row.urgency != "past"]
    past = sorted((row for row in rows if row.urgency == "past"), key=_latest, reverse=True)
    return {
        "groups": [group for group in groups if group["rows"]],
        "past": past,
        "past_since": min((step.on.year for row in past for step in row.steps if step.on), default=None),
        "past_briefed": [each for row in past if row.briefing for each in row.apart],
        "filters": filters,
        "any": bool(every),
        "checked_on": max((row.checked_on for row in every if row.checked_on), default=None),
        "marks": tuple(replace(row_mark(row, today), title=row.shown_title) for row in coming),
        "coming": coming,
    }


def _latest(row: Row) -> tuple:
    step = row.last_step
    return (step.on.last if step else dt.date.min, row.title)


def timeline_for(viewer, query: Mapping[str, str], *, today: dt.date) -> dict:
    """The timeline: `next_up`, dates `coming` and `past` by year, the latest first, `filters` and `marks`."""
    rows, filters = narrow(rows_for(viewer, today=today), query)
    dates: list[dict[str, Any]] = [{"row": row, "step": step} for row in rows for step in row.steps]
    coming = [one for one in dates if not one["step"].is_past]
    coming.sort(key=_by_its_end)
    for one in coming:
        one["days"] = words.in_days(one["step"].on, today) if one["step"].is_coming else ""
    return {
        "next_up": [_next_up(one, today) for one in coming if one["step"].is_coming][:NEXT],
        "coming": coming,
        "past": _by_year([one for one in dates if one["step"].is_past]),
        "since": min((one["step"].on.year for one in dates if one["step"].on), default=None),
        "filters": filters,
        "marks": tuple(step_mark(one["row"], one["step"]) for one in dates if not one["step"].called_off),
    }


def _in_time(one: dict) -> tuple:
    step = one["step"]
    return (step.on.first, step.on.last) if step.on else (dt.date.max, dt.date.max)


def _by_its_end(one: dict) -> tuple:
    """What is known to the day before the month or the year that it may be over by."""
    step = one["step"]
    return (step.on.last, step.on.first) if step.on else (dt.date.max, dt.date.max)


def _next_up(one: dict, today: dt.date) -> dict:
    number, unit = words.how_long(one["step"].on, today)
    return one | {"number": number, "unit": unit}


def _by_year(dates: list[dict]) -> list[tuple[int, list[dict]]]:
    years: dict[int, list[dict]] = {}
    for one in sorted(dates, key=_in_time, reverse=True):
        years.setdefault(one["step"].on.year, []).append(one)
    return list(years.items())


def radar_for(viewer, query: Mapping[str, str], *, today: dt.date) -> dict:
    """The radar: the `marks` of what is not behind us, and `filters`."""
    rows, filters = narrow(rows_for(viewer, today=today), query)
    coming = [row for row in rows if row.urgency != "past"]
    return {"coming": coming, "filters": filters, "marks": tuple(row_mark(row, today) for row in coming)}


def row_mark(row: Row, today: dt.date) -> Mark:
    """A development at the date its row stands at, leading where its row in lists leads."""
    on = row.stands_at
    said = f"do it by {words.a_day(row.due)}" if row.due else row.told
    return Mark(
        key=row.slug, title=row.title, url=row.shown_url, start=on.first if on else None,
        end=on.last if on else None, words=said, urgency=row.urgency, impact=row.impact, category=row.category,
        certainty=row.certainty, ready_from=max(today, on.first - READY) if on else None, nearness=row.nearness,
    )  # fmt: skip


def step_mark(row: Row, step: Step) -> Mark:
    """One date of a development."""
    urgency = "past" if step.is_past else "watch" if row.urgency == "past" else row.urgency
    return Mark(
        key=str(step.pk), title=step.what, url=row.url, start=step.on.first if step.on else None,
        end=step.on.last if step.on else None, words=step.told, urgency=urgency, impact=row.impact,
        category=row.category, certainty=row.certainty if step.confirmed else "likely", nearness=row.nearness,
        about=row.title,
    )  # fmt: skip
