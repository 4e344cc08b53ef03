"""Keep and discard what a member has typed and not posted yet."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import rows
from core.bulk import Conflict
from forum.actions.writing import lock_thread
from forum.models import ASKING, Draft, Place, Post
from members.models import Member

# What a tab says of itself beside the fields: its own random name, and the number of its save.
TAB, STEP = "_tab", "_step"

AS_IT_IS = Conflict(columns=("member_id",), where="thread_id IS NULL", update={"version": "old.version"})


class NewerDraft(Exception):
    """Another tab saved this draft since; `draft` is what it saved. Nothing was overwritten."""

    def __init__(self, draft: Draft):
        super().__init__("You changed this draft in another tab.")
        self.draft = draft


class PostedAlready(Exception):
    """What this draft comes from was posted, or the post it changes was changed since: there is nothing to keep."""


def save_draft(
    *, by: Member, place: Place = ASKING, fields: dict, version: int, tab: str = "", step: int = 0,
    once_key: uuid.UUID | None = None, now: dt.datetime | None = None,
) -> Draft:  # fmt: skip
    """Keep what `by` typed for `place`.

    `version` is that of the draft the tab started from or saved last (0: there was none). A tab that
    names itself (`tab`) and counts its saves (`step`) may also follow up its own saves, in their order,
    without having heard their answer. Raises NewerDraft when another tab saved other words since,
    PostedAlready when the form with this `once_key` was posted, or the edit it belongs to was saved.
    """
    fields = {**fields, TAB: tab, STEP: step}
    try:
        with transaction.atomic():
            found = by.drafts.at(place).select_for_update(of=("self",)).first()
            draft = found or _begin(by=by, place=place, fields=fields, version=version + 1, now=now)
            # asked once the thread or the draft is held: a post takes the same row away
            if once_key and Post.objects.filter(author=by, once_key=once_key).exists():
                raise PostedAlready
            if found is None:
                return draft
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
        raise NewerDraft(by.drafts.at(place).get()) from None


def _begin(*, by: Member, place: Place, fields: dict, version: int, now: dt.datetime | None) -> Draft:
    """The first draft there. Who asks meanwhile waits for its row, and this for theirs (`discard_draft`)."""
    if place.thread is not None:
        # whoever posts or edits has the thread first too, and the post, and the draft, after it
        lock_thread(place.thread)
    _must_be_of_now(place, fields)
    return Draft.objects.create(
        member=by, thread=place.thread, on=place.on, edits=place.edits, fields=fields, version=version,
        saved_at=now or timezone.now(),
    )  # fmt: skip


def _must_be_of_now(place: Place, fields: dict) -> None:
    """A save on its way while the edit itself arrived would bring back what was just saved."""
    if place.edits is None:
        return
    post = Post.objects.select_related("thread").get(pk=place.edits.pk)
    if fields.get("known", "").partition("/")[0] != post.version().partition("/")[0]:
        raise PostedAlready


def _follows(draft: Draft, tab: str, step: int) -> bool:
    return bool(tab) and draft.fields.get(TAB) == tab and step > draft.fields.get(STEP, 0)


def discard_draft(*, by: Member, place: Place = ASKING) -> None:
    """Throw a draft away; no draft, no harm. Posting calls this in its own transaction."""
    if place.thread is None:
        # no thread is held: writing there waits for who saves a first draft now, and has who comes later wait
        rows.upsert(Draft, AS_IT_IS, member=by.pk, fields={}, version=1, saved_at=timezone.now())
    where = {name: one.pk if one else None for name, one in vars(place).items()}
    rows.delete(Draft, member=by.pk, **where)


def throw_away(*, by: Member, place: Place = ASKING) -> Draft | None:
    """Throw a draft away for who may want it back: the draft as it was, or None when there was none."""
    with transaction.atomic():
        draft = by.drafts.at(place).select_for_update(of=("self",)).first()
        discard_draft(by=by, place=place)
    return draft


def put_back(
    *, by: Member, place: Place = ASKING, fields: dict, version: int, saved_at: dt.datetime
) -> Draft:  # fmt: skip
    """Keep once more what was thrown away, as it was; twice is once. Raises NewerDraft when another was begun since."""
    try:
        with transaction.atomic():
            return Draft.objects.create(
                member=by, thread=place.thread, on=place.on, edits=place.edits, fields=fields, version=version,
                saved_at=saved_at,
            )  # fmt: skip
    except IntegrityError:
        found = by.drafts.at(place).get()
        if found.typed() == Draft(fields=fields).typed():
            return found
        raise NewerDraft(found) from None
