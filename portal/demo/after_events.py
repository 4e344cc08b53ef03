"""What people made of the demo's past events, whether they used it, and the scenarios to play at home."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from events.actions import certificates, following_up
from events.models.after import Answered, Asked, Feedback, FollowUp
from events.models.booking import Booking
from events.pages.event import EventPage
from events.pages.scenario import (
    ScenarioAim,
    ScenarioIndexPage,
    ScenarioInject,
    ScenarioPage,
    ScenarioPerson,
    ScenarioQuestion,
    ScenarioTeam,
)
from events.querysets import attendance
from members.models import Member
from portal.demo.events import by_slug, index_page, rows
from portal.demo.members import topics_named
from portal.demo.streams import stream

What = Asked.What
SHOWN = "priya-nair"  # the member to sign in as: what she has answered, she has a certificate for
CERTIFICATES = 9
ASK_MORE = 2  # of those who used it, every second lets us ask more
INTRO = "Made-up cases to work on together. Each says what you need, how long it takes and what people learn."


@transaction.atomic
def load() -> int:
    """Add what people said of the events that nobody has said anything of; how many answers."""
    events, count = by_slug(), 0
    for slug, event in events.items():
        told = [row for row in rows("feedback")["feedback"] if row["event"] == slug]
        used = [row for row in rows("feedback")["follow_up"] if row["event"] == slug]
        if told and not Asked.objects.filter(event=event).exists():
            came = list(attendance.came(event).select_related("member").order_by("made_at", "pk"))
            _add_feedback(event, told, came)
            _add_follow_ups(event, used, came)
            count += len(told) + len(used)
    return count


def _add_feedback(event: EventPage, told: list[dict], came: list[Booking]) -> None:
    Feedback.objects.bulk_create(
        Feedback(
            event=event, useful=row["useful"], learned=row["learned"], will_do=row["next"],
            better=row.get("better", ""), may_quote=row["useful"] > 3,
            recommend=Feedback.Recommend.YES if row["would_recommend"] else Feedback.Recommend.NO,
        )
        for row in told
    )  # fmt: skip
    first = sorted(came, key=lambda one: one.member is None or one.member.handle != SHOWN)[: len(told)]
    _mark(event, What.FEEDBACK, first, len(came))
    for booking in [one for one in first if one.member_id][:CERTIFICATES]:
        certificates.issue(booking=booking, now=min(event.ends_at + dt.timedelta(days=3), timezone.now()))


def _add_follow_ups(event: EventPage, used: list[dict], came: list[Booking]) -> None:
    """What they said three months on; whom one signs in as has not answered yet."""
    if used:
        others = [one for one in came if one.member is None or one.member.handle != SHOWN]
        FollowUp.objects.bulk_create(
            FollowUp(
                event=event, used=row["used"], words=row["words"], may_tell=row["used"] != "no",
                booking=who if row["used"] == "yes" and place % ASK_MORE == 0 else None,
            )
            for place, (row, who) in enumerate(zip(used, others, strict=False))
        )  # fmt: skip
        _mark(event, What.FOLLOW_UP, others[: len(used)], len(came))


def _mark(event: EventPage, what: str, answered: list[Booking], asked: int) -> None:
    at = following_up.asked_from(event.ends_at, what)
    Asked.objects.create(event=event, what=what, count=asked, at=at)
    Answered.objects.bulk_create(Answered(booking=one, what=what) for one in answered)


# --- Scenarios ------------------------------------------------------------------------------------------


@transaction.atomic
def load_scenarios() -> int:
    """Add the scenarios that are not there yet; how many."""
    there = set(ScenarioPage.objects.values_list("slug", flat=True))
    new = [row for row in rows("scenarios")["scenario"] if row["slug"] not in there]
    index = _scenarios()
    for row in new:
        page = _scenario(row)
        index.add_child(instance=page)
        page.topics.add(*topics_named(set(row["topics"])).values())
        page.save_revision().publish()
        at = timezone.now() - dt.timedelta(days=row["published_days_ago"])
        ScenarioPage.objects.filter(pk=page.pk).update(
            first_published_at=at, last_published_at=at, latest_revision_created_at=at
        )
    return len(new)


def _scenarios() -> ScenarioIndexPage:
    above = index_page()
    found = ScenarioIndexPage.objects.first()
    return found or above.add_child(instance=ScenarioIndexPage(title="Scenarios", slug="scenarios", intro=INTRO))


def _scenario(row: dict) -> ScenarioPage:
    page = ScenarioPage(
        **{name: row[name] for name in ("slug", "title", "summary", "minutes", "people")}, live=False,
        brief=stream([{"type": "text", "html": row["brief"]}]), keeper=Member.objects.get(handle=row["keeper"]),
    )  # fmt: skip
    page.learning = [ScenarioAim(sort_order=place, words=words) for place, words in enumerate(row["learning"])]
    page.questions = [ScenarioQuestion(sort_order=place, words=words) for place, words in enumerate(row["questions"])]
    for name, model in (("cast", ScenarioPerson), ("teams", ScenarioTeam), ("injects", ScenarioInject)):
        setattr(page, name, [model(sort_order=place, **one) for place, one in enumerate(row[name])])
    return page
