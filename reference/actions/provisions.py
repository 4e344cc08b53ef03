"""What the core team does with provisions of law."""

import datetime as dt

from django.db import transaction
from django.db.models import PROTECT
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.search import index

from core import caching
from members.models import Member
from reference import notices
from reference.actions.refusals import NotAllowed, Refused
from reference.citing import still_standing
from reference.models import Citation, Provision
from reference.permissions import may_keep


class WordsNeeded(Refused):
    """A marking must say what changed."""


class NotYet(Refused):
    """A law is marked once it has changed, not before."""


@transaction.atomic
def mark_changed(*, by: Member, provision: Provision, what: str, on: dt.date | None = None) -> int:
    """Say that the law of a provision changed on a day (today, or earlier); how many things now say “check this”.

    Whoever owns something that cites it and was last looked at before is told by the worker, each once.
    Raises NotAllowed, WordsNeeded, NotYet.
    """
    today = timezone.localdate()
    on = on or today
    if not may_keep(by):
        raise NotAllowed("Only the core team can mark a law as changed.")
    if not what.strip():
        raise WordsNeeded("Say what changed, so that people know what to look for.")
    if on > today:
        raise NotYet("That day has not come yet. Mark the law as changed once the change is in force.")
    locked = Provision.objects.select_for_update().get(pk=provision.pk)
    locked.changed_on, locked.changed_what = on, what.strip()[:300]
    locked.change_no += 1
    locked.edited_at = timezone.now()
    locked.save(update_fields=["changed_on", "changed_what", "change_no", "edited_at"])
    for name in ("changed_on", "changed_what", "change_no", "edited_at"):
        setattr(provision, name, getattr(locked, name))
    count = len(still_standing(Citation.objects.of_provision(locked).needing_check()))
    log(instance=locked, action="reference.mark_changed", user=by,
        data={"what": locked.changed_what, "on": on.isoformat(), "items": count})  # fmt: skip
    notices.law_changed(locked, by=by)
    changed(locked)
    return count


def changed(*provisions: Provision) -> None:
    """After provisions were written: kept pages that show any of them are made anew, on commit."""
    caching.touch("law", *(f"provision:{one.pk}" for one in provisions))


def reached(provision: Provision, *, on: dt.date) -> tuple[int, int]:
    """(things, owners) that a marking with this day would ask to look again."""
    reached = still_standing(Citation.objects.of_provision(provision).checked_by_day(on))
    return len(reached), len({one.owner_id for one in reached if one.owner_id})


def edited(provision: Provision) -> None:
    """After a provision was saved in the admin with its topics: search and kept pages follow."""
    index.insert_or_update_object(Provision.objects.get(pk=provision.pk))
    changed(provision)


def is_cited(provision: Provision) -> bool:
    """Whether anything stands on it: an answer, a page, or a draft of a page."""
    return provision.citations.exists() or any(
        getattr(provision, relation.get_accessor_name() or "").exists()
        for relation in provision._meta.related_objects
        if relation.on_delete is PROTECT and relation.one_to_many
    )
