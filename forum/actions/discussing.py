"""Talk about a page or a record of the site: the first words start its thread, the next are replies in it."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from forum import joins, notices
from forum.about import About
from forum.actions import asking, posting
from forum.actions.refusals import NotAllowed
from forum.actions.tombstones import listed_again
from forum.actions.writing import bump, hold_spaces, lock_thread, lock_threads
from forum.bylines import MEMBERS, PUBLIC
from forum.models import Post, Space, Thread
from forum.permissions import can_start
from members.models import Member
from notifications import inbox

MOST_TITLE = 140
CLOSED = "Nobody can reply here any more."


def say(
    *, by: Member, about: About, body: str, once_key: uuid.UUID | None = None, now: dt.datetime | None = None
) -> Post:
    """Say something about a thing: a reply in its thread, or its first words. The same form sent twice says it once.

    Two who start it at the same moment end up in one thread. Raises NotAllowed: not open, locked, or nowhere
    `by` may write.
    """
    if not about.open:
        raise NotAllowed(CLOSED)
    if thread := Thread.objects.talking_about(about):
        return posting.answer(by=by, thread=thread, body=body, once_key=once_key, now=now)
    try:
        return _start(by=by, about=about, body=body, once_key=once_key, now=now)
    except IntegrityError:
        thread = Thread.objects.talking_about(about)
        if thread is None:
            raise
        return posting.answer(by=by, thread=thread, body=body, once_key=once_key, now=now)


def _start(*, by, about: About, body, once_key, now) -> Post:
    """The first words, for whom sees the thing now: it may have been made private since `about` was looked up."""
    with transaction.atomic():
        hold_spaces()
        thread = asking.ask(
            by=by, space=space_for(by, about), kind=Thread.Kind.DISCUSSION, title=_title(about.title), body=body,
            topics_named=[], once_key=once_key, now=now, about=about,
        )  # fmt: skip
        follow_audiences(joins.audiences_of([thread]))
        opening = Post.objects.select_related("thread__space").get(thread=thread, number=1)
        if opening.thread.is_withheld():
            raise NotAllowed(CLOSED)
        caching.touch(about.key())
    return opening


def bring_along(threads: QuerySet) -> None:
    """Some threads are for whom now sees what they are about. People who write in them meanwhile wait, as this does."""
    hold_spaces()
    locked = lock_threads(threads.filter(about_id__isnull=False))
    if locked:
        follow_audiences(joins.audiences_of(locked))


def for_whom_it_is_now(thread: Thread) -> Thread:
    """A thread that may come back is for whom now sees what it is about: the thread as that leaves it.

    The caller holds the spaces and has locked the thread.
    """
    if not thread.is_removed():
        return thread
    follow_audiences(joins.audiences_of([thread]))
    return lock_thread(thread)


def follow_audiences(audiences: Mapping[Thread, str], *, now: dt.datetime | None = None) -> None:
    """What threads are about is now for others: by thread "public", "members", or "few" (not even all members).

    Their titles and words are for no more people than that: they move to a members' space, or are hidden as removed
    threads are, also when they were removed before. One hidden for that reason comes back when it may be read again
    where it stands; nothing moves back into public. The caller holds the spaces and has locked the threads.
    """
    room = Space.objects.for_pages(Space.Visibility.MEMBERS).first()
    hidden = []
    for thread, audience in audiences.items():
        if audience == PUBLIC or (audience == MEMBERS and not thread.space.is_public()):
            _show(thread, thread.space)
        elif audience == MEMBERS and room is not None:
            _show(thread, room)
        elif not thread.is_withheld():
            _withhold(thread, now or timezone.now())
            hidden.append(thread)
    # all in one: the inboxes are locked once, in their order
    inbox.withdraw(*(key for thread in hidden for key in notices.keys_of(thread)))


def _show(thread: Thread, room: Space) -> None:
    """A thread may be read by who reads `room`: it stands there, and is hidden no more for what it is about."""
    changes: dict = {} if room.pk == thread.space_id else {"space": room}
    if thread.is_withheld():
        changes["withheld_at"] = None
        if thread.removed_at == thread.withheld_at:
            changes |= listed_again(thread)
    if changes:
        bump(thread, **changes)
        notices.reindex(thread)
        why = "What it is about was made private." if "space" in changes else "What it is about can be seen again."
        log(instance=thread, action="forum.move", data={"why": why, "to": room.name})


def _withhold(thread: Thread, now: dt.datetime) -> None:
    """Hide a thread for what it is about, until that may be seen again."""
    bump(thread, withheld_at=now, removed_at=thread.removed_at or now)
    notices.reindex(thread)
    log(instance=thread, action="forum.move", data={"why": "What it is about was made private.",
        "to": "nobody but moderators"})  # fmt: skip


def space_for(by: Member, about: About) -> Space:
    """Where a thing is talked about: in the space kept for it, else the first; members only for what only they see.

    Raises NotAllowed when there is none that `by` may start a thread in.
    """
    visibility = Space.Visibility.MEMBERS if about.for_members else Space.Visibility.PUBLIC
    for space in Space.objects.for_pages(visibility):
        if can_start(by, space):
            return space
    raise NotAllowed("There is no space yet where this can be talked about. The core team opens spaces.")


def _title(title: str) -> str:
    return title if len(title) <= MOST_TITLE else title[: MOST_TITLE - 1].rsplit(" ", 1)[0] + "…"
