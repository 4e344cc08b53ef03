"""The kinds of thing that search finds: who may find what, and how its results are shown."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.models import GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template
from core.addresses import with_addresses
from core.markdown import plain
from core.textsearch import stem
from events.models.material import Material
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.pages.scenario import ScenarioPage
from forum.bylines import MEMBERS, audience_of
from forum.models import Space, Thread
from horizon.models import BriefingPage, Development
from members.models import Member, Organisation, OtherName
from portal import querysets
from portal.asked import Asked
from portal.event_facts import (
    event_facts,
    material_facts,
    materials_visible_to,
    session_facts,
    sessions_visible_to,
    speaker_facts,
    speakers_visible_to,
)
from portal.horizon_facts import briefing_facts, development_facts
from portal.thread_facts import thread_facts
from reference.models import Provision, Term, TermName

# What the template of a result asks for; see there.
EMPTY = dict.fromkeys(("kind", "text", "about_thread", "body", "also", "detail", "facts"), "")


@dataclass(frozen=True)
class Source:
    """A kind of thing to search: who may find what, and how its results are shown.

    `visible(viewer)` → queryset of an indexed model (None for a type of page: the cms says who sees which,
    once for all of them); `rows(found, viewer, words)` → result dicts, of the primary keys `found`, or of the
    `facts` of a source that has them. `facts(pks)` → {pk: what is shown of it to whoever may see it}: kept until
    one of the names in `until` is touched ("pages page:{pk}"). `by_audience`: they are other ones for each of the
    audiences of `bylines`, which `facts` is given too.
    `honest(pks, viewer, asked)` drops what only matches by something the viewer may not see.
    `many`: there may be so many matches that only the newest are looked at closely (threads).
    `names`: a word that one of these uses is spelled as it should be. `few`: how many are shown under "Everything".
    `names_in`: where what it is called stands: (model, field of whose name it is, SQL of the name); `one`: what one
    is called itself.
    """

    name: str
    title: str
    model: Any
    visible: Callable[[Any], QuerySet] | None
    rows: Callable[[list, Any, list[str]], list[dict]]
    facts: Callable[..., dict[int, dict]] | None = None
    until: str = ""
    by_audience: bool = False
    honest: Callable[[list[int], Any, Asked], list[int]] = field(default=lambda pks, viewer, asked: pks)
    many: bool = False
    names: bool = False
    few: int = 4
    names_in: tuple[tuple[Any, str, str], ...] = ()
    one: str = ""


# --- Highlighting ----------------------------------------------------------------------------------


@lru_cache(maxsize=200)
def _patterns(words: tuple[str, ...]) -> tuple[re.Pattern, re.Pattern]:
    """What finds one of the words looked for, or a relative of it: where it begins, and the whole of it."""
    begins = rf"(?<!\w)(?:{'|'.join(re.escape(stem(word)) for word in words)})"
    return re.compile(begins, re.IGNORECASE), re.compile(rf"({begins}\w*)", re.IGNORECASE)


def marked(text: str, words: Iterable[str]) -> SafeString:
    """`text` escaped, with the words looked for (and their relatives) in <mark>."""
    words = tuple(words)
    if not words:
        return conditional_escape(text)
    parts = _patterns(words)[1].split(text)
    return mark_safe(
        "".join(f"<mark>{escape(part)}</mark>" if n % 2 else escape(part) for n, part in enumerate(parts) if part)
    )


def window(text: str, words: Iterable[str], length: int = 220) -> str:
    """The part of a text round the first of the words, whole words only; its beginning when none stands in it."""
    if len(text) <= length:
        return text
    words = tuple(words)
    hit = _patterns(words)[0].search(text) if words else None
    start = max(hit.start() - length // 3, 0) if hit else 0
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + length]
    if start + length < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:.") + "…"
    return ("… " if start else "") + piece


# --- The sources -----------------------------------------------------------------------------------


def _row(one: dict, words: list[str], **more) -> dict:
    """A result of these facts, with all that its template asks for."""
    return EMPTY | {"pk": one["pk"], "title": marked(one["title"], words), "url": one["url"]} | more


def _thread_rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    stems = [stem(word) for word in words]
    return [
        _row(one, words, text=marked(window(_best(one["texts"], stems), words), words), about_thread=one["facts"])
        for one in found
    ]


def _best(texts: list[str], stems: list[str]) -> str:
    """The first of the texts with most of the words, more or less: the one to quote from."""
    return max(texts, key=lambda text: _count(text.lower(), stems))


def _count(text: str, stems: list[str]) -> int:
    return sum(one in text for one in stems)


def _partner_facts(pks: list[int]) -> dict[int, dict]:
    bodies = Organisation.objects.select_related("sector").prefetch_related("other_names").defer("editor_note")
    return {
        body.pk: {"title": body.name, "url": body.get_absolute_url(),
                  "also": [name for name in (body.short_name, *map(str, body.other_names.all())) if name],
                  "body": {"area": body.area, "sector": {"name": body.sector.name, "colour": body.sector.colour}}}
        for body in bodies.filter(pk__in=pks)
    }  # fmt: skip


def _partner_rows(found: list[dict], viewer, words: list[str]) -> list[dict]:
    return [
        _row(one, words, body=one["body"], also=marked(", ".join(one["also"]), words))
        for one in found
    ]  # fmt: skip


def _people_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    people = Member.objects.with_organisation().prefetch_related("expertise")
    return [
        _row({"pk": person.pk, "title": person.display_name, "url": person.get_absolute_url()}, words,
             detail=marked(querysets.described(person, viewer), words))
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
        _row(one, words, detail=marked(window(_best_text(one, words), words), words), facts=one["fact"])
        for one in found
    ]


def _best_text(one: dict, words: list[str]) -> str:
    """The summary of a page, unless only its body has the words."""
    summary, stems = one["summary"], [stem(word) for word in words]
    if _count(summary.lower(), stems):
        return summary
    return _best([summary, *one.get("texts", ())], stems)


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
        _row(one, words, detail=marked(one["summary"], words), facts=marked(one["fact"], words))
        for one in found
    ]  # fmt: skip


def _space_rows(pks: list[int], viewer, words: list[str]) -> list[dict]:
    return [
        _row({"pk": one.pk, "title": one.name, "url": one.get_absolute_url()}, words, detail=marked(one.purpose, words))
        for one in querysets.in_order(Space.objects.visible_to(viewer), pks)
    ]  # fmt: skip


def words_in(text: str) -> set[str]:
    """Every word of a text in small letters."""
    return set(re.findall(r"[^\W_]+", text.lower()))


def _titled(model) -> tuple[tuple[Any, str, str], ...]:
    return ((model, "id", "title"),)


def _page_source(name: str, title: str, model, fact: Callable[[Any], str] = lambda page: "", **options) -> Source:
    rows, facts = _rows, _page_facts(model, fact)
    return Source(name, title, model, None, rows, facts, "pages page:{pk}", names_in=_titled(Page), **options)


SOURCES = [
    Source(
        "questions", "Questions", Thread, querysets.standing_threads, _thread_rows, thread_facts, "thread:{pk} members",
        by_audience=True, many=True, names=True, few=10, names_in=_titled(Thread), one="Thread",
    ),
    _page_source("guidance", "Guidance", GuidancePage, GuidancePage.get_level_display, names=True),
    Source(
        "gateways", "Legal gateways", Provision, Provision.objects.visible_to, _rows, _gateway_facts, "law", names=True,
        names_in=((Provision, "id", "law || ', ' || provision"),), one="The law in plain words",
    ),
    Source(
        "words", "Words explained", Term, Term.objects.visible_to, _word_rows, _word_facts, "glossary", names=True,
        names_in=((Term, "id", "term"), (Term, "id", "short_form"), (TermName, "term", "name")), one="Word explained",
    ),
    Source(
        "briefings", "Briefings", BriefingPage, None, _rows, briefing_facts, "pages horizon page:{pk}", names=True,
        names_in=_titled(Page), one="Briefing",
    ),
    Source(
        "developments", "What is coming", Development, Development.objects.visible_to, _rows, development_facts,
        "horizon", names=True, names_in=_titled(Development),
    ),
    _page_source("stories", "Success stories", StoryPage, one="Success story"),
    Source(
        "events", "Events", EventPage, None, _rows, event_facts, "pages events event:{pk} page:{pk}", names=True,
        names_in=_titled(Page), one="Event",
    ),
    _page_source("scenarios", "Scenario packs", ScenarioPage, one="Scenario pack"),
    Source(
        "sessions", "Talks and workshops", Session, sessions_visible_to, _rows, session_facts, "pages events",
        names_in=_titled(Session), one="Talk or workshop",
    ),
    Source(
        "slides", "Slides and handouts", Material, materials_visible_to, _rows, material_facts, "pages events",
        names_in=_titled(Material), one="Slides or handout",
    ),
    Source(
        "speakers", "Speakers", Speaker, speakers_visible_to, _rows, speaker_facts, "pages events members",
        names_in=((Speaker, "id", "name"),), one="Speaker",
    ),
    Source(
        "templates", "Templates", Template, Template.objects.visible_to, _template_rows, _template_facts, "templates",
        names_in=_titled(Template), one="Template",
    ),
    _page_source("news", "News", NewsPage, lambda page: f"{page.date.day} {page.date:%B %Y}"),
    _page_source("starts", "Where to begin", StartPage),
    _page_source("pages", "About this site", StandardPage),
    Source(
        "partners", "Partners", Organisation, Organisation.objects.visible_to, _partner_rows, _partner_facts,
        "members", names=True, one="Partner",
        names_in=(
            (Organisation, "id", "name"), (Organisation, "id", "short_name"), (OtherName, "organisation", "name"),
        ),
    ),
    Source(
        "people", "People", Member, lambda viewer: Member.objects.visible_to(viewer).taking_part(), _people_rows,
        honest=_shown_people, names_in=((Member, "id", "display_name"),), one="Person",
    ),
]  # fmt: skip

# What can be asked for by its name: spaces too, which are in no index.
SPACES = Source(
    "spaces", "Spaces", Space, Space.objects.visible_to, _space_rows, names_in=((Space, "id", "name"),),
    one="Space of the forum",
)  # fmt: skip
NAMED = [*SOURCES, SPACES]
