"""`{% discussion page %}`: any page or record can start its thread or show it; lists say how much was said."""

from django import template
from django.contrib.auth.models import AnonymousUser

from core import caching
from forum.about import seen
from forum.pages.discussions import discussion_of, posts_about
from forum.querysets.compiled import threads_named

register = template.Library()


@register.inclusion_tag("forum/_discussion.html", takes_context=True)
def discussion(context, thing, replies=False):
    """The thread about a thing, or the way to start one; with `replies` the replies and the form stand here.

    Shows nothing for a thing that is not saved yet, such as a new page in its preview.
    """
    request = context.get("request")
    if request is None or thing.pk is None:
        return {}
    about = seen(thing, request.user)
    if about is None:
        return {}
    found = discussion_of(request, about, replies=replies)
    return {"discussion": found, "about": about, "in_place": replies, "request": request,
            "csrf_token": context.get("csrf_token")}  # fmt: skip


@register.simple_tag(takes_context=True)
def posts_so_far(context, rows):
    """`{% posts_so_far rows as said %}`: for `{{ said|about:row.talk }}`, the posts the reader may read; one query.

    The `talk` of each row names what threads may be about: (("page", 12), …).
    """
    request = context.get("request")
    return {} if request is None else posts_about(request, [thing for row in rows for thing in row.talk])


@register.filter
def about(said, things):
    """The posts about all of some things together."""
    return sum((said or {}).get(thing, 0) for thing in things)


@register.simple_tag(takes_context=True)
def linked_threads(context, page):
    """`{% linked_threads page as threads %}`: those that a page names and the reader may read, in its order.

    For pages of apps that know nothing of the forum.
    """
    request = context.get("request")
    numbers = [link.thread_id for link in page.thread_links.all()]
    if request is None or not numbers:
        return []
    caching.depends_on(request, *(f"thread:{number}" for number in numbers))
    reader = getattr(request, "user", None) or AnonymousUser()
    found = threads_named(numbers, reader)
    return [found[number] for number in numbers if number in found]
