"""One search over everything: a list of sources, each starting at `visible_to`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.models import GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template
from cms.querysets.addresses import with_addresses
from cms.querysets.pages import pages_visible_to
from core.markdown import plain
from core.prepared import Prepared
from core.textsearch import candidates, stem, words_of
from core.wordsearch import Among, used_in, with_every
from forum.bylines import MEMBERS, audience_of, byline
from forum.models import Thread
from members.models import Member, Organisation
from portal import querysets
from portal.spelling import corrected
from reference.models import Provision, Term

MOST = 100  # results of one source
PAGE = 20
LONGEST = 200  # letters of a query that are looked at


@dataclass(frozen=True)
class Source:
    """A kind of thing to search: who may find what, and how its results are shown.

    `visible(viewer)` → queryset of an indexed model (None for a type of page: the cms says who sees which,
    once for all of them); `rows(pks, viewer, words)` → result dicts in that order;
    `honest(pks, viewer, words)` drops what only matches by something the viewer may not see.
    `many`: there may be so many matches that only the newest are looked at closely (threads).
    `names`: a word that one of these uses is spelled as it should be. `few`: how many are shown under "Everything".
    """

    name: str
    title: str
    model: Any
    visible: Callable[[Any], QuerySet] | None
    rows: Callable[[list[int], Any, list[str]], list[dict]]
    honest: Callable[[list[int], Any, list[str]], list[int]] = field(default=lambda pks, viewer, words: pks)
    many: bool = False
    names: bool = False
    few: int = 4


@dataclass
class Found:
    """What a search found: `pks` by source name; `words` looked for; `every`: each result has all of them."""

    query: str
    words: list[str]
    pks: dict[str, list[int]]
    every: bool = True
    meant: str = ""

    @property
    def total(self) -> int:
        return sum(map(len, self.pks.values()))


def search(query: str, viewer, *, exact: bool = False) -> Found:
    """Search every source for what `viewer` may see: all words, else the nearest spelling, else any word.

    `query` is whatever a stranger typed; `exact` keeps the spelling. `meant` holds a corrected query when
    the results are for that one.
    """
    query = clean(query)
    words = words_of(query)
    found = Found(query, words, _pks(viewer, words, every=True))
    if found.total or not words:
        return found
    if not exact and (meant := _meant(query, words, viewer)):
        words = words_of(meant)
        for every in (True, False):
            found = Found(query, words, _pks(viewer, words, every=every), every=every, meant=meant)
            if found.total:
                return found
    words = words_of(query)
    return Found(query, words, _pks(viewer, words, every=False) if len(words) > 1 else found.pks, every=False)


def _meant(query: str, words: list[str], viewer) -> str | None:
    """The query as it was probably meant, or None. Words that something found uses are spelled as they should be."""
    places = _places(viewer, [source for source in SOURCES if source.names])
    return corrected(query, querysets.names_known_to(viewer), keep=used_in(places, words[:6]))


def clean(query: str) -> str:
    """A query without control characters and spare room, at most LONGEST letters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", query).split())[:LONGEST]


def rows_of(found: Found, source: Source, viewer, *, start: int = 0, size: int = PAGE) -> list[dict]:
    """The results of one source from `start` on, ready to be shown."""
    pks = found.pks[source.name][start : start + size]
    return source.rows(pks, viewer, found.words) if pks else []


def _places(viewer, sources: list[Source]) -> list[Among]:
    """Where each of the sources is looked through for this viewer."""
    pages = pages_visible_to(Page.objects.all(), viewer).values("pk")
    return [
        Among(source.visible(viewer) if source.visible else source.model.objects.filter(pk__in=pages), many=source.many)
        for source in sources
    ]


def _pks(viewer, words: list[str], *, every: bool) -> dict[str, list[int]]:
    places = _places(viewer, SOURCES)
    if every:
        hits = with_every(places, words, limit=MOST)
    else:
        hits = [[pk for pk, _ in candidates(place.queryset, words, limit=PAGE)] for place in places]
    return {
        source.name: source.honest(pks, viewer, words) if pks else [] for source, pks in zip(SOURCES, hits, strict=True)
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


def _partner_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    bodies = Organisation.objects.select_related("sector").prefetch_related("other_names")
    return [
        {"title": marked(body.name, words), "url": body.get_absolute_url(), "body": body,
         "also": marked(", ".join(other.name for other in body.other_names.all()), words)}
        for body in querysets.in_order(bodies, pks)
    ]  # fmt: skip


def _people_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    people = Member.objects.with_organisation().prefetch_related("expertise")
    return [
        {"title": marked(person.display_name, words), "url": person.get_absolute_url(),
         "detail": marked(querysets.described(person, viewer), words)}
        for person in querysets.in_order(people, pks)
    ]  # fmt: skip


def _shown_people(pks: list[int], viewer, words: list[str]) -> list[int]:
    """Only those whose shown fields have the words: the index also knows what is for members only.

    Members may see all that the index knows.
    """
    if audience_of(viewer) == MEMBERS:
        return pks
    wanted = [stem(word) for word in words]
    people = Member.objects.with_organisation().prefetch_related("expertise")
    kept = []
    for person in querysets.in_order(people, pks):
        has = words_in(" ".join(querysets.shown_parts(person, viewer)))
        if all(any(word.startswith(start) for word in has) for start in wanted):
            kept.append(person.pk)
    return kept


def _page_rows(model, facts: Callable[[Any], str]) -> Callable[[list[int], Any, list[str]], list[dict]]:
    """How found pages of a type are shown: with their summary, or the part of their words that was looked for."""

    def rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
        return [
            {"title": marked(page.title, words), "url": page.address,
             "detail": marked(window(_best_text(page, words), words), words), "facts": facts(page)}
            for page in with_addresses(querysets.in_order(model.objects.all(), pks))
        ]  # fmt: skip

    return rows


def _best_text(page, words: list[str]) -> str:
    """The summary of a page, unless only its body has the words."""
    summary = getattr(page, "summary", "") or getattr(page, "intro", "")
    if any(stem(word) in summary.lower() for word in words):
        return summary
    texts = [plain(text) for text in querysets.texts_of(page)]
    return max([summary, *texts], key=lambda text: _count(text, words))


def _template_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    return [
        {"title": marked(one.title, words), "url": one.get_absolute_url(),
         "detail": marked(window(one.summary, words), words), "facts": f"Version {one.shown_versions[0].number}"}
        for one in querysets.in_order(Template.objects.with_versions_for(viewer), pks)
        if one.shown_versions
    ]  # fmt: skip


def _gateway_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    return [
        {"title": marked(one.title, words), "url": one.get_absolute_url(),
         "detail": marked(window(f"{one.purpose}. {one.limits}", words), words),
         "facts": f"{one.get_kind_display()}. {one.get_checked_display()}"}
        for one in querysets.in_order(Provision.objects.visible_to(viewer), pks)
    ]  # fmt: skip


def _word_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    return [
        {"title": marked(f"{one.term} ({one.short_form})" if one.short_form else one.term, words),
         "url": one.get_absolute_url(), "detail": marked(one.definition, words),
         "facts": marked(f"Also called {one.also_called_text()}" if one.other_names.all() else "", words)}
        for one in querysets.in_order(Term.objects.visible_to(viewer).for_glossary(), pks)
    ]  # fmt: skip


def words_in(text: str) -> set[str]:
    """Every word of a text in small letters."""
    return set(re.findall(r"[^\W_]+", text.lower()))


SOURCES = [
    Source(
        "questions", "Questions", Thread, querysets.standing_threads, _thread_rows, many=True, names=True, few=10
    ),
    Source(
        "guidance", "Guidance", GuidancePage, None,
        _page_rows(GuidancePage, GuidancePage.get_level_display), names=True,
    ),
    Source("gateways", "Legal gateways", Provision, Provision.objects.visible_to, _gateway_rows, names=True),
    Source("words", "Words explained", Term, Term.objects.visible_to, _word_rows, names=True),
    Source("stories", "Success stories", StoryPage, None, _page_rows(StoryPage, lambda page: "")),
    Source("templates", "Templates", Template, Template.objects.visible_to, _template_rows),
    Source(
        "news", "News", NewsPage, None,
        _page_rows(NewsPage, lambda page: f"{page.date.day} {page.date:%B %Y}"),
    ),
    Source("starts", "Where to begin", StartPage, None, _page_rows(StartPage, lambda page: "")),
    Source("pages", "About this site", StandardPage, None, _page_rows(StandardPage, lambda page: "")),
    Source("partners", "Partners", Organisation, Organisation.objects.visible_to, _partner_rows, names=True),
    Source(
        "people", "People", Member, lambda viewer: Member.objects.visible_to(viewer).taking_part(), _people_rows,
        _shown_people,
    ),
]  # fmt: skip
