"""What is new on the Horizon, for feeds: new briefings, dates that moved, stages that were reached."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from core.addresses import with_addresses
from core.dates import words_of
from horizon.querysets.lists import Row, rows_for
from members.pages import pages_visible_to

MOST = 30
EVERYONE = AnonymousUser()  # a feed reader is nobody, whoever asks for it


@dataclass(frozen=True)
class News:
    """One piece of it: `key` is its own among all, `topics` what it is about, `changed` when its words last did.

    `noted`: when it came to be known here, and by this they are in order; `at`: when it was so, as far as is known.
    """

    key: str
    title: str
    text: str
    url: str
    at: dt.datetime
    changed: dt.datetime
    topics: tuple[str, ...]
    noted: dt.datetime


def latest_news(*, today: dt.date, topic: str = "", category: str = "", development: int | None = None) -> list[News]:
    """What anybody may read, the newest first; narrowed by a topic (slug), a category, or to one development.

    Four queries, whatever the number. What no public thing is about has no news.
    """
    rows = {row.pk: row for row in rows_for(EVERYONE, today=today) if _fits(row, topic, category, development)}
    narrowed = bool(topic or category or development)
    found = [*_briefings(rows, topic, narrowed), *_moves(rows), *_stages(rows)]
    return sorted(found, key=lambda news: (news.noted, news.at, news.key), reverse=True)[:MOST]


def known_of(*, today: dt.date, topic: str = "", category: str = "") -> dict[str, str]:
    """Which of these something public is about, in words: {"topic": "GDPR"}. No other is owned up to."""
    rows = rows_for(EVERYONE, today=today)
    topics = {one.slug: one.short for row in rows for one in row.about}
    categories = {row.category: row.category_words for row in rows}
    words = {"topic": topics.get(topic, ""), "category": categories.get(category, "")}
    return {name: said for name, said in words.items() if said}


def _fits(row: Row, topic: str, category: str, development: int | None) -> bool:
    if development is not None:
        return row.pk == development
    return (not topic or any(one.slug == topic for one in row.about)) and (not category or row.category == category)


def _briefings(rows: dict[int, Row], topic: str, narrowed: bool):
    """A briefing decides for itself who sees it: it may be told of where its development is not shown."""
    from core.models import PageTopic
    from horizon.models import BriefingPage

    pages = pages_visible_to(BriefingPage.objects.all(), EVERYONE)
    if narrowed:
        about = PageTopic.objects.filter(tag__slug=topic).values("content_object") if topic else []
        pages = pages.filter(Q(development__in=rows) | Q(pk__in=about))
    pages = pages.defer("changing").prefetch_related("topic_links__tag").order_by("-first_published_at", "-pk")[:MOST]
    for page in with_addresses(pages):
        topics = tuple(link.tag.name for link in page.topic_links.all())
        at = page.first_published_at
        yield News(
            f"briefing-{page.pk}", page.title, page.summary, page.address, at, page.last_published_at, topics, at
        )


def _moves(rows: dict[int, Row]):
    from horizon.models import MilestoneMove

    moves = MilestoneMove.objects.filter(milestone__development__in=rows).select_related("milestone")
    seen: set[int] = set()
    for move in moves.order_by("-at", "-pk")[:MOST]:
        step, row = move.milestone, rows[move.milestone.development_id]
        off = step.called_off and move.became is None and step.pk not in seen  # its newest move
        seen.add(step.pk)
        title = f"{row.title}: “{step.what}” will not happen" if off else f"{row.title}: {_moved(move)}"
        now = "It will not happen." if off else f"It is now: {words_of(move.became)}."
        yield _news(f"move-{move.pk}", row, title, f"{step.what}. It was: {words_of(move.was)}. {now}", move.at)


def _moved(move) -> str:
    if move.became is None:
        return "a date is open again"
    return "a date has moved" if move.was else "a date is known"


def _stages(rows: dict[int, Row]):
    from horizon.models import StageChange

    for change in StageChange.objects.filter(development__in=rows).order_by("-at", "-pk")[:MOST]:
        row = rows[change.development_id]
        since = f"Since {change.on.words()}. " if change.on else ""
        title = f"{row.title}: {change.get_stage_display().lower()}"
        yield _news(f"stage-{change.pk}", row, title, f"{since}{row.summary}", change.at, at=_came(change))


def _came(change) -> dt.datetime:
    """When it came to the stage: its first day, if that is known and earlier than the day it was noted."""
    if change.on is None or change.on.first >= timezone.localdate(change.at):
        return change.at
    return timezone.make_aware(dt.datetime.combine(change.on.first, dt.time()))


def _news(key: str, row: Row, title: str, text: str, noted: dt.datetime, *, at: dt.datetime | None = None) -> News:
    topics = tuple(topic.name for topic in row.topics)
    return News(key, title, text, row.url, at or noted, noted, topics, noted)
