"""Which success stories tell of which talks of an event."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from events.actions import materials
from events.forms.admin_slides import StoryForm
from events.querysets import told_talks
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires


@requires(ORGANISE)
def stories(request, event: int):
    """What is joined, and a form to join one more; with the number of a join in `part` (POST) it is parted."""
    found = event_or_404(event)
    joined = told_talks.told_at(found)
    if "part" in request.POST:
        return _part(request, found, joined)
    form = StoryForm(request.POST or None, event=found, by=request.user)
    if form.is_valid():
        talk, page = form.cleaned_data["session"], form.cleaned_data["page"]
        materials.tell_story(session=talk, page=page, by=request.user)
        messages.success(request, f"“{page.title}” and “{talk.title}” show each other now.")
        return redirect("event_desk:stories", found.pk)
    return room(request, "stories", found, "slides", joined=joined, form=form)


def _part(request, event, joined: list):
    one = next((row for row in joined if str(row.pk) == request.POST["part"]), None)
    if one is None:
        raise Http404
    materials.tell_story(session=one.session, page=one.page, by=request.user, told=False)
    messages.success(request, f"“{one.page.title}” and “{one.session.title}” show each other no more.")
    return redirect("event_desk:stories", event.pk)
