"""What the core team says of many organisations at once: their sector, and how they stand to the partnership."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from wagtail.log_actions import log

from core import caching
from members.actions.outcomes import Outcome
from members.actions.refusals import NotAllowed
from members.models import Member, Organisation, Sector

Status = Organisation.Status
# Which body replaced another is said on its own form.
STATUSES = (Status.APPLIED, Status.PARTNER, Status.OBSERVER, Status.LEFT)


def set_sector(
    *, by: Member, organisations: Iterable[Organisation], sector: Sector, known: Mapping[int, str] | None = None
) -> list[Outcome[Organisation]]:
    """Put each into a sector, in a transaction of its own; what came of each.

    `known`: the number of each organisation, and of the sector that the page named; who was moved meanwhile stays.
    Raises NotAllowed.
    """
    _may(by)
    return [_change(one, "sector", sector, by=by, known=known) for one in organisations]


def set_status(
    *, by: Member, organisations: Iterable[Organisation], status: str, known: Mapping[int, str] | None = None
) -> list[Outcome[Organisation]]:
    """Say of each that it applies, is partner or observer, or has left (STATUSES). Else as `set_sector`."""
    _may(by)
    return [_change(one, "status", Status(status), by=by, known=known) for one in organisations]


def _may(by: Member) -> None:
    if not by.has_perm("members.keep_directory"):
        raise NotAllowed("Only the core team keeps the directory.")


@transaction.atomic
def _change(
    organisation: Organisation, field: str, value, *, by: Member, known: Mapping[int, str] | None
) -> Outcome[Organisation]:
    found = Organisation.objects.select_for_update(of=("self",)).select_related("sector")
    locked = found.filter(pk=organisation.pk).first()
    if locked is None:
        return Outcome(organisation, f"{organisation} is not in the directory any more.")
    was = getattr(locked, field)
    refusal = why_not(locked, field, value)
    if not refusal and known is not None and known.get(locked.pk, "") != str(getattr(was, "pk", was)):
        refusal = f"{locked} is “{in_words(locked, field)}” now, and your page did not say so. Look again, then decide."
    if refusal:
        return Outcome(locked, refusal)
    before = in_words(locked, field)
    setattr(locked, field, value)
    locked.save(update_fields=[field])
    said = f"from “{before}” to “{in_words(locked, field)}”"
    log(instance=locked, action=f"members.set_{field}", user=by, data={"why": said})
    caching.touch("members", "forum")
    return Outcome(locked)


def in_words(organisation: Organisation, field: str) -> str:
    """Its sector or status as a page says it."""
    return str(organisation.sector if field == "sector" else organisation.get_status_display())


def why_not(organisation: Organisation, field: str, value) -> str:
    """Why it can't be changed with others; empty when it can."""
    if field == "status" and organisation.status == Status.REPLACED:
        return f"{organisation} was replaced by another body. Change it on its own page."
    if getattr(organisation, field) == value:
        return f"{organisation} is “{in_words(organisation, field)}” already."
    return ""
