"""Words of events for the pages of booking."""

from django import template

from events import times, words

register = template.Library()


@register.simple_tag
def event_span(event) -> str:
    """“Thursday 19 November, 9:30am to 4pm”."""
    return times.span(event.starts_at, event.ends_at)


@register.simple_tag
def session_line(marks, talk) -> str:
    """“You are 3rd in line” for a session (or a `programme.Talk`), of `standing.Marks`."""
    place = marks.lines.get(talk.pk)
    return words.position(place) if place else "In line"  # they moved up while the page was read
