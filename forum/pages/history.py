"""What a post said before, and a few words of it for the pages about it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from core import markdown
from forum.bylines import audience_of, byline
from forum.models import Post


@dataclass(frozen=True)
class Version:
    """What a post said from one moment on."""

    title: str  # of the thread, where it changed; or ""
    html: SafeString
    since: object
    is_now: bool


def history_of(post: Post, reader) -> list[Version]:
    """The versions of a post, newest first. One query."""
    edits = list(post.edits.all())
    versions = []
    title, body, is_now = (post.thread.title if post.number == 1 else ""), post.body, True
    for edit in edits:
        versions.append(Version(title if edit.title else "", _html(body), edit.at, is_now))
        title, body, is_now = edit.title or title, edit.body, False
    changed_title = any(edit.title for edit in edits)
    return [*versions, Version(title if changed_title else "", _html(body), post.created_at, is_now)]


def quoted(post: Post, reader) -> dict:
    """The byline and the first words of a post, as `reader` may see them."""
    words = markdown.excerpt(post.html, 280) if post.is_visible() else ""
    return {"byline": byline(post, audience_of(reader)), "words": words}


def _html(text: str) -> SafeString:
    return mark_safe(markdown.render(text))
