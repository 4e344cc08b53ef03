"""What all pages of the Horizon share."""

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()

# The pages of the section, in order: a word for each, its title, where it is.
PLACES = (
    ("coming", "Coming", "/horizon/"),
    ("timeline", "Timeline", "horizon:timeline"),
    ("radar", "Radar", "horizon:radar"),
    ("tasks", "Our tasks", "horizon:tasks"),
    ("following", "Follow and calendars", "horizon:following"),
    ("signals", "Signals", "horizon:signals"),
)


@register.inclusion_tag("components/subnav.html")
def horizon_nav(current="", waiting=0):
    """`{% horizon_nav "timeline" %}`: the pages of the section. `waiting`: how many tasks are due, if known."""
    items = [
        {"title": title, "url": url, "current": name == current, "count": waiting if name == "tasks" else 0,
         "words": "due"}
        for name, title, url in _places()
    ]  # fmt: skip
    return {"name": "Horizon", "items": items}


def _places():
    for name, title, where in PLACES:
        try:
            yield name, title, where if where.startswith("/") else reverse(where)
        except NoReverseMatch:
            continue
