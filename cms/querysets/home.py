"""What the home page shows, read with the forum's and the members' own querysets."""

import datetime as dt
import hashlib
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.utils import timezone

from core.markdown import excerpt
from forum.bylines import PUBLIC, audience_of, byline
from forum.models import Post, Space, Thread
from forum.pages.shared import parts, versions
from members.models import Organisation, Sector
from members.pages import pages_visible_to

ANSWERED_SHOWN = 5
WAITING_SHOWN = 4
STORIES_SHOWN = 3
NEWS_SHOWN = 4


def home_context(page, viewer) -> dict:
    """Everything the home page shows besides its own words, in five queries when what it shares is kept."""
    answered = latest_answered()
    notice = max(answered, key=_accepted_at, default=None)
    audience = audience_of(viewer)
    return {
        "notice": notice and answered_notice(notice),
        "answered": [_line(thread, PUBLIC) for thread in answered if thread is not notice][:ANSWERED_SHOWN],
        "waiting": [_line(thread, audience) for thread in waiting_for(viewer)],
        "spaces": Space.objects.visible_to(viewer),
        **partners_by_sector(),
        **knowledge_for(page, viewer),
    }


def knowledge_for(page, viewer) -> dict:
    """The stories the core team chose and the newest, the news, the start pages: what `viewer` may see of them.

    Plain dicts, kept until a page changes for everyone who may see the same pages: one query, else five.
    """
    from wagtail.models import Page

    seen = pages_visible_to(Page.objects.all(), viewer).values("pk")
    pages, home = versions("pages", f"page:{page.pk}")
    reach = hashlib.sha256(str(seen.query).encode()).hexdigest()[:24]
    key = f"home-knowledge:1:{pages}:{home}:{page.latest_revision_id}:{reach}"
    return parts({key: lambda: _knowledge(page, seen)})[0]


def _knowledge(page, seen) -> dict:
    stories, news, starts = _stories(page, seen), _news(seen), _starts(seen)
    return {
        "stories": stories, "stories_url": _above(stories), "news": news, "news_url": _above(news),
        "starts": starts, "starts_url": _above(starts), "guidance_url": _library(seen),
    }  # fmt: skip


def _library(seen) -> str:
    from cms.models import GuidanceIndexPage

    library = GuidanceIndexPage.objects.filter(pk__in=seen).first()
    return library.url if library is not None else ""


def _stories(page, seen) -> list[dict]:
    """Those chosen, in their order, then the newest; with the first figure of each."""
    from cms.models import StoryFigure, StoryPage

    chosen = [one.story_id for one in page.featured_stories.all()]
    place = Case(*(When(pk=pk, then=place) for place, pk in enumerate(chosen)), default=len(chosen))
    first = [place] if chosen else []  # PostgreSQL takes ORDER BY 0 for the number of a column
    figure = StoryFigure.objects.filter(page=OuterRef("pk")).order_by("sort_order", "pk")
    stories = StoryPage.objects.filter(pk__in=seen).select_related("sector").defer(*StoryPage.PARTS)
    stories = stories.annotate(number=Subquery(figure.values("number")[:1]), label=Subquery(figure.values("label")[:1]))
    return [
        {**_linked(story), "sector": story.sector.name if story.sector else "", "number": story.number or "",
         "label": story.label or ""}
        for story in stories.order_by(*first, "-first_published_at", "-pk")[:STORIES_SHOWN]
    ]  # fmt: skip


def _news(seen) -> list[dict]:
    from cms.models import NewsPage

    news = NewsPage.objects.filter(pk__in=seen).defer("body").order_by("-date", "-pk")
    return [{**_linked(one), "date": one.date} for one in news[:NEWS_SHOWN]]


def _starts(seen) -> list[dict]:
    from cms.models import StartPage

    return [{**_linked(one), "role": one.role} for one in StartPage.objects.filter(pk__in=seen).order_by("path")]


def _linked(page) -> dict:
    return {"title": page.title, "url": page.url, "summary": page.summary}


def _above(pages: list[dict]) -> str:
    """The address of the list that pages of one kind stand in, without a query for it."""
    address = (pages[0]["url"] or "") if pages else ""
    return f"{address.rstrip('/').rpartition('/')[0]}/" if address else ""


def latest_answered() -> list[Thread]:
    """The answered questions anyone may read that were last active: what the home page chooses from."""
    threads = Thread.objects.visible_to(AnonymousUser()).questions().answered()
    return list(
        threads.select_related(
            "author__organisation__sector", "organisation_then__sector",
            "accepted_answer__author__organisation__sector", "accepted_answer__organisation_then__sector",
        ).order_by("-last_activity_at", "-pk")[: ANSWERED_SHOWN + 1]
    )  # fmt: skip


def waiting_for(viewer) -> list[Thread]:
    """The newest questions nobody has answered yet that `viewer` may read."""
    threads = Thread.objects.visible_to(viewer).unanswered().select_related(
        "space", "author__organisation__sector", "organisation_then__sector"
    )  # fmt: skip
    return list(threads.filter(removed_at=None).order_by("-created_at", "-pk")[:WAITING_SHOWN])


def _accepted_at(thread: Thread) -> dt.datetime:
    return thread.accepted_at or thread.last_activity_at


def answered_notice(thread: Thread) -> dict:
    """The card of one answered question, as anyone may see it."""
    answer = cast("Post", thread.accepted_answer)
    recent = _accepted_at(thread) > timezone.now() - dt.timedelta(days=7)
    more = f"Read all {thread.answer_count} answers" if thread.answer_count > 1 else "Read the whole answer"
    return {
        "title": thread.title,
        "url": thread.get_absolute_url(),
        "head": "Answered this week" if recent else "Answered lately",
        "asker": byline(thread, PUBLIC),
        "answer_text": whole_sentences(excerpt(answer.html, 230)),
        "answerer": byline(answer, PUBLIC),
        "more_text": more,
    }


def whole_sentences(text: str, least: int = 90) -> str:
    """A cut-off text without its broken last sentence, if enough is left."""
    if not text.endswith("…"):
        return text
    end = max(text.rfind(mark) for mark in (". ", "? ", "! "))
    return text[: end + 1] if end >= least else text


def _line(thread: Thread, audience: str) -> dict:
    return {
        "title": thread.title,
        "url": thread.get_absolute_url(),
        "by": byline(thread, audience),
        "answer_count": thread.answer_count,
        "created_at": thread.created_at,
        "accepted_at": thread.accepted_at,
    }


def partners_by_sector() -> dict:
    """How many organisations take part, by sector, most first: the bar's `parts` (x and width in hundredths)."""
    taking_part = Q(organisations__status__in=Organisation.JOINABLE)
    counted = Sector.objects.annotate(count=Count("organisations", filter=taking_part)).order_by("-count", "order")
    sectors = [sector for sector in counted if sector.count]
    total = sum(sector.count for sector in sectors)
    parts, x = [], 0.0
    for sector in sectors:
        width = 100 * sector.count / total
        parts.append(
            {"colour": sector.colour, "name": sector.name, "count": sector.count, "x": f"{x:.2f}",
             "width": f"{max(width - 0.3, 0.2):.2f}"}
        )  # fmt: skip
        x += width
    title = f"{total} partners, {len(parts)} kinds of work"
    return {"parts": parts, "partners_title": title, "finding": _finding(parts, total)}


def _finding(parts: list[dict], total: int) -> str:
    """The picture in one sentence."""
    if not parts:
        return "No partners yet."
    first = parts[0]
    return f"Of {total} partners, most are in {first['name'].lower()}: {first['count']}."
