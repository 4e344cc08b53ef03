"""Signing up, and confirming the address one signed up with."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from members import notices
from members.actions.refusals import AddressTaken
from members.actions.standing import held_by_the_core_team, lock, set_standing, vouched_by_address
from members.models import Member, Organisation

Standing = Member.Standing

# An address that nobody confirmed is forgotten after this long.
KEEP_UNCONFIRMED = dt.timedelta(days=14)


def sign_up(
    *, name: str, email: str, organisation: Organisation | None, unlisted: str = "", job_title: str = "",
    password: str | None = None,
) -> Member:  # fmt: skip
    """Make an account that is of no use until its address is confirmed.

    `organisation` None: `unlisted` is what they call it. Without a password they sign in by code.
    Raises AddressTaken.
    """
    for attempt in range(5):
        try:
            with transaction.atomic():
                member = Member.objects.create_user(
                    email, password, display_name=name, organisation=organisation, job_title=job_title,
                    standing=Standing.UNCONFIRMED, standing_why=not_listed(unlisted),
                )  # fmt: skip
                log(member, "members.sign_up", user=member)
                return member
        except IntegrityError:
            if Member.objects.filter(email__iexact=email).exists():
                raise AddressTaken from None
            if attempt == 4:  # five people of the same name in the same instant
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def confirm(*, member: Member) -> Member:
    """The address is theirs. One in a domain of their organisation vouches for them; others wait for the core team."""
    locked = lock(member)
    if locked.standing != Standing.UNCONFIRMED:
        return locked
    settle(locked, why=locked.standing_why, log_as="members.confirm")
    if locked.standing == Standing.VOUCHED:
        notices.member_welcomed(locked)
    return locked


@transaction.atomic
def change_address(*, member: Member, was: str) -> Member:
    """They confirmed another address than `was`. It vouches for them, or takes away what the old one vouched for."""
    locked = lock(member)
    log(locked, "members.change_address", user=locked)
    caching.touch("members")
    settled_by_hand = locked.is_staff or locked.standing in {*Member.OUT, Standing.DECLINED}
    if settled_by_hand or locked.standing == Standing.UNCONFIRMED:
        return locked
    vouched_before = Organisation.objects.vouching_for(was).filter(pk=locked.organisation_id).exists()
    if locked.standing == Standing.WAITING or vouched_before:
        settle(locked, why="Changed to an address outside their organisation's domains.", log_as="members.confirm")
    return locked


def settle(member: Member, *, why: str, log_as: str) -> None:
    """Vouch by address, or wait and tell the core team. `member` is locked."""
    before = member.standing
    if vouched_by_address(member) and held_by_the_core_team(member):
        why = "The core team declined them or let them back in to wait, so their address does not vouch for them."
    elif vouched_by_address(member):
        if before != Standing.VOUCHED:
            set_standing(member, Standing.VOUCHED, why="", log_as=log_as, by=member)
        return
    if before == Standing.WAITING:
        member.standing_why = why
        member.save(update_fields=["standing_why"])
        return
    set_standing(member, Standing.WAITING, why=why, log_as=log_as, by=member)
    notices.member_waits(member)


def not_listed(name: str) -> str:
    """What the core team reads about an organisation that is not in the directory."""
    return f"Says they work for “{name.strip()}”, which is not in the directory." if name.strip() else ""


def forget_never_confirmed(*, now: dt.datetime | None = None) -> int:
    """Delete accounts whose address nobody confirmed in two weeks; how many. Nothing hangs on them."""
    old = Member.objects.never_confirmed(since=(now or timezone.now()) - KEEP_UNCONFIRMED)
    with transaction.atomic():
        pks = list(old.values_list("pk", flat=True)[:500])
        Member.objects.filter(pk__in=pks, standing=Standing.UNCONFIRMED, last_login=None).delete()
    return len(pks)
