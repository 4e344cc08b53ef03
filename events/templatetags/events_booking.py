"""Words of events for the pages of booking."""

from django import template

from events import times

register = template.Library()


@register.simple_tag
def event_span(event) -> str:
    """“Thursday 19 November, 9:30am to 4pm”."""
    return times.span(event.starts_at, event.ends_at)
