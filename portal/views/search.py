from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from core.ratelimits import TooOften, check
from core.timelimit import TooSlow, time_limit
from members.access import public
from portal import search as searching
from portal.suggested import suggested

SECONDS = 2


@public
def search(request):
    """One box for everything, and never a dead end."""
    query = searching.clean(request.GET.get("q", ""))
    try:
        check("search", request)
        with time_limit(SECONDS):
            context = _results(request, query) if query else _nothing_yet(request)
    except TooOften as error:
        return _trouble(
            request, query, 429, f"You have searched a lot in a short time. Try again in {error.wait} seconds."
        )
    except TooSlow:
        return _trouble(request, query, 503, "That search took too long, so we stopped it. Try a rarer word or two.")
    return render(request, "portal/search.html", context)


def _results(request, query: str) -> dict:
    found = searching.search(query, request.user, exact="exact" in request.GET)
    chosen = next((source for source in searching.SOURCES if source.name == request.GET.get("in")), None)
    page = _page(request) if chosen else 1
    rows = _rows(found, chosen, page, request)
    url = _addresses(found.query, request)
    best, groups = _best(found, rows), _groups(found, rows, chosen, url)
    context = {
        "query": query,
        "found": found,
        "best": best,
        "groups": groups,
        "chosen": chosen,
        "sides": _sides(found, chosen, url),
    }
    if chosen:
        context |= _pages(found, chosen, page, url)
    if not (best or groups) or not found.every:
        context |= suggested(request.user)
    return context | _links(query, request)


def _rows(found, chosen, page: int, request) -> dict[str, list[dict]]:
    """The rows to be shown of each source, by its name; what was asked for by its name among them."""
    named = Counter(name for name, _ in found.best)
    if chosen:
        parts = {chosen.name: ((page - 1) * searching.PAGE, searching.PAGE)}
    else:
        there = [one for one in searching.NAMED if one.name in found.pks or named[one.name]]
        parts = {one.name: (0, one.few + named[one.name]) for one in there}
    return searching.rows_of_all(found, request.user, parts)


def _best(found, rows: dict[str, list[dict]]) -> list[dict]:
    """The rows of what is called just as was typed, each with its `kind` in words."""
    kinds = {one.name: one.one or one.title for one in searching.NAMED}
    shown = {(name, row["pk"]): row | {"kind": kinds[name]} for name, some in rows.items() for row in some}
    return [shown[one] for one in found.best if one in shown]


def _groups(found, rows: dict[str, list[dict]], chosen, url) -> list[dict]:
    """The kinds that have something else to show, each with its rows: first the one whose name was typed."""
    groups = []
    for source in sorted(searching.SOURCES, key=lambda source: source.name != found.first):
        shown, count = rows.get(source.name, []), len(found.pks[source.name])
        if others := [row for row in shown if (source.name, row["pk"]) not in found.best]:
            more = "" if chosen or count <= len(shown) else url(source.name)
            groups.append({"name": source.name, "title": source.title, "rows": others, "count": count,
                           "more_url": more})  # fmt: skip
    return groups


def _nothing_yet(request) -> dict:
    return {"query": "", **suggested(request.user), **_links("", request)}


def _links(query: str, request) -> dict:
    ask = reverse("forum:ask")
    return {
        "ask_url": f"{ask}?{urlencode({'title': query[:140]})}" if query else ask,
        "exact_url": f"{reverse('portal:search')}?{urlencode({'q': query, 'exact': 1})}",
    }


def _page(request) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), 100) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _addresses(query: str, request) -> Callable[..., str]:
    """What gives the address of this search: `url(name of a kind, page)`."""
    start = f"{reverse('portal:search')}?{urlencode({'q': query})}"
    end = "&exact=1" if "exact" in request.GET else ""

    def url(name: str = "", page: int = 1) -> str:
        return start + (f"&in={name}" if name else "") + (f"&page={page}" if page > 1 else "") + end

    return url


def _sides(found, chosen, url) -> list[dict]:
    """Everything, and each kind that has something or was chosen: where to find it, and how many there are.

    Nothing when there is nowhere else to look.
    """
    kinds = [("Everything", "", found.total)]
    kinds += [(source.title, source.name, len(found.pks[source.name])) for source in searching.SOURCES]
    here = chosen.name if chosen else ""
    sides = [
        {"title": title, "url": url(name), "count": _said(count), "current": name == here}
        for title, name, count in kinds
        if count or name in ("", here)
    ]
    return sides if len(sides) > 1 else []


def _said(count: int) -> str:
    return f"{count}+" if count >= searching.MOST else str(count)


def _pages(found, chosen, page: int, url) -> dict:
    count, last = len(found.pks[chosen.name]), page * searching.PAGE
    return {
        "newer_url": url(chosen.name, page - 1) if page > 1 else "",
        "older_url": url(chosen.name, page + 1) if last < count else "",
        "range": f"{last - searching.PAGE + 1} to {min(last, count)} of {_said(count)}",
    }


def _trouble(request, query: str, status: int, words: str):
    context = {"query": query, "trouble": words, **_links(query, request)}
    return render(request, "portal/search.html", context, status=status)
