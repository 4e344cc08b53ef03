"""What the worker does for the Horizon. Each handler runs in the transaction that marks its row done."""

import datetime as dt

from django.utils import timezone

from core import outbox, worker
from horizon import notices
from horizon.actions import publishing, reminding
from horizon.models import BriefingPage, MilestoneMove, StageChange


@outbox.handler("horizon.tell_of_briefing")
def tell_of_briefing(*, page: int, by: int) -> None:
    """Tell followers of a briefing, unless it was taken down meanwhile."""
    found = BriefingPage.objects.select_related("development").filter(pk=page, live=True).first()
    if found is not None:
        notices.tell_of_briefing(found, by=by)


@outbox.handler("horizon.tell_of_move")
def tell_of_move(*, move: int, by: int, **_about) -> None:
    """Tell followers of a moved date, unless its step is gone."""
    found = MilestoneMove.objects.select_related("milestone__development").filter(pk=move).first()
    if found is not None:
        notices.tell_of_move(found, by=by)


@outbox.handler("horizon.tell_of_stage")
def tell_of_stage(*, change: int, by: int) -> None:
    """Tell followers how far a development has come."""
    found = StageChange.objects.select_related("development").filter(pk=change).first()
    if found is not None:
        notices.tell_of_stage(found, by=by)


@worker.chore("remind of tasks", every=dt.timedelta(hours=1))
def remind_of_tasks() -> int:
    """Each stage of each task once, however long the site was down; how many people were told."""
    return reminding.remind(today=timezone.localdate())


@worker.chore("mark law that changes today", every=dt.timedelta(hours=1))
def mark_law_due() -> int:
    """The law that briefings said would change by now is marked as changed, each once; of how many briefings."""
    return publishing.law_fell_due(today=timezone.localdate())
