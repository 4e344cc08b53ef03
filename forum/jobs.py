"""What the worker does for the forum. Each handler runs in the transaction that marks its row done."""

import datetime as dt

from wagtail.search import index

from core import outbox, worker
from forum import notices
from forum.actions import marking, rendering
from forum.models import Post, Thread
from members import seen


@outbox.handler("forum.fan_out_post")
def fan_out_post(*, post: int) -> None:
    found, is_searched = _still_there(post)
    if found:
        notices.fan_out_post(found)
        if is_searched:
            notices.reindex(found.thread)


@outbox.handler("forum.fan_out_thread")
def fan_out_thread(*, post: int) -> None:
    found, _is_searched = _still_there(post)
    if found:
        notices.fan_out_thread(found)


@outbox.handler("forum.index")
def index_thread(*, thread: int) -> None:
    """Put what a thread says now into the search index, or take it out when it is removed."""
    found = Thread.objects.filter(pk=thread).first()
    if found is not None:
        index.insert_or_update_object(found)


@outbox.handler("forum.index_space")
def index_space(*, space: int) -> None:
    """Threads that mention people are indexed as those read them who may read their space now."""
    notices.reindex_all(Thread.objects.filter(space=space).naming_anyone())


@outbox.handler("forum.mark_mentions_in_space")
def mark_mentions_in_space(*, space: int) -> None:
    """What an older release left as words is marked as mentions of people, who may hide their names."""
    marking.look_through(space)


@outbox.handler("forum.mark_mentions")
def mark_mentions(*, thread: int) -> None:
    marking.mark_mentions(thread)


@worker.chore("render old posts anew", every=dt.timedelta(minutes=30))
def render_old_posts() -> int:
    """What an older renderer made, a few seconds' worth at a time; how many posts."""
    return rendering.render_old()


@seen.when_otherwise
def index_anew(member: int) -> None:
    """Who hides their name, or shows it again, is found by it accordingly wherever they are mentioned."""
    notices.reindex_all(Thread.objects.naming(member))


def _still_there(pk: int) -> tuple[Post | None, bool]:
    """A post that stands, and will until all are told, and whether search knows its words. Two queries.

    Who deletes it waits, and then takes back what was told. So does who makes its space one for others, or what its
    thread is about: they hold the spaces (`writing.hold_spaces`) before any post, and so does this.

    Who comments on it does not wait: the row keeps its key, and they may hold an inbox that this comes to.
    """
    posts = Post.objects.visible().select_for_update(of=("thread__space", "self"), no_key=True)
    found = posts.select_related("thread__space", "author", "parent").filter(pk=pk).first()
    if found is None:
        return None, False
    # asked once the post is held: until then its thread may have gone
    stands = Thread.objects.filter(pk=found.thread_id, removed_at=None).values_list(found.whether_searched()).first()
    return (found, stands[0]) if stands else (None, False)
