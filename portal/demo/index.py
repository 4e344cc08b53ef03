"""Puts what the demo wrote in bulk into the search index."""

from django.contrib.contenttypes.models import ContentType
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from cms.models import GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.pages.scenario import ScenarioPage
from forum.models import Thread
from members.models import Member, Organisation

PAGES = (GuidancePage, NewsPage, StandardPage, StartPage, StoryPage)
MODELS = (Thread, Organisation, Member, Template, EventPage, ScenarioPage, Session, Speaker, *PAGES)


def load() -> int:
    """Index what is not in the index yet; how many."""
    return sum(_add_missing(model) for model in MODELS)


def _add_missing(model) -> int:
    kind = ContentType.objects.get_for_model(model)
    there = set(IndexEntry.objects.filter(content_type=kind).values_list("object_id", flat=True))
    missing = [row for row in model.objects.all() if str(row.pk) not in there]
    if missing:
        get_search_backend().add_bulk(model, missing)
    return len(missing)
