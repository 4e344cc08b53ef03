"""Who reads what delegates need to eat and to take part: named by the core team, never by themselves."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.log_actions import log

from events.permissions import can_organise
from members.actions import NotAllowed
from members.models import Member

GROUP = "Access leads"


def _group() -> Group:
    """Whose people read needs, and get into the admin to do so. Made when it is first needed.

    A group's permissions end at once for who does not take part any more; those given to one person would not.
    """
    group, new = Group.objects.get_or_create(name=GROUP)
    if new:
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="events", codename="read_needs")
            | Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group


@transaction.atomic
def name_lead(*, member: Member, by: Member) -> Member:
    """Let `member` read needs; the way into the admin comes with it, whatever their role. Raises NotAllowed."""
    _may_decide(by, member)
    if not member.is_taking_part():
        raise NotAllowed(f"{member.display_name} does not take part at the moment.")
    member.groups.add(_group())
    log(instance=member, action="events.name_access_lead", user=by)
    return member


@transaction.atomic
def end_lead(*, member: Member, by: Member) -> Member:
    """They read needs no more. Their way into the admin goes too, unless their role gives it. Raises NotAllowed."""
    _may_decide(by, member, ends=True)
    member.groups.remove(_group())
    log(instance=member, action="events.end_access_lead", user=by)
    return member


def _may_decide(by: Member, member: Member, *, ends: bool = False) -> None:
    if not can_organise(by):
        raise NotAllowed("Only the core team names who reads needs.")
    if by.pk == member.pk and not ends:
        raise NotAllowed("Nobody names themselves. Ask another of the core team.")
