"""Words explained where they stand, and the compact finder."""

from functools import cache

from django import template
from django.template.loader import render_to_string

from reference import finder as the_finder
from reference.glossary import explain as explain_words
from reference.glossary import titled as as_a_title

register = template.Library()


@register.filter
def explained(html):
    """`{{ html|explained }}`: sanitised HTML with its terms explained."""
    return explain_words(str(html))


@register.filter
def titled(name):
    """`{{ topic.name|titled }}`: “Housing”, “GDPR”."""
    return as_a_title(str(name))


@register.filter
def sentence(words):
    """“Keep confidences” with a full stop, unless it ends with one."""
    words = str(words).rstrip()
    return words if words.endswith((".", "!", "?")) else f"{words}."


@register.simple_tag
def explain(html, used=None):
    """`{% explain part used %}`: as above; the parts of a page share the set `used`."""
    return explain_words(str(html), used)


@register.simple_tag
@cache
def finder():
    """The three questions in short, for the home page: the same for everybody, rendered once."""
    return render_to_string("reference/_finder.html", {"bodies": the_finder.BODIES, "purposes": the_finder.PURPOSES})
