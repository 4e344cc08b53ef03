"""Tags and filters every template may use without loading."""

from django import template

from core import clock

register = template.Library()

register.filter("when", clock.when)


@register.filter
def plural(count, words):
    """`3|plural:"answer,answers"` → "3 answers"."""
    one, many = words.split(",")
    return f"{count:,} {one if count == 1 else many}"
