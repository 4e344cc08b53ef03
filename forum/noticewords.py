"""The words of the forum's notices: who did what, or that what they wrote has gone since."""

from django.utils.html import format_html

from forum import bylines
from forum.models import Post
from forum.notices import ACCEPTED


def _byline(notice) -> bylines.Byline:
    """Who did it: the asker who accepted, else the author of the post."""
    about = getattr(notice, "about", None)
    if notice.kind == ACCEPTED and about is not None:
        return bylines.byline(about, bylines.MEMBERS)
    post = getattr(notice, "post", None)
    return bylines.byline(post, bylines.MEMBERS) if post and post.is_visible() else bylines.SOMEONE


def _has_gone(notice) -> bool:
    """The post was deleted or removed since: nobody is told who wrote it, nor that they hid their name."""
    post = getattr(notice, "post", None)
    return notice.kind != ACCEPTED and post is not None and not post.is_visible()


def face(notice) -> dict | None:
    if _has_gone(notice):
        return None
    byline = _byline(notice)
    return {"initials": byline.initials, "colour": byline.colour, "hidden": byline.hidden}


def sentence(one: str, many: str, *, gone: str = "", many_gone: str = ""):
    """`one` is for a single event, `many` says `{others}` or `{count}`; `gone` and `many_gone` are said instead when
    the post has gone, where they differ. All get the name and the title in bold.

    `{answered}` is what was done to a question, and “replied to” what was done to anything else; `{an_answer}`
    is the post, and `{last}` who wrote the last of several.
    """

    def words(notice) -> str:
        others, about = notice.count - 1, getattr(notice, "about", None)
        has_gone, name = _has_gone(notice), format_html("<strong>{}</strong>", _byline(notice).name)
        template, other = (many, many_gone) if others > 0 else (one, gone)
        return format_html(
            (has_gone and other) or template,
            name=name,
            title=format_html("<strong>{}</strong>", about.title if about else notice.subject),
            last="the last of them gone" if has_gone else format_html("the last by {}", name),
            others="1 more post" if others == 1 else f"{others} more posts",
            count=notice.count,
            answered="answered" if about is None or about.is_question() else "replied to",
            an_answer=_an_answer(notice),
        )

    return words


def _an_answer(notice) -> str:
    """“An answer”, “A reply” or “A comment”."""
    post, about = getattr(notice, "post", None), getattr(notice, "about", None)
    if post is not None and post.kind == Post.Kind.COMMENT:
        return "A comment"
    return "An answer" if about is None or about.is_question() else "A reply"
