"""What the core team makes of signals. Whoever decides first has decided: the row is held, and others are told."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from horizon import notices
from horizon.models import Development, Signal
from horizon.permissions import can_keep
from members.actions import NotAllowed
from members.models import Member

KNOWN = "Thank you. It belongs to something we already have our eye on."


class Decided(Exception):
    """Somebody else was first. `str()` says who, and what they decided."""


class ReasonNeeded(ValueError):
    """The sender must be told why."""


@transaction.atomic
def take(*, by: Member, signal: Signal) -> Signal:
    """Say that one is looking into it. Raises NotAllowed, and Decided when somebody else is or has decided."""
    held = hold(signal, by=by)
    if held.state == Signal.State.LOOKING:
        if held.taken_by_id == by.pk:
            return held
        raise Decided(f"{_name(held.taken_by)} is already looking into it.")
    held.state, held.taken_by = Signal.State.LOOKING, by
    held.save(update_fields=["state", "taken_by"])
    log(instance=held, action="horizon.signal_taken", user=by)
    return held


@transaction.atomic
def make_development(*, by: Member, signal: Signal, development: Development, outcome: str = "") -> Signal:
    """A new development was made of it; the sender is told. Raises NotAllowed, Decided."""
    return _decide(hold(signal, by=by), Signal.State.TRIAGED, by=by, development=development, outcome=outcome)


@transaction.atomic
def add_to(*, by: Member, signal: Signal, development: Development, outcome: str = "") -> Signal:
    """It belongs to a development we have; the sender is told. Raises NotAllowed, Decided."""
    return _decide(hold(signal, by=by), Signal.State.TRIAGED, by=by, development=development, outcome=outcome or KNOWN)


@transaction.atomic
def now_shown(*, by: Member, development: Development) -> None:
    """Readers see it now: whoever sent a signal that became it is told, each once."""
    became = list(Signal.objects.to_tell_of_showing(development).select_for_update().order_by("pk"))
    if became:
        Signal.objects.filter(pk__in=[one.pk for one in became]).update(shown_told_at=timezone.now())
        notices.signals_shown(became, by=by)


@transaction.atomic
def decline(*, by: Member, signal: Signal, reason: str) -> Signal:
    """Take it no further; the sender reads the reason. Raises NotAllowed, Decided, ReasonNeeded."""
    held = hold(signal, by=by)
    if not reason.strip():
        raise ReasonNeeded("Say why, in words the sender will read.")
    return _decide(held, Signal.State.DECLINED, by=by, development=None, outcome=reason)


def hold(signal: Signal, *, by: Member) -> Signal:
    """The row as it is now, held until the transaction ends: only one that is open. Raises NotAllowed, Decided."""
    if not can_keep(by):
        raise NotAllowed("Only the core team decides on signals.")
    held = Signal.objects.select_for_update(of=("self",)).select_related("taken_by", "decided_by").get(pk=signal.pk)
    if not held.is_open():
        raise Decided(f"{_name(held.decided_by)} has decided on it already: {held.get_state_display().lower()}.")
    return held


def _decide(held: Signal, state: str, *, by: Member, development: Development | None, outcome: str) -> Signal:
    if development is not None:
        # held, so that it is not shown meanwhile without a word to the sender
        development = Development.objects.select_for_update().get(pk=development.pk)
    held.state, held.development, held.outcome = state, development, outcome.strip()[:1000]
    held.decided_by, held.decided_at = by, timezone.now()
    held.shown_told_at = held.decided_at if held.is_on_the_horizon() else None
    held.taken_by = held.taken_by or by
    held.save()
    data = {"state": held.get_state_display(), "development": development.title if development else ""}
    log(instance=held, action="horizon.signal_decided", user=by, data=data)
    notices.signal_decided(held, by=by)
    return held


def _name(member: Member | None) -> str:
    return member.display_name if member else "Somebody"
