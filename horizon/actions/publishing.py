"""What follows when a briefing is published, taken down, or when a day comes on which the law it names changes."""

import datetime as dt
import logging

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from core import caching
from horizon import notices
from horizon.models import BriefingPage, BriefingProvision, FollowersTold, LawMarking
from horizon.querysets import briefings as reads
from members.models import Member
from members.pages import page_visible_to
from notifications import inbox
from reference.actions import citing
from reference.actions.provisions import Cause, Change, mark_changed_together
from reference.permissions import may_keep

log = logging.getLogger(__name__)

# What is said of a law where the words of who says so are not for everybody.
PLAIN_WORDS = "It has changed. Read the law itself before you rely on these words."


@transaction.atomic
def published(*, page: BriefingPage, by: Member | None = None, today: dt.date | None = None) -> None:
    """A briefing is out, or a new version of it: the law it names is marked, and its followers are told.

    Each of that happens once, however often it is published, and by how many at the same time. Does nothing for a
    page that only waits for its hour.
    """
    if not _hold(page):
        return
    changes = reads.law_changes_of(page)
    _carry_out(page, changes, by=by, today=today or timezone.localdate())
    if page.alias_of_id is None and FollowersTold.objects.get_or_create(briefing_id=page.pk)[1]:
        notices.briefing_published(page, by=by)
    forget_kept(page)


@transaction.atomic
def unpublished(*, page: BriefingPage) -> None:
    """A briefing was taken down: it cites nothing any more, and nobody is sent to it. The law stays changed.

    News of it that nobody got yet is told when it is published again.
    """
    if notices.take_back_news(page):
        FollowersTold.objects.filter(briefing_id=page.pk).delete()
    citing.cite(target=page, provisions=[], owner=None)
    inbox.withdraw(*(notices.key_of(kind, page.pk) for kind in (notices.BRIEFING, notices.TASK_DUE)))
    forget_kept(page)


def forget_kept(page: BriefingPage) -> None:
    """Kept pages that list a briefing are made anew."""
    caching.touch("horizon", f"page:{page.pk}", f"development:{page.development_id}")


def law_fell_due(*, today: dt.date) -> int:
    """Mark the law that published briefings said would change by now; of how many. One that fails stops no other."""
    return sum(_mark_due(page, today) for page in reads.with_law_due(today))


def _mark_due(page: BriefingPage, today: dt.date) -> bool:
    try:
        with transaction.atomic():
            if not _hold(page):
                return False
            marked = _carry_out(page, reads.law_changes_of(page), by=None, today=today)
            forget_kept(page)
            return bool(marked)
    except Exception:  # one briefing that fails must not hold up the others
        log.exception("the law of briefing %s was not marked; going on with the next", page.pk)
        return False


def _hold(page: BriefingPage) -> bool:
    """Lock the briefing until the end, so that two who publish it come one after the other; whether it is out."""
    return BriefingPage.objects.select_for_update(of=("self",)).filter(pk=page.pk, live=True).first() is not None


def _carry_out(
    page: BriefingPage, changes: list[BriefingProvision], *, by: Member | None, today: dt.date
) -> list[BriefingProvision]:
    """Mark the changes whose day has come, once each; then cite all of it. What was marked now."""
    done = reads.law_marked_by(page)
    due = [one for one in changes if one.provision_id not in done and (one.from_on is None or one.from_on <= today)]
    if due:
        cause = _cause(page)
        mark_changed_together(
            by=by if by is not None and may_keep(by) else None,
            changes=[Change(one.provision, one.what if cause else PLAIN_WORDS, one.from_on or today) for one in due],
            cause=cause,
        )
        LawMarking.objects.bulk_create(LawMarking(briefing_id=page.pk, provision_id=one.provision_id) for one in due)
    _cite(page, changes, fresh={one.provision_id for one in due})
    return due


def _cite(page: BriefingPage, changes: list[BriefingProvision], *, fresh: set[int]) -> None:
    """Stand on what it changes. Written after the marking: who says that the law changed has looked at it."""
    before = [one.provision for one in changes if one.provision_id not in fresh]
    if fresh:
        citing.cite(target=page, provisions=before, owner=page.keeper)
    citing.cite(target=page, provisions=[one.provision for one in changes], owner=page.keeper)


def _cause(page: BriefingPage) -> Cause | None:
    """What owners are told the law changed by: none for a page that not everybody may see, nor are its words used."""
    url = page.get_url()
    return Cause(page.title, url) if url and page_visible_to(page, AnonymousUser()) else None
