"""Tags and filters every template may use without loading."""

from functools import lru_cache

from django import template
from django.template import Context
from django.template.base import token_kwargs

from core import clock, quoting

register = template.Library()

MOST_KEPT = 256  # renderings of one part, by what it was given

register.filter("when", clock.when)
register.filter("quoted", quoting.quoted)


@register.filter
def plural(count, words):
    """`3|plural:"answer,answers"` → "3 answers"."""
    one, many = words.split(",")
    return f"{count:,} {one if count == 1 else many}"


class PartNode(template.Node):
    def __init__(self, name: str, values: dict):
        self.name, self.values = name, values
        # typed: a word that is safe HTML is equal to the same word that is not
        self.rendered = lru_cache(maxsize=MOST_KEPT, typed=True)(self._render)

    def render(self, context):
        return self.rendered(context.template.engine, *[value.resolve(context) for value in self.values.values()])

    def _render(self, engine, *values):
        return engine.get_template(self.name).render(Context(dict(zip(self.values, values, strict=True))))


@register.tag
def part(parser, token):
    """`{% part "components/icon.html" name="tick" %}`: included with only what is given, and rendered once for it.

    What is given must be hashable, and must not change: words, numbers, named tuples of them. The template sees
    nothing else, so nothing of one reader gets to another; it must not tell the time, nor hold a form's token.
    """
    _, name, *rest = token.split_contents()
    values = token_kwargs(rest, parser)
    if rest or name[0] not in "\"'":
        raise template.TemplateSyntaxError('It is {% part "a/_template.html" one=value other=value %}.')
    return PartNode(name[1:-1], values)
