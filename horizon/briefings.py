"""What stands round the words of a briefing: the answer for this reader, what it means for them, what it rests on."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from core import caching
from core.blocks.files import documents_of, pictures_of
from core.blocks.reading import chosen
from core.dates import PartialDate
from horizon import words
from horizon.querysets import briefings as reads
from horizon.querysets import follows, tasks
from horizon.querysets.lists import all_there_are, step_of, touches_all
from horizon.querysets.shared import Shared, shared_by_readers
from members.models import Duty
from members.pages import ask_once, page_visible_to
from reference.permissions import may_confirm

EVERYBODY_ELSE, EVERYBODY = "Everybody else", "Everybody"
CALLED = {
    "made": "Made", "in_force": "Takes effect", "applies": "Applies", "deadline": "Deadline", "review": "Review",
}  # fmt: skip
CALLED_PAST = {
    "made": "Made", "in_force": "Took effect", "applies": "Applies since", "deadline": "Deadline was",
    "review": "Review was",
}  # fmt: skip
NOT_YET_TICKED = "Organisations tick this once it is published."
# How far the core team got with the facts: what a reader is told where a date is not sure.
DOUBTS = {
    "expected": ("Expected, not confirmed.", "These dates are what is expected. They may still move."),
    "planned": ("Planned, not confirmed.", "This is planned. No official source that we have seen settles it."),
    "not_yet": ("Not confirmed.", "We have not yet checked this against an official source."),
}
UNSURE = ("Not confirmed.", "No official source that we have seen settles the next date. We say what is expected.")


@dataclass(frozen=True)
class Reader:
    """For whom a briefing is put in order: a sector (None where we don't know one), and parts in sharing.

    `picked`: the sector is one they picked on the page, not the one they work in.
    """

    sector: Any = None
    duties: frozenset[str] = frozenset()
    picked: bool = False

    @property
    def whose(self) -> str:
        return "the sector you chose" if self.picked else "your sector"


@dataclass(frozen=True)
class Verdict:
    """An answer to “does this change what I do?”: `look` is its CSS word (yes, no, not-yet)."""

    look: str
    words: str
    why: str
    who: str
    colour: str = ""
    own: bool = False


@dataclass(frozen=True)
class Meant:
    """What a briefing means for a sector or a role; `whose` says why it is this reader's ("Your sector")."""

    who: str
    text: str
    colour: str = ""
    whose: str = ""


@dataclass(frozen=True)
class Banner:
    """What a reader should know before they rely on it: kind and icon of components/banner.html."""

    kind: str
    icon: str
    lead: str
    text: str


@dataclass(frozen=True)
class LawRow:
    """A provision it changes: `when` says since or from when, `citation` what its keeper last said of it."""

    provision: Any
    what: str
    when: str
    citation: Any = None


def context_of(page, request, *, today: dt.date | None = None) -> dict:
    """Everything `horizon/briefing.html` shows beside the page's own fields. Works for a page never saved.

    What is the same for all readers is kept: then it takes a handful of queries, else about twenty.
    """
    caching.depends_on(
        request, "site", f"page:{page.pk}", "pages", "glossary", "law", "members", "horizon",
        f"development:{page.development_id}",
    )  # fmt: skip
    viewer = getattr(request, "user", None) or AnonymousUser()
    today = today or timezone.localdate()
    if not hasattr(viewer, "shut"):
        ask_once(viewer)
    preview = getattr(request, "is_preview", False)
    shared = shared_by_readers(page, preview=preview)
    development = shared.development if shared.development and shared.development.is_visible_to(viewer) else None
    rows = tasks.rows_for(page, viewer, today=today, known=(shared.counted, shared.sectors))
    rows = sorted(rows, key=lambda row: row.task.due_on or dt.date.max)
    if preview:
        rows = [replace(row, why_not=NOT_YET_TICKED) for row in rows]
    law = _law(shared, today)
    return {
        **_for_reader(page, request, viewer, shared.sectors),
        **_about(page, development, rows, viewer, today, sectors=shared.sectors),
        "banners": banners(page, development, request, today),
        "rows": rows,
        "progress": tasks.progress(rows, viewer),
        "law": law,
        "to_check": [one for one in law if one.citation and one.citation.needs_check()],
        "may_confirm": may_confirm_any(viewer, law),
        "sources": list(page.sources.all()),
        "linked": _linked(shared, viewer),
        "keeper": words.named(reads.keeper_of(page), viewer),
        "topics": shared.topics,
        "crumbs": _crumbs(shared),
        "documents": documents_of(chosen(page, "download"), request),
        "pictures": pictures_of(chosen(page, "image"), request),
        "terms_used": set(),
        "heading_level": 3,
    }


# --- For this reader ----------------------------------------------------------------------------------


def _for_reader(page, request, viewer, sectors: dict) -> dict:
    reader = reader_of(request.GET, viewer, sectors)
    first, rest = verdicts(page, reader, sectors)
    own, others = meanings(page, reader, sectors)
    return {
        "reader": reader, "verdict": first, "other_verdicts": rest, "own_meanings": own, "other_meanings": others,
        "sectors": list(sectors.values()), "may_pick": reader.picked or reader.sector is None,
    }  # fmt: skip


def reader_of(query, viewer, sectors: dict) -> Reader:
    """Who reads, by `?sector=` or by where they work and what their part is. A sector nobody has is as none."""
    duties = frozenset(viewer.duties) if viewer.is_authenticated else frozenset()
    slug = query.get("sector", "")
    picked = next((one for one in sectors.values() if slug and one.slug == slug), None)
    if picked is not None:
        return Reader(picked, duties, picked=True)
    works_at = viewer.organisation if viewer.is_authenticated else None
    return Reader(sectors.get(works_at.sector_id) if works_at else None, duties)


def verdicts(page, reader: Reader, sectors: dict) -> tuple[Verdict | None, list[Verdict]]:
    """The answer for this reader (None where there is none for them), and all the others, everybody else last."""
    answers = {one.sector_id: one for one in page.answers.all()}
    order = {pk: place for place, pk in enumerate(sectors)}
    for_all = EVERYBODY_ELSE if len(answers) > 1 else EVERYBODY
    mine = reader.sector.pk if reader.sector and reader.sector.pk in answers else None
    found = {}
    for pk, one in sorted(answers.items(), key=lambda pair: order.get(pair[0], len(order))):
        sector = sectors.get(pk)
        own = pk is not None and pk == mine
        found[pk] = Verdict(
            one.answer.replace("_", "-"), one.get_answer_display(), one.why, sector.name if sector else for_all,
            sector.colour if sector else "", own,
        )  # fmt: skip
    first = found.pop(mine, None)
    return first, list(found.values())


def meanings(page, reader: Reader, sectors: dict) -> tuple[list[Meant], list[Meant]]:
    """What it means for this reader's sector and roles, and what it means for others."""
    own, others = [], []
    for one in page.meanings.all():
        sector = sectors.get(one.sector_id)
        theirs = reader.sector is not None and one.sector_id == reader.sector.pk
        whose = reader.whose.capitalize() if theirs else "Your role" if one.duty in reader.duties else ""
        who = sector.name if sector else Duty(one.duty).label if one.duty in Duty else ""
        (own if whose else others).append(Meant(who, one.text, sector.colour if sector else "", whose))
    return own, others


# --- What it is about ---------------------------------------------------------------------------------


def _about(page, development, rows: list, viewer, today: dt.date, *, sectors: dict) -> dict:
    """What the development says of dates, impact and who is touched; nothing of one the viewer may not see."""
    if development is None:
        return {"development": None}
    due = [row.task.due_on for row in rows if row.task.due_on and row.task.due_on >= today and row.state != "none"]
    return {
        "development": development,
        "urgency": development.urgency(today, due=min(due, default=None)),
        "dates": _dates(page, development, rows, today),
        "level": words.level_of(development.impact),
        "touched": sorted(development.sectors.all(), key=lambda sector: (sector.order, sector.name)),
        "touches_all": touches_all(development.sectors.all(), all_there_are(sectors.values())),
        "follows": follows.following(viewer, development),
    }


def _dates(page, development, rows: list, today: dt.date) -> list[dict[str, str]]:
    """The dates at its head: the next thing to do that is not done, if any, then the step; none that is past leads."""
    waiting = (row.task.due_on for row in rows if row.task.due_on and row.state in ("now", "later"))
    due, step = min(waiting, default=None), _takes_effect(development, today)
    asked = []
    if due is not None:
        day = PartialDate.of(due)
        beside = words.in_days(day, today)
        asked = [{"called": "Next thing to do", "date": f"By {day.words()}", "iso": str(day), "beside": beside}]
    return [*asked, *([step] if step else [])]


def _takes_effect(development, today: dt.date) -> dict[str, str] | None:
    """Its next date, known or not, else the last one behind us: {"called", "date", "iso", "beside"}; None for none."""
    steps = [step_of(one, today) for one in development.milestones.all()]
    coming = development.next_milestone(today)
    past = max((one for one in steps if one.is_past), key=lambda one: one.on.last, default=None)
    step = next((one for one in steps if coming and one.pk == coming.pk), None)
    step = step or next((one for one in steps if one.on is None and not one.called_off), None) or past
    if step is None:
        return None
    days = words.in_days(step.on, today) if step.on and step.is_coming else ""
    beside = ", ".join(part for part in (step.unsure, days) if part)
    called = CALLED_PAST if step.is_past and step.confirmed else CALLED
    if step.is_past and not step.confirmed:
        return {"called": "Was expected", "date": step.when, "iso": str(step.on), "beside": step.unsure}
    return {"called": called.get(step.kind, "Date"), "date": step.when, "iso": str(step.on or ""), "beside": beside}


def banners(page, development, request, today: dt.date) -> list[Banner]:
    """What to know first: that it is only a preview; that it is out of date, or not sure, or not checked in time."""
    found = []
    if getattr(request, "is_preview", False):
        found.append(Banner("info", "eye", "Preview.", _preview_words(page)))
    if page.is_out_of_date(today=today):
        text = f"It ran out on {words.a_day(page.expires_on)}, and is kept so that what refers to it can still be read."
        return [*found, Banner("attention", "history", "This may be out of date.", text)]
    if doubt := _doubt(development, today):
        found.append(Banner("attention", "diamond-half", *doubt))
    if page.review_on and page.review_on < today:
        text = (
            f"We meant to check this again by {words.a_day(page.review_on)}. Look at the sources before you rely on it."
        )
        found.append(Banner("attention", "clock", "Due to be checked again.", text))
    return found


def _preview_words(page) -> str:
    if page.pk and page.live:
        return "These changes are not published yet."
    if page.go_live_at:
        at = timezone.localtime(page.go_live_at)
        return f"Nobody else can see this yet. It is planned for {at:%A} {at.day} {at:%B %Y}, {at:%H:%M}."
    return "Nobody else can see this yet."


def _doubt(development, today: dt.date) -> tuple[str, str] | None:
    """What is not sure about it: the facts, or the next date. None for what is, and for what is behind us."""
    if development is None:
        return None
    if said := DOUBTS.get(development.checked):
        return said
    step = development.next_milestone(today)
    return UNSURE if step is not None and not step.confirmed else None


# --- What it rests on ---------------------------------------------------------------------------------


def _law(shared: Shared, today: dt.date) -> list[LawRow]:
    return [
        LawRow(change.provision, change.what, _since(change, today), shared.cited.get(change.provision_id))
        for change in shared.law
    ]  # fmt: skip


def _since(change, today: dt.date) -> str:
    if change.from_on is None:
        return ""
    return f"{'Changes' if change.from_on > today else 'Changed'} on {words.a_day(change.from_on)}"


def may_confirm_any(viewer, law: list[LawRow]) -> bool:
    """Whether the viewer may say that the briefing still holds."""
    return any(may_confirm(viewer, one.citation) for one in law if one.citation)


def _linked(shared: Shared, viewer) -> list[tuple[str, list]]:
    """The pages that go with it, by what they are: [("Guidance", [page, …]), …], in the order they were chosen.

    Of those that the viewer may see, who was asked about before.
    """
    groups: dict[str, list] = {}
    for one in shared.linked:
        if page_visible_to(one, viewer):
            groups.setdefault(_kind(one), []).append(one)
    return list(groups.items())


def _kind(page) -> str:
    model = page.specific_class
    called = getattr(model, "called", None) or (model._meta.verbose_name.removesuffix(" page") if model else "Page")
    return str(called).capitalize()


def _crumbs(shared: Shared) -> list[dict]:
    above = [dict(zip(("title", "url"), shared.parent, strict=True))] if shared.parent else []
    return [*above, {"title": "Briefing"}]


# --- For its editor -----------------------------------------------------------------------------------


HIDDEN = (
    "Readers don’t see the development it is about: this briefing is missing from the Horizon’s own pages, and shows "
    "no dates. Tick “Readers see it” at the development first."
)


def gaps(page, *, today: dt.date | None = None) -> list[str]:
    """What readers of a draft would miss, in plain words."""
    today = today or timezone.localdate()
    answers, sources = list(page.answers.all()), list(page.sources.all())
    found = []
    if not any(one.sector_id is None for one in answers):
        found.append("There is no answer for everybody else: a visitor who is not signed in sees no answer first.")
    if not page.meanings.all():
        found.append("It says for nobody what it means: write it for a sector or a role.")
    if page.tasks.all() and not any(task.due_on for task in page.tasks.all()):
        found.append("No task has a date: nobody is reminded.")
    if not page.live:
        late = [task.title for task in page.tasks.all() if task.due_on and task.due_on < today]
        found += [f"The date of “{title}” is past." for title in late]
    found += [f"“{one.title}” has no day on which somebody last looked at it." for one in sources if not one.checked_on]
    if not page.review_on:
        found.append("It has no day to check it again by: nobody is reminded.")
    return found + _hidden_gaps(page)


def _hidden_gaps(page) -> list[str]:
    return [HIDDEN] if reads.is_about_something_hidden(page) else []
