from django import template
from django.urls import reverse
from wagtail.models import Page

from cms.editing import checks
from core.models import AbstractPage

register = template.Library()


@register.simple_tag(takes_context=True)
def edit_address(context) -> str:
    """Where the page that is shown is edited, for who writes and may edit it; else "", as in a preview of it."""
    request, page = context.get("request"), context.get("page")
    member = getattr(request, "user", None)
    if not isinstance(page, Page) or not getattr(member, "is_writer", False) or getattr(request, "is_preview", False):
        return ""
    may = page.permissions_for_user(member).can_edit()
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if may else ""


@register.simple_tag
def findings(page):
    """What to look at in the latest draft of `page`: [(title, [Finding])]; None for what is not a page of ours."""
    return checks.by_kind(checks.check(page)) if isinstance(page, AbstractPage) else None
