"""Pages to edit: the libraries, one page of each kind, and the groups and workflow that set_up makes."""

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Page

from cms.actions.first_pages import make_first_pages
from cms.models import (
    GuidanceIndexPage,
    GuidancePage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
)
from cms.workflow import set_up_editing
from core.models import CustomDocument
from members import roles
from tests.parts.remembered import remembered


@remembered(HomePage)
def make_desk() -> HomePage:
    """The home page with its libraries, the groups and the workflow. Safe to repeat."""
    roles.set_up_groups()
    home = make_first_pages(host="testserver", port=80)
    for model, slug, title in (
        (GuidanceIndexPage, "guidance", "Guidance"),
        (StoryIndexPage, "stories", "Stories"),
        (NewsIndexPage, "news", "News"),
    ):
        if not model.objects.exists():
            home.add_child(instance=model(title=title, slug=slug))
    set_up_editing()
    return HomePage.objects.get()


def body(words: str = "Ask first, and write down what was agreed."):
    return [("text", f"<p>{words}</p>")]


def add(parent: type[Page], page: Page) -> Page:
    """The page below the one page of type `parent`."""
    return parent.objects.get().add_child(instance=page)


def national(title: str = "The data sharing code", **fields) -> GuidancePage:
    fields = {"summary": "What the regulator expects.", "level": "regulator", "body": body(), **fields}
    return add(GuidanceIndexPage, GuidancePage(title=title, **fields))


def local(title: str = "Sharing with the fire service here", *, live: bool = False, **fields) -> GuidancePage:
    """Local guidance as a draft; with `live` it is approved and published."""
    fields = {"summary": "How we do it.", "level": "local", "body": body(), "owner": fields.get("approver"), **fields}
    if live:
        fields["approved_at"] = timezone.now()
    page = add(GuidanceIndexPage, GuidancePage(title=title, live=live, **fields))
    page.save_revision()
    return page


def story(title: str = "One list for every crew", **fields) -> StoryPage:
    fields = {"summary": "Crews know who needs help to get out.", "problem": body(), **fields}
    fields = {"approach": body("We asked them."), "impact": body("They were helped."), **fields}
    return add(StoryIndexPage, StoryPage(title=title, **fields))


def plain(title: str, **fields) -> StandardPage:
    """A page of words, straight below the home page."""
    return add(HomePage, StandardPage(title=title, body="<p>Words.</p>", **fields))


def news(title: str = "A new date for the workshop", **fields) -> NewsPage:
    fields = {"summary": "It moves to June.", "body": body(), "date": dt.date(2026, 3, 2), **fields}
    return add(NewsIndexPage, NewsPage(title=title, **fields))


def document(title: str = "Minutes", collection=None, words: bytes = b"name,post\n") -> CustomDocument:
    fields = {"collection": collection} if collection else {}
    return CustomDocument.objects.create(title=title, file=ContentFile(words, name="minutes.csv"), **fields)
