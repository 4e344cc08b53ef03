"""Who hears of what happened to the law. The marking has happened; here is told of it, by the worker."""

from django.urls import reverse

from core import outbox
from members.models import Member
from notifications import inbox
from reference.citing import still_standing
from reference.models import Citation, Provision

LAW_CHANGED = "reference.law_changed"


def group_key(provision: Provision) -> str:
    """One unread notice per member and provision."""
    return f"provision:{provision.pk}"


def law_changed(provision: Provision, *, by: Member) -> None:
    """Leave it to the worker to tell the owners of what cites a provision."""
    outbox.put("reference.tell_owners", provision=provision.pk, marking=provision.change_no, by=by.pk)


def owners_to_tell(provision: Provision):
    """Members who own something that cites a provision and was not looked at since it changed: each once."""
    waiting = still_standing(Citation.objects.of_provision(provision).needing_check())
    return Member.objects.taking_part().filter(pk__in={one.owner_id for one in waiting if one.owner_id})


def tell_owners(provision: Provision, *, marking: int, by: int) -> None:
    """One notice for each owner, however much they own. Nothing when the provision was marked again meanwhile."""
    if marking != provision.change_no:
        return
    inbox.notify(
        LAW_CHANGED, recipients=owners_to_tell(provision).exclude(pk=by), group_key=group_key(provision),
        subject=provision.title, url=reverse("reference:my-checks"), item_id=marking, why="owner",
    )  # fmt: skip
