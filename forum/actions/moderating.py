"""What moderators and the core team do, each with a reason, each in the log."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from forum import notices
from forum.actions import topics as topic_acts
from forum.actions.discussing import for_whom_it_is_now
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.tombstones import bury, hold_posts, leave_deleted, raise_again, remove_deleted
from forum.actions.writing import bump, hold_spaces, lock_thread
from forum.models import Post, Thread
from forum.permissions import can_moderate
from members.models import Member


class ReasonNeeded(NotAllowed):
    """A moderator must say why."""


def _locked_for(by: Member, thread: Thread | int, why: str) -> Thread:
    locked = lock_thread(thread)
    if not can_moderate(by, locked):
        raise NotAllowed("Only moderators and the core team can do this.")
    if not why.strip():
        raise ReasonNeeded("Say why, so that everyone can understand it later.")
    return locked


def _log(thread: Thread, action: str, *, by: Member, why: str, **data) -> ModelLogEntry:
    return log(instance=thread, action=action, user=by, data={"why": why.strip(), **data})


def remove(*, by: Member, post: Post, why: str, now: dt.datetime | None = None) -> None:
    """Take a post away, leaving a tombstone with the reason; its author is told. Removing the opening hides the thread.

    What its author deleted is removed, too, so that they can't put it back; the replies to it stay.
    Raises NotAllowed, ReasonNeeded, AlreadyGone.
    """
    now, said = now or timezone.now(), why.strip()[:240]
    with transaction.atomic():
        thread = _locked_for(by, post.thread_id, why)
        hold_posts(thread, post)
        post = Post.objects.get(pk=post.pk)
        if post.removed_by == Post.RemovedBy.MODERATOR:
            raise AlreadyGone("This post is gone already.")
        notices.hold(thread, post.author_id, thread.author_id)
        deleted = not post.is_visible()
        if deleted:
            gone = thread.is_removed()
            remove_deleted(thread, post, why=said, now=now)
        else:
            whole = post.kind == Post.Kind.OPENING
            gone = bury(thread, post, by=by, removed_by=Post.RemovedBy.MODERATOR, why=said, now=now, whole=whole)
        entry = _log(thread, "forum.remove", by=by, why=why, post=post.number, **({"deleted": True} if deleted else {}))
        notices.post_removed(thread, post, by=by, entry=entry, whole=gone)


def restore(*, by: Member, post: Post, why: str) -> None:
    """Put a post back that a moderator removed; one that was accepted is so again, unless another was meanwhile.

    Its author is told, if they heard that it was gone; whom it is about and who follows hear of it as when its author
    puts it back. A thread that was removed comes back for those only who may see what it is about now. What its author
    had deleted before is as they left it.

    Raises NotAllowed (also for what its author deleted), ReasonNeeded.
    """
    with transaction.atomic():
        hold_spaces()
        thread = _locked_for(by, post.thread_id, why)
        post = Post.objects.select_related("author", "parent").get(pk=post.pk)
        if post.removed_by != Post.RemovedBy.MODERATOR:
            raise NotAllowed("Only what a moderator removed can be put back.")
        thread = for_whom_it_is_now(thread)
        whole = thread.is_removed()
        notices.hold_for_put_back(thread, post, whole=whole)
        if post.deleted_at is not None:
            leave_deleted(thread, post)
            entry = _log(thread, "forum.restore", by=by, why=why, post=post.number, deleted=True)
            notices.removal_taken_back(thread, post, by=by, entry=entry)
            return
        readable = raise_again(thread, post, by=by)
        entry = _log(thread, "forum.restore", by=by, why=why, post=post.number)
        if readable:
            notices.post_put_back(thread, post, whole=whole)
            notices.post_restored(thread, post, by=by, entry=entry)


def lock(*, by: Member, thread: Thread, why: str) -> None:
    """Stop new answers and comments; who started the thread is told."""
    _lock(by, thread, why, "forum.lock", locked=True)


def unlock(*, by: Member, thread: Thread, why: str) -> None:
    """Take answers and comments again; who started the thread is told, if they heard that it was locked."""
    _lock(by, thread, why, "forum.unlock", locked=False)


def _lock(by: Member, thread: Thread, why: str, action: str, *, locked: bool) -> None:
    with transaction.atomic():
        thread = _locked_for(by, thread, why)
        was = thread.locked
        bump(thread, locked=locked)
        entry = _log(thread, action, by=by, why=why)
        if was != locked:
            notices.thread_locked(thread, by=by, entry=entry)


def pin(*, by: Member, thread: Thread, why: str) -> None:
    """Keep a thread on top of the lists, as a notice."""
    _set(by, thread, why, "forum.pin", pinned=True)


def unpin(*, by: Member, thread: Thread, why: str) -> None:
    _set(by, thread, why, "forum.unpin", pinned=False)


def _set(by: Member, thread: Thread, why: str, action: str, **state) -> None:
    with transaction.atomic():
        locked = _locked_for(by, thread, why)
        bump(locked, **state)
        _log(locked, action, by=by, why=why)


def retag(*, by: Member, thread: Thread, topics: list[str], why: str) -> None:
    """Give a thread other topics; nobody is told and nothing becomes unread."""
    with transaction.atomic():
        locked = _locked_for(by, thread, why)
        before = list(locked.topics.names())
        after = [topic.name for topic in topic_acts.set_topics(locked, topics)]
        bump(locked)
        notices.reindex(locked)
        _log(locked, "forum.retag", by=by, why=why, before=before, after=after)
