"""Taking a post out of a thread and putting it back: what its counters, its accepted answer and its lists say then."""

import datetime as dt

from forum import notices
from forum.actions.writing import bump
from forum.models import Post, Thread


def bury(thread: Thread, post: Post, *, removed_by: str, why: str, now: dt.datetime) -> None:
    """Leave a tombstone where a visible post stood. The thread's row is locked by the caller."""
    post.removed_at, post.removed_by, post.removed_why = now, removed_by, why
    post.save(update_fields=["removed_at", "removed_by", "removed_why"])
    changes = recounted(thread)
    if thread.accepted_answer_id == post.pk:
        changes |= {"accepted_answer": None, "accepted_at": None}
    if post.kind == Post.Kind.OPENING and not _others_replied(thread):
        changes["removed_at"] = now
    bump(thread, **changes)
    notices.withdraw(thread, post)
    notices.reindex(thread)


def raise_again(thread: Thread, post: Post) -> None:
    """Put a removed post back in its place. The thread's row is locked by the caller."""
    post.removed_at, post.removed_by, post.removed_why = None, "", ""
    post.save(update_fields=["removed_at", "removed_by", "removed_why"])
    changes = recounted(thread)
    if post.kind == Post.Kind.OPENING:
        changes["removed_at"] = None
    bump(thread, **changes)
    notices.reindex(thread)


def recounted(thread: Thread) -> dict:
    """The counters of a thread, counted from its visible posts."""
    visible = thread.posts.visible()
    answers = visible.answers()
    last = visible.by_number().last()
    return {
        "highest_visible_number": last.number if last else 0,
        "answer_count": answers.count(),
        "peer_answer_count": answers.exclude(author=thread.author_id).count() if thread.author_id else answers.count(),
    }


def _others_replied(thread: Thread) -> bool:
    replies = thread.posts.visible().exclude(kind=Post.Kind.OPENING)
    return replies.exclude(author=thread.author_id).exists() if thread.author_id else replies.exists()
