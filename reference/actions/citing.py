"""Citing the law, and saying that what was said still holds."""

import datetime as dt
from collections.abc import Iterable

from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from members.models import Member
from notifications import inbox
from reference import notices
from reference.actions.refusals import NotAllowed
from reference.citing import kind_of
from reference.models import Citation, Provision
from reference.permissions import may_confirm


@transaction.atomic
def cite(
    *, target: models.Model, provisions: Iterable[Provision], owner: Member | None, today: dt.date | None = None
) -> list[Citation]:
    """Make `target` cite exactly these provisions; the citations, law first.

    Those that stay keep the day they were checked on; new ones are checked today. `owner` (who is told
    when the law changes) holds for all of them.
    """
    wanted = {one.pk: one for one in provisions}
    standing = {one.provision_id: one for one in Citation.objects.of(target)}
    gone = [one.pk for pk, one in standing.items() if pk not in wanted]
    if gone:
        Citation.objects.filter(pk__in=gone).delete()
    fresh = [
        Citation(
            provision=provision, target_type=kind_of(type(target)), target_id=target.pk, owner=owner,
            checked_on=today or timezone.localdate(), checked_by=owner, checked_no=provision.change_no,
        )
        for pk, provision in wanted.items()
        if pk not in standing
    ]  # fmt: skip
    Citation.objects.bulk_create(fresh, ignore_conflicts=True)  # another request may be citing it at this moment
    new_owner = owner.pk if owner else None
    moved = [one.pk for pk, one in standing.items() if pk in wanted and one.owner_id != new_owner]
    if moved:
        Citation.objects.filter(pk__in=moved).update(owner=owner)
    changed = set(wanted) ^ set(standing)
    if changed:
        caching.touch(*(f"provision:{pk}" for pk in changed))
    return list(Citation.objects.of(target)) if fresh or gone or moved else list(standing.values())


@transaction.atomic
def confirm(
    *, by: Member, target: models.Model, provision: Provision | None = None, today: dt.date | None = None
) -> int:
    """Say that `target` still holds under the law as it is now, by one provision or all it cites; how many.

    The caller has asked whether `by` may: an app above knows more of its own things than we do.
    """
    citations = Citation.objects.of(target)
    if provision is not None:
        citations = citations.filter(provision=provision)
    return _confirm(list(citations), by, today)


@transaction.atomic
def still_right(*, by: Member, citation: Citation, today: dt.date | None = None) -> None:
    """Say of one citation that it still holds. Its owner, moderators and the core team. Raises NotAllowed."""
    if not may_confirm(by, citation):
        raise NotAllowed("Only its owner, moderators and the core team can say that it is still right.")
    _confirm([citation], by, today)


def _confirm(citations: list[Citation], by: Member, today: dt.date | None) -> int:
    for one in citations:
        one.checked_on = today or timezone.localdate()
        one.checked_by = by
        one.checked_no = one.provision.change_no
        log(instance=one.provision, action="reference.confirm", user=by, data={"target": str(one.target or "")[:200]})
    Citation.objects.bulk_update(citations, ["checked_on", "checked_by", "checked_no"])
    if citations:
        caching.touch("law", *(f"provision:{one.provision_id}" for one in citations))
    for one in citations:
        if one.owner and not Citation.objects.owned_by(one.owner).of_provision(one.provision).needing_check().exists():
            inbox.read(one.owner, notices.group_key(one.provision))
    for owner in {one.owner_id: one.owner for one in citations if one.owner}.values():
        notices.looked_at(owner)
    return len(citations)
