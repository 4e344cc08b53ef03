"""The speakers of an event, and the page of one of them."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import caching
from events import showing
from events.querysets import speakers as reads
from events.views.finding import event_or_404
from members.access import public
from members.pages import ask_once


@public
@require_safe
def speakers(request, event: int):
    """Everybody who speaks at an event, with what about."""
    caching.depends_on(request, *showing.names(event))
    ask_once(request.user)
    page = event_or_404(request.user, event)
    crumbs = showing.crumbs(page, "Speakers")
    context = {"event": page, "people": reads.speakers_of(page, request.user), "crumbs": crumbs}
    return render(request, "events/speakers.html", context)


@public
@require_safe
def speaker(request, slug: str):
    """One speaker: who they are, and every talk of theirs the reader may see."""
    caching.depends_on(request, "site", "pages", "members", "events")
    ask_once(request.user)
    found = reads.speaker_for(request.user, slug)
    if found is None:
        raise Http404
    return render(request, "events/speaker.html", showing.speaker_context(found, request.user, now=timezone.now()))
