import datetime as dt
import uuid

from django.utils import timezone

from core import caching
from forum import live, notices
from forum.about import About, content_type
from forum.actions import drafting, topics
from forum.actions.refusals import NotAllowed
from forum.actions.writing import SentBefore, once, raise_counters, write_post
from forum.models import Post, Space, Thread
from forum.permissions import can_start
from members.models import Member


def ask(
    *, by: Member, space: Space, kind: str, title: str, body: str, topics_named: list[str] | None = None,
    once_key: uuid.UUID | None = None, now: dt.datetime | None = None,
    about: About | None = None,
) -> Thread:  # fmt: skip
    """Start a thread: a question, discussion, concern or success.

    The same form (`once_key`) sent twice gives the first one's thread. `about`: a page or record that has no thread
    yet (`actions.discussing` sees to that; IntegrityError if it has), whose keeper hears of it. Raises NotAllowed
    when `by` may not start a thread in `space`.
    """
    if not can_start(by, space):
        raise NotAllowed("You can't start a thread in this space.")
    now = now or timezone.now()
    try:
        with once(by=by, once_key=once_key):
            thread = Thread(
                kind=kind, title=" ".join(title.split()), space=space, author=by,
                organisation_then_id=by.organisation_id, created_at=now, last_activity_at=now,
                about_type=about and content_type(about.name), about_id=about and about.pk,
            )  # fmt: skip
            thread.save(force_insert=True)
            topics.set_topics(thread, topics_named or [])
            post, people = write_post(
                thread=thread, by=by, kind=Post.Kind.OPENING, body=body, now=now, once_key=once_key
            )
            raise_counters(thread, post, by=by, now=now)
            if about is None:
                drafting.discard_draft(by=by)
            notices.thread_started(thread, post, mentioned=people, keeper=about.keeper if about else None)
            caching.touch("forum", f"thread:{thread.pk}")
            live.thread_changed(thread)
    except SentBefore as earlier:
        return earlier.post.thread
    return thread
