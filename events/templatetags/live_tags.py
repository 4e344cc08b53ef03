"""The live parts of an event on pages of other rooms: the questions of the audience."""

from django import template
from django.urls import reverse
from django.utils import timezone

from core import caching
from events.actions.asking import takes_questions
from events.querysets.audience import page_of

register = template.Library()


@register.inclusion_tag("events/_audience_part.html", takes_context=True)
def audience(context, session):
    """`{% audience session %}`: the questions most wanted and the way to send one; nothing where none are taken.

    `session`: a Session or a Talk of the programme. It names what it shows to a page that is kept.
    """
    request = context.get("request")
    if request is not None:
        caching.depends_on(request, f"questions:{session.pk}")
    found = page_of(session.pk)
    event = getattr(session, "event_id", None) or session.event
    return {
        "shown": session.takes_questions or found.count, "found": found,
        "taking": takes_questions(session, now=timezone.now()),
        "url": reverse("events:questions", args=[event, session.pk]),
    }  # fmt: skip
