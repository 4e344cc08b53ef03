"""The demo's success stories, news with replies, and newcomers' start pages."""

import datetime as dt
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page

from cms.actions.first_pages import make_lists
from cms.models import (
    ContactAgreement,
    FeaturedStory,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StartIndexPage,
    StartItem,
    StartPage,
    StoryContact,
    StoryFigure,
    StoryIndexPage,
    StoryPage,
    Template,
)
from core.models import PageTopic
from forum.models import PageThread, Space, Thread
from members.models import Member, Organisation, Sector
from portal.demo import files, threads
from portal.demo.members import topics_named
from portal.demo.streams import stream
from reference.models import Provision, Term


def load() -> int:
    """Add the stories, the news and the start pages that are not there yet; how many. Needs guidance and templates."""
    return load_stories() + load_news() + load_starts()


def load_stories() -> int:
    """Add the stories that are not there yet; how many."""
    index, rows = _index(StoryIndexPage), files.toml("knowledge/stories.toml")["story"]
    new = [row for row in rows if row["slug"] not in _slugs(StoryPage)]
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    for row in new:
        words = {part: stream(row[part]) for part in StoryPage.PARTS}
        story = _add(index, StoryPage, row, sector=sectors.get(row["sector"]), started=row.get("started", ""), **words)
        story.organisations.set(_bodies(row["organisations"]))
        story.save()
        StoryFigure.objects.bulk_create(
            StoryFigure(page=story, sort_order=place, **figure) for place, figure in enumerate(row["figures"])
        )
        _add_contacts(story, row["people"])
        _join(story, row["topics"], row["questions"])
    _feature(new)
    return len(new)


def load_news() -> int:
    """Add the news that is not there yet, with the replies to it; how many."""
    index, rows = _index(NewsIndexPage), files.toml("knowledge/news.toml")["news"]
    new = [row for row in rows if row["slug"] not in _slugs(NewsPage)]
    people = {person.handle: person for person in Member.objects.with_organisation()}
    for row in new:
        day = timezone.localdate() - dt.timedelta(days=int(row["published_days_ago"]))
        page = _add(
            index, NewsPage, row, kind=row["kind"], date=day, author=people[row["author"]], body=stream(row["body"])
        )
        _join(page, row["topics"], row.get("questions", []))
        if row.get("replies"):
            _add_replies(page, row["replies"], row["topics"])
    return len(new)


def load_starts() -> int:
    """Add the start pages that are not there yet; how many. What they name is there already, so this comes last."""
    index, rows = _index(StartIndexPage), files.toml("knowledge/starts.toml")["start"]
    new = [row for row in rows if row["slug"] not in _slugs(StartPage)]
    for row in new:
        next_step = {name: row.get(name, "") for name in ("next_title", "next_text", "next_url")}
        page = _add(index, StartPage, {"published_days_ago": 60, **row}, role=row["role"], **next_step)
        items = [item for item in map(_item, row["items"]) if item is not None]
        for place, item in enumerate(items):
            item.page, item.sort_order = page, place
        StartItem.objects.bulk_create(items)
    return len(new)


def _index(model):
    """The page a kind of page stands under; made if it is not there."""
    make_lists()
    return model.objects.get()


def _slugs(model) -> set[str]:
    return set(model.objects.values_list("slug", flat=True))


def _add(index, model, row: dict, **fields):
    """A page as if it had been published so many days ago."""
    at = timezone.now() - dt.timedelta(days=row["published_days_ago"])
    page = model(
        slug=row["slug"], title=row["title"], summary=row["summary"], first_published_at=at, last_published_at=at,
        latest_revision_created_at=at, **fields,
    )  # fmt: skip
    return index.add_child(instance=page)


def _join(page, topics: list[str], questions: list[str]) -> None:
    found = topics_named(set(topics))
    PageTopic.objects.bulk_create(PageTopic(content_object_id=page.pk, tag=tag) for tag in found.values())
    asked = {thread.title: thread for thread in Thread.objects.filter(title__in=questions)}
    PageThread.objects.bulk_create(
        PageThread(page_id=page.pk, thread=asked[title], sort_order=place)
        for place, title in enumerate(questions)
        if title in asked
    )


def _bodies(names: list[str]) -> list[Organisation]:
    """Real bodies by their name, invented ones by their slug."""
    return [*Organisation.objects.filter(name__in=names), *Organisation.objects.filter(slug__in=names)]


def _add_contacts(story: StoryPage, handles: list[str]) -> None:
    people = {person.handle: person for person in Member.objects.filter(handle__in=handles)}
    found = [people[handle] for handle in handles if handle in people]
    StoryContact.objects.bulk_create(
        StoryContact(page=story, member=member, sort_order=place) for place, member in enumerate(found)
    )
    at = story.first_published_at
    ContactAgreement.objects.bulk_create(
        ContactAgreement(story=story, member=member, asked_at=at, agreed_at=at) for member in found
    )


def _feature(rows: list[dict]) -> None:
    """The home page shows the first two stories of the file."""
    home = HomePage.objects.get()
    chosen = {story.slug: story for story in StoryPage.objects.filter(slug__in=[row["slug"] for row in rows[:2]])}
    if chosen and not home.featured_stories.exists():
        FeaturedStory.objects.bulk_create(
            FeaturedStory(page=home, story=chosen[row["slug"]], sort_order=place) for place, row in enumerate(rows[:2])
        )


def _add_replies(page: NewsPage, replies: list[dict], topics: list[str]) -> None:
    """A thread about the page: the first reply opens it."""
    first, *rest = replies
    space = Space.objects.filter(visibility="public").order_by("-for_pages", "order", "pk").first()
    row = {
        "title": page.title[:140], "kind": "discussion", "asker": first["by"], "space": space.slug,
        "days_ago": first["days_ago"], "body": first["text"], "tags": topics,
        "answers": [
            {"by": reply["by"], "body": reply["text"], "hours_after": 24 * (first["days_ago"] - reply["days_ago"])}
            for reply in rest
        ],
    }  # fmt: skip
    threads.write(row, about_type=ContentType.objects.get_for_model(Page), about_id=page.pk)


# --- What a start page names ------------------------------------------------------------------------


def _item(row: dict) -> StartItem | None:
    """An item of a start page; None when what it names is not in the demo."""
    item = StartItem(why=row["why"], minutes=row.get("minutes"))
    if row["kind"] == "page":
        item.linked_page = Page.objects.filter(slug=row["ref"]).first()
        return item if item.linked_page else None
    named = _FIND[row["kind"]](row["ref"])
    if named is None:
        return None
    title, item.url = named
    item.title = row.get("title") or title[:120]
    return item


def _named(found, title: str) -> tuple[str, str] | None:
    return (getattr(found, title), found.get_absolute_url()) if found is not None else None


def _gateway(ref: str):
    law, _, provision = ref.partition("|")
    return _named(Provision.objects.filter(law=law, provision=provision).first(), "title")


def _term(ref: str):
    term = Term.objects.filter(term__iexact=ref).first()
    return term and (f"“{term.term}”, in our glossary", term.get_absolute_url())


_FIND = {
    "thread": lambda ref: _named(Thread.objects.filter(title=ref).first(), "title"),
    "template": lambda ref: _named(Template.objects.filter(slug=ref).first(), "title"),
    "gateway": _gateway,
    "glossary": _term,
    "finder": lambda ref: ("Which law lets us share? Three questions", ref),
    "forum": lambda ref: ("The forum", ref),
    "url": lambda ref: (urlsplit(ref).netloc.removeprefix("www.") or ref, ref),
}
