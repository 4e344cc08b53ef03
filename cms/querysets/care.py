"""Who looks after what: items by review date, and those whose owner no longer takes part."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

FAR = dt.date.max


@dataclass(frozen=True)
class Item:
    """A page or template somebody looks after: the record, what it is called, where it is edited."""

    record: Any
    kind: str
    url: str

    @property
    def key(self) -> str:
        """ "cms.guidancepage:12": what names it in a form."""
        return f"{self.record._meta.label_lower}:{self.record.pk}"


def looked_after() -> list[Any]:
    """The models with an owner and a review date."""
    from cms.models import GuidancePage, NewsPage, StartPage, StoryPage, Template
    from events.pages.event import EventPage
    from horizon.models import BriefingPage

    return [GuidancePage, BriefingPage, StoryPage, EventPage, NewsPage, StartPage, Template]


def items_for(editor, condition: Q | None = None, models: list[Any] | None = None) -> Iterator[Item]:
    """What `editor` may change, of all that is looked after (or of some `models`): a query for each kind."""
    from wagtail.models import Page
    from wagtail.permissions import policy_registry

    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(editor, "change")
    for model in models or looked_after():
        rows = model.objects.select_related("keeper").filter(condition or Q())
        if issubclass(model, Page):
            rows = rows.filter(pk__in=pages.values("pk"))
        elif not editor.is_core_team:
            continue
        for record in rows:
            yield Item(record, str(model._meta.verbose_name).capitalize(), edit_url(record))


def edit_url(record) -> str:
    """Where it is changed in the admin; its page for readers when the admin has none."""
    from wagtail.admin.admin_url_finder import AdminURLFinder
    from wagtail.models import Page

    if isinstance(record, Page):
        return reverse("wagtailadmin_pages:edit", args=[record.pk])
    try:
        return AdminURLFinder().get_edit_url(record) or record.get_absolute_url()
    except NoReverseMatch:
        return ""


def by_review_date(editor) -> list[Item]:
    """Everything that has a review date, the longest overdue first; drafts too."""
    found = list(items_for(editor, Q(review_on__isnull=False)))
    return sorted(found, key=lambda item: (item.record.review_on or FAR, item.record.title))


def overdue(editor, *, today: dt.date) -> list[Item]:
    """Published, and its review date has passed."""
    found = [item for item in items_for(editor, Q(review_on__lt=today)) if getattr(item.record, "live", True)]
    return sorted(found, key=lambda item: item.record.review_on)


def of_leavers(editor) -> list[Item]:
    """What belongs to an owner who left, was shut out, or is no longer vouched for."""
    from members.models import Member

    gone = Q(keeper__isnull=False) & ~Q(keeper__in=Member.objects.taking_part().values("pk"))
    return sorted(items_for(editor, gone), key=lambda item: (item.record.keeper.display_name, item.record.title))


def citing_to_check(editor) -> list[Item]:
    """What stands on a law that changed since its owner looked."""
    from django.contrib.contenttypes.models import ContentType

    from reference.models import Citation

    stale: dict[int, list[int]] = {}
    for kind, pk in Citation.objects.needing_check().values_list("target_type", "target_id"):
        stale.setdefault(kind, []).append(pk)
    found: list[Item] = []
    for model in looked_after():
        if ids := stale.get(ContentType.objects.get_for_model(model).pk):
            found += items_for(editor, Q(pk__in=ids), [model])
    return sorted(found, key=attrgetter("record.title"))
