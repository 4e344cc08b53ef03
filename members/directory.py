"""The organisation directory: which organisations a reader asked for, and how many each further choice would leave."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.facets import Shown, address, most_frequent_first
from core.spelling import corrected
from members.models import Organisation
from members.querysets import fold

FILTERS = ("sector", "type", "area")
NOT_PLACES = {"wider", "National"}


def places(area: str) -> list[str]:
    """The places in an area: “Colchester, Southend and Loughton” → three."""
    parts = re.split(r",\s*|\s+and\s+", area)
    # “Mid and south Essex” is one place, not two
    if len(parts) > 1 and any(part and part[0].islower() and part not in NOT_PLACES for part in parts[1:]):
        return [area]
    if parts[0] in {"Mid", "North", "South", "East", "West"}:
        return [area]
    return [part for part in parts if part and part not in NOT_PLACES]


@dataclass(frozen=True)
class Directory:
    """What the page shows: groups of organisations under a heading, facets, and the filters that are on."""

    groups: list[tuple[str, list[Organisation]]]
    count: int
    total: int
    facets: list[Shown]
    chosen: list[tuple[str, str]]
    text: str
    by_sector: bool
    other_order_url: str
    meant: tuple[str, str] | None  # when no name has the words: what they probably should be, and its address


def _values(name: str) -> Callable[[Organisation], Iterable[str]]:
    """What an organisation counts under in a facet."""
    return {
        "sector": lambda body: [body.sector.slug],
        "type": lambda body: [body.type] if body.type else [],
        "area": lambda body: places(body.area),
    }[name]


def _names(body: Organisation) -> list[str]:
    return [body.name, body.short_name, *(other.name for other in body.other_names.all())]


def _is_called(body: Organisation, words: list[str]) -> bool:
    known = " ".join(fold(name) for name in _names(body))
    return all(word in known for word in words)


def _meant(text: str, everyone: list[Organisation]) -> str | None:
    """What was probably meant by words that no organisation's name has: its name, or the words mended."""
    names = [name for body in everyone for name in _names(body)]
    mended = corrected(text, names)
    called = [body for body in everyone if _is_called(body, fold(mended).split())] if mended else []
    exactly = [body for body in called if len(called) == 1 or fold(body.name) == fold(mended or "")]
    return exactly[0].name if exactly else mended if called else None


def look_up(query: Mapping[str, str], organisations: Iterable[Organisation]) -> Directory:
    """Filter and count in memory: a partnership has hundreds of bodies, and three queries read them all.

    `query`: sector (slug), type, area, q, by ("sector" groups by sector; else A to Z). What makes no
    sense finds nothing and breaks nothing.
    """
    everyone = list(organisations)
    asked = {name: query.get(name, "").strip()[:120] for name in FILTERS}
    text = " ".join(query.get("q", "").replace("\0", "").split())[:120]
    by_sector = query.get("by") == "sector"
    words = fold(text).split()
    called = [body for body in everyone if _is_called(body, words)] if words else everyone

    def left(without: str = "") -> list[Organisation]:
        tests = [(_values(name), value) for name, value in asked.items() if value and name != without]
        return [body for body in called if all(value in values(body) for values, value in tests)]

    titles = {body.sector.slug: body.sector.name for body in everyone}

    def url(**changes) -> str:
        return address(asked | {"q": text, "by": "sector" if by_sector else ""} | changes)

    facets = []
    for name, title in (("sector", "Sector"), ("type", "Type"), ("area", "Area")):
        counts = Counter(value for body in left(without=name) for value in _values(name)(body))
        facets.append(most_frequent_first(name, title, counts, asked=asked[name], titles=titles, url=url))
    found = left()
    chosen = [(titles.get(value, value), url(**{name: ""})) for name, value in asked.items() if value]
    if text:
        chosen.append((f"“{text}”", url(q="")))
    meant = _meant(text, everyone) if words and not called else None
    return Directory(
        groups=_grouped(found, by_sector),
        count=len(found),
        total=len(everyone),
        facets=facets,
        chosen=chosen,
        text=text,
        by_sector=by_sector,
        other_order_url=url(by="" if by_sector else "sector"),
        meant=(meant, url(q=meant)) if meant else None,
    )


def _grouped(found: list[Organisation], by_sector: bool) -> list[tuple[str, list[Organisation]]]:
    if by_sector:
        order = sorted(found, key=lambda body: (body.sector.order, body.sector.name, body.name.casefold()))
        headings = [body.sector.name for body in order]
    else:
        order = sorted(found, key=_filed_under)
        headings = [_filed_under(body)[:1].upper() for body in order]
    groups: dict[str, list[Organisation]] = {}
    for heading, body in zip(headings, order, strict=True):
        groups.setdefault(heading, []).append(body)
    return list(groups.items())


def _filed_under(body: Organisation) -> str:
    """“The Sigma Trust” stands under S."""
    return fold(body.name) or body.name.casefold()
