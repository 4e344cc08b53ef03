"""The dates of the horizon as entries of calendars: everybody's, and a member's own."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from core.calendars import Entry, personal
from core.dates import PartialDate
from horizon.models import Development, GoneDate, Milestone
from horizon.querysets.dates import developments_with_dates, followed_by
from horizon.querysets.tasks import TaskRow, for_organisation
from horizon.words import sure
from members.models import Duty

KEPT_FOR = dt.timedelta(days=365)  # how long a date that is past stays in calendars
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def entries_of(developments: Iterable[Development]) -> list[Entry]:
    """The dates of these developments (as `developments_with_dates` reads them); cancelled ones say so.

    All that is to come and the last twelve months: a calendar is no archive.
    """
    since = timezone.localdate() - KEPT_FOR
    return [entry for one in developments for entry in _of(one) if entry.on.last >= since]


def _of(development: Development) -> Iterator[Entry]:
    for step in development.milestones.all():
        if step.on is not None:
            yield _step(development, step, step.on, cancelled=step.called_off)
        elif moves := [move for move in step.moves.all() if move.was]:
            # it had a day that calendars may still show; now nobody knows when
            yield _step(development, step, moves[-1].was, cancelled=True)
    for gone in development.gone_dates.all():
        yield _gone(development, gone)


def _step(development: Development, step: Milestone, on: PartialDate, *, cancelled: bool) -> Entry:
    said = [development.summary, step.note, f"{development.get_category_display()}. {step.get_kind_display()}."]
    return Entry(
        uid=str(step.uid),
        title=f"{development.title}: {step.what}",
        on=on,
        last_modified=max(step.edited_at, development.edited_at),
        url=development.get_absolute_url(),
        description="\n\n".join(part for part in said if part),
        sequence=step.sequence,
        confirmed=step.confirmed,
        unsure=sure(on, confirmed=step.confirmed, called_off=False, today=timezone.localdate()),
        cancelled=cancelled,
        categories=(development.get_category_display(),),
    )


def _gone(development: Development, gone: GoneDate) -> Entry:
    on: Any = gone.on
    return Entry(
        uid=str(gone.uid),
        title=f"{development.title}: {gone.what}",
        on=on,
        last_modified=gone.gone_at,
        url=development.get_absolute_url(),
        sequence=gone.sequence,
        cancelled=True,
        categories=(development.get_category_display(),),
    )


@personal
def entries_for(member) -> list[Entry]:
    """What a member follows, and what their organisation has still to do by a day."""
    followed = entries_of(developments_with_dates(followed_by(member)))
    tasks = for_organisation(member)
    return followed + [_task(row) for row in (*tasks.overdue, *tasks.now, *tasks.later)]


def _task(row: TaskRow) -> Entry:
    task, page = row.task, row.page
    said = [task.how, f"For: {Duty(task.who).label}" if task.who else "", task.effort, f"From: {page.title}"]
    published = page.last_published_at or page.first_published_at or NEVER
    return Entry(
        # a copy of a page keeps the keys of its tasks
        uid=str(uuid.uuid5(task.key, str(page.pk))),
        title=f"To do: {task.title}",
        on=PartialDate.of(task.due_on),
        last_modified=published,
        url=page.get_url() or "",
        description="\n\n".join(part for part in said if part),
        sequence=int(published.timestamp()) // 60,  # no count is kept of a task's moves: each publishing is a later one
        categories=("To do",),
    )
