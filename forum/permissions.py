"""Who may do what in the forum: predicates, and the table at the bottom.

Lists start at `visible_to`; these are its twins for one object, held equal by a parity test.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from forum.models import Post, Space, SpaceMembership, Thread
from forum.querysets import groups_of
from members.permissions import Table, enter, is_core_team, takes_part


def can_view_space(member, space: Space) -> bool:
    """Twin of `Space.objects.visible_to`. Anyone for public spaces; members; the people of a group."""
    if space.visibility == Space.Visibility.PUBLIC:
        return True
    if not takes_part(member):
        return False
    if space.visibility == Space.Visibility.MEMBERS:
        return True
    return SpaceMembership.objects.filter(space=space, member=member).exists()


def can_view_thread(member, thread: Thread | None = None) -> bool:
    """Twin of `Thread.objects.visible_to`: its space may be read, and it is not removed (moderators still see it).

    Of none: whether the admin's log tells what was done to threads. It names them all, so it is the core team's.
    """
    if thread is None:
        return is_core_team(member)
    if thread.is_removed() and not can_moderate(member, thread):
        return False
    return can_view_space(member, thread.space)


def viewable(member, threads: Iterable[Thread]) -> list[Thread]:
    """Those of threads (with their spaces) that `member` may read: `can_view_thread` of many. One query at most."""
    threads = list(threads)
    groups = {thread.space_id for thread in threads if thread.space.visibility == Space.Visibility.GROUP}
    shut = groups.difference(groups_of(member)) if groups else groups

    def may(thread: Thread) -> bool:
        if thread.space_id not in groups:
            return can_view_thread(member, thread)
        return thread.space_id not in shut and (not thread.is_removed() or can_moderate(member, thread))

    return [thread for thread in threads if may(thread)]


def can_start(member, space: Space) -> bool:
    """Start a thread in a space: who reads it, unless it is for staff only."""
    if not takes_part(member) or not can_view_space(member, space):
        return False
    return space.may_start == Space.MayStart.READERS or member.is_moderator


def can_answer(member, thread: Thread) -> bool:
    """Answer or comment: who takes part and may read it, while it is not locked (moderators always)."""
    if not takes_part(member) or thread.is_removed():
        return False
    return (not thread.locked or member.is_moderator) and can_view_thread(member, thread)


def can_comment(member, post: Post) -> bool:
    """Comment on an opening or an answer that is still there."""
    return post.is_visible() and post.kind != Post.Kind.COMMENT and can_answer(member, post.thread)


def can_edit(member, post: Post) -> bool:
    """Change one's own post, while the thread is open to one's answers."""
    return post.is_visible() and takes_part(member) and post.author_id == member.pk and can_answer(member, post.thread)


def can_delete(member, post: Post) -> bool:
    """Delete one's own post; moderators remove posts instead, with a reason."""
    return can_edit(member, post)


def can_read_own_gone(member, post: Post) -> bool:
    """Read what one wrote in a post that is gone, even if its whole thread is: its author, who may read the space.

    Not while what the thread is about is open to fewer: its title says so.
    """
    thread = post.thread
    if not member.is_authenticated or post.author_id != member.pk or post.is_visible():
        return False
    return not thread.is_withheld() and can_view_space(member, thread.space)


def can_put_back(member, post: Post, *, now: dt.datetime | None = None) -> bool:
    """Put back one's own post that one deleted, for as long as `Post.put_back_until` says.

    Not where a moderator locked the thread, or removed it. One query where the thread is gone.
    """
    until, thread = post.put_back_until(), post.thread
    if until is None or (now or timezone.now()) >= until or not can_read_own_gone(member, post):
        return False
    if not takes_part(member) or (thread.locked and not member.is_moderator):
        return False
    return not thread.is_removed() or thread.went_with_its_posts()


def can_accept(member, thread: Thread) -> bool:
    """Accept an answer, or take that back: the asker of a question."""
    return (
        thread.is_question()
        and takes_part(member)
        and thread.author_id == member.pk
        and not thread.is_removed()
        and can_view_thread(member, thread)
    )


def can_react(member, post: Post) -> bool:
    """Say that a post was helpful: anyone who takes part, but its author."""
    return (
        post.is_visible()
        and takes_part(member)
        and post.author_id != member.pk
        and not post.thread.is_removed()
        and can_view_thread(member, post.thread)
    )


def can_cite(member, post: Post) -> bool:
    """Say which law an answer stands on, or that it still holds: its author, the asker, moderators."""
    thread = post.thread
    if not takes_part(member) or thread.is_removed() or not post.is_visible() or post.kind != Post.Kind.ANSWER:
        return False
    involved = member.pk in {post.author_id, thread.author_id} or member.is_moderator
    return involved and can_view_thread(member, thread)


def can_us_too(member, thread: Thread) -> bool:
    """Say “us too” for one's organisation: not for the asker's own."""
    return (
        thread.is_question()
        and takes_part(member)
        and member.organisation_id is not None
        and member.organisation_id != thread.organisation_then_id
        and thread.author_id != member.pk
        and not thread.is_removed()
        and can_view_thread(member, thread)
    )


def can_moderate(member, thread: Thread) -> bool:
    """Remove and restore, lock, pin, retag: moderators and the core team, where they may read."""
    return takes_part(member) and member.is_moderator and can_view_space(member, thread.space)


def can_follow(member, thread: Thread) -> bool:
    return takes_part(member) and can_view_thread(member, thread)


# The table. Ask with `member.has_perm("forum.accept", thread)` or call the predicate.
TABLE: Table = {
    "forum.view_space": can_view_space,
    "forum.view_thread": can_view_thread,
    "forum.start": can_start,
    "forum.answer": can_answer,
    "forum.comment": can_comment,
    "forum.edit": can_edit,
    "forum.delete": can_delete,
    "forum.read_own_gone": can_read_own_gone,
    "forum.put_back": can_put_back,
    "forum.accept": can_accept,
    "forum.react": can_react,
    "forum.cite": can_cite,
    "forum.us_too": can_us_too,
    "forum.moderate": can_moderate,
    "forum.follow": can_follow,
}

enter(TABLE)
