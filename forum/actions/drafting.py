"""Keep and discard what a member has typed and not posted yet."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import rows
from forum.models import Draft, Post, Thread
from members.models import Member

# What a tab says of itself beside the fields: its own random name, and the number of its save.
TAB, STEP = "_tab", "_step"


class NewerDraft(Exception):
    """Another tab saved this draft since; `draft` is what it saved. Nothing was overwritten."""

    def __init__(self, draft: Draft):
        super().__init__("You changed this draft in another tab.")
        self.draft = draft


class PostedAlready(Exception):
    """The form this draft comes from was posted: there is nothing left to keep."""


def save_draft(
    *, by: Member, thread: Thread | None = None, fields: dict, version: int, tab: str = "", step: int = 0,
    once_key: uuid.UUID | None = None, now: dt.datetime | None = None,
) -> Draft:  # fmt: skip
    """Keep what `by` typed: for asking (`thread` None) or for answering a thread.

    `version` is that of the draft the tab started from or saved last (0: there was none). A tab that
    names itself (`tab`) and counts its saves (`step`) may also follow up its own saves, in their order,
    without having heard their answer. Raises NewerDraft when another tab saved other words since,
    PostedAlready when the form with this `once_key` was posted.
    """
    fields = {**fields, TAB: tab, STEP: step}
    try:
        with transaction.atomic():
            draft = by.drafts.about(thread).select_for_update().first()
            # asked after the lock: a post takes the same row away
            if once_key and Post.objects.filter(author=by, once_key=once_key).exists():
                raise PostedAlready
            if draft is None:
                return Draft.objects.create(
                    member=by, thread=thread, fields=fields, version=version + 1, saved_at=now or timezone.now()
                )
            if version != draft.version and not _follows(draft, tab, step):
                if draft.typed() == Draft(fields=fields).typed():
                    return draft
                raise NewerDraft(draft)
            draft.fields, draft.saved_at = fields, now or timezone.now()
            draft.version = max(draft.version, version) + 1
            draft.save(update_fields=["fields", "version", "saved_at"])
            return draft
    except IntegrityError:
        # two tabs made the first draft at the same moment: the later one is told
        raise NewerDraft(by.drafts.about(thread).get()) from None


def _follows(draft: Draft, tab: str, step: int) -> bool:
    return bool(tab) and draft.fields.get(TAB) == tab and step > draft.fields.get(STEP, 0)


def discard_draft(*, by: Member, thread: Thread | None = None) -> None:
    """Throw a draft away; no draft, no harm. Posting calls this in its own transaction."""
    rows.delete(Draft, member=by.pk, thread=thread.pk if thread else None)


def throw_away(*, by: Member, thread: Thread | None = None) -> Draft | None:
    """Throw a draft away for who may want it back: the draft as it was, or None when there was none."""
    with transaction.atomic():
        draft = by.drafts.about(thread).select_for_update().first()
        discard_draft(by=by, thread=thread)
    return draft


def put_back(
    *, by: Member, thread: Thread | None = None, fields: dict, version: int, saved_at: dt.datetime
) -> Draft:  # fmt: skip
    """Keep once more what was thrown away, as it was; twice is once. Raises NewerDraft when another was begun since."""
    try:
        with transaction.atomic():
            return Draft.objects.create(member=by, thread=thread, fields=fields, version=version, saved_at=saved_at)
    except IntegrityError:
        found = by.drafts.about(thread).get()
        if found.typed() == Draft(fields=fields).typed():
            return found
        raise NewerDraft(found) from None
