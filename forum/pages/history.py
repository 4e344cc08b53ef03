"""What a post said before, and a few words of it for the pages about it."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.http import Http404
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import ModelLogEntry

from core import markdown
from forum.bylines import audience_of, byline
from forum.models import Post, PostEdit, Thread
from forum.pages import mentions
from forum.pages.changes import marked
from forum.pages.shared import parts
from forum.pages.threads import number_of

SIZE = 10  # versions on a page


@dataclass(frozen=True)
class Version:
    """What a post said from one moment on."""

    title: str  # of the thread, where it changed; or ""
    html: SafeString
    changes: SafeString  # of its words against those of the version before; "" where they are the same
    title_changes: SafeString
    since: object
    is_now: bool
    is_first: bool


@dataclass(frozen=True)
class History:
    """A page of versions, newest first, and the addresses of the pages beside it ("" where there is none)."""

    versions: list[Version]
    newer: str
    older: str


def history_of(post: Post, query, reader) -> History:
    """Ten versions of a post: the newest ones, or those of `?page=2`. Raises Http404 for a page that doesn't exist.

    Two queries at most, two more where people are mentioned, and nothing is rendered: what was said stands as it was
    shown then, and so do the marks of what changed, but for the names of people whom `reader` may not see. (What was
    edited before that was kept is rendered once a day.)
    """
    page = number_of(query.get("page")) or 1
    start = (page - 1) * SIZE
    edits = list(post.edits.all()[max(start - 1, 0) : start + SIZE])
    if page > 1 and not edits:
        raise Http404("There is no such page.")
    # each version was ended by an edit, but for what it says now; and made by one, but for what was written first
    ended, made = ([None, *edits], edits) if page == 1 else (edits, edits[1:])
    older = len(made) == SIZE
    audience, html = audience_of(reader), _html(post, edits)
    hidden = mentions.hidden_from(audience, [post.html, *html.values()])
    title = _title_until(post, edits) if page > 1 else None
    versions = _versions(post, ended[:SIZE], [*made, None], html=html, hidden=hidden, title=title)
    newer = "" if page == 1 else "." if page == 2 else f"?page={page - 1}"
    return History(versions, newer, f"?page={page + 1}" if older else "")


def _versions(post: Post, ended, made, *, html, hidden: set[str], title: str | None) -> list[Version]:
    """The versions that those edits ended and made. `title` is the thread's from then on, None where it is today's.

    `html` is what was shown, by the edit that ended it; `hidden` are the handles that the reader may not see in it.
    """
    versions = []
    for end, start in zip(ended, made, strict=False):
        title = (end.title if end else "") or title
        changed = start.title if start else title
        then, before = (mentions.masked(one.body, hidden) for one in (end or post, start or end or post))
        versions.append(
            Version(
                title=(title or post.thread.title) if changed else "",
                html=_as_seen(html[end.pk] if end else post.html, hidden),
                changes=marked(before, then) if start else mark_safe(""),
                title_changes=marked(start.title, title or post.thread.title) if start and changed else mark_safe(""),
                since=start.at if start else post.created_at,
                is_now=end is None,
                is_first=start is None,
            )
        )
    return versions


def _as_seen(html: str, hidden: set[str]) -> SafeString:
    return mark_safe(mentions.as_seen(html, mentions.linked_in(html) - hidden))


def _title_until(post: Post, edits: list[PostEdit]) -> str | None:
    """The thread's title when the first of those edits was made; None if none changed it since."""
    at, pk = edits[0].at, edits[0].pk
    newer = post.edits.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk)).exclude(title="")
    return newer.order_by("at", "pk").values_list("title", flat=True).first()


def _html(post: Post, edits: list[PostEdit]) -> dict[int, SafeString]:
    """What each edit ended, as it was shown. What was edited before that was kept is rendered once, and kept a day."""
    bare = [edit for edit in edits if not edit.html]
    named = cache(post.handles_named)
    version = f"{markdown.RENDERER_VERSION}:2"  # since the second its mentions are links
    makers = {f"edit:{version}:{edit.pk}": lambda edit=edit: mentions.linked(edit.body, named()) for edit in bare}
    kept = dict(zip([edit.pk for edit in bare], parts(makers), strict=True)) if bare else {}
    return {edit.pk: mark_safe(edit.html or kept[edit.pk]) for edit in edits}


def acts_on(thread: Thread) -> list[ModelLogEntry]:
    """What moderators did to a thread and its posts, newest first, with who did it. One query."""
    acts = ModelLogEntry.objects.for_instance(thread).filter(action__startswith="forum.")
    return list(acts.select_related("user").order_by("-timestamp", "-pk"))


def quoted(post: Post, reader) -> dict:
    """The byline and the first words of a post, as `reader` may see them."""
    audience = audience_of(reader)
    words = markdown.in_lines(mentions.shown(audience, [post.html])[0], 280) if post.is_visible() else ""
    return {"byline": byline(post, audience), "words": words}
