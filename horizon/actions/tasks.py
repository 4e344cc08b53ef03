"""Ticking tasks off, for the organisation one works at."""

from django.db import transaction
from wagtail.log_actions import log

from core import caching
from horizon import notices
from horizon.models import BriefingPage, BriefingTask, TaskDone
from horizon.permissions import can_tick
from members.actions.refusals import NotAllowed
from members.models import Member

REFUSED = "Only members who work at an organisation can tick its tasks."


@transaction.atomic
def done(*, by: Member, task: BriefingTask, page: BriefingPage) -> TaskDone:
    """The organisation of `by` has done a task of a briefing. Twice is once: the first who said so stands.

    Raises NotAllowed.
    """
    if not can_tick(by, page):
        raise NotAllowed(REFUSED)
    row, new = TaskDone.objects.get_or_create(
        briefing=page, key=task.key, organisation=by.organisation, defaults={"by": by}
    )
    if new:
        notices.task_done(page, row)
        _told("horizon.task_done", by, task, page)
    return row


@transaction.atomic
def not_done(*, by: Member, task: BriefingTask, page: BriefingPage) -> None:
    """It was not done after all: any colleague may say so. Raises NotAllowed."""
    if not can_tick(by, page):
        raise NotAllowed(REFUSED)
    gone, _ = TaskDone.objects.filter(briefing=page, key=task.key, organisation=by.organisation).delete()
    if gone:
        _told("horizon.task_not_done", by, task, page)


def _told(action: str, by: Member, task: BriefingTask, page: BriefingPage) -> None:
    # in the organisation's history, which the core team reads: authors read that of pages
    log(by.organisation, action, user=by, data={"task": task.title, "briefing": page.title})
    caching.touch(f"page:{page.pk}")
