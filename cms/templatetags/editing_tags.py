from django import template

from cms.editing import checks
from core.models import AbstractPage

register = template.Library()


@register.simple_tag
def findings(page):
    """What to look at in the latest draft of `page`: [(title, [Finding])]; None for what is not a page of ours."""
    return checks.by_kind(checks.check(page)) if isinstance(page, AbstractPage) else None
