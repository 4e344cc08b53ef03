from django.http import QueryDict
from wagtail.admin.forms import WagtailAdminModelForm

from forum.models import Space, SpaceMembership

MOST_ROWS = 1000


class SpaceForm(WagtailAdminModelForm):
    """A space with its people. Whom another tab put in or took out since the page was opened is in or out already."""

    def __init__(self, data=None, files=None, *args, instance=None, **kwargs):
        if data is not None and instance is not None and instance.pk:
            data = _as_it_is(data, instance)
        super().__init__(data, files, *args, instance=instance, **kwargs)


def _as_it_is(data: QueryDict, space: Space) -> QueryDict:
    """What was sent, without rows of people that are gone, and without new ones of people that are in."""
    total = data.get("memberships-TOTAL_FORMS", "")
    places = range(min(int(total), MOST_ROWS) if total.isdecimal() and len(total) < 9 else 0)
    stored = SpaceMembership.objects.filter(space=space).values_list("pk", "member")
    there = {str(pk): str(member) for pk, member in stored}
    names = ("id", "member", "DELETE")
    rows = {place: [data.get(f"memberships-{place}-{name}", "") for name in names] for place in places}
    out = {pk for pk, _member, deleted in rows.values() if deleted}
    inside = {member for pk, member in there.items() if pk not in out}
    data = data.copy()
    for place, (pk, member, _deleted) in rows.items():
        if (pk and pk not in there) or (not pk and member in inside):
            data[f"memberships-{place}-DELETE"] = "on"
    return data
