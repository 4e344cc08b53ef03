"""Review dates: who is reminded when, and what happens when what was to be published may not be."""

import datetime as dt
import logging

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from wagtail.log_actions import log as write_log

from cms.editing import notices
from cms.models import GuidancePage, NewsPage, ReviewReminder, StartPage, StoryPage, Template
from core.models import AbstractPage
from events.pages.event import EventPage
from horizon.models import BriefingPage

log = logging.getLogger(__name__)

REVIEWED = (GuidancePage, BriefingPage, StoryPage, EventPage, NewsPage, StartPage, Template)
FIRST = 30  # days before the review
AGAIN = 30  # days between reminders once it is overdue


def stage_on(due_on: dt.date, today: dt.date) -> int | None:
    """The stage a review is in: 30 (soon), 0 (today), -30, -60, … (overdue); None when it is not yet time.

    A stage that passed while the site was down is made good once by the latest one, not by each.
    """
    days = (due_on - today).days
    if days > FIRST:
        return None
    if days > 0:
        return FIRST
    return -(-days // AGAIN) * AGAIN


def remind(*, today: dt.date) -> int:
    """Remind the owner of each page and template whose review reached a new stage; how many were reminded.

    The reminder's row and the notice are one transaction: two schedulers, or a crash, remind nobody twice.
    """
    count = 0
    for model in REVIEWED:
        items = model.objects.filter(review_on__lte=today + dt.timedelta(days=FIRST), keeper__isnull=False)
        if issubclass(model, AbstractPage):
            items = items.filter(live=True)
        kind = ContentType.objects.get_for_model(model)
        sent = set(ReviewReminder.objects.filter(content_type=kind).values_list("object_id", "due_on", "stage"))
        for item in items.order_by("pk"):
            stage = stage_on(item.review_on, today)
            if stage is not None and (item.pk, item.review_on, stage) not in sent:
                count += _remind(kind, item, stage)
    return count


@transaction.atomic
def _remind(kind: ContentType, item, stage: int) -> int:
    row, made = ReviewReminder.objects.get_or_create(
        content_type=kind, object_id=item.pk, due_on=item.review_on, stage=stage
    )
    if not made:
        return 0
    return notices.review_fell_due(item, keeper_id=item.keeper_id, url=address_of(item), item_id=row.pk)


def address_of(item) -> str:
    """Where its owner goes to look again: the editor for who writes, else the page as readers see it."""
    if not isinstance(item, AbstractPage):
        return item.get_absolute_url()
    if item.keeper.is_writer:
        return reverse("wagtailadmin_pages:edit", args=[item.pk])
    return item.get_url() or "/"


def schedule_refused(revision, refused) -> None:
    """Its time came, but it may not be published: it stays a draft, and the log says why."""
    page = revision.content_object
    why = " ".join(refused.messages)
    log.warning("%s was not published on time: %s", page, why)
    write_log(page, "cms.schedule_refused", data={"why": why}, revision=revision)
