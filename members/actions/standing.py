"""Whether someone takes part: vouched for, declined, banned, left. Each verb locks the member's row."""

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from core import caching, live, outbox
from members import notices, roles, seen
from members.actions.refusals import DoesNotApply, NotAllowed, WhyMissing, WorksElsewhere
from members.models import CalendarKey, Member, Organisation

Standing = Member.Standing

# Whom each decision applies to: the admin offers it for these standings, and every act asks once more.
APPLIES_TO = {
    "vouch": (Standing.WAITING, Standing.DECLINED),
    "decline": (Standing.WAITING, Standing.VOUCHED),
    "ban": (Standing.UNCONFIRMED, Standing.WAITING, Standing.VOUCHED, Standing.DECLINED),
    "leave": (Standing.UNCONFIRMED, Standing.WAITING, Standing.VOUCHED, Standing.DECLINED),
    "let_back_in": (Standing.BANNED, Standing.LEFT, Standing.DECLINED),
    "role": (Standing.VOUCHED,),  # to be given one; it is taken from anybody
    "place": (Standing.UNCONFIRMED, Standing.WAITING, Standing.VOUCHED, Standing.DECLINED),  # with others at once
}

# What the core team logs when it says whether someone may take part. After VOUCH the address counts again.
VOUCH = "members.vouch"
DECISIONS = (VOUCH, "members.decline", "members.ban", "members.let_back_in")

NOWHERE = -1  # the number of no organisation: whose page named none that can be read


def lock(member: Member) -> Member:
    """The member's row as it is now, held until the transaction ends."""
    return Member.objects.select_for_update().get(pk=member.pk)


def must_apply(verb: str, member: Member) -> None:
    """Raise DoesNotApply unless `verb` is one for the standing of `member`, who is locked or only looked at."""
    if member.standing not in APPLIES_TO[verb]:
        standing = member.get_standing_display()
        raise DoesNotApply(f"Nothing was changed: the standing of {member.display_name} is “{standing}” now.")


def must_work_there(member: Member, known: int | None) -> None:
    """Raise WorksElsewhere unless `member`, who is locked, works where whoever decides was shown.

    `known`: the number of that organisation, 0 for none; None when nobody was shown any.
    """
    if known is not None and known != (member.organisation_id or 0):
        raise WorksElsewhere(member)


def set_standing(member: Member, standing: str, *, why: str, log_as: str, by: Member | None) -> None:
    """Write a standing and what follows from it. `member` is locked; the caller has checked who may."""
    was, took_part = member.standing, member.is_taking_part()
    member.standing, member.standing_why = standing, why
    member.is_active = standing not in Member.OUT
    member.save(update_fields=["standing", "standing_why", "is_active"])
    if not member.is_active:
        CalendarKey.objects.filter(member=member).delete()  # whoever is let back in makes a new address
    log(member, log_as, user=by, data={"was": was, "is": standing, "why": why})
    _end_role(member, by=by)
    caching.touch("members")
    if member.is_taking_part() != took_part:
        seen.otherwise(member)
    live.access_changed(member.pk)


def _end_role(member: Member, *, by: Member | None) -> None:
    """A role is for those who take part: it ends with that, and comes back only by hand. So does the admin."""
    was = Member.Role(member.role)
    if was != Member.Role.MEMBER and not member.is_taking_part():
        member.role = Member.Role.MEMBER
        member.save(update_fields=["role"])
        why = f"Their standing is “{member.get_standing_display()}” now."
        log(member, "members.give_role", user=by, data={"was": was, "is": member.role, "why": why})
        if member.standing == Standing.WAITING:  # who is declined or shut out is told that
            notices.role_given(member, was=was)
    roles.follow_role(member)


def vouched_by_address(member: Member) -> bool:
    """Their address is in one of the domains of the organisation they chose."""
    found = Organisation.objects.vouching_for(member.email).first()
    return found is not None and found.pk == member.organisation_id


def held_by_the_core_team(member: Member) -> bool:
    """The core team's last word on them was not yes: only the core team vouches then, whatever their address is."""
    decided = ModelLogEntry.objects.for_instance(member).filter(action__in=DECISIONS)
    last = decided.order_by("-timestamp", "-pk").first()
    return member.standing == Standing.DECLINED or (last is not None and last.action != VOUCH)


@transaction.atomic
def vouch(*, by: Member, member: Member, why: str = "", known: int | None = None) -> Member:
    """The core team vouches that `member` works where they say. They are told by mail.

    `known`: as in `must_work_there`. Raises NotAllowed when `by` may not, or when the address was never confirmed,
    WorksElsewhere.
    """
    locked = lock(member)
    if not by.has_perm("members.vouch", locked):
        raise NotAllowed("Only the core team can vouch for members.")
    if locked.standing in Member.OUT:
        raise NotAllowed(f"{locked.display_name}’s account is closed. Let them back in first.")
    if locked.standing == Standing.UNCONFIRMED:
        raise NotAllowed(f"{locked.display_name} has not confirmed their e-mail address yet.")
    must_work_there(locked, known)
    if locked.organisation_id is None:
        raise NotAllowed(f"Choose the organisation {locked.display_name} works for first.")
    if locked.standing == Standing.VOUCHED:
        return locked
    must_apply("vouch", locked)
    set_standing(locked, Standing.VOUCHED, why=why.strip(), log_as=VOUCH, by=by)
    notices.member_vouched(locked)
    return locked


@transaction.atomic
def decline(*, by: Member, member: Member, why: str, known: int | None = None) -> Member:
    """The core team can't vouch for `member`; they are told why by mail. `known`: as in `must_work_there`.

    Raises NotAllowed, WhyMissing, WorksElsewhere.
    """
    locked = lock(member)
    if not by.has_perm("members.decline", locked):
        raise NotAllowed("Only the core team can decline.")
    must_apply("decline", locked)
    must_work_there(locked, known)
    if locked.is_staff:
        raise NotAllowed(f"{locked.display_name} has a role on this site. Take the role away first.")
    set_standing(locked, Standing.DECLINED, why=reason(why), log_as="members.decline", by=by)
    notices.member_declined(locked)
    return locked


@transaction.atomic
def ban(*, by: Member, member: Member, why: str) -> Member:
    """Shut someone out: they can't sign in, and their sessions end at once. Raises NotAllowed, WhyMissing."""
    locked = lock(member)
    if not by.has_perm("members.ban", locked):
        raise NotAllowed("You can't ban yourself or the core team. Take the role away first.")
    must_apply("ban", locked)
    set_standing(locked, Standing.BANNED, why=reason(why), log_as="members.ban", by=by)
    outbox.put("members.end_sessions", member=locked.pk)
    notices.member_banned(locked)
    return locked


@transaction.atomic
def leave(*, member: Member, by: Member | None = None, why: str = "") -> Member:
    """`member` has left their employer: their access ends, their posts stay. By themselves, or by the core team.

    Raises NotAllowed.
    """
    locked = lock(member)
    by = by or member
    if by.pk != locked.pk and not by.has_perm("members.ban", locked):
        raise NotAllowed("Only the core team can do this for someone else.")
    must_apply("leave", locked)
    set_standing(locked, Standing.LEFT, why=why.strip(), log_as="members.leave", by=by)
    outbox.put("members.end_sessions", member=locked.pk)
    return locked


@transaction.atomic
def let_back_in(*, by: Member, member: Member, why: str) -> Member:
    """Undo a ban, a leaving or a decline: they can sign in again, and wait to be vouched for by the core team.

    Raises NotAllowed, WhyMissing.
    """
    locked = lock(member)
    if not by.has_perm("members.ban", locked):
        raise NotAllowed("Only the core team can let someone back in.")
    must_apply("let_back_in", locked)
    set_standing(locked, Standing.WAITING, why=reason(why), log_as="members.let_back_in", by=by)
    return locked


def reason(why: str) -> str:
    """A reason someone really wrote. Raises WhyMissing."""
    if not why.strip():
        raise WhyMissing("Write the reason. It is logged, and the person may be told it.")
    return why.strip()
