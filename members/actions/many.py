"""Deciding on many members at once: each in a transaction of its own, so that one refusal keeps nobody else out."""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction

from members.actions.details import place
from members.actions.outcomes import Outcome
from members.actions.refusals import NotAllowed
from members.actions.standing import NOWHERE, decline, lock, must_apply, reason, vouch
from members.models import Member, Organisation


def _each(members: Iterable[Member], act: Callable[[Member], Member]) -> list[Outcome[Member]]:
    """What came of each, in their order. `act` gets the row as it is now, locked."""
    outcomes = []
    for member in members:
        try:
            with transaction.atomic():
                outcomes.append(Outcome(act(lock(member))))
        except NotAllowed as refusal:
            outcomes.append(Outcome(member, str(refusal)))
    return outcomes


def _may(by: Member, what: str, words: str) -> None:
    if not by.has_perm(what):
        raise NotAllowed(words)


def vouch_for_many(
    *, by: Member, members: Iterable[Member], why: str = "", known: Mapping[int, int] | None = None
) -> list[Outcome[Member]]:
    """Vouch for each who still waits; what came of each, in their order.

    Each is told by mail. Who was decided on meanwhile, or works elsewhere than the page said (`known`: the numbers
    of members and of their organisations; who is not in it was not shown), stays as they are. Raises NotAllowed when
    `by` may not at all.
    """
    _may(by, "members.vouch", "Only the core team can vouch for members.")

    def act(member: Member) -> Member:
        _still_waits(member)
        return vouch(by=by, member=member, why=why, known=_known(known, member))

    return _each(members, act)


def decline_many(
    *, by: Member, members: Iterable[Member], why: str, known: Mapping[int, int] | None = None
) -> list[Outcome[Member]]:
    """Decline each who still waits; they are told the reason by mail. Raises WhyMissing; else as `vouch_for_many`."""
    _may(by, "members.decline", "Only the core team can decline.")
    why = reason(why)

    def act(member: Member) -> Member:
        _still_waits(member)
        return decline(by=by, member=member, why=why, known=_known(known, member))

    return _each(members, act)


def place_many(
    *, by: Member, members: Iterable[Member], organisation: Organisation, and_vouch: bool = False
) -> list[Outcome[Member]]:
    """Say of each who has no organisation that they work at `organisation`; with `and_vouch` vouch for those who wait.

    Whom somebody else placed elsewhere meanwhile stays there. Raises NotAllowed when `by` may not at all.
    """
    _may(by, "members.vouch", "Only the core team can say where members work.")

    def act(member: Member) -> Member:
        must_apply("place", member)
        placed = place(by=by, member=member, organisation=organisation)
        if and_vouch and placed.standing == Member.Standing.WAITING:
            return vouch(by=by, member=placed, known=organisation.pk)
        return placed

    return _each(members, act)


def _known(known: Mapping[int, int] | None, member: Member) -> int | None:
    return None if known is None else known.get(member.pk, NOWHERE)


def _still_waits(member: Member) -> None:
    if member.standing != Member.Standing.WAITING:
        raise NotAllowed(f"{member.display_name} does not wait any more: “{member.get_standing_display()}”.")


def why_not_yet(member: Member) -> str:
    """What would be refused of somebody who is to be vouched for with others; empty when nothing would."""
    if why := why_not_decided(member):
        return why
    return "" if member.organisation_id else "Their organisation is not in the directory. Choose one for them first."


def why_not_decided(member: Member) -> str:
    """The same of a yes or no to somebody who waits."""
    if member.standing != Member.Standing.WAITING:
        return f"They do not wait: their standing is “{member.get_standing_display()}”."
    return ""


def why_not_placed(member: Member) -> str:
    """What would be refused of somebody who is to be placed with others; empty when nothing would."""
    if member.organisation_id:
        return f"Works at {member.organisation}. Change it by itself, on their form."
    if member.standing in Member.OUT:
        return f"Takes no part: “{member.get_standing_display()}”."
    return ""
