"""What the worker does for the forum. Each handler runs in the transaction that marks its row done."""

from wagtail.search import index

from core import outbox
from forum import notices
from forum.models import Post, Thread


@outbox.handler("forum.fan_out_post")
def fan_out_post(*, post: int) -> None:
    if found := _still_there(post):
        notices.fan_out_post(found)


@outbox.handler("forum.fan_out_thread")
def fan_out_thread(*, post: int) -> None:
    if found := _still_there(post):
        notices.fan_out_thread(found)


@outbox.handler("forum.index")
def index_thread(*, thread: int) -> None:
    """Put what a thread says now into the search index, or take it out when it is removed."""
    found = Thread.objects.filter(pk=thread).first()
    if found is not None:
        index.insert_or_update_object(found)


def _still_there(pk: int) -> Post | None:
    posts = Post.objects.visible().filter(thread__removed_at=None)
    return posts.select_related("thread__space", "author", "parent").filter(pk=pk).first()
