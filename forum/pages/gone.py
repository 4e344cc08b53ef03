"""What somebody wrote in a post that is gone, for them alone: no page that others see holds it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from forum.bylines import audience_of
from forum.models import Post, Space, Thread
from forum.pages import mentions
from forum.permissions import can_put_back, can_read_own_gone, can_view_thread

LISTED = 10


@dataclass(frozen=True)
class OwnPost:
    """What `forum/gone.html` shows of a post to who wrote it."""

    post: Post
    html: SafeString
    thread: Thread | None  # if it can still be read
    title: str  # of the thread; "" where a thread of somebody else was removed
    may_put_back: bool
    why_not: str


def own_post(member, number: int, post: int) -> Post | None:
    """A post that `member` wrote and may read, there or gone, also where its whole thread is; None for any other."""
    people = ("thread__space", "author__organisation__sector", "organisation_then__sector")
    found = Post.objects.select_related(*people).filter(thread=number, number=post, author=member.pk or 0).first()
    if found is None:
        return None
    allowed = can_view_thread(member, found.thread) if found.is_visible() else can_read_own_gone(member, found)
    return found if allowed else None


def page_of(post: Post, member) -> OwnPost:
    """The page of a post of `member` that is gone."""
    thread, seen = post.thread, can_view_thread(member, post.thread)
    may = can_put_back(member, post)
    return OwnPost(
        post=post,
        html=mark_safe(mentions.shown(audience_of(member), [post.html])[0]),
        thread=thread if seen else None,
        title=thread.title if seen or thread.author_id == member.pk else "",
        may_put_back=may,
        why_not="" if may else _why_not(post),
    )


def _why_not(post: Post) -> str:
    if post.removed_by == Post.RemovedBy.MODERATOR:
        return "Only a moderator can put it back. You may write it again without what was wrong with it."
    if post.thread.is_removed() and not post.thread.went_with_its_posts():
        return "Its thread was removed since, so it can’t be put back."
    if post.thread.locked:
        return "Its thread was locked since, so it can’t be put back."
    return "It was deleted too long ago to be put back."


def own_threads_gone(member) -> list[Post]:
    """The openings of the last few threads of `member` that went with them, newest first. One query."""
    openings = Post.objects.gone().filter(number=1, author=member, thread__removed_at__isnull=False)
    openings = openings.filter(thread__withheld_at=None, thread__space__in=Space.objects.visible_to(member))
    return list(openings.select_related("thread").order_by("-removed_at", "-pk")[:LISTED])
