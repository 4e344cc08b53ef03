import datetime as dt
import uuid

from django.utils import timezone

from forum import notices
from forum.actions import drafting
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.writing import SentBefore, changed, lock_thread, once, raise_counters, write_post
from forum.models import Place, Post, Thread
from forum.permissions import can_answer
from members.models import Member


def answer(
    *, by: Member, thread: Thread, body: str, once_key: uuid.UUID | None = None, now: dt.datetime | None = None
) -> Post:
    """Answer a thread. The same form sent twice makes one post.

    Raises NotAllowed when `by` may not answer it (locked, not theirs to read, not taking part).
    """
    return _reply(by=by, thread=thread, on=None, body=body, once_key=once_key, now=now)


def comment(
    *, by: Member, on: Post, body: str, once_key: uuid.UUID | None = None, now: dt.datetime | None = None
) -> Post:
    """Comment on an opening or an answer.

    Raises NotAllowed as `answer` does, and AlreadyGone when the post was deleted meanwhile.
    """
    return _reply(by=by, thread=on.thread, on=on, body=body, once_key=once_key, now=now)


def _reply(*, by, thread, on, body, once_key, now) -> Post:
    try:
        with once(by=by, once_key=once_key):
            locked = lock_thread(thread)
            if not can_answer(by, locked):
                raise NotAllowed("You can’t answer here: the thread is locked, or not open to you.")
            if on is not None and not Post.objects.visible().filter(pk=on.pk).exists():
                raise AlreadyGone("The post you commented on was deleted meanwhile.")
            now = now or timezone.now()
            post, people = write_post(
                thread=locked, by=by, kind=Post.Kind.COMMENT if on else Post.Kind.ANSWER, parent=on, body=body,
                now=now, once_key=once_key,
            )  # fmt: skip
            raise_counters(locked, post, by=by, now=now)
            drafting.discard_draft(by=by, place=Place(locked, on=on))
            # kept pages first, then the hints: who looks again because of one must see what is new
            changed(locked)
            notices.post_written(locked, post, on=on, mentioned=people)
    except SentBefore as earlier:
        return earlier.post
    return post
