"""The horizon's developments with their dates and sources, who follows what, and the signals members sent."""

import datetime as dt
import re

from django.db import transaction
from django.utils import timezone

from core.dates import PartialDate
from horizon.models import (
    Development,
    DevelopmentSource,
    Follow,
    Milestone,
    Signal,
    StageChange,
)
from members.models import Duty, Member, Sector
from portal.demo import files
from portal.demo.members import topics_named
from reference.models import Provision

DUTIES = {duty.label: duty.value for duty in Duty}
CHECK_AGAIN_AFTER = dt.timedelta(days=90)


@transaction.atomic
def load() -> int:
    """Add the developments that are not there yet; how many."""
    rows = files.toml("horizon/developments.toml")["development"]
    there = set(Development.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["slug"] not in there]
    people = {person.handle: person for person in Member.objects.filter(handle__in={row["keeper"] for row in new})}
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    topics = topics_named({name for row in new for name in row["topics"]})
    for row in new:
        development = _development(row, people)
        development.sectors.set(sectors[name] for name in row["sectors"])
        development.provisions.set(provisions_named(row["provisions"]))
        development.topics.set([topics[name.lower()] for name in row["topics"]])
        development.save()
        _sources(development, row["sources"])
        _milestones(development, row["milestones"])
        StageChange.objects.bulk_create(
            StageChange(
                development=development, stage=step["stage"], on=PartialDate.parse(step["on"]),
                by=development.keeper, at=development.created_at,
            )
            for step in row["history"]
        )  # fmt: skip
    return len(new)


def _development(row: dict, people: dict[str, Member]) -> Development:
    looked = max((source["checked_on"] for source in row["sources"]), default="")
    checked_on = dt.date.fromisoformat(looked) if looked else None
    words = {name: row[name] for name in ("slug", "title", "summary", "category", "stage", "checked", "certainty")}
    at = _first_heard_of(row)
    local = "essex" in row["slug"] or "essex" in row["title"].lower()
    return Development.objects.create(
        **words, impact=row["impact"], nearness=row["nearness"], duties=[DUTIES[name] for name in row["roles"]],
        keeper=people.get(row["keeper"]), scope="local" if local else "national", shown=True, checked_on=checked_on,
        recheck_on=(checked_on and row["stage"] != "done" and checked_on + CHECK_AGAIN_AFTER) or None,
        created_at=at, edited_at=at,
    )  # fmt: skip


def _first_heard_of(row: dict) -> dt.datetime:
    """As if it had been added when its newest step so far was reached."""
    days = [PartialDate.parse(step["on"]).first for step in row["history"]]
    past = [day for day in days if day <= timezone.localdate()]
    return timezone.make_aware(dt.datetime.combine(max(past, default=timezone.localdate()), dt.time(9)))


def provisions_named(pairs: list[list[str]]) -> list[Provision]:
    """The provisions of [law, provision] pairs, however their apostrophes are spelled; a wrong name is an error."""
    known = {(straight(one.law), straight(one.provision)): one for one in Provision.objects.all()} if pairs else {}
    return [known[straight(law), straight(provision)] for law, provision in pairs]


def straight(words: str) -> str:
    """Words with plain apostrophes: what content files are compared by."""
    return re.sub("[’‘]", "'", words)


def _sources(development: Development, rows: list[dict]) -> None:
    DevelopmentSource.objects.bulk_create(
        DevelopmentSource(development=development, sort_order=place, **source_values(row))
        for place, row in enumerate(rows)
    )


def source_values(row: dict) -> dict:
    """A source of a content file as fields of a source."""
    checked_on = dt.date.fromisoformat(row["checked_on"]) if row["checked_on"] else None
    return {name: row[name] for name in ("title", "url", "official", "reported")} | {"checked_on": checked_on}


def _milestones(development: Development, rows: list[dict]) -> None:
    for place, row in enumerate(rows):
        Milestone.objects.create(
            development=development, sort_order=place, what=row["what"], kind=row["kind"], note=row["note"],
            on=PartialDate.parse(row["date"]) if row["date"] else None, confirmed=row["confirmed"],
            source_no=row["source"] + 1, edited_at=development.edited_at,
        )  # fmt: skip


@transaction.atomic
def load_people() -> int:
    """Who follows what, and the signals sent; how many. After the briefings, so that nobody is told of old ones."""
    return _follows() + _signals()


def _follows() -> int:
    rows = files.toml("horizon/follows.toml")["follow"]
    people = {person.handle: person for person in Member.objects.all()}
    topics = topics_named({row["what"] for row in rows if row["kind"] == "topic"})
    developments = {one.slug: one for one in Development.objects.all()}
    made = 0
    for row in rows:
        what = row["what"]
        of = {"topic": topics.get(what.lower()), "development": developments.get(what), "category": what}[row["kind"]]
        _, new = Follow.objects.get_or_create(member=people[row["member"]], **{row["kind"]: of})
        made += new
    return made


def _signals() -> int:
    if Signal.objects.exists():
        return 0
    people = {person.handle: person for person in Member.objects.all()}
    developments = {one.slug: one for one in Development.objects.all()}
    core = people.get("joanna-tye")
    made = [_signal(row, people, developments, core) for row in files.toml("horizon/signals.toml")["signal"]]
    return len(Signal.objects.bulk_create(made))


def _signal(row: dict, people: dict, developments: dict, core: Member | None) -> Signal:
    at = timezone.now() - dt.timedelta(days=row["days_ago"])
    decided = row["state"] in (Signal.State.TRIAGED, Signal.State.DECLINED)
    taken = people.get(row.get("taken_by", "")) or (core if decided else None)
    return Signal(
        title=row["title"], what=row["what"], where_seen=row["where_seen"], why_it_matters=row["why_it_matters"],
        by=people[row["by"]], sent_at=at, state=row["state"], outcome=row["outcome"], taken_by=taken,
        development=developments.get(row.get("development", "")), decided_by=core if decided else None,
        decided_at=at + dt.timedelta(days=2.2) if decided else None,
    )  # fmt: skip
