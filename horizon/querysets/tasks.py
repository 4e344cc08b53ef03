"""Tasks of briefings: whom they concern, what an organisation has done of them, and what is due."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.utils import timezone

from core.dates import PartialDate, words_of
from core.prepared import Prepared
from horizon.querysets import counts
from horizon.querysets.asking import asking_of, sectors_of
from horizon.words import in_two
from members.pages import pages_visible_to

SOON = dt.timedelta(days=30)
YESTERDAY = "yesterday"


@dataclass(frozen=True)
class Concern:
    """Whom a briefing changes something for, or may: its answers by sector, and the one for everybody else."""

    yes: frozenset[int]  # numbers of sectors
    no: frozenset[int]
    others: bool

    @classmethod
    def of(cls, answers) -> "Concern":
        """From the BriefingAnswers of a page. Where nothing at all is answered, nobody is let off."""
        answers = list(answers)
        touched = {one.sector_id for one in answers if one.sector_id and one.answer != "no"}
        spared = {one.sector_id for one in answers if one.sector_id} - touched
        general = [one.answer != "no" for one in answers if not one.sector_id]
        return cls(frozenset(touched), frozenset(spared), any(general) if general else not answers)

    def touches(self, sector: int | None) -> bool:
        """Whether an organisation of this sector is concerned. Twin of `narrow`."""
        return sector in self.yes or (self.others and sector not in self.no)

    def narrow(self, people):
        """Those of `people` (members) whose organisation is concerned. Twin of `touches`."""
        people = people.filter(organisation__isnull=False)
        if self.others:
            return people.exclude(organisation__sector__in=self.no)
        return people.filter(organisation__sector__in=self.yes)


@dataclass(frozen=True)
class Done:
    """That the viewer's organisation has done a task: `who` ("Priya Nair"), `when` ("3 November")."""

    who: str
    when: str
    at: dt.datetime


@dataclass(frozen=True)
class TaskRow:
    """A task as `horizon/_tasks.html` and the list of an organisation's tasks show it.

    `state`: "done" (by the viewer's organisation), "overdue", "now" (due within 30 days), "later", or "none" (no
    date, or of a briefing that is out of date). `count` is 0 where fewer than 5 organisations have done it.
    `why_not` says why the viewer can't tick it, and with what link (`help_url`, `help_words`) that changes.
    """

    task: Any
    page: Any
    state: str
    due: str  # "1 December 2026", "No date yet"
    days: str = ""  # "in 12 days", "today", "3 days ago"
    done: Done | None = None
    count: int = 0
    sectors: tuple[tuple[Any, int], ...] = ()
    why_not: str = ""
    help_url: str = ""
    help_words: str = ""
    only_for: tuple[Any, ...] = ()  # the sectors it is for; empty: everybody the briefing speaks to
    for_others: bool = False  # it is for sectors the viewer's organisation is not of

    @property
    def key(self):
        return self.task.key

    @property
    def address(self) -> str:
        """Where it stands in its briefing."""
        return f"{getattr(self.page, 'address', None) or self.page.get_url() or '/'}#task-{self.key}"

    @property
    def day(self) -> tuple[str, str]:
        """Its day as the margin of a list has it: ("31 January", "2027"), ("No date", "yet")."""
        return in_two(PartialDate.of(self.task.due_on) if self.task.due_on else None)

    @property
    def who(self) -> str:
        """Whose work it is: “Data protection officer”; "" for nobody in particular."""
        return self.task.get_who_display()

    @property
    def done_by_mine(self) -> bool:
        return self.done is not None

    @property
    def late(self) -> bool:
        """Whether the viewer's organisation should have done it by now."""
        return self.state == "overdue" and self.may_tick

    @property
    def was_due(self) -> bool:
        """Whether its day has passed, and the viewer's organisation, if they have one, has not done it."""
        return self.done is None and (self.days == YESTERDAY or self.days.endswith("ago"))

    @property
    def may_tick(self) -> bool:
        return not self.why_not and not self.for_others

    @property
    def count_words(self) -> str:
        """“12 organisations have done it: Council 7, Health 5”; "" where too few have."""
        if not self.count:
            return ""
        parts = ", ".join(f"{sector.short_name} {many}" for sector, many in self.sectors)
        return f"{self.count} organisations have done it" + (f": {parts}" if parts else "")


@dataclass
class TaskGroups:
    """The tasks of an organisation, by when they are due: lists of TaskRow, the most pressing first."""

    overdue: list[TaskRow] = field(default_factory=list)
    now: list[TaskRow] = field(default_factory=list)
    later: list[TaskRow] = field(default_factory=list)
    none: list[TaskRow] = field(default_factory=list)
    done: list[TaskRow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.overdue, self.now, self.later, self.none, self.done))

    @property
    def waiting(self) -> int:
        """How many are overdue or due soon."""
        return len(self.overdue) + len(self.now)


def rows_for(page, viewer, *, today: dt.date | None = None, known: tuple[dict, dict] | None = None) -> list[TaskRow]:
    """The tasks of a briefing as `viewer` sees them, in the page's order: at most five queries.

    `known`: how many have done them (as `counts.done_by_sector`) and every sector by its number, where they were read.
    """
    tasks = list(page.tasks.all())
    if not tasks:
        return []
    if known is None:
        counted, sectors = counts.done_by_sector([page.pk]) if page.pk else {}, sectors_of(tasks)
    else:
        counted, sectors = known[0], {one.slug: one for one in known[1].values()}
    look = _Look(viewer, today or timezone.localdate(), _done_by(viewer, page.pk or 0), counted, sectors)
    return [look.at(task, page) for task in tasks]


def row_for(page, key, viewer, *, today: dt.date | None = None) -> TaskRow | None:
    """One task of a briefing as `viewer` sees it; None for a key it does not have."""
    return one_of(rows_for(page, viewer, today=today), key)


def one_of(rows: list[TaskRow], key) -> TaskRow | None:
    """The task with this key, or None."""
    return next((row for row in rows if row.key == key), None)


def progress(rows: list[TaskRow], viewer) -> str:
    """“Mardyke Food Bank has done 1 of 4.”; "" where there is nothing to do, or nobody to do it.

    Of those that are for it, or that it did though they are not.
    """
    rows = [row for row in rows if row.done or not row.for_others]
    if not rows or not viewer.is_authenticated or not viewer.organisation_id or not viewer.is_taking_part():
        return ""
    return f"{viewer.organisation} has done {sum(row.done_by_mine for row in rows)} of {len(rows)}."


def for_organisation(viewer, *, today: dt.date | None = None) -> TaskGroups:
    """What the briefings ask of the viewer's organisation, and what it has done: a constant number of queries.

    Only of briefings `viewer` may see, that concern its sector (what it has done stays in any case) and are not out
    of date. Nothing for who has no organisation.
    """
    found = TaskGroups()
    organisation = viewer.organisation if viewer.is_authenticated else None
    if organisation is None:
        return found
    today = today or timezone.localdate()
    pages, sectors = asking_of(viewer)
    look = _Look(viewer, today, _done_by(viewer), sectors=sectors)
    for page in pages:
        asked = is_asking(page, today) and Concern.of(page.answers.all()).touches(organisation.sector_id)
        for task in page.tasks.all():
            row = look.at(task, page)
            if row.done or (asked and not row.for_others):
                getattr(found, row.state).append(row)
    _sort(found)
    return found


def _sort(groups: TaskGroups) -> None:
    for dated in (groups.overdue, groups.now, groups.later):
        dated.sort(key=lambda row: (row.task.due_on, row.task.pk))
    groups.done.sort(key=lambda row: row.done.at, reverse=True)


def briefing_by_id(pk: int, viewer):
    """The briefing with this number if `viewer` may see it, else None."""
    from horizon.models import BriefingPage

    # `id`, which knows how large a number can be; the key of the page's own table does not
    return pages_visible_to(BriefingPage.objects.filter(id=pk), viewer).first()


def is_asking(page, today: dt.date) -> bool:
    """Whether what a briefing asks is still to be done: it is not out of date."""
    return page.expires_on is None or page.expires_on > today


def _done_by(viewer, page: int | None = None) -> dict[tuple[int, Any], Done]:
    """What the viewer's organisation has done, of one briefing or of all: who and when, for colleagues. One query."""
    if not viewer.is_authenticated or not viewer.is_taking_part() or viewer.organisation_id is None:
        return {}
    rows = _done(viewer.organisation_id) if page is None else _done_at(viewer.organisation_id, page)
    return {(row.briefing_id, row.key): _in_words(row) for row in rows}


def _done_of(organisation: int):
    from horizon.models import TaskDone

    found = TaskDone.objects.filter(organisation=organisation).select_related("by")
    return found.only("briefing", "key", "at", "by__display_name")


_done = Prepared(_done_of)
_done_at = Prepared(lambda organisation, page: _done_of(organisation).filter(briefing=page))


def _in_words(row) -> Done:
    day = timezone.localdate(row.at)
    year = "" if day.year == timezone.localdate().year else f" {day.year}"
    return Done(row.by.display_name if row.by else "A former colleague", f"{day.day} {day:%B}{year}", row.at)


@dataclass(frozen=True)
class _Look:
    """What one look at tasks knows: who looks, when, what their organisation and others have done."""

    viewer: Any
    today: dt.date
    done: dict[tuple[int, Any], Done]
    counted: dict[tuple[int, Any], dict[Any, int]] = field(default_factory=dict)
    sectors: dict[str, Any] = field(default_factory=dict)  # by slug, where a task is for some only

    def at(self, task, page) -> TaskRow:
        shown = counts.safe(self.counted.get((page.pk, task.key), {}))
        own = self.done.get((page.pk, task.key))
        state = "done" if own else _state(task, page, self.today)
        why, url, words = _why_not(self.viewer, page)
        return TaskRow(
            task, page, state, words_of(task.due_on), _days(task.due_on, self.today), own, shown.total, shown.groups,
            why, url, words, tuple(one for slug, one in self.sectors.items() if slug in task.sectors),
            self._is_for_others(task),
        )  # fmt: skip

    def _is_for_others(self, task) -> bool:
        organisation = self.viewer.organisation if self.viewer.is_authenticated else None
        if organisation is None or not task.sectors:
            return False
        return not task.is_for(next((s.slug for s in self.sectors.values() if s.pk == organisation.sector_id), ""))


def _state(task, page, today: dt.date) -> str:
    if task.due_on is None or not is_asking(page, today):
        return "none"
    if task.due_on < today:
        return "overdue"
    return "now" if task.due_on <= today + SOON else "later"


def _days(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    if abs(days) < 2:
        return {0: "today", 1: "tomorrow", -1: YESTERDAY}[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def _why_not(viewer, page) -> tuple[str, str, str]:
    """Why `viewer` can't tick tasks, and the link that helps: ("", "", "") when they can."""
    if not viewer.is_authenticated:
        back = quote(f"{page.get_url() or '/'}#tasks")
        return "Members tick these off for their organisation.", f"/accounts/login/?next={back}", "Sign in"
    if not viewer.is_taking_part():
        return "You can tick tasks once the core team has confirmed where you work.", "", ""
    if viewer.organisation_id is None:
        why = "Tasks are ticked for an organisation, and we don’t know yours."
        return why, "/account/organisation/", "Say where you work"
    return "", "", ""


# --- Reminders ----------------------------------------------------------------------------------------


def asking_something_dated(*, until: dt.date):
    """The live briefings with a task due by `until`, with their tasks and answers. Who sees them is asked later."""
    from horizon.models import BriefingPage

    pages = BriefingPage.objects.filter(live=True, tasks__due_on__lte=until).distinct()
    return pages.prefetch_related("tasks", "answers").order_by("pk")


def reminded_of(pages) -> set[tuple[int, Any, dt.date, int]]:
    """The reminders sent of these briefings: {(number, key, due on, stage)}. One query."""
    from horizon.models import TaskReminder

    rows = TaskReminder.objects.filter(briefing__in=pages)
    return set(rows.values_list("briefing", "key", "due_on", "stage"))


def members_with_undone(page, keys):
    """Members whose organisation `page` concerns and has not done one or more of the tasks with these keys.

    Only those who may see the page. One query of its own.
    """
    from django.db.models import Exists, OuterRef

    from horizon.models import TaskDone
    from members.models import Member
    from members.pages import members_who_see

    undone = Q()
    for_some = {task.key: task.sectors for task in page.tasks.all() if task.sectors}
    for key in keys:
        done = TaskDone.objects.filter(briefing=page.pk, key=key, organisation=OuterRef("organisation"))
        theirs = Q(organisation__sector__slug__in=for_some[key]) if key in for_some else Q()
        undone |= theirs & ~Q(Exists(done))
    people = Concern.of(page.answers.all()).narrow(Member.objects.taking_part()).filter(undone)
    return members_who_see(page, people)


def undone_and_reminded(pages, organisations):
    """What organisations were reminded of and have not done: {(page, organisation): [task, by due date]}.

    Four queries for all. Only tasks as the pages have them now: with the due date they were reminded of, and for
    the sectors they are for.
    """
    from horizon.models import BriefingTask, TaskDone, TaskReminder
    from members.models import Organisation

    sent = set(TaskReminder.objects.filter(briefing__in=pages).values_list("briefing", "key", "due_on"))
    done = TaskDone.objects.filter(briefing__in=pages, organisation__in=organisations)
    finished = set(done.values_list("briefing", "key", "organisation"))
    works_in = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "sector__slug"))
    found: dict[tuple[int, int], list] = {}
    for task in BriefingTask.objects.filter(page__in=pages, due_on__isnull=False).order_by("due_on", "sort_order"):
        if (task.page_id, task.key, task.due_on) in sent:
            for organisation in organisations:
                asked = task.is_for(works_in.get(organisation) or "")
                if asked and (task.page_id, task.key, organisation) not in finished:
                    found.setdefault((task.page_id, organisation), []).append(task)
    return found


def still_reminded_of(page, organisation: int) -> list:
    """The tasks of a briefing an organisation was reminded of and has not done: four queries."""
    return undone_and_reminded([page.pk], [organisation]).get((page.pk, organisation), [])
