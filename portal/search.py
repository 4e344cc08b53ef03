"""One search over everything: a list of sources, each starting at `visible_to`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from cms.models import GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template
from core import caching
from core.addresses import with_addresses
from core.markdown import plain
from core.prepared import Prepared
from core.textsearch import stem, with_any, words_of
from core.wordsearch import used_in, with_every
from forum.bylines import MEMBERS, audience_of, byline
from forum.models import Thread
from forum.pages.shared import versions
from horizon.models import BriefingPage, Development
from members.models import Member, Organisation
from portal import querysets
from portal.asked import Asked, asked
from portal.horizon_facts import briefing_facts, development_facts
from portal.reach import places
from portal.spelling import corrected, other_forms, with_forms
from reference.models import Provision, Term

MOST = 100  # results of one source
PAGE = 20
LONGEST = 200  # letters of a query that are looked at


@dataclass(frozen=True)
class Source:
    """A kind of thing to search: who may find what, and how its results are shown.

    `visible(viewer)` → queryset of an indexed model (None for a type of page: the cms says who sees which,
    once for all of them); `rows(found, viewer, words)` → result dicts, of the primary keys `found`, or of the
    `facts` of a source that has them. `facts(pks)` → {pk: what is shown of it to whoever may see it}: kept until
    one of the names in `until` is touched ("pages page:{pk}").
    `honest(pks, viewer, asked)` drops what only matches by something the viewer may not see.
    `many`: there may be so many matches that only the newest are looked at closely (threads).
    `names`: a word that one of these uses is spelled as it should be. `few`: how many are shown under "Everything".
    """

    name: str
    title: str
    model: Any
    visible: Callable[[Any], QuerySet] | None
    rows: Callable[[list, Any, list[str]], list[dict]]
    facts: Callable[[list[int]], dict[int, dict]] | None = None
    until: str = ""
    honest: Callable[[list[int], Any, Asked], list[int]] = field(default=lambda pks, viewer, asked: pks)
    many: bool = False
    names: bool = False
    few: int = 4


@dataclass
class Found:
    """What a search found: `pks` by source name; `words` to mark in it; `every`: each result has all that was asked.

    `also`: other names of what was typed that were looked for too; `first`: the source that was asked for by name.
    """

    query: str
    words: list[str]
    pks: dict[str, list[int]]
    every: bool = True
    meant: str = ""
    also: list[str] = field(default_factory=list)
    first: str = ""

    @property
    def total(self) -> int:
        return sum(map(len, self.pks.values()))


def search(query: str, viewer, *, exact: bool = False) -> Found:
    """Search every source for what `viewer` may see: all words, else another spelling of them, else any word.

    `query` is whatever a stranger typed; `exact` keeps the spelling, and looks for no other names. `meant` holds
    a corrected query when the results are for that one.
    """
    query = clean(query)
    wanted = asked(query, exact=exact)
    found = _found(query, wanted, viewer)
    if found.total or not wanted:
        return found
    meant = [] if exact else _meant(query, viewer)
    for every in (True, False):
        for one in meant:
            found = _found(query, asked(one), viewer, every=every, meant=one)
            if found.total:
                return found
    if len(wanted.any) > 1:
        return _found(query, wanted, viewer, every=False)
    return Found(query, wanted.telling, found.pks, every=False)


def _found(query: str, wanted: Asked, viewer, *, every: bool = True, meant: str = "") -> Found:
    pks = _pks(viewer, wanted, every=every)
    first = "gateways" if every and wanted.places and pks["gateways"] else ""
    return Found(query, wanted.telling, pks, every=every, meant=meant, also=wanted.also, first=first)


def _meant(query: str, viewer) -> list[str]:
    """The query as it was probably meant, likeliest first: with a word split or two put together (“food bank”),
    and corrected. Words that something found uses are spelled as they should be.
    """
    words = words_of(query)[:6]
    forms = other_forms(query)
    used = used_in(places(viewer, [source for source in SOURCES if source.names]), [*words, *forms])
    found = [with_forms(query, {form: said for form, said in forms.items() if form in used and said not in used})]
    found.append(corrected(query, querysets.names_known_to(viewer), keep=used))
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
    wanted = {name: found.pks[name][start : start + size] for name, (start, size) in parts.items()}
    facts = _facts({source: wanted[source.name] for source in SOURCES if source.facts and wanted.get(source.name)})
    return {
        source.name: source.rows(facts.get(source.name, wanted[source.name]), viewer, found.words)
        if wanted[source.name]
        else []
        for source in SOURCES
        if source.name in wanted
    }


def _facts(wanted: dict[Source, list[int]]) -> dict[str, list[dict]]:
    """The facts of what was found, by the source's name, each with its `pk`; from the cache, or made and kept."""
    until = {(source, pk): source.until.format(pk=pk).split() for source, pks in wanted.items() for pk in pks}
    names = sorted({name for some in until.values() for name in some})
    at = dict(zip(names, versions(*names), strict=True)) if names else {}
    keys = {
        (source, pk): ":".join(["found:1", source.name, str(pk), *(at[name] for name in some)])
        for (source, pk), some in until.items()
    }
    kept = caching.recall(*keys.values()) if keys else {}
    made: dict[str, dict] = {}
    for source, pks in wanted.items():
        missing = [pk for pk in pks if keys[source, pk] not in kept]
        if missing and source.facts:
            made |= {keys[source, pk]: one | {"pk": pk} for pk, one in source.facts(missing).items()}
    if made:
        caching.remember(made, caching.KEEP)
    there = kept | made
    return {
        source.name: [there[keys[source, pk]] for pk in pks if keys[source, pk] in there]
        for source, pks in wanted.items()
    }


def _pks(viewer, wanted: Asked, *, every: bool) -> dict[str, list[int]]:
    where = places(viewer, SOURCES)
    if every:
        hits = with_every(where, wanted.words, instead=wanted.instead, limit=MOST)
    else:
        wanted = Asked(wanted.any)
        hits = [[pk for pk, _ in some] for some in with_any(where, wanted.words, limit=PAGE)]
    return {
        source.name: source.honest(pks, viewer, wanted) if pks else []
        for source, pks in zip(SOURCES, hits, strict=True)
    }


# --- Highlighting ----------------------------------------------------------------------------------


def marked(text: str, words: Iterable[str]) -> SafeString:
    """`text` escaped, with the words looked for (and their relatives) in <mark>."""
    stems = [re.escape(stem(word)) for word in words]
    if not stems:
        return conditional_escape(text)
    pattern = re.compile(rf"(?<!\w)((?:{'|'.join(stems)})\w*)", re.IGNORECASE)
    parts = pattern.split(text)
    return mark_safe(
        "".join(
            f"<mark>{conditional_escape(part)}</mark>" if n % 2 else conditional_escape(part)
            for n, part in enumerate(parts)
        )
    )


def window(text: str, words: Iterable[str], length: int = 220) -> str:
    """The part of a text round the first of the words, whole words only; its beginning when none stands in it."""
    stems = [re.escape(stem(word)) for word in words]
    hit = re.search(rf"(?<!\w)(?:{'|'.join(stems)})", text, re.IGNORECASE) if stems else None
    if len(text) <= length:
        return text
    start = max(hit.start() - length // 3, 0) if hit else 0
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + length]
    if start + length < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:.") + "…"
    return ("… " if start else "") + piece


# --- The sources -----------------------------------------------------------------------------------


_threads = Prepared(lambda *pks: Thread.objects.for_list().filter(pk__in=pks))


def _thread_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    audience, posts = audience_of(viewer), querysets.opening_posts(pks, most=PAGE)
    threads = {thread.pk: thread for thread in _threads(*pks, *[0] * (PAGE - len(pks)))}
    rows = []
    for thread in (threads[pk] for pk in pks if pk in threads):
        best = plain(max(posts.get(thread.pk, [""]), key=lambda html: _count(html, words)))
        rows.append(
            {"title": marked(thread.title, words), "url": thread.get_absolute_url(), "thread": thread,
             "text": marked(window(best, words), words), "by": byline(thread, audience)}
        )  # fmt: skip
    return rows


def _count(html: str, words: list[str]) -> int:
    """How many of the words a post has, more or less: enough to choose the one to quote from."""
    html = html.lower()
    return sum(stem(word) in html for word in words)


def _partner_facts(pks: list[int]) -> dict[int, dict]:
    bodies = Organisation.objects.select_related("sector").prefetch_related("other_names").defer("editor_note")
    return {
        body.pk: {"title": body.name, "url": body.get_absolute_url(),
                  "also": [other.name for other in body.other_names.all()],
                  "body": {"area": body.area, "sector": {"name": body.sector.name, "colour": body.sector.colour}}}
        for body in bodies.filter(pk__in=pks)
    }  # fmt: skip


def _partner_rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    return [
        {"title": marked(one["title"], words), "url": one["url"], "body": one["body"],
         "also": marked(", ".join(one["also"]), words)}
        for one in found
    ]  # fmt: skip


def _people_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    people = Member.objects.with_organisation().prefetch_related("expertise")
    return [
        {"title": marked(person.display_name, words), "url": person.get_absolute_url(),
         "detail": marked(querysets.described(person, viewer), words)}
        for person in querysets.in_order(people, pks)
    ]  # fmt: skip


def _shown_people(pks: list[int], viewer, wanted: Asked) -> list[int]:
    """Only those whose shown fields have what was asked for: the index also knows what is for members only.

    Members may see all that the index knows.
    """
    if audience_of(viewer) == MEMBERS:
        return pks
    people = Member.objects.with_organisation().prefetch_related("expertise")
    kept = []
    for person in querysets.in_order(people, pks):
        said = " ".join(querysets.shown_parts(person, viewer)).lower()
        if wanted.is_met_by(said, words_in(said)):
            kept.append(person.pk)
    return kept


def _page_facts(model, fact: Callable[[Any], str]) -> Callable[[list[int]], dict[int, dict]]:
    """What is shown of pages of a type: title, address, summary, the texts of its blocks, and one fact."""

    def facts(pks: list[int]) -> dict[int, dict]:
        return {
            page.pk: {"title": page.title, "url": page.address, "fact": fact(page),
                      "summary": getattr(page, "summary", "") or getattr(page, "intro", ""),
                      "texts": [plain(text) for text in querysets.texts_of(page)]}
            for page in with_addresses(model.objects.filter(pk__in=pks))
        }  # fmt: skip

    return facts


def _rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    """Things with their summary, or the part of their words that was looked for."""
    return [
        {"title": marked(one["title"], words), "url": one["url"],
         "detail": marked(window(_best_text(one, words), words), words), "facts": one["fact"]}
        for one in found
    ]  # fmt: skip


def _best_text(one: dict, words: list[str]) -> str:
    """The summary of a page, unless only its body has the words."""
    summary = one["summary"]
    if any(stem(word) in summary.lower() for word in words):
        return summary
    return max([summary, *one.get("texts", ())], key=lambda text: _count(text, words))


def _template_facts(pks: list[int]) -> dict[int, dict]:
    return {
        one.pk: {"title": one.title, "url": one.get_absolute_url(), "summary": one.summary}
        for one in Template.objects.filter(pk__in=pks).only("title", "slug", "summary")
    }


def _template_rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    """With the newest version this viewer may fetch."""
    newest = querysets.newest_versions([one["pk"] for one in found], viewer)
    return _rows(
        [one | {"fact": f"Version {newest[one['pk']]}"} for one in found if one["pk"] in newest], viewer, words
    )


def _gateway_facts(pks: list[int]) -> dict[int, dict]:
    return {
        one.pk: {"title": one.title, "url": one.get_absolute_url(), "summary": f"{one.purpose}. {one.limits}",
                 "fact": f"{one.get_kind_display()}. {one.get_checked_display()}"}
        for one in Provision.objects.filter(pk__in=pks)
    }  # fmt: skip


def _word_facts(pks: list[int]) -> dict[int, dict]:
    return {
        one.pk: {"title": f"{one.term} ({one.short_form})" if one.short_form else one.term,
                 "url": one.get_absolute_url(), "summary": one.definition,
                 "fact": f"Also called {one.also_called_text()}" if one.other_names.all() else ""}
        for one in Term.objects.filter(pk__in=pks).for_glossary()
    }  # fmt: skip


def _word_rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    return [
        {"title": marked(one["title"], words), "url": one["url"], "detail": marked(one["summary"], words),
         "facts": marked(one["fact"], words)}
        for one in found
    ]  # fmt: skip


def words_in(text: str) -> set[str]:
    """Every word of a text in small letters."""
    return set(re.findall(r"[^\W_]+", text.lower()))


def _page_source(name: str, title: str, model, fact: Callable[[Any], str] = lambda page: "", **options) -> Source:
    return Source(name, title, model, None, _rows, _page_facts(model, fact), "pages page:{pk}", **options)


SOURCES = [
    Source(
        "questions", "Questions", Thread, querysets.standing_threads, _thread_rows, many=True, names=True, few=10
    ),
    _page_source("guidance", "Guidance", GuidancePage, GuidancePage.get_level_display, names=True),
    Source(
        "gateways", "Legal gateways", Provision, Provision.objects.visible_to, _rows, _gateway_facts, "law", names=True
    ),
    Source(
        "words", "Words explained", Term, Term.objects.visible_to, _word_rows, _word_facts, "glossary", names=True
    ),
    Source(
        "briefings", "Briefings", BriefingPage, None, _rows, briefing_facts, "pages horizon page:{pk}", names=True
    ),
    Source(
        "developments", "What is coming", Development, Development.objects.visible_to, _rows, development_facts,
        "horizon", names=True,
    ),
    _page_source("stories", "Success stories", StoryPage),
    Source(
        "templates", "Templates", Template, Template.objects.visible_to, _template_rows, _template_facts, "templates"
    ),
    _page_source("news", "News", NewsPage, lambda page: f"{page.date.day} {page.date:%B %Y}"),
    _page_source("starts", "Where to begin", StartPage),
    _page_source("pages", "About this site", StandardPage),
    Source(
        "partners", "Partners", Organisation, Organisation.objects.visible_to, _partner_rows, _partner_facts,
        "members", names=True,
    ),
    Source(
        "people", "People", Member, lambda viewer: Member.objects.visible_to(viewer).taking_part(), _people_rows,
        honest=_shown_people,
    ),
]  # fmt: skip
