"""Calendars anybody may subscribe to: every event, and the file of one."""

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.caching import depends_on
from core.calendars import calendar_file, latest, response
from events.calendars import KEPT_FOR, event_entry
from events.querysets.calendars import for_calendar
from members.access import public


@public
@require_safe
def calendar(request):
    """Every event, those of the last twelve months too: a calendar is no archive."""
    depends_on(request, "events", "pages")
    events = for_calendar(request.user, since=timezone.now() - KEPT_FOR)
    return _file(request, events, name=f"{settings.SITE_NAME}: events", file_name="events")


@public
@require_safe
def event_calendar(request, event: int):
    """The file of one event, to add to one's calendar."""
    depends_on(request, "events", f"event:{event}", "pages")
    events = for_calendar(request.user, since=timezone.now(), pk=event)
    if not events:
        raise Http404
    return _file(request, events, name=events[0].title, file_name=events[0].slug)


def _file(request, events: list, *, name: str, file_name: str):
    entries = [event_entry(one) for one in events]
    content = calendar_file(name, entries)
    private = request.user.is_authenticated  # members may see events that others do not
    return response(request, content, file_name=file_name, last_modified=latest(entries), private=private)
