from django import template
from django.utils.html import format_html

from core.models import AbstractPage
from portal import meta

register = template.Library()


@register.simple_tag(takes_context=True)
def about_this_page(context):
    """Open Graph, JSON-LD and, for a page of Wagtail's, the canonical address: for who is not signed in."""
    request = context.get("request")
    if request is None or getattr(getattr(request, "user", None), "is_authenticated", False):
        return ""
    said = meta.of(context)
    if said is None:
        return ""
    site = context["site"]
    tags = meta.as_tags(said, (site() if callable(site) else site)["name"])  # asked for only where it is shown
    if isinstance(context.get("page"), AbstractPage):
        return format_html('<link rel="canonical" href="{}">\n    {}', meta.whole(said.path), tags)
    return tags
