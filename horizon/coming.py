"""What the pages of the law say is coming: the developments that touch a provision, the briefings that change it."""

from collections.abc import Iterable

from django.utils import timezone

from horizon.querysets.law import developments_touching
from horizon.querysets.lists import rows_for
from reference.coming import Coming, register


def changes_of(provision: int, viewer) -> Iterable[Coming]:
    """What `viewer` may see of it, each briefing by itself. Two queries when what lists show is kept."""
    touching = developments_touching(provision, viewer)
    for row in rows_for(viewer, today=timezone.localdate()):
        if row.pk in touching:
            for each in row.apart:
                yield Coming(each.shown_title, each.shown_url, each.when_told, past=row.urgency == "past")


register(changes_of, "horizon", "pages")
