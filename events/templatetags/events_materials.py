"""The slides of talks, shown on pages of other rooms, such as a story."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from core import caching
from events.permissions import can_send_material
from events.querysets import material_rows, told_talks

register = template.Library()


@register.inclusion_tag("events/_slides_of.html", takes_context=True)
def slides_of(context, page) -> dict:
    """The talks a page tells of, each with what the reader may get of it. One query where there are none."""
    request = context.get("request")
    viewer = getattr(request, "user", None) or AnonymousUser()
    if request is not None:
        caching.depends_on(request, "events")
    talks = told_talks.talks_told_in(page.pk, viewer) if page.pk else []
    now = timezone.now()
    shown = {one.event_id: material_rows.shown_by_session(one.event, viewer, now=now) for one in talks}
    found = [
        {
            "talk": one,
            "url": reverse("events:session", args=[one.event_id, one.pk, one.slug]),
            "event": one.event,
            "rows": shown[one.event_id].get(one.pk, []),
        }
        for one in talks
    ]
    return {"talks": found, "signed_in": viewer.is_authenticated, "back": getattr(request, "path", "")}


@register.inclusion_tag("events/_talk_extras.html", takes_context=True)
def talk_extras(context, session) -> dict:
    """Below the files of a talk: for its speakers and the core team where to send them; the stories that tell of it.

    A page kept for strangers must depend on `events` and `pages`.
    """
    viewer = getattr(context.get("request"), "user", None) or AnonymousUser()
    sends = viewer.is_authenticated and can_send_material(viewer, session)
    address = reverse("events:talk-files", args=[session.event_id, session.pk]) if sends else ""
    return {"send": address, "stories": told_talks.stories_of(session.pk, viewer)}
