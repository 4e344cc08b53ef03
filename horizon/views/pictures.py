from django.shortcuts import render
from django.utils import timezone

from core import caching
from horizon.pictures import radar as radar_picture
from horizon.pictures import timeline as timeline_picture
from horizon.querysets.pictures import radar_for, timeline_for
from members.access import public
from members.pages import ask_once


@public
def timeline(request):
    """Everything that has a date, past and coming: what is next and in how many days, a drawing, and its tables."""
    caching.depends_on(request, "horizon", "pages", "members", "glossary")
    ask_once(request.user)
    today = timezone.localdate()
    found = timeline_for(request.user, request.GET, today=today)
    found["timeline"] = timeline_picture.draw(found["marks"], today=today)
    return render(request, "horizon/timeline.html", found)


@public
def radar(request):
    """How near each change is, how much it would alter, and how sure we are of it."""
    caching.depends_on(request, "horizon", "pages", "members", "glossary")
    ask_once(request.user)
    found = radar_for(request.user, request.GET, today=timezone.localdate())
    found["radar"] = radar_picture.draw(found["marks"])
    return render(request, "horizon/radar.html", found)
