"""What members say about themselves."""

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from core import caching
from members import seen
from members.actions.joining import not_listed, settle
from members.actions.refusals import HandleTaken, NotAllowed, WorksElsewhere
from members.actions.standing import lock
from members.models import Member, Organisation, RetiredHandle
from members.querysets import RESERVED_HANDLES

EDITABLE = frozenset(
    {"display_name", "job_title", "bio", "duties"}
    | {f"show_{field}" for field in ("name", "job_title", "organisation", "bio", "expertise", "answers", "email")}
)


@transaction.atomic
def update_details(*, by: Member, member: Member | None = None, expertise: list[str] | None = None, **fields) -> Member:
    """Change what one's page says (`fields` in EDITABLE), and its `expertise` topics when given.

    `member` is another than `by` only for the core team. Raises NotAllowed.
    """
    locked = lock(member or by)
    if not by.has_perm("members.edit", locked):
        raise NotAllowed("You can change your own details only.")
    if unknown := set(fields) - EDITABLE:
        raise TypeError(f"not details of a member: {', '.join(sorted(unknown))}")
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    if expertise is not None and set(expertise) != set(locked.expertise.names()):
        locked.expertise.set(expertise)
        changed.append("expertise")
    if changed:
        locked.save()  # the whole row: the search index follows from it
        log(locked, "members.update", user=by, data={"fields": sorted(changed)})
        caching.touch("members")
    if "show_name" in changed:
        seen.otherwise(locked)
    return locked


@transaction.atomic
def change_handle(*, by: Member, handle: str) -> Member:
    """Take another handle; nobody else ever gets the old one. Raises HandleTaken."""
    locked = lock(by)
    if handle == locked.handle:
        return locked
    taken = HandleTaken(f"@{handle} is taken, or was someone's before. Handles are never used again.")
    if handle in RESERVED_HANDLES:
        raise taken
    kept = RetiredHandle.objects.filter(handle=handle).first()
    if (kept and kept.member_id != locked.pk) or Member.objects.filter(handle=handle).exists():
        raise taken
    if kept:  # their own old one
        kept.delete()
    try:
        with transaction.atomic():
            RetiredHandle.objects.create(handle=locked.handle, member=locked)
            was, locked.handle = locked.handle, handle
            locked.save(update_fields=["handle"])
    except IntegrityError:
        raise taken from None
    log(locked, "members.change_handle", user=by, data={"was": was, "is": handle})
    caching.touch("members")
    return locked


@transaction.atomic
def place(*, by: Member, member: Member, organisation: Organisation) -> Member:
    """The core team says where `member` works, who named a body that was not in the directory.

    Only of somebody who has no organisation: whom another has placed meanwhile, or who chose one, is not moved.
    Raises NotAllowed, WorksElsewhere.
    """
    locked = lock(member)
    if not (by.has_perm("members.vouch", locked) and by.has_perm("members.edit", locked)):
        raise NotAllowed("Only the core team can say where members work.")
    if locked.organisation_id == organisation.pk:
        return locked
    if locked.organisation_id is not None:
        raise WorksElsewhere(locked)
    log(locked, "members.change_organisation", user=by, data={"was": None})
    locked.organisation = organisation
    locked.save(update_fields=["organisation"])
    caching.touch("members")
    return locked


@transaction.atomic
def change_organisation(*, by: Member, organisation: Organisation | None, unlisted: str = "") -> Member:
    """Work somewhere else from now on: vouched for anew by the address, or waiting for the core team.

    `organisation` None: `unlisted` is what they call it. Raises NotAllowed for who is shut out.
    """
    locked = lock(by)
    if locked.standing in Member.OUT:
        raise NotAllowed("This account is closed.")
    if organisation is not None and locked.organisation_id == organisation.pk:
        return locked
    log(locked, "members.change_organisation", user=by, data={"was": locked.organisation_id})
    locked.organisation = organisation
    locked.save(update_fields=["organisation"])
    caching.touch("members")
    if locked.standing != Member.Standing.UNCONFIRMED and not locked.is_staff:
        why = not_listed(unlisted) or "Changed organisation; the address is not in its domains."
        settle(locked, why=why, log_as="members.confirm")
    return locked
