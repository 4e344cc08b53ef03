"""`{% discussion page %}`: any page or record can start its thread or show it."""

from django import template

from forum.about import seen
from forum.pages.discussions import discussion_of

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
