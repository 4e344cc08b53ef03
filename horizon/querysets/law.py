"""What touches a provision of law."""

from members.pages import pages_visible_to


def developments_touching(provision: int, viewer) -> set[int]:
    """The ids of the developments that name a provision, or of which a briefing `viewer` may see says it changes.

    Whether `viewer` may see the developments is for the caller to ask. One query.
    """
    from horizon.models import BriefingPage, Development

    named = Development.objects.order_by().filter(provisions=provision).values_list("pk")
    pages = pages_visible_to(BriefingPage.objects.order_by(), viewer).filter(law_changes__provision=provision)
    return {pk for (pk,) in named.union(pages.values_list("development"))}
