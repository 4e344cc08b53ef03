"""Give what somebody looked after to another member."""

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from cms.editing import notices
from core import caching
from members.models import Member


class CannotKeep(Exception):
    """The member can't look after anything here: they don't take part."""


@transaction.atomic
def hand_over(*, by: Member, records: list, to: Member) -> int:
    """Make `to` the owner of each of `records` (pages, templates), drafts included; how many changed. Logged each.

    Raises CannotKeep.
    """
    if not to.is_taking_part():
        raise CannotKeep(f"{to.display_name} does not take part, so they can't look after pages.")
    changed = [record for record in records if record.keeper_id != to.pk]
    for record in changed:
        was = record.keeper
        type(record).objects.filter(pk=record.pk).update(keeper=to)
        if isinstance(record, Page):
            _in_drafts(record, to)
        record.keeper = to
        data = {"was": was.display_name if was else "", "is": to.display_name, "why": f"now {to.display_name}’s"}
        log(record, "cms.hand_over", user=by, data=data)
    if changed:
        notices.handed_over(changed, to=to, by=by)
        caching.touch("pages", "templates", *(f"page:{record.pk}" for record in changed if isinstance(record, Page)))
    return len(changed)


def _in_drafts(page, to: Member) -> None:
    """A draft or a scheduled version would bring the old owner back when it is published."""
    for revision in Revision.page_revisions.filter(object_id=str(page.pk), pk__gte=page.live_revision_id or 0):
        revision.content["keeper"] = to.pk
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)
