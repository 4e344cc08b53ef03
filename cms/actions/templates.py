"""What can be done with templates: follow one, fetch one, add a version."""

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from wagtail.search import index

from cms.actions import privacy
from cms.models import Template, TemplateFollow, TemplateVersion
from core import caching, outbox
from members.actions.refusals import NotAllowed
from members.models import Member

log = logging.getLogger(__name__)


def follow(*, by: Member, template: Template, follow: bool) -> None:
    """Tell `by` of new versions of a template, or stop. Twice is once. Raises NotAllowed."""
    if not follow:
        stop_following(by=by, template_id=template.pk)
        return
    if not by.is_taking_part():
        raise NotAllowed("Only members are told about new versions.")
    TemplateFollow.objects.get_or_create(member=by, template=template)


def stop_following(*, by: Member, template_id: int) -> None:
    """Tell `by` no more. Needs no standing: a mail's stop link does it."""
    TemplateFollow.objects.filter(member=by, template=template_id).delete()


def count_download(*, version: TemplateVersion) -> None:
    """Somebody fetched a version. Who, is not kept. A count that can't be written costs nobody the file."""
    try:
        with transaction.atomic():
            TemplateVersion.objects.filter(pk=version.pk).update(downloads=F("downloads") + 1)
            caching.touch("downloads")
    except DatabaseError as error:
        log.warning("a download of version %s was not counted: %r", version.pk, error)


@transaction.atomic
def changed(*, template: Template, now: dt.datetime | None = None) -> int:
    """A template was made or edited: index it, show it, and tell followers of versions they have not heard of.

    How many versions are told of. Safe to repeat: each version is told of once, and one that is
    published later when it is out.
    """
    now = now or timezone.now()
    template.refresh_from_db()
    index.insert_or_update_object(template)
    untold = list(template.versions.untold().select_for_update().order_by("number"))
    template.versions.filter(pk__in=[version.pk for version in untold]).update(told_at=now)
    for version in untold:
        later = version.published_at if version.published_at > now else None
        outbox.put("cms.template_version", due_at=later, version=version.pk)
    privacy.templates_changed([template.pk])
    caching.touch("templates")
    return len(untold)
