"""The horizon's briefings, and which organisations have done what they ask."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from forum.models import PageThread, Thread
from horizon.models import (
    BriefingAnswer,
    BriefingLink,
    BriefingMeaning,
    BriefingPage,
    BriefingProvision,
    BriefingSource,
    BriefingTask,
    Development,
    HorizonIndexPage,
    LawMarking,
    TaskDone,
)
from members.models import Member, Organisation, Sector
from portal.demo import files
from portal.demo.horizon import DUTIES, provisions_named, source_values, straight
from portal.demo.members import topics_named
from portal.demo.streams import stream
from reference.actions.provisions import mark_changed
from reference.models import Provision

KEYS = uuid.UUID("5d1f5c0e-8a53-4f43-9a56-6f6d0c1d3a11")  # what the keys of the demo's tasks are made from


@transaction.atomic
def load() -> int:
    """Add the briefings that are not there yet, oldest first; how many. Needs developments, guidance and threads."""
    rows = files.toml("horizon/briefings.toml")["briefing"]
    there = set(BriefingPage.objects.values_list("slug", flat=True))
    new = sorted((row for row in rows if row["slug"] not in there), key=lambda row: -row["published_days_ago"])
    given = {row["slug"]: row for row in files.toml("horizon/developments.toml")["development"]}
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    topics = topics_named({name for row in new for name in given[row["development"]]["topics"]})
    for row in new:
        development = given[row["development"]]
        page = _page(row, sectors)
        page.topics.add(*(topics[name.lower()] for name in development["topics"]))
        page.sources = [
            BriefingSource(sort_order=place, **source_values(development["sources"][number]))
            for place, number in enumerate(row["sources"])
        ]
        changes = provisions_named(row["provisions_changed"])
        page.law_changes = [BriefingProvision(provision=one, what=row["law_what"]) for one in changes]
        HorizonIndexPage.objects.get().add_child(instance=page)
        _mark(page, row, changes)
        page.save_revision().publish()
        _join(page, row)
        _date(page, row)
    return len(new) + _done()


def _page(row: dict, sectors: dict[str, Sector]) -> BriefingPage:
    today = timezone.localdate()
    development = Development.objects.get(slug=row["development"])
    page = BriefingPage(
        slug=row["slug"], title=row["title"], summary=row["summary"], development=development,
        keeper=development.keeper, changing=stream(row["changing"]), chance=row["chance"], threat=row["threat"],
        no_action=row.get("no_action", ""), confidence=row["confidence"], confidence_why=row["confidence_why"],
        expires_on=dt.date.fromisoformat(row["expires_on"]), review_on=dt.date.fromisoformat(row["recheck_on"]),
        reviewed_on=today - dt.timedelta(days=row["checked_days_ago"]),
    )  # fmt: skip
    page.answers = [
        BriefingAnswer(sort_order=place, sector=sectors.get(one["sector"]), answer=one["answer"], why=one["why"])
        for place, one in enumerate(row["answer"])
    ]
    page.meanings = [
        BriefingMeaning(
            sort_order=place, sector=sectors.get(one.get("sector", "")), duty=DUTIES.get(one.get("role", ""), ""),
            text=one["text"],
        )
        for place, one in enumerate(row["means"])
    ]  # fmt: skip
    page.tasks = [
        BriefingTask(
            sort_order=place, key=_key(one["slug"]), title=one["title"], how=one["how"], effort=one["effort"],
            who=DUTIES.get(one["who"], ""), sectors=[sectors[name].slug for name in one.get("sectors", [])],
            due_on=dt.date.fromisoformat(one["by"]) if one["by"] else None,
        )
        for place, one in enumerate(row["tasks"])
    ]  # fmt: skip
    return page


def _key(task: str) -> uuid.UUID:
    return uuid.uuid5(KEYS, task)


def _mark(page: BriefingPage, row: dict, changes: list[Provision]) -> None:
    """Mark the law as changed on the day the briefing came out, not today."""
    on = timezone.localdate(_ago(row["published_days_ago"]))
    LawMarking.objects.bulk_create(LawMarking(briefing=page, provision=one) for one in changes)
    for provision in changes:
        provision.refresh_from_db()
        if provision.changed_on is None or provision.changed_on < on:
            mark_changed(by=Member.objects.core_team().first(), provision=provision, what=row["law_what"], on=on)


def _join(page: BriefingPage, row: dict) -> None:
    pages = {one.slug: one for one in Page.objects.filter(slug__in=row["related_guidance"])}
    BriefingLink.objects.bulk_create(
        BriefingLink(briefing=page, page=pages[slug], sort_order=place)
        for place, slug in enumerate(row["related_guidance"])
    )
    asked = {straight(thread.title): thread for thread in Thread.objects.filter(title__in=_spellings(row["questions"]))}
    PageThread.objects.bulk_create(
        PageThread(page_id=page.pk, thread=asked[straight(title)], sort_order=place)
        for place, title in enumerate(row["questions"])
    )


def _spellings(titles: list[str]) -> set[str]:
    return {spelled for title in titles for spelled in (title, straight(title), title.replace("'", "’"))}


def _date(page: BriefingPage, row: dict) -> None:
    """As if it had been published then; with its links, which came after the first revision."""
    at = _ago(row["published_days_ago"])
    BriefingPage.objects.get(pk=page.pk).save_revision()
    BriefingPage.objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at, latest_revision_created_at=at, has_unpublished_changes=False
    )


def _done() -> int:
    """Tick off what organisations have done; how many ticks."""
    if TaskDone.objects.exists():
        return 0
    of = {task.key: task.page_id for task in BriefingTask.objects.all()}
    people = {person.handle: person for person in Member.objects.all()}
    bodies = {body.slug: body for body in Organisation.objects.filter(invented=True)}
    ticks = [
        TaskDone(
            briefing_id=of[_key(row["task"])], key=_key(row["task"]), organisation=bodies[row["organisation"]],
            by=people.get(row["by"]), at=_ago(row["days_ago"]),
        )
        for row in files.toml("horizon/tasks_done.toml")["done"]
    ]  # fmt: skip
    return len(TaskDone.objects.bulk_create(ticks))


def _ago(days: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)
