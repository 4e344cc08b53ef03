"""What an older renderer made of posts, and of what they said before, made anew: a few at each look."""

import logging
import time
from collections.abc import Iterable

from core import markdown
from core.retrying import retried
from forum import notices
from forum.actions.writing import bump, lock_threads
from forum.models import Post, PostEdit, Thread
from forum.pages import mentions

log = logging.getLogger(__name__)

BATCH = 50
BUDGET = 3.0  # seconds one look may take, so that the heartbeat goes on


def render_old() -> int:
    """Render anew for a few seconds what an older renderer made; how many posts. The next look goes on.

    One look through all posts when there is nothing to do.
    """
    end, count = time.monotonic() + BUDGET, 0
    while time.monotonic() < end:
        old = dict(Post.objects.rendered_before(markdown.RENDERER_VERSION).values_list("pk", "thread")[:BATCH])
        if not old:
            break
        count += _render_batch(old.keys(), set(old.values()))
    return count


@retried
def _render_batch(posts: Iterable[int], in_threads: Iterable[int]) -> int:
    threads = lock_threads(Thread.objects.filter(pk__in=in_threads))
    # asked once more under the locks: who edits a post meanwhile has had it rendered
    old = list(Post.objects.rendered_before(markdown.RENDERER_VERSION).filter(pk__in=posts).prefetch_related("edits"))
    for post in old:
        try:
            _render(post, post.edits.all())
        except Exception:  # one that can't be rendered stays as it is, and stops no other
            log.exception("post %s is not rendered anew", post.pk)
            post.renderer_version = markdown.RENDERER_VERSION
    Post.objects.bulk_update(old, ["html", "renderer_version"])
    PostEdit.objects.bulk_update([edit for post in old for edit in post.edits.all()], ["html"])
    for thread in threads:
        bump(thread)
        notices.reindex(thread)
    return len(old)


def render_anew(post: Post) -> None:
    """Bring a post that is about to be edited, and what it said before, up to this renderer.

    The post is locked by the caller, who saves it.
    """
    if post.renderer_version < markdown.RENDERER_VERSION:
        edits = list(post.edits.all())
        _render(post, edits)
        PostEdit.objects.bulk_update(edits, ["html"])


def _render(post: Post, edits: Iterable[PostEdit]) -> None:
    """Set what post and edits are in HTML now. Whoever was linked stays so, and nobody else: it was decided then."""
    versions: list[Post | PostEdit] = [post, *edits]
    for one in versions:
        if one.html:  # what was edited before its HTML was kept is rendered when it is read
            one.html = mentions.linked(one.body, mentions.linked_in(one.html))
    post.renderer_version = markdown.RENDERER_VERSION
