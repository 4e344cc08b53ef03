"""Provisions of law with their keys for the finder, and the glossary."""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from members.models import Member
from portal.demo.files import CONTENT, toml
from reference.actions.importing import import_provisions, import_terms
from reference.models import Provision
from reference.plans import plan_provisions, plan_terms

KNOWLEDGE = CONTENT / "knowledge"
CHECKED_DAYS_AGO = 40


def load() -> int:
    """Add the provisions and terms that are not there yet; how many. What somebody changed since stays."""
    core_team = Member.objects.filter(role=Member.Role.CORE_TEAM).order_by("pk").first()
    laws = plan_provisions((KNOWLEDGE / "gateways.csv").read_text(encoding="utf-8"))
    words = plan_terms((KNOWLEDGE / "glossary.csv").read_text(encoding="utf-8"))
    fresh = {(line.fields["law"], line.fields["provision"]) for line in laws.new}
    made = import_provisions(by=core_team, plan=replace(laws, lines=laws.new), source="the demo")
    made += import_terms(by=core_team, plan=replace(words, lines=words.new), source="the demo")
    _add_keys(fresh)
    _date_checks(fresh, core_team)
    return made


def _add_keys(fresh: set[tuple[str, str]]) -> None:
    """The finder's keys, for those just added."""
    there = {(one.law, one.provision): one for one in Provision.objects.all()}
    rows = [row for row in toml("knowledge/finder.toml")["provision"] if (row["law"], row["provision"]) in fresh]
    for row in rows:
        one = there[row["law"], row["provision"]]
        one.who, one.whom, one.purposes = row["who"], row["whom"], row["purposes"]
    Provision.objects.bulk_update([there[row["law"], row["provision"]] for row in rows], ["who", "whom", "purposes"])


def _date_checks(fresh: set[tuple[str, str]], core_team: Member) -> None:
    """Say when, and by whom, those just added were checked."""
    on = timezone.localdate() - dt.timedelta(days=CHECKED_DAYS_AGO)
    rows = [one for one in Provision.objects.exclude(checked="not yet checked") if (one.law, one.provision) in fresh]
    for one in rows:
        one.checked_on, one.checked_by = on, core_team
    Provision.objects.bulk_update(rows, ["checked_on", "checked_by"])
