"""Where the readers of a shared part differ; see forum.pages.shared."""

from django import template
from django.utils.safestring import mark_safe

from forum.pages.shared import MARK

register = template.Library()


class ReaderNode(template.Node):
    def __init__(self, names, then, otherwise):
        self.names, self.then, self.otherwise = names, then, otherwise

    def render(self, context):
        name = ":".join(str(part.resolve(context)) for part in self.names)
        html = f"{MARK}+{name}{MARK}{self.then.render(context)}{MARK}"
        if self.otherwise is not None:
            html += f"{MARK}-{name}{MARK}{self.otherwise.render(context)}{MARK}"
        return html


@register.tag
def reader(parser, token):
    """`{% reader "own" post.number %}…{% otherwise %}…{% endreader %}`: readers with the mark "own:3", and others.

    Not to be nested.
    """
    names = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    then = parser.parse(("otherwise", "endreader"))
    otherwise = None
    if parser.next_token().contents == "otherwise":
        otherwise = parser.parse(("endreader",))
        parser.delete_first_token()
    return ReaderNode(names, then, otherwise)


@register.simple_tag
def gap(*names):
    """`{% gap "when" %}`: filled in for each reader."""
    name = ":".join(map(str, names))
    return mark_safe(f"{MARK}={name}{MARK}{MARK}")
