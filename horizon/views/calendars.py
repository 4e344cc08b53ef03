"""Calendars anybody may subscribe to: every date, those of a topic, those of one development."""

from django.http import Http404
from django.views.decorators.http import require_safe

from core.caching import depends_on
from core.calendars import calendar_file, latest, response
from horizon.calendars import entries_of
from horizon.models import Development
from horizon.querysets.dates import about_topic, development_with_dates, developments_with_dates, topic_with_dates
from members.access import public
from reference.glossary import titled


@public
@require_safe
def calendar(request):
    """Every date there is."""
    depends_on(request, "horizon")
    developments = developments_with_dates(Development.objects.visible_to(request.user))
    return _file(request, developments, name="Horizon", file_name="horizon")


@public
@require_safe
def topic_calendar(request, topic: str):
    """The dates about one topic."""
    depends_on(request, "horizon", "pages")
    found = topic_with_dates(topic, request.user)
    if found is None:
        raise Http404
    developments = developments_with_dates(about_topic(found, request.user))
    return _file(request, developments, name=f"Horizon: {titled(found.name)}", file_name=found.slug)


@public
@require_safe
def development_calendar(request, slug: str):
    """The dates of one development."""
    depends_on(request, "horizon")
    found = development_with_dates(slug, request.user)
    if found is None:
        raise Http404
    return _file(request, [found], name=found.title, file_name=found.slug)


def _file(request, developments, *, name: str, file_name: str):
    entries = entries_of(developments)
    content = calendar_file(name, entries)
    private = request.user.is_authenticated  # the core team sees what readers do not yet
    return response(request, content, file_name=file_name, last_modified=latest(entries), private=private)
