"""One search over everything: a list of sources, each starting at `visible_to`."""

import re
from dataclasses import dataclass, field

from core import caching
from core.spelling import corrected, other_forms, with_forms
from core.textsearch import Among, with_any, words_of
from core.wordsearch import Seen, used_in, with_every
from forum.bylines import audience_of
from forum.pages.shared import versions
from portal import querysets
from portal.asked import Asked, asked
from portal.named import Names, named
from portal.reach import places
from portal.search_sources import NAMED, SOURCES, Source
from portal.thread_facts import PAGE

MOST = 100  # results of one source
LONGEST = 200  # letters of a query that are looked at


@dataclass
class Found:
    """What a search found: `pks` by source name; `words` to mark in it; `every`: each result has all that was asked.

    `also`: other names of what was typed that were looked for too; `first`: the source that was asked for by name.
    `best`: what is called just as was typed, as (source name, pk); these stand first in `pks` too.
    """

    query: str
    words: list[str]
    pks: dict[str, list[int]]
    every: bool = True
    meant: str = ""
    also: list[str] = field(default_factory=list)
    first: str = ""
    best: list[tuple[str, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        beside = [name for name, _ in self.best if name not in self.pks]  # spaces, which are no group
        return sum(map(len, self.pks.values())) + len(beside)

    def put_first(self, best: list[tuple[str, int]]) -> None:
        """These are what was asked for by name."""
        self.best = best
        for name, pk in reversed(best):
            if name in self.pks:
                self.pks[name] = [pk, *(other for other in self.pks[name] if other != pk)]


def search(query: str, viewer, *, exact: bool = False) -> Found:
    """Search every source for what `viewer` may see: all words, else another spelling of them, else any word.
    What goes by just this name comes first of all.

    `query` is whatever a stranger typed; `exact` keeps the spelling, and looks for no other names. `meant` holds
    a corrected query when the results are for that one.
    """
    query = clean(query)
    wanted = asked(query, exact=exact)
    where = places(viewer, NAMED)
    names = Names(where)
    found = _found(query, wanted, viewer, where, seen=names)
    found.put_first(named(query, found.pks, names))
    if found.total or not wanted:
        return found
    meant = [] if exact else _meant(query, viewer, where)
    for every in (True, False):
        for one in meant:
            found = _found(query, asked(one), viewer, where, every=every, meant=one)
            if found.total:
                return found
    if len(wanted.any) > 1:
        return _found(query, wanted, viewer, where, every=False)
    return Found(query, wanted.telling, found.pks, every=False)


def _found(
    query: str,
    wanted: Asked,
    viewer,
    where: list[Among],
    *,
    every: bool = True,
    meant: str = "",
    seen: Seen | None = None,
) -> Found:
    pks = _pks(viewer, wanted, where, every=every, seen=seen or Names(where))
    first = "gateways" if every and wanted.places and pks["gateways"] else ""
    return Found(query, wanted.telling, pks, every=every, meant=meant, also=wanted.also, first=first)


def _meant(query: str, viewer, where: list[Among]) -> list[str]:
    """The query as it was probably meant, likeliest first: with a word split or two put together (“food bank”),
    and corrected. Words that something found uses are spelled as they should be.
    """
    words = words_of(query)[:6]
    forms = other_forms(query)
    correct = [place for place, source in zip(where, NAMED, strict=True) if source.names]
    used = used_in(correct, [*words, *forms])
    found = [with_forms(query, {form: said for form, said in forms.items() if form in used and said not in used})]
    known = [*querysets.names_known_to(viewer), *querysets.words_written()]
    found.append(corrected(query, known, keep=used))
    return [one for one in found if one]


def clean(query: str) -> str:
    """A query without control characters and spare room, at most LONGEST letters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", query).split())[:LONGEST]


def rows_of(found: Found, source: Source, viewer, *, start: int = 0, size: int = PAGE) -> list[dict]:
    """The results of one source from `start` on, ready to be shown."""
    return rows_of_all(found, viewer, {source.name: (start, size)})[source.name]


def rows_of_all(found: Found, viewer, parts: dict[str, tuple[int, int]]) -> dict[str, list[dict]]:
    """The results of some sources by name, ready to be shown; `parts`: from where on and how many of each.

    What is the same for all who may see it comes from the cache, in one read of it for all sources.
    """
    beside = {name: [pk] for name, pk in found.best if name not in found.pks}
    wanted = {name: (found.pks | beside)[name][start : start + size] for name, (start, size) in parts.items()}
    facts = _facts(
        {source: wanted[source.name] for source in SOURCES if source.facts and wanted.get(source.name)},
        audience_of(viewer),
    )
    return {
        source.name: source.rows(facts.get(source.name, wanted[source.name]), viewer, found.words)
        if wanted[source.name]
        else []
        for source in NAMED
        if source.name in wanted
    }


def _facts(wanted: dict[Source, list[int]], audience: str) -> dict[str, list[dict]]:
    """The facts of what was found, by the source's name, each with its `pk`; from the cache, or made and kept.

    They are shared by all of an audience who may see them: nobody may change one.
    """
    until = {(source, pk): source.until.format(pk=pk).split() for source, pks in wanted.items() for pk in pks}
    names = sorted({name for some in until.values() for name in some})
    at = dict(zip(names, versions(*names), strict=True)) if names else {}
    keys = {
        (source, pk): ":".join(
            ["found:3", source.name, str(pk), *[audience] * source.by_audience, *(at[name] for name in some)]
        )
        for (source, pk), some in until.items()
    }
    kept = caching.recall(*keys.values(), near=caching.near_for(caching.KEEP)) if keys else {}
    made: dict[str, dict] = {}
    for source, pks in wanted.items():
        missing = [pk for pk in pks if keys[source, pk] not in kept]
        if missing and source.facts:
            facts = source.facts(missing, audience) if source.by_audience else source.facts(missing)
            made |= {keys[source, pk]: one | {"pk": pk} for pk, one in facts.items()}
    if made:
        caching.remember(made, caching.KEEP)
    there = kept | made
    return {
        source.name: [there[keys[source, pk]] for pk in pks if keys[source, pk] in there]
        for source, pks in wanted.items()
    }


def _pks(viewer, wanted: Asked, where: list[Among], *, every: bool, seen: Seen) -> dict[str, list[int]]:
    where = where[: len(SOURCES)]
    if every:
        hits = with_every(where, wanted.words, instead=wanted.instead, limit=MOST, seen=seen)
    else:
        wanted = Asked(wanted.any)
        hits = [[pk for pk, _ in some] for some in with_any(where, wanted.words, limit=PAGE)]
    return {
        source.name: source.honest(pks, viewer, wanted) if pks else []
        for source, pks in zip(SOURCES, hits, strict=True)
    }
