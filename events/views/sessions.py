"""The page of one session of an event."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import caching
from events import showing
from events.views.finding import event_or_404
from members.access import public
from members.pages import ask_once


@public
@require_safe
def session(request, event: int, pk: int, slug: str):
    """What a session is about, who speaks, how the reader stands with it. A wrong slug leads to the right one."""
    caching.depends_on(request, *showing.names(event), "forum")
    ask_once(request.user)
    page = event_or_404(request.user, event)
    context = showing.session_context(page, pk, request, now=timezone.now())
    if not context:
        raise Http404
    if context["talk"].slug != slug:
        return redirect(context["talk"].url, permanent=True)
    return render(request, "events/session.html", context)
