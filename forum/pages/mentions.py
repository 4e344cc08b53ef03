"""Mentions as readers see them: a link and a name only of whom they may see, whatever was so when it was written."""

import re
from collections.abc import Iterable, Sequence
from html import unescape

from core import markdown
from forum.pages.shared import stand_in
from members.models import Member, RetiredHandle

# A mention in the HTML of a post, as core.markdown makes it.
LINK = re.compile(r'<a href="/people/([a-z0-9-]+)/" class="mention"[^>]*>@[^<]*</a>')

# A sign that Markdown takes as it stands: “\@” is an “@” too.
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def linked(text: str, handles: Iterable[str]) -> str:
    """The HTML of a text in which the mentions of `handles` are links. Nobody sees it but through `as_seen`."""
    return markdown.render(text, link_handles=handles, person_url=lambda handle: f"/people/{handle}/")


def linked_in(html: str) -> set[str]:
    """The handles that are links in the HTML of a post."""
    return set(LINK.findall(html))


def open_to(audience: str, posts: Iterable[str]) -> set[str]:
    """The handles linked in the HTML of some posts whose pages everyone of an audience may open now, old ones too.

    No query where nobody is mentioned.
    """
    handles = {handle for html in posts for handle in linked_in(html)}
    if not handles:
        return set()
    people = Member.objects.visible_to(stand_in(audience))
    found = set(people.filter(handle__in=handles).values_list("handle", flat=True))
    if old := handles - found:
        once = RetiredHandle.objects.filter(handle__in=old, member__in=people.values("pk"))
        found |= set(once.values_list("handle", flat=True))
    return found


def hidden_from(audience: str, posts: Iterable[str]) -> set[str]:
    """The handles linked in the HTML of some posts whose pages not everyone of an audience may open."""
    posts = list(posts)
    return {handle for html in posts for handle in linked_in(html)} - open_to(audience, posts)


def masked(text: str, handles: set[str]) -> str:
    """The Markdown of a post with “@a member” for the mentions of `handles`, however they are written in it."""
    if not handles:
        return text
    text = ESCAPED.sub(r"\1", unescape(text))
    return markdown.MENTION.sub(lambda found: "@a member" if found[1].lower() in handles else found[0], text)


def shown(audience: str, posts: Sequence[str]) -> list[str]:
    """The HTML of some posts as everyone of an audience may read it now: for what quotes or indexes them elsewhere.

    One query or two, and none where nobody is mentioned.
    """
    handles = open_to(audience, posts)
    return [as_seen(html, handles) for html in posts]


def as_seen(html: str, handles: set[str]) -> str:
    """The HTML of a post that names only `handles` of all it mentions; others are “@a member”: a handle is a name."""
    return LINK.sub(lambda link: link[0] if link[1] in handles else "@a member", html)
