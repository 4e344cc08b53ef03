"""What the core team does with provisions of law."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

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


class Change(NamedTuple):
    """What changed in a provision. `on`: the day, if it is not the one of all."""

    provision: Provision
    what: str
    on: dt.date | None = None


class Cause(NamedTuple):
    """The page that says that the law changed. Only one that everybody may see: owners are told its title."""

    title: str
    url: str


@transaction.atomic
def mark_changed(*, by: Member, provision: Provision, what: str, on: dt.date | None = None) -> int:
    """Say that the law of a provision changed on a day (today, or earlier); how many things now say “check this”.

    Whoever owns something that cites it and was last looked at before is told by the worker, each once.
    Raises NotAllowed, WordsNeeded, NotYet.
    """
    on = on or timezone.localdate()
    _allow(by)
    _check(what, on)
    locked = _lock([provision])[provision.pk]
    items = _mark(locked, provision, what, on, by=by)
    notices.law_changed(locked, by=by)
    changed(locked)
    return len(items)


@transaction.atomic
def mark_changed_together(
    *,
    by: Member | None,
    changes: Iterable[Change | tuple[Provision, str]],
    on: dt.date | None = None,
    cause: Cause | tuple[str, str] | None = None,
) -> int:
    """Say that the law of several provisions changed, and why; how many things now say “check this”.

    Each owner is told once for all of it. `on` (today) is the day of every change that has none of its own. A
    provision that was marked with a later day already is left as it is. `by` None: the site itself, when the day of
    what the core team published has come. Raises NotAllowed, WordsNeeded, NotYet; then nothing is marked.
    """
    wanted = [Change(*one) for one in changes]
    wanted = [one._replace(on=one.on or on or timezone.localdate()) for one in wanted]
    if by is not None:
        _allow(by)
    for one in wanted:
        _check(one.what, one.on)
    locked = _lock(one.provision for one in wanted)
    fresh = [one for one in wanted if not _is_older(one, locked[one.provision.pk])]
    items: set[tuple[int, int]] = set()
    for one in fresh:
        items |= _mark(locked[one.provision.pk], one.provision, one.what, one.on, by=by, cause=cause)
    if fresh:
        marked = [locked[one.provision.pk] for one in fresh]
        notices.laws_changed(marked, by=by, subject=cause[0] if cause else "")
        changed(*marked)
    return len(items)


def _allow(by: Member) -> None:
    if not may_keep(by):
        raise NotAllowed("Only the core team can mark a law as changed.")


def _check(what: str, on: dt.date | None) -> None:
    if not what.strip():
        raise WordsNeeded("Say what changed, so that people know what to look for.")
    if on and on > timezone.localdate():
        raise NotYet("That day has not come yet. Mark the law as changed once the change is in force.")


def _lock(provisions: Iterable[Provision]) -> dict[int, Provision]:
    """The rows of some provisions as they are now, held until the end, always in the same order."""
    numbers = {one.pk for one in provisions}
    return {one.pk: one for one in Provision.objects.select_for_update().filter(pk__in=numbers).order_by("pk")}


def _is_older(change: Change, now: Provision) -> bool:
    """Whether a provision says already that it changed after that: going back would call what is stale fresh."""
    return now.changed_on is not None and change.on is not None and change.on < now.changed_on


def _mark(
    locked: Provision, given: Provision, what: str, on: dt.date | None, *, by: Member | None, cause=None
) -> set[tuple[int, int]]:
    """Write one marking, into `given` as well; the things (type, number) that it asks to be looked at again."""
    locked.changed_on, locked.changed_what = on, what.strip()[:300]
    locked.change_no += 1
    locked.edited_at = timezone.now()
    written = ["changed_on", "changed_what", "change_no", "edited_at"]
    locked.save(update_fields=written)
    for name in written:
        setattr(given, name, getattr(locked, name))
    waiting = still_standing(Citation.objects.of_provision(locked).needing_check())
    data = {"what": locked.changed_what, "on": on.isoformat() if on else "", "items": len(waiting)}
    data |= {"cause": cause[0], "url": cause[1]} if cause else {}
    log(instance=locked, action="reference.mark_changed", user=by, data=data)
    return {(one.target_type_id, one.target_id) for one in waiting}


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
