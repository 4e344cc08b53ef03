from django.db import transaction
from wagtail.log_actions import log

from core import caching, live
from members import notices, roles
from members.actions.refusals import NotAllowed
from members.actions.standing import lock
from members.models import Member


@transaction.atomic
def give_role(*, by: Member | None, member: Member, role: str, why: str = "") -> Member:
    """Make `member` a member, a moderator or core team; the admin's groups follow from it.

    `by` None is the machine itself (setup, commands). Raises NotAllowed, ValueError for an unknown role.
    """
    role = Member.Role(role)
    locked = lock(member)
    if by is not None and not by.has_perm("members.give_role", locked):
        raise NotAllowed("Only the core team can give roles, and nobody changes their own.")
    if role != Member.Role.MEMBER and not locked.is_taking_part():
        raise NotAllowed(f"{locked.display_name} is not vouched for yet, so they can't have a role.")
    was, locked.role = locked.role, role
    locked.save(update_fields=["role"])
    roles.follow_role(locked)
    if was == role:
        return locked
    log(locked, "members.give_role", user=by, data={"was": was, "is": role, "why": why.strip()})
    caching.touch("members")
    live.access_changed(locked.pk)
    if by is not None:
        notices.role_given(locked, was=was)
    return locked
