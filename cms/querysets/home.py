"""What the home page shows, read with the forum's and the members' own querysets."""

import datetime as dt
import hashlib
import re
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.utils import timezone

from core.markdown import excerpt
from events.querysets.lists import coming_for
from forum.bylines import PUBLIC, audience_of, byline
from forum.models import Post, Space, Thread
from forum.pages import mentions
from forum.pages.shared import parts, versions
from forum.querysets import groups_of
from horizon.querysets.lists import coming_up
from members.models import Organisation, Sector
from members.pages import ask_once, known_shut, pages_visible_to

ANSWERED_SHOWN = 5
WAITING_SHOWN = 4
STORIES_SHOWN = 3
NEWS_SHOWN = 4
COMING_SHOWN = 4
EVENTS_SHOWN = 3


def home_context(page, viewer) -> dict:
    """Everything the home page shows besides its own words, in two queries when what it shares is kept."""
    ask_once(viewer)
    return {
        **talk_for(viewer),
        "coming": coming_up(viewer, today=timezone.localdate(), most=COMING_SHOWN),
        "events": coming_for(viewer, now=timezone.now(), most=EVENTS_SHOWN),
        **knowledge_for(page, viewer),
    }


def talk_for(viewer) -> dict:
    """What was answered, what waits, the spaces and who takes part, as everyone with `viewer`'s groups sees it.

    Kept until a thread, a space or a member changes: one query for the groups, else five.
    """
    audience = audience_of(viewer)
    forum, members = versions("forum", "members")
    groups = ",".join(map(str, groups_of(viewer)))
    answered, waiting, spaces, partners = parts({
        f"home-answered:2:{forum}:{members}": _answered,
        f"home-waiting:1:{forum}:{members}:{audience}:{groups}":
            lambda: [_line(thread, audience) for thread in waiting_for(viewer)],
        f"home-spaces:1:{forum}:{audience}:{groups}": lambda: tuple(Space.objects.visible_to(viewer)),
        f"home-partners:1:{members}": partners_by_sector,
    }, keep=600)  # fmt: skip
    last = max(answered, key=lambda one: one["accepted_at"], default=None)
    return {
        "notice": last and last["notice"] | {"head": _head(last["accepted_at"])},
        "answered": [one for one in answered if one is not last][:ANSWERED_SHOWN],
        "waiting": waiting,
        "spaces": spaces,
        **partners,
    }


def knowledge_for(page, viewer) -> dict:
    """The stories the core team chose and the newest, the news, the start pages: what `viewer` may see of them.

    Plain dicts, kept until a page changes for everyone who may see the same pages: no query, else five.
    """
    pages, home = versions("pages", f"page:{page.pk}")
    reach = hashlib.sha256(repr(known_shut(viewer).pages).encode()).hexdigest()[:24]
    key = f"home-knowledge:2:{pages}:{home}:{page.latest_revision_id}:{reach}"
    return parts({key: lambda: _knowledge(page, viewer)})[0]


def _knowledge(page, viewer) -> dict:
    from wagtail.models import Page

    seen = pages_visible_to(Page.objects.all(), viewer).values("pk")
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


def _answered() -> list[dict]:
    """Each of the latest as a line and as a card. One query, one or two more where people are mentioned."""
    threads = latest_answered()
    answers = mentions.shown(PUBLIC, [cast("Post", thread.accepted_answer).html for thread in threads])
    return [
        _line(thread, PUBLIC) | {
            "accepted_at": thread.accepted_at or thread.last_activity_at,
            "notice": answered_notice(thread, answer),
        }
        for thread, answer in zip(threads, answers, strict=True)
    ]  # fmt: skip


def _head(accepted_at: dt.datetime) -> str:
    recent = accepted_at > timezone.now() - dt.timedelta(days=7)
    return "Answered this week" if recent else "Answered lately"


def answered_notice(thread: Thread, html: str) -> dict:
    """The card of one answered question, as anyone may see it, but for its head; `html`: what the answer says."""
    answer = cast("Post", thread.accepted_answer)
    more = f"Read all {thread.answer_count} answers" if thread.answer_count > 1 else "Read the whole answer"
    return {
        "title": thread.title,
        "url": thread.get_absolute_url(),
        "asker": byline(thread, PUBLIC),
        "answer_text": in_short(html),
        "answerer": byline(answer, PUBLIC),
        "more_text": more,
    }


_LIST = re.compile(r"<(?:ol|ul|pre|table)\b")


def in_short(html: str, most: int = 230) -> str:
    """The beginning of an answer in whole sentences, without one that leads up to a list (“Take it in this order:”).

    An answer that begins with its list gives the list's words, cut between two.
    """
    said = whole_sentences(excerpt(_LIST.split(html, maxsplit=1)[0], most))
    if said.endswith(":"):
        said = said[: max((said.rfind(mark) for mark in (". ", "? ", "! ")), default=-1) + 1]
    return said or whole_sentences(excerpt(html, most))


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
