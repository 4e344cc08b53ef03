"""What the worker does for Wagtail's side: publish and take down on time, remind of reviews, tell of new templates."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from cms.actions import privacy, reviews
from cms.models import TemplateVersion
from cms.notices import templates as template_notices
from core import caching, outbox, worker

log = logging.getLogger(__name__)


@worker.chore("publish scheduled pages", every=dt.timedelta(seconds=30))
def publish_scheduled(*, now: dt.datetime | None = None) -> tuple[int, int]:
    """Take down what expired and publish what is due; how many of each. One that is refused stops no other.

    As Wagtail's `publish_scheduled`, which stops at the first that fails. Caches are touched and searches
    updated by the same signals as for any publishing.
    """
    now = now or timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    return _each(_expire, expired), _each(_publish, due)


def _each(act, rows) -> int:
    return sum(_one(act, rows, pk) for pk in rows.values_list("pk", flat=True))


def _one(act, rows, pk: int) -> bool:
    """Do it with the row as it is now, held: what an editor took back or published anew meanwhile is left alone."""
    try:
        with transaction.atomic():
            row = rows.select_for_update().filter(pk=pk).first()
            return row is not None and act(row)
    except Exception:  # one page that fails must not hold up the others
        log.exception("%s: %s failed; going on with the next", act.__name__.strip("_"), pk)
        return False


def _expire(page: Page) -> bool:
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish(revision: Revision) -> bool:
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except ValidationError as refused:
        # local guidance that lost its approval meanwhile: it waits as a draft, and its keeper is told
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        reviews.schedule_refused(revision, refused)
        return False
    return True


@worker.chore("remind of reviews", every=dt.timedelta(hours=1))
def remind_of_reviews() -> int:
    """Each stage of each review once, however long the site was down; how many people were reminded."""
    return reviews.remind(today=timezone.localdate())


@outbox.handler("cms.template_version")
def template_version(*, version: int) -> None:
    """Tell followers of a version that is out, unless it is gone. Runs in the transaction that marks its row done."""
    found = TemplateVersion.objects.select_related("template", "document__collection").filter(pk=version).first()
    if found is not None:
        privacy.templates_changed([found.template_id])  # to some, it is the first they see of it
        caching.touch("templates")  # one that waited for its hour shows from now on
        template_notices.version_published(found)


@outbox.handler("cms.bring_threads_along")
def bring_threads_along(*, after: int = 0) -> None:
    """Threads that an older release left for more people than see what they are about; some at a time."""
    last = privacy.bring_some_along(after=after)
    if last is not None:
        outbox.put("cms.bring_threads_along", after=last)
