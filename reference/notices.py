"""Who hears of what happened to the law. The marking has happened; here is told of it, by the worker."""

from django.urls import reverse

from core import outbox
from members.models import Member
from notifications import inbox
from reference.citing import still_standing
from reference.models import Citation, Provision

LAW_CHANGED = "reference.law_changed"
LONGEST_KEY = 80  # letters of a group key


def group_key(provision: Provision) -> str:
    """One unread notice per member and provision."""
    return f"provision:{provision.pk}"


def shared_key(provisions) -> str:
    """One unread notice per member for provisions marked together: as many of their numbers as a key holds."""
    key = "provisions:"
    for number in sorted(one.pk for one in provisions):
        longer = f"{key},{number}" if key[-1] != ":" else f"{key}{number}"
        if len(longer) > LONGEST_KEY:
            break
        key = longer
    return key


def numbers_of(key: str) -> list[int]:
    """The provisions that a group key names: "provision:12", "provisions:12,15"; none for any other."""
    prefix, _, numbers = key.partition(":")
    if prefix not in {"provision", "provisions"}:
        return []
    return [int(number) for number in numbers.split(",") if number.isdecimal()]


def law_changed(provision: Provision, *, by: Member) -> None:
    """Leave it to the worker to tell the owners of what cites a provision."""
    outbox.put("reference.tell_owners", provision=provision.pk, marking=provision.change_no, by=by.pk)


def laws_changed(provisions: list[Provision], *, by: Member | None, subject: str = "") -> None:
    """Leave it to the worker to tell the owners of what cites any of these, each once."""
    outbox.put(
        "reference.tell_owners_together", markings=[[one.pk, one.change_no] for one in provisions],
        by=by.pk if by else None, subject=subject,
    )  # fmt: skip


def owners_to_tell(*provisions: Provision):
    """Members who own something that cites one of these and was not looked at since it changed: each once."""
    waiting = still_standing(Citation.objects.of_provisions(provisions).needing_check())
    return Member.objects.taking_part().filter(pk__in={one.owner_id for one in waiting if one.owner_id})


def tell_owners(provision: Provision, *, marking: int, by: int) -> None:
    """One notice for each owner, however much they own. Nothing when the provision was marked again meanwhile."""
    if marking != provision.change_no:
        return
    inbox.notify(
        LAW_CHANGED, recipients=owners_to_tell(provision).exclude(pk=by), group_key=group_key(provision),
        subject=provision.title, url=reverse("reference:my-checks"), item_id=marking, why="owner",
    )  # fmt: skip


def tell_owners_together(provisions: list[Provision], *, by: int | None, subject: str, item: int) -> None:
    """One notice for each owner, for all of it. `item` tells this event from the ones before."""
    first = provisions[0].title
    more = f" and {len(provisions) - 1} more" if len(provisions) > 1 else ""
    inbox.notify(
        LAW_CHANGED, recipients=owners_to_tell(*provisions).exclude(pk=by), group_key=shared_key(provisions),
        subject=subject or f"{first}{more}", url=reverse("reference:my-checks"), item_id=item, why="owner",
    )  # fmt: skip


def looked_at(owner: Member) -> None:
    """An owner looked at something: what they were told of several laws is read once none of it waits."""
    told = owner.notices.unread().filter(kind=LAW_CHANGED, group_key__startswith="provisions:")
    for key in told.values_list("group_key", flat=True):
        if not Citation.objects.waiting_for([owner.pk], numbers_of(key)).exists():
            inbox.read(owner, key)
