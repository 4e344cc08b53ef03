"""What follows when the core team saves or deletes a development: history, calendars, who is told."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.search import index

from core import caching
from core.dates import PartialDate, words_of
from horizon import notices
from horizon.actions import triage
from horizon.models import Development, GoneDate, Milestone, MilestoneMove, StageChange
from horizon.permissions import can_keep
from members.actions import NotAllowed
from members.models import Member


class InUse(Exception):
    """A development that something stands on is never deleted. `str()` says what, in plain words."""


@dataclass(frozen=True)
class Before:
    """How a development stood before it was saved: its stage, whether readers saw it, and its steps by number."""

    stage: str
    shown: bool
    steps: dict[int, Milestone] = field(default_factory=dict)


def as_it_stands(development: Development) -> Before:
    """What `saved` compares with. To be read in the transaction that saves: the row is held until it ends."""
    held = Development.objects.select_for_update().get(pk=development.pk)
    return Before(held.stage, held.shown, {step.pk: step for step in Milestone.objects.filter(development=held)})


@transaction.atomic
def saved(
    *, by: Member, development: Development, before: Before | None, since: PartialDate | None = None
) -> Development:
    """After a development was saved with its steps; `before` None: it is new. `since`: when it came to its stage.

    A date that moved is kept as history, and whoever follows is told of old and new; calendars are told of a
    deleted one; a new stage is kept and told. While readers do not see it yet, nobody is told, and its dates leave
    no history that they would see later. Once they see it, whoever sent a signal of it is told. Raises NotAllowed.
    """
    if not can_keep(by):
        raise NotAllowed("Only the core team can change what is on the Horizon.")
    now = timezone.now()
    development.edited_at = now
    Development.objects.filter(pk=development.pk).update(edited_at=now)
    if before is not None and before.shown:
        for step in Milestone.objects.filter(development=development):
            _step_saved(step, before.steps.get(step.pk), by=by, now=now)
        _keep_gone(development, before, by=by)
    _stage_saved(development, before, by=by, since=since)
    if development.shown and before is not None and not before.shown:
        triage.now_shown(by=by, development=development)
    _shown_anew(development)
    return development


def _step_saved(step: Milestone, old: Milestone | None, *, by: Member, now) -> None:
    """A move, when its date is another one or it is called off; else only newer words."""
    if old is None:
        return
    was, became = _date_of(old), _date_of(step)
    said = ("what", "kind", "note", "confirmed")
    moved = was != became
    # whatever an older form still held, the count never goes back
    sequence = old.sequence + moved
    if not moved and step.sequence == sequence and all(getattr(old, name) == getattr(step, name) for name in said):
        return
    step.sequence, step.edited_at = sequence, now
    step.save(update_fields=["sequence", "edited_at"])
    if not moved:
        return
    MilestoneMove.objects.create(milestone=step, was=was, became=became, by=by)
    now_so = "“will not happen”" if step.called_off else words_of(became)
    data = {"what": step.what, "was": words_of(was), "became": now_so}
    log(instance=step.development, action="horizon.move", user=by, data=data)
    notices.date_moved(step, was=was, became=became, by=by)


def _date_of(step: Milestone) -> PartialDate | None:
    """What followers know: one that is called off has no date any more."""
    on: Any = step.on
    return None if step.called_off else on


def _keep_gone(development: Development, before: Before, *, by: Member) -> None:
    left = set(Milestone.objects.filter(development=development).values_list("pk", flat=True))
    for pk, old in before.steps.items():
        if pk in left or old.on is None:
            continue
        GoneDate.objects.create(
            uid=old.uid, development=development, what=old.what, on=old.on, sequence=old.sequence + 1
        )
        log(instance=development, action="horizon.gone", user=by, data={"what": old.what, "was": old.when_in_words()})


def _stage_saved(development: Development, before: Before | None, *, by: Member, since: PartialDate | None) -> None:
    if before is not None and before.stage == development.stage:
        return
    StageChange.objects.create(development=development, stage=development.stage, on=since, by=by)
    if before is None or not before.shown:
        return
    data = {"stage": development.get_stage_display(), "since": since.words() if since else ""}
    log(instance=development, action="horizon.stage", user=by, data=data)
    notices.stage_changed(development, development.stage, by=by)


def _shown_anew(development: Development) -> None:
    """Search finds its new topics and steps; kept pages are made anew."""
    index.insert_or_update_object(Development.objects.get(pk=development.pk))
    # the last: what a thread about it says of it
    caching.touch("horizon", f"development:{development.pk}", f"about:development:{development.pk}")


def refuse_to_delete(*developments: Development) -> None:
    """Raises InUse for the first that a briefing explains, or that came from a signal."""
    for one in developments:
        briefing = one.briefings.first()
        if briefing is not None:
            raise InUse(f"“{one}” can’t be deleted: the briefing “{briefing.title}” is about it. Delete that first.")
        signal = one.signals.first()
        if signal is not None:
            raise InUse(
                f"“{one}” can’t be deleted: the signal “{signal}” became it, and its sender was told so. "
                "Take it away from readers instead."
            )


def deleted(*developments: Development) -> None:
    """After they were deleted: kept pages are made anew."""
    names = [f"development:{one.pk}" for one in developments]
    caching.touch("horizon", *names, *(f"about:{name}" for name in names))
