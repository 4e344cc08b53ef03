"""Talk about a page or a record of the site: the first words start its thread, the next are replies in it."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from forum import notices
from forum.about import About, content_type
from forum.actions import asking, posting
from forum.actions.refusals import NotAllowed
from forum.actions.writing import bump, lock_thread
from forum.models import Post, Space, Thread
from forum.permissions import can_start
from members.models import Member

MOST_TITLE = 140


def say(
    *, by: Member, about: About, body: str, once_key: uuid.UUID | None = None, now: dt.datetime | None = None
) -> Post:
    """Say something about a thing: a reply in its thread, or its first words. The same form sent twice says it once.

    Two who start it at the same moment end up in one thread. Raises NotAllowed: not open, locked, or nowhere
    `by` may write.
    """
    if not about.open:
        raise NotAllowed("Nobody can reply here any more.")
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
    with transaction.atomic():
        thread = asking.ask(
            by=by, space=space_for(by, about), kind=Thread.Kind.DISCUSSION, title=_title(about.title), body=body,
            topics_named=[], once_key=once_key, now=now, about=(content_type(about.name), about.pk),
        )  # fmt: skip
        opening = thread.posts.get(number=1)
        notices.page_talked_about(thread, opening, keeper=about.keeper)
        caching.touch(about.key())
    return opening


def take_out_of_public(thread: Thread, *, hide: bool, now: dt.datetime | None = None) -> None:
    """What a thread is about was made private, and its title and words must not stay public.

    It moves to a members' space; with `hide` (not even all members see the thing), or when there is no such
    space, it is hidden as a removed thread is. Does nothing to one that is as private already.
    """
    with transaction.atomic():
        thread = lock_thread(thread)
        room = None if hide else Space.objects.for_pages(Space.Visibility.MEMBERS).first()
        if thread.is_removed() or (not thread.space.is_public() and not hide):
            return
        if room is None:
            bump(thread, removed_at=now or timezone.now())
            notices.withdraw(thread, None)
        else:
            bump(thread, space=room)
        notices.reindex(thread)
        log(instance=thread, action="forum.move", data={"why": "What it is about was made private.",
            "to": room.name if room else "nobody but moderators"})  # fmt: skip


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
