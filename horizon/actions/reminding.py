"""Reminding organisations of tasks that fall due: each stage of each due date once, whatever happens."""

import datetime as dt

from django.db import transaction

from horizon import notices
from horizon.models import BriefingPage, TaskReminder
from horizon.querysets import tasks

BEFORE, ON_THE_DAY, AFTER = 14, 0, -14  # days to the due date
LONGEST = 30  # days after the last stage in which one that was missed is made good: nobody is told of what is long past


def stage_on(due_on: dt.date, today: dt.date) -> int | None:
    """The stage a task is in: 14, 0 or -14 days to its due date; None before the first and long after the last.

    A stage that passed while the site was down is made good once, by the latest one.
    """
    days = (due_on - today).days
    if days > BEFORE or days < AFTER - LONGEST:
        return None
    if days > ON_THE_DAY:
        return BEFORE
    return ON_THE_DAY if days > AFTER else AFTER


def remind(*, today: dt.date) -> int:
    """Remind of every task that came to a new stage; how many people were told.

    The reminder's row and the notices are one transaction for each briefing: two schedulers, or a crash, remind
    nobody twice.
    """
    pages = list(tasks.asking_something_dated(until=today + dt.timedelta(days=BEFORE)))
    sent = tasks.reminded_of([page.pk for page in pages])
    count = 0
    for page in pages:
        if tasks.is_asking(page, today):
            due = _due(page, today, sent)
            count += _remind(page, due) if due else 0
    return count


def _due(page: BriefingPage, today: dt.date, sent: set) -> list[tuple]:
    """The tasks of a briefing that came to a stage nobody was told of: [(key, due on, stage)]."""
    dated = [task for task in page.tasks.all() if task.due_on]
    staged = [(task.key, task.due_on, stage_on(task.due_on, today)) for task in dated]
    return [one for one in staged if one[2] is not None and (page.pk, *one) not in sent]


@transaction.atomic
def _remind(page: BriefingPage, due: list[tuple]) -> int:
    made = []
    for key, due_on, stage in due:
        row, new = TaskReminder.objects.get_or_create(briefing=page, key=key, due_on=due_on, stage=stage)
        if new:
            made.append(row)
    if not made:
        return 0
    return notices.tasks_fell_due(page, [row.key for row in made], item=made[-1].pk)
