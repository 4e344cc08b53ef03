"""Taking a post out of a thread and putting it back: what its counters, its accepted answer and its lists say then."""

import datetime as dt

from django.db.models import Q

from forum import notices
from forum.actions import reading
from forum.actions.writing import FACES, bump
from forum.models import Post, Thread
from members.models import Member

STATE = ["removed_at", "removed_by", "removed_why", "deleted_at", "was_accepted_at"]


def hold_posts(thread: Thread, post: Post) -> None:
    """Before a post is taken out, and before any inbox: who is being told of it, and of what may go with it, is waited
    for, and then taken back. The caller has locked the thread's row."""
    which = Q(pk=post.pk) | Q(removed_at=None) if post.kind == Post.Kind.OPENING else Q(pk=post.pk)
    list(thread.posts.filter(which).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def bury(
    thread: Thread, post: Post, *, by: Member, removed_by: str, why: str, now: dt.datetime, whole: bool = False
) -> bool:
    """Leave a tombstone where a visible post stood; whether the thread went too. The caller has locked its row,
    holds its posts (`hold_posts`) and then the inboxes of who is told.

    With `whole`, or when nobody else replied to the opening, the thread goes with it; so it does with the last
    post that stood. If it was the accepted answer, the asker is told that their question is open again.
    """
    gone, accepted = whole or thread.goes_with(post), thread.accepted_answer_id == post.pk
    post.removed_at, post.removed_by, post.removed_why = now, removed_by, why
    post.was_accepted_at = thread.accepted_at if accepted else None
    post.save(update_fields=STATE)
    changes = recounted(thread)
    if accepted:
        changes |= {"accepted_answer": None, "accepted_at": None}
        notices.remember_mail_of_acceptance(thread, post)
    if gone:
        changes["removed_at"] = now
    bump(thread, **changes)
    reading.pass_over_own(thread)
    notices.withdraw(thread, None if gone else post)
    if accepted and not gone:
        notices.acceptance_lost(thread, post, by=by)
    notices.reindex(thread)
    return gone


def raise_again(thread: Thread, post: Post, *, by: Member) -> bool:
    """Put a post that is gone back in its place; whether it can be read there. The caller has locked the thread's row,
    and holds the inboxes of who is told.

    The thread comes back with its opening; with another post when the asker deleted the opening, as it stands
    without it then. One that is hidden because of what it is about (`withheld_at`) stays hidden.
    If it was the accepted answer, it is again, unless another one is, and the asker is told.
    """
    comes_back = post.kind == Post.Kind.OPENING or thread.went_with_its_posts()
    accepted_at = post.was_accepted_at if thread.accepted_answer_id is None else None
    post.removed_at, post.removed_by, post.removed_why = None, "", ""
    post.deleted_at = post.was_accepted_at = None
    post.save(update_fields=STATE)
    changes = recounted(thread)
    if comes_back:
        changes |= {"removed_at": thread.withheld_at} if thread.is_withheld() else listed_again(thread)
    if accepted_at:
        changes |= {"accepted_answer": post, "accepted_at": accepted_at}
    bump(thread, **changes)
    reading.come_back_over_own(thread, post)
    notices.reindex(thread)
    readable = changes.get("removed_at", thread.removed_at) is None
    if accepted_at and readable:
        notices.acceptance_back(thread, post, by=by)
    return readable


def remove_deleted(thread: Thread, post: Post, *, why: str, now: dt.datetime) -> None:
    """What its author had deleted is removed by a moderator: nobody but a moderator can put it back now."""
    post.deleted_at = post.removed_at
    post.removed_at, post.removed_by, post.removed_why = now, Post.RemovedBy.MODERATOR, why
    post.save(update_fields=STATE)
    bump(thread)


def leave_deleted(thread: Thread, post: Post) -> None:
    """It is as its author left it, deleted; until it is too late they can put it back."""
    post.removed_at, post.removed_by, post.removed_why = post.deleted_at, Post.RemovedBy.AUTHOR, ""
    post.deleted_at = None
    post.save(update_fields=STATE)
    bump(thread)


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
