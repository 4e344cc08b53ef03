"""What everybody booked was told of, and what they would be told now: seen as old and new before it goes."""

import datetime as dt

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from events import times
from events.actions import changes as acts
from events.forms.admin_places import ChangeForm
from events.pages.event import EventPage
from events.querysets import desk
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires


@requires(ORGANISE)
def changes(request, event: int):
    """What was told; what publishing the draft would tell; and a form for what the page does not say, seen first."""
    found = event_or_404(event)
    form = ChangeForm(request.POST or None)
    seen = form.is_valid() and "again" not in request.POST
    if seen and "send" in request.POST:
        acts.told_of_change(event=found, changes=[form.as_row()], by=request.user)
        messages.success(request, "Everybody who booked is told.")
        return redirect("event_desk:changes", found.pk)
    context = {
        "form": form, "seen": seen, "row": form.as_row() if seen else None, "told": desk.changes_told(found),
        "coming": _coming(found), "count": desk.active_count(found),
    }  # fmt: skip
    return room(request, "changes", found, "changes", **context)


def _coming(event: EventPage) -> list[list[str]]:
    """What publishing the latest draft would tell: [["Starts", "9am …", "10am …"]]."""
    known = getattr(event, "as_told", None)
    draft = event.get_latest_revision_as_object()
    if known is None or draft.is_over(now=timezone.now()):
        return []
    pairs = [(words, getattr(known, name), getattr(draft, name)) for name, words in acts.KNOWN.items()]
    return [[words, _said(was), _said(now)] for words, was, now in pairs if was != now]


def _said(value) -> str:
    return times.at(value) if isinstance(value, dt.datetime) else value
