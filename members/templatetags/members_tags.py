from django import template
from django.conf import settings

from members.models import Organisation

register = template.Library()


@register.simple_tag
def core_team_email() -> str:
    """Where people write to the core team."""
    return settings.CORE_TEAM_EMAIL


@register.inclusion_tag("members/_sector_bar.html")
def partners_by_sector(title="Partners by sector"):
    """The picture of how many partners each sector has, with its table twin. One query."""
    counts = Organisation.objects.listed().by_sector_counts()
    return sector_bar(counts) | {"title": title}


def sector_bar(counts: list[dict]) -> dict:
    """What components/sector_bar.html shows of `by_sector_counts()`: {parts, finding}. Widths in hundredths."""
    total = sum(row["count"] for row in counts)
    parts, at = [], 0.0
    for row in counts:
        width = 100 * row["count"] / total
        parts.append(row | {"x": f"{at:.2f}", "width": f"{max(width - 0.4, 0.1):.2f}"})
        at += width
    most = max(counts, key=lambda row: row["count"], default=None)
    finding = (
        f"{total} partners. The largest sector is {most['name']}, with {most['count']}." if most else "No partners yet."
    )
    return {"parts": parts, "finding": finding}
