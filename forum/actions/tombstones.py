"""Taking a post out of a thread and putting it back: what its counters, its accepted answer and its lists say then."""

import datetime as dt

from forum import notices
from forum.actions import reading
from forum.actions.writing import FACES, bump
from forum.models import Post, Thread


def bury(thread: Thread, post: Post, *, removed_by: str, why: str, now: dt.datetime, whole: bool = False) -> bool:
    """Leave a tombstone where a visible post stood; whether the thread went too. Its row is locked by the caller.

    With `whole`, or when nobody else replied to the opening, the thread goes with it; so it does with the last
    post that stood.
    """
    gone = whole or thread.goes_with(post)
    post.removed_at, post.removed_by, post.removed_why = now, removed_by, why
    post.save(update_fields=["removed_at", "removed_by", "removed_why"])
    changes = recounted(thread)
    if thread.accepted_answer_id == post.pk:
        changes |= {"accepted_answer": None, "accepted_at": None}
        notices.remember_mail_of_acceptance(thread, post)
    if gone:
        changes["removed_at"] = now
    bump(thread, **changes)
    if changes["highest_visible_number"] > post.number:
        reading.pass_over_own(thread)
    notices.withdraw(thread, None if gone else post)
    notices.reindex(thread)
    return gone


def raise_again(thread: Thread, post: Post, *, accepted_at: dt.datetime | None = None) -> bool:
    """Put a removed post back in its place; whether it can be read there. The thread's row is locked by the caller.

    The thread comes back with its opening; with another post when the asker deleted the opening, as it stands
    without it then. One that is hidden because of what it is about (`withheld_at`) stays hidden.
    `accepted_at`: since when it was the accepted answer; it is again, if no other one is.
    """
    post.removed_at, post.removed_by, post.removed_why = None, "", ""
    post.save(update_fields=["removed_at", "removed_by", "removed_why"])
    changes = recounted(thread)
    if post.kind == Post.Kind.OPENING or _deleted_by_its_asker(thread):
        changes |= {"removed_at": thread.withheld_at} if thread.is_withheld() else listed_again(thread)
    if accepted_at and thread.accepted_answer_id is None:
        changes |= {"accepted_answer": post, "accepted_at": accepted_at}
    bump(thread, **changes)
    notices.reindex(thread)
    return changes.get("removed_at", thread.removed_at) is None


def _deleted_by_its_asker(thread: Thread) -> bool:
    """The asker deleted the opening: such a thread was removed only because nothing was left in it."""
    return thread.is_removed() and thread.posts.filter(number=1, removed_by=Post.RemovedBy.AUTHOR).exists()


def listed_again(thread: Thread) -> dict:
    """What changes of a thread that is no longer removed; about a page that has another by now it is no longer."""
    changes: dict = {"removed_at": None}
    if thread.about_id is not None:
        others = Thread.objects.listed().filter(about_type=thread.about_type_id, about_id=thread.about_id)
        if others.exclude(pk=thread.pk).exists():
            changes |= {"about_type": None, "about_id": None}
    return changes


def recounted(thread: Thread) -> dict:
    """The counters of a thread, counted from its visible posts. One query."""
    facts = ("number", "kind", "author_id", "created_at")
    visible = list(thread.posts.visible().order_by("-number").values_list(*facts, named=True))
    answers = [post for post in visible if post.kind == Post.Kind.ANSWER]
    last = visible[0] if visible else None
    voices = list(dict.fromkeys(post.author_id for post in visible))
    return {
        "highest_visible_number": last.number if last else 0,
        "last_activity_at": last.created_at if last else thread.created_at,
        "last_author": last.author_id if last else None,
        "voices": [pk for pk in voices if pk][:FACES],
        "voice_count": len(voices),
        "answer_count": len(answers),
        "peer_answer_count": sum(post.author_id != thread.author_id or post.author_id is None for post in answers),
    }
