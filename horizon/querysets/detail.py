"""Everything the page of one development shows."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.utils import timezone

from core.dates import PartialDate, words_of
from core.prepared import Prepared
from horizon import words
from horizon.querysets.dates import called_off
from horizon.querysets.lists import NAMED, Row, Step, kept, rows_for, rows_of
from members.pages import pages_visible_to

NEAR = 4


@dataclass(frozen=True)
class Move:
    """That the date of a step moved, in words; `off`: it was called off, and will not happen."""

    what: str
    was: str
    became: str
    at: dt.datetime
    off: bool = False


@dataclass(frozen=True)
class Dated:
    """A step on the page: how it stands (`kind`: done, now, deadline, later), and its newest move."""

    step: Step
    kind: str
    days: str
    move: Move | None
    source: int | None


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    official: bool
    reported: bool
    checked_on: dt.date | None


@dataclass(frozen=True)
class Change:
    """A line of the history: a date that moved, or a stage that was reached, `on` what is known of when."""

    at: dt.datetime
    move: Move | None = None
    stage: str = ""
    on: PartialDate | None = None

    @property
    def since(self) -> str:
        return self.on.words() if self.on else ""

    @property
    def day(self) -> dt.date:
        """For sorting: when it was so, not when it was noted."""
        return self.on.last if self.on else timezone.localdate(self.at)


@dataclass(frozen=True)
class Detail:
    """The facts of one development, the same for all who may see the same pages and provisions."""

    row: Row
    dates: tuple[Dated, ...]
    next_days: str
    stages: tuple[dict, ...]
    sources: tuple[Source, ...]
    history: tuple[Change, ...]
    duties: tuple[str, ...]
    provisions: tuple[tuple[str, str], ...]
    checked_words: str
    certainty_words: str


SURE = {"certain": "Certain", "likely": "Likely, not certain", "possible": "Possible, no more"}


def development_for(viewer, slug: str):
    """The development of an address with its keeper, or None when `viewer` may not see it. One query."""
    found = _by_slug.first(slug)
    return found if found is not None and found.is_visible_to(viewer) else None


def _with_keeper(slug: str):
    from horizon.models import Development

    return Development.objects.filter(slug=slug).select_related("keeper__organisation__sector")


_by_slug = Prepared(_with_keeper)


def detail_of(development, viewer, *, today: dt.date) -> Detail:
    """Its facts: no query when kept, else a dozen. `viewer` may see the development: ask before."""
    from wagtail.models import Page

    from reference.models import Provision

    laws = Provision.objects.visible_to(viewer).order_by("law", "provision")
    reach = f"{pages_visible_to(Page.objects.values('pk'), viewer).query}|{laws.query}"
    key = f"horizon-detail:2:{today}:{hashlib.sha256(reach.encode()).hexdigest()[:24]}"
    name = f"development:{development.pk}"
    beside = (*NAMED, "law")
    return kept(f"{key}:{development.pk}", lambda: _detail(development, laws, viewer, today), name=name, beside=beside)


def _detail(development, laws, viewer, today: dt.date) -> Detail:
    from horizon.models import Development

    whole = Development.objects.filter(pk=development.pk).for_page()
    one = whole.get()
    (row,) = rows_of([one], viewer, today=today)
    moves = _moves(one)
    sources = tuple(
        Source(source.title, source.url, source.official, source.reported, source.checked_on)
        for source in one.sources.all()
    )
    changes = list(one.stage_changes.all())
    reached = [Change(change.at, stage=change.get_stage_display(), on=change.on) for change in changes]
    history = [*(Change(move.at, move=move) for some in moves.values() for move in some), *reached]
    return Detail(
        row=row,
        dates=tuple(_dated(step, row, moves.get(step.pk, []), len(sources), today) for step in row.steps),
        next_days=words.in_days(row.next.on, today) if row.next and row.next.on else "",
        stages=_stages(one, changes),
        sources=sources,
        history=tuple(sorted(history, key=lambda change: (change.day, change.at), reverse=True)),
        duties=tuple(one.duties_in_words()),
        provisions=tuple((law.title, law.get_absolute_url()) for law in laws.filter(developments=one)),
        checked_words=one.get_checked_display(),
        certainty_words=SURE[one.certainty],
    )


def _moves(one) -> dict[int, list[Move]]:
    """What moved, by step, the oldest first."""
    return {
        step.pk: [
            Move(step.what, words_of(move.was), words_of(move.became), move.at, move.pk in off)
            for move in step.moves.all()
        ]
        for step in one.milestones.all()
        for off in [called_off(step.moves.all(), step)]
    }


def _dated(step: Step, row: Row, moves: list[Move], sources: int, today: dt.date) -> Dated:
    kind = "later"
    if step.is_past:
        kind = "done" if step.confirmed else "later"  # no tick for what nobody has confirmed
    elif row.next is not None and step.pk == row.next.pk:
        kind = "now"
    elif step.kind == "deadline" and not step.called_off:
        kind = "deadline"
    days = words.in_days(step.on, today) if step.is_coming and step.on else ""
    source = step.source_no if step.source_no and step.source_no <= sources else None
    return Dated(step, kind, days, moves[-1] if moves else None, source)


def _since(change) -> str:
    return change.on.words() if change.on else ""


def _stages(one, changes: list) -> tuple[dict, ...]:
    """How far it has come, for components/stage_line.html: what was reached, where it stands, what is still to come."""
    from horizon.models import Category, Stage

    reached: dict[str, str] = {}
    for change in changes:
        reached.setdefault(change.stage, _since(change))
    reached.setdefault(one.stage, "")
    order = list(Stage)
    found = [
        {"words": Stage(stage).label, "when": reached[stage], "state": "now" if stage == one.stage else "done"}
        for stage in sorted(reached, key=lambda stage: (stage == one.stage, order.index(Stage(stage))))
    ]
    skipped = {Stage.BILL} if one.category != Category.LAW else set()
    if one.stage != Stage.IDEA:
        skipped.add(Stage.CONSULTATION)
    still = [stage for stage in order[order.index(Stage(one.stage)) + 1 :] if stage not in skipped]
    return (*found, *({"words": stage.label, "when": "", "state": "next"} for stage in still))


def near(row: Row, viewer, *, today: dt.date) -> list[Row]:
    """What is about the same: those that share most topics with it, then of its kind; what is to come first."""
    mine = {topic.slug for topic in row.about}

    def shared(other: Row) -> int:
        return len(mine & {topic.slug for topic in other.about})

    others = [other for other in rows_for(viewer, today=today) if other.pk != row.pk and shared(other)]
    others.sort(key=lambda other: (-shared(other), other.urgency == "past", other.category != row.category))
    return others[:NEAR]
