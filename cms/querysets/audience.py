"""Which members may see a page: for notices, which go to many at once."""

from django.db.models import Q
from wagtail.models import BaseViewRestriction, PageViewRestriction


def members_who_see(page, people):
    """Those of `people` (members) who may see a page: the many's twin of `page_visible_to`. One query."""
    if not page.live:
        return people.none()
    places = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    for restriction in PageViewRestriction.objects.filter(page__path__in=places):
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return people.none()
        if restriction.restriction_type == BaseViewRestriction.GROUPS:
            people = people.filter(Q(groups__in=restriction.groups.values("pk")) | Q(is_superuser=True)).distinct()
    return people.taking_part()
