"""What lists of developments show, as one viewer may see it: read once, kept, and narrowed in memory.

There are tens of developments, not thousands. What is kept is plain and the same for all who may see the same.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core import caching
from core.addresses import with_addresses
from core.dates import PartialDate
from horizon import words
from members.pages import pages_visible_to
from reference.glossary import titled

VERSION = 2  # raise it when the shape of what is kept changes
NAMED = ("pages", "members", "glossary")  # what rows name: briefings, sectors and topics, short forms


@dataclass(frozen=True)
class Named:
    """Something with a name and an address word. `short`: of a sector beside others, of a topic as a title."""

    pk: int
    slug: str
    name: str
    short: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Step:
    """A dated step. `unsure` is "expected", "not confirmed", "called off" or ""."""

    pk: int
    what: str
    kind: str
    note: str
    on: PartialDate | None
    unsure: str
    confirmed: bool
    called_off: bool
    is_coming: bool
    source_no: int | None

    @property
    def is_past(self) -> bool:
        """Its day, month or year is over."""
        return self.on is not None and not self.is_coming and not self.called_off

    @property
    def when(self) -> str:
        return self.on.words() if self.on else words.NO_DATE

    @property
    def told(self) -> str:
        return words.told(self.on, self.unsure)


@dataclass(frozen=True)
class Briefing:
    """A briefing the viewer may see: how much there is to do, and the first day by which it is (of what is in date)."""

    pk: int
    title: str
    url: str
    summary: str
    tasks: int
    due: dt.date | None
    checked_on: dt.date | None
    topics: tuple[Named, ...]
    out_of_date: bool = False


@dataclass(frozen=True)
class Row:
    """A development as lists and drawings show it. `due`: the first day to do something.

    `briefings`: first those in date, by the day something is due, then the newest; last those that are out of date.
    `to_all`: it touches every sector, so that to name them all says nothing.
    `urgency` is one of `horizon.models.Urgency`, `nearness` one of `Development.Nearness`.
    """

    pk: int
    slug: str
    title: str
    url: str
    summary: str
    category: str
    category_words: str
    scope: str
    scope_words: str
    stage: str
    certainty: str
    impact: int
    urgency: str
    nearness: str
    sectors: tuple[Named, ...]
    topics: tuple[Named, ...]
    steps: tuple[Step, ...]
    next: Step | None
    awaits_a_date: bool
    briefings: tuple[Briefing, ...]
    due: dt.date | None
    checked_on: dt.date | None
    to_all: bool = False

    @property
    def current(self) -> tuple[Briefing, ...]:
        """The briefings that are in date."""
        return tuple(one for one in self.briefings if not one.out_of_date)

    @property
    def briefing(self) -> Briefing | None:
        """The one that leads: none that is out of date does."""
        return next(iter(self.current), None)

    @property
    def apart(self) -> tuple["Row", ...]:
        """A row for each briefing in date, with its own words and its own day; without any, the row as it is."""
        return tuple(replace(self, briefings=(one,), due=one.due) for one in self.current) or (self,)

    @property
    def others(self) -> tuple["Row", ...]:
        """Those that stand under the one that leads."""
        return self.apart[1:]

    @property
    def shown_title(self) -> str:
        return self.briefing.title if self.briefing else self.title

    @property
    def shown_url(self) -> str:
        return self.briefing.url if self.briefing else self.url

    @property
    def shown_summary(self) -> str:
        return self.briefing.summary if self.briefing else self.summary

    @property
    def level(self) -> str:
        return words.level_of(self.impact)

    @property
    def about(self) -> tuple[Named, ...]:
        """The topics of the development and its briefings, each once."""
        found = {topic.slug: topic for topic in self.topics}
        found |= {topic.slug: topic for one in self.briefings for topic in one.topics}
        return tuple(found.values())

    @property
    def stands_at(self) -> PartialDate | None:
        """The date it stands at in lists and drawings: the first thing to do, else the next step."""
        if self.due:
            return PartialDate.of(self.due)
        return self.next.on if self.next else None

    @property
    def order(self) -> tuple:
        """For sorting: a month or a year by its last day; on the same day what is due first; what has no date last."""
        last = self.stands_at.last if self.stands_at else dt.date.max
        return (last, self.due is None, self.title.casefold())

    @property
    def when(self) -> dict[str, str]:
        """The margin of its row: {"main": "31 January", "rest": "2027", "unsure": "expected"}."""
        if self.due:
            main, rest = words.in_two(PartialDate.of(self.due))
            return {"main": f"By {main}", "rest": rest, "unsure": ""}
        step = self.telling
        main, rest = words.in_two(step.on if step else None)
        return {"main": main, "rest": rest, "unsure": step.unsure if step else ""}

    @property
    def telling(self) -> Step | None:
        """The step whose date says when it comes, or came; None while nobody knows."""
        return telling_step(self.steps, self.next, awaits_a_date=self.awaits_a_date)

    @property
    def change_told(self) -> str:
        """When the change comes, for a row that says first what is to be done: “The change itself: May 2027”."""
        step = self.telling
        if step is not None and step.is_past:
            when = f"{'on' if step.on.is_day else 'in'} {step.when}"
            return f"The change came {when}" if step.confirmed else f"The change was expected {when}, not confirmed yet"
        return f"The change itself: {step.told if step else 'no date yet'}"

    @property
    def told(self) -> str:
        """When it comes, or came, in one line: “May 2027, expected”, “No date yet”."""
        return self.telling.told if self.telling else words.NO_DATE

    @property
    def when_told(self) -> str:
        """What matters first in one line: “Something to do by 11 December 2026”, “May 2027, expected”."""
        if self.due:
            return f"Something to do by {words.a_day(self.due)}"
        return self.told

    @property
    def last_step(self) -> Step | None:
        """The latest step that is behind us."""
        return last_of(self.steps)

    @property
    def talk(self) -> tuple[tuple[str, int], ...]:
        """What the forum may have a thread about: the development, and its briefings."""
        return (("development", self.pk), *(("page", one.pk) for one in self.briefings))


def rows_for(viewer, *, today: dt.date) -> list[Row]:
    """Every development `viewer` may see, by the date it stands at, then by title. No query when kept, else nine.

    Kept until a development changes, or what rows name, for all who may see the same.
    """
    from wagtail.models import Page

    from horizon.models import Development

    seen = Development.objects.visible_to(viewer)
    reach = f"{seen.values('pk').query}|{pages_visible_to(Page.objects.values('pk'), viewer).query}"
    key = f"horizon-rows:{VERSION}:{today}:{hashlib.sha256(reach.encode()).hexdigest()[:24]}"
    return list(kept(key, lambda: tuple(rows_of(seen.for_list(), viewer, today=today))))


def coming_up(viewer, *, today: dt.date, most: int) -> list[Row]:
    """What `viewer` should act on or prepare for first, as many as `most`; then what has a date at all.

    A row for each briefing.
    """
    rows = [row for row in _apart(rows_for(viewer, today=today)) if row.urgency != "past" and row.stands_at]
    return sorted(rows, key=lambda row: (row.urgency == "watch", row.order))[:most]


def rows_about(topic, viewer, *, today: dt.date) -> list[Row]:
    """What `viewer` may see that is about a topic: what is to come by its day, then what is behind us.

    A row for each briefing.
    """
    rows = [row for row in rows_for(viewer, today=today) if any(one.slug == topic.slug for one in row.about)]
    return sorted(_apart(rows), key=lambda row: (row.urgency == "past", row.order))


def _apart(rows: Iterable[Row]) -> list[Row]:
    return [each for row in rows for each in row.apart]


def kept(key: str, make, *, name: str = "horizon", beside: tuple[str, ...] = NAMED):
    """What `make` gives, kept until `name`, or anything that it names `beside`, is touched. Nobody may change it."""
    try:
        named = "".join(caching.versions_of(beside).values())
    except Exception:  # the cache is a comfort: without it everything is made anew
        return make()
    return caching.made_once(name, f"{key}:{named}", make)


def rows_of(developments, viewer, *, today: dt.date) -> list[Row]:
    """Rows of a queryset of developments (`for_list`), in the order of lists."""
    found = list(developments)
    briefings = briefings_of([one.pk for one in found], viewer, today=today)
    every = every_sector()
    rows = [_row(one, tuple(briefings.get(one.pk, ())), every, today) for one in found]
    return sorted(rows, key=lambda row: row.order)


def every_sector() -> frozenset[int]:
    """The sectors that are all there is: the core team's counts for none. One query."""
    from members.models import Sector

    return all_there_are(Sector.objects.all())


def all_there_are(sectors: Iterable) -> frozenset[int]:
    """The numbers of those sectors that count as all: the core team's does not."""
    return frozenset(sector.pk for sector in sectors if sector.colour != sector.Colour.CORE)


def touches_all(sectors: Iterable, every: frozenset[int]) -> bool:
    """Whether these sectors are all there are."""
    return len(every) > 1 and every <= {sector.pk for sector in sectors}


def _row(one, briefings: tuple[Briefing, ...], every: frozenset[int], today: dt.date) -> Row:
    due = min((briefing.due for briefing in briefings if briefing.due), default=None)
    steps = tuple(sorted((step_of(step, today) for step in one.milestones.all()), key=_in_time))
    coming = one.next_milestone(today)
    return Row(
        pk=one.pk, slug=one.slug, title=one.title, url=one.get_absolute_url(), summary=one.summary,
        category=one.category, category_words=one.get_category_display(), scope=one.scope,
        scope_words=one.get_scope_display(), stage=one.stage, certainty=one.certainty, impact=one.impact,
        urgency=str(one.urgency(today, due=due)), nearness=str(one.nearness_on(today)),
        sectors=tuple(_sector(sector) for sector in sorted(one.sectors.all(), key=lambda sector: sector.order)),
        topics=tuple(_topic(topic) for topic in one.topics.all()),
        steps=steps, next=next((step for step in steps if coming and step.pk == coming.pk), None),
        awaits_a_date=one.awaits_a_date(today), briefings=briefings, due=due, checked_on=one.checked_on,
        to_all=touches_all(one.sectors.all(), every),
    )  # fmt: skip


def _topic(topic) -> Named:
    return Named(topic.pk, topic.slug, topic.name, titled(topic.name))


def _sector(sector) -> Named:
    return Named(sector.pk, sector.slug, sector.name, sector.short_name, sector.colour)


def step_of(step, today: dt.date) -> Step:
    """A milestone as it is shown."""
    unsure = words.sure(step.on, confirmed=step.confirmed, called_off=step.called_off, today=today)
    return Step(
        step.pk, step.what, step.kind, step.note, step.on, unsure, step.confirmed, step.called_off,
        step.is_coming(today), step.source_no,
    )  # fmt: skip


def next_told(development, *, today: dt.date) -> str:
    """When a development comes, or came, in one line: “May 2027, expected”. Reads its milestones."""
    coming = development.next_milestone(today)
    steps = [step_of(step, today) for step in development.milestones.all()]
    step = telling_step(
        steps, step_of(coming, today) if coming else None, awaits_a_date=development.awaits_a_date(today)
    )
    return step.told if step else words.NO_DATE


def telling_step(steps: Iterable[Step], coming: Step | None, *, awaits_a_date: bool) -> Step | None:
    """The next step; while one has no date, none; else the last, which may have passed without being confirmed."""
    if coming is not None:
        return coming
    if awaits_a_date and any(step.on is None and not step.called_off for step in steps):
        return None
    return last_of(steps)


def last_of(steps: Iterable[Step]) -> Step | None:
    """The latest step that is behind us."""
    return max((step for step in steps if step.is_past), key=lambda step: step.on.last, default=None)


def _in_time(step: Step) -> tuple:
    """By its first day, a day before its month; those without a date last."""
    return (step.on.first, step.on.last) if step.on else (dt.date.max, dt.date.max)


def briefings_of(developments: Iterable[int], viewer, *, today: dt.date) -> dict[int, list[Briefing]]:
    """The live briefings `viewer` may see, by development, in the order of `Row.briefings`. Three queries."""
    from horizon.models import BriefingPage

    pages = pages_visible_to(BriefingPage.objects.filter(development__in=list(developments)), viewer)
    pages = pages.defer("changing").prefetch_related("tasks", "topic_links__tag")
    found: dict[int, list[Briefing]] = {}
    for page in with_addresses(pages.order_by("-first_published_at", "-pk")):
        tasks = page.tasks.all()
        over = page.is_out_of_date(today=today)
        due = min((task.due_on for task in tasks if task.due_on and task.due_on >= today and not over), default=None)
        topics = tuple(_topic(link.tag) for link in page.topic_links.all())
        briefing = Briefing(
            page.pk, page.title, page.address, page.summary, len(tasks), due, page.reviewed_on, topics, over
        )  # fmt: skip
        found.setdefault(page.development_id, []).append(briefing)
    for some in found.values():
        some.sort(key=lambda one: (one.out_of_date, one.due or dt.date.max))
    return found
