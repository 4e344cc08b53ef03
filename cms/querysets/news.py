"""What the pages of news read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from cms.bylines import member_byline
from core.blocks.reading import reading_minutes
from members.pages import pages_visible_to

SIZE = 15


def news_for(viewer):
    """The news `viewer` may see, newest first, with their authors. One query for the restrictions."""
    from cms.models import NewsPage

    news = pages_visible_to(NewsPage.objects.all(), viewer).select_related("author__organisation__sector")
    return news.order_by("-date", "-pk")


@dataclass(frozen=True)
class NewsList:
    """One page of news, and the addresses of its neighbours; `tabs` choose between all, news and blog."""

    rows: list
    tabs: list[dict]
    newer: str
    older: str


def news_list(viewer, query: Mapping[str, str]) -> NewsList:
    """A page of the news by `?kind=`, `?older=` and `?newer=` (a place: "2026-03-01.57"). Two queries.

    Each row has `byline` and `minutes`. A place that makes no sense gives the newest page.
    """
    from cms.models import NewsPage

    kind = query.get("kind", "") if query.get("kind", "") in NewsPage.Kind.values else ""
    news = news_for(viewer).filter(kind=kind) if kind else news_for(viewer)
    older, newer = _place(query.get("older", "")), _place(query.get("newer", ""))
    if newer and not older:
        rows = list(news.filter(_beyond(newer, "gt")).order_by("date", "pk")[: SIZE + 1])
        more_newer, rows = len(rows) > SIZE, rows[:SIZE][::-1]
        more_older = True
    else:
        rows = list((news.filter(_beyond(older, "lt")) if older else news)[: SIZE + 1])
        more_older, rows = len(rows) > SIZE, rows[:SIZE]
        more_newer = older is not None
    for row in rows:
        row.byline, row.minutes = member_byline(row.author, viewer), reading_minutes(row)
    return NewsList(
        rows, _tabs(kind), _address("newer", rows[:1] if more_newer else [], kind),
        _address("older", rows[-1:] if more_older else [], kind),
    )  # fmt: skip


def _tabs(kind: str) -> list[dict]:
    tabs = [("All", "", "?"), ("News", "news", "?kind=news"), ("Blog", "blog", "?kind=blog")]
    return [{"title": title, "url": url, "current": name == kind} for title, name, url in tabs]


def _place(text: str) -> tuple[dt.date, int] | None:
    date, _, pk = text.partition(".")
    try:
        return dt.date.fromisoformat(date), int(pk) % 2**63
    except ValueError:
        return None


def _beyond(place: tuple[dt.date, int], way: str) -> Q:
    date, pk = place
    return Q(**{f"date__{way}": date}) | Q(**{"date": date, f"pk__{way}": pk})


def _address(way: str, rows: list, kind: str) -> str:
    if not rows:
        return ""
    place = f"?{way}={rows[0].date:%Y-%m-%d}.{rows[0].pk}"
    return f"{place}&kind={kind}" if kind else place
