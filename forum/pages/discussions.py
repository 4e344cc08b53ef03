"""What a page of the site shows of the thread about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.safestring import mark_safe

from core import caching
from forum.about import About, content_type, is_known
from forum.bylines import audience_of, byline
from forum.forms.posting import ReplyForm
from forum.models import Post, Thread
from forum.pages import mentions
from forum.permissions import can_answer, can_view_thread
from forum.querysets.compiled import count_of_posts, thread_about
from members.permissions import takes_part

SHOWN = 20  # replies shown on a page itself


@dataclass
class Discussion:
    """What `forum/_discussion.html` shows: `count` visible posts, the last as `replies`, and what the reader may."""

    about: About
    thread: Thread | None
    count: int = 0
    replies: list[dict] = field(default_factory=list)
    may_reply: bool = False
    why_not: str = ""
    form: ReplyForm | None = None


def discussion_of(request, about: About, *, replies: bool, form: ReplyForm | None = None) -> Discussion:
    """The thread about a thing as this reader may see it; one that is not theirs to read is as none, with no words."""
    reader = request.user
    caching.depends_on(request, about.key())
    thread = thread_about(about)
    if thread is not None:
        caching.depends_on(request, f"thread:{thread.pk}")
    hidden = thread is not None and not can_view_thread(reader, thread)
    shown = None if hidden else thread
    found = Discussion(about=about, thread=shown)
    if shown is not None:
        found.count = count_of_posts(shown)
        if replies:
            posts = Post.objects.new_in(shown, above=0)
            caching.depends_on(request, "members")
            face = audience_of(reader)
            last = list(posts.for_page().order_by("-number")[:SHOWN])
            linked = mentions.open_to(face, [post.html for post in last])
            found.replies = [_reply(shown, post, face, reader, linked) for post in reversed(last)]
    found.may_reply = about.open and not hidden and (can_answer(reader, shown) if shown else takes_part(reader))
    found.why_not = _why_not(found, reader)
    if found.may_reply:
        found.form = form or ReplyForm()
    return found


def posts_about(request, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """How many visible posts the threads about some things have that this reader may read, by ("page", 12). One query.

    Things nobody has talked about, and kinds that are never talked about, are left out.
    """
    wanted: dict[str, set[int]] = {}
    for name, pk in things:
        if is_known(name):
            wanted.setdefault(name, set()).add(pk)
    if not wanted:
        return {}
    caching.depends_on(request, *(f"about:{name}:{pk}" for name, pks in wanted.items() for pk in pks))
    kinds = {content_type(name).pk: name for name in wanted}
    threads = Thread.objects.visible_to(request.user).listed().about_any({kind: wanted[kinds[kind]] for kind in kinds})
    posts = Post.objects.visible().filter(thread__in=threads).order_by()
    counted = posts.values_list("thread__about_type", "thread__about_id").annotate(Count("pk"))
    return {(kinds[kind], pk): count for kind, pk, count in counted}


def _reply(thread: Thread, post: Post, face: str, reader, linked: set[str]) -> dict:
    return {
        "number": post.number,
        "byline": byline(post, face),
        "own": reader.is_authenticated and post.author_id == reader.pk,
        "html": mark_safe(mentions.as_seen(post.html, linked)),
        "created_at": post.created_at,
        "url": f"/forum/{thread.pk}/{thread.slug}/?post={post.number}#post-{post.number}",
    }


def _why_not(found: Discussion, reader) -> str:
    """Why somebody signed in can't reply, or ""."""
    if found.may_reply or not reader.is_authenticated:
        return ""
    if not found.about.open:
        return "Replies are closed."
    if not takes_part(reader):
        return "You can reply as soon as the core team has confirmed where you work."
    return "A moderator has locked this discussion: it can be read, but takes no new replies."
