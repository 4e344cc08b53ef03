"""Mark the mentions that an older release left as words, so that pages may say “@a member” in their place."""

from django.db import transaction
from django.db.models import Q

from core import markdown, outbox
from forum import notices
from forum.actions.writing import bump, lock_thread
from forum.models import Post, PostEdit, Space, Thread
from forum.pages import mentions


def look_through(space: Space | int) -> None:
    """Have the worker look at each thread of a space in which somebody may be mentioned."""
    posts = Post.objects.filter(Q(body__contains="@") | Q(edits__body__contains="@") | Q(mentions__isnull=False))
    threads = Thread.objects.filter(space=space, pk__in=posts.values("thread")).order_by("pk")
    outbox.put_all("forum.mark_mentions", [{"thread": pk} for pk in threads.values_list("pk", flat=True)])


@transaction.atomic
def mark_mentions(thread: Thread | int) -> None:
    """Make links of the mentions in a thread, and in what its posts said before. Safe to repeat.

    Of those only whom the posts told, and of who wrote them: other words stay as they are, so that nobody learns
    whether a handle exists.
    """
    locked = lock_thread(thread)
    if [post for post in locked.posts.by_number() if _mark(post)]:
        bump(locked)
        notices.reindex(locked)


def _mark(post: Post) -> bool:
    """Whether the post reads otherwise now, or one of its versions."""
    versions: list[Post | PostEdit] = [post, *post.edits.exclude(html="")]
    typed = {one: markdown.mentioned_handles(one.body) for one in versions}
    if not any(typed.values()):
        return False
    named, changed = post.handles_named(), False
    for one in versions:
        known = mentions.linked_in(one.html)
        if (typed[one] & named) - known:
            html = mentions.linked(one.body, named | known)
            changed = changed or html != one.html
            type(one).objects.filter(pk=one.pk).update(html=html)
    return changed
