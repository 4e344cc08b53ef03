"""Reads of the dates that calendars show: steps of developments, and those that are gone."""

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from core.dates import words_of
from core.models import Topic
from horizon.querysets.follows import topics_to_follow
from members.pages import pages_visible_to

TOLD_FOR = dt.timedelta(days=180)  # how long a calendar is told that a date it may have is off


def developments_with_dates(developments: QuerySet, *, now: dt.datetime | None = None) -> QuerySet:
    """With what a calendar says of each: its steps with their moves, and the dates lately deleted. Four queries."""
    from horizon.models import GoneDate, MilestoneMove

    since = (now or timezone.now()) - TOLD_FOR
    return developments.order_by("pk").prefetch_related(
        "milestones",
        Prefetch("milestones__moves", MilestoneMove.objects.filter(at__gte=since)),
        Prefetch("gone_dates", GoneDate.objects.filter(gone_at__gte=since)),
    )


def passed_unconfirmed(today: dt.date) -> QuerySet:
    """Steps whose day, month or year is over while nobody has confirmed it, of what is not done; the latest first."""
    from horizon.models import Milestone

    steps = Milestone.objects.filter(last_day__lt=today, confirmed=False, called_off=False)
    return steps.exclude(development__stage="done").select_related("development").order_by("-last_day", "pk")


def history_of(development) -> list[tuple[dt.datetime, object, str]]:
    """(when, who, what happened in words) of its dates and stages, the newest first. Two queries."""
    from horizon.models import MilestoneMove

    moves = MilestoneMove.objects.filter(milestone__development=development).select_related("milestone", "by")
    lines = [(move.at, move.by, _moved(move, moves)) for move in moves]
    for change in development.stage_changes.select_related("by"):
        since = f", since {change.on.words()}" if change.on else ""
        lines.append((change.at, change.by, f"Came to “{change.get_stage_display()}”{since}"))
    return sorted(lines, key=lambda line: line[0], reverse=True)


def _moved(move, moves) -> str:
    step = move.milestone
    if move.pk in called_off([one for one in moves if one.milestone_id == step.pk], step):
        return f"{step.what}: will not happen (it was {_said(move.was)})"
    return f"{step.what}: from {_said(move.was)} to {_said(move.became)}"


def called_off(moves, step) -> set[int]:
    """The number of the move, of all of a step, with which it was called off; empty while it is to happen."""
    last = max(moves, key=lambda move: (move.at, move.pk), default=None)
    return {last.pk} if step.called_off and last is not None and last.became is None else set()


def _said(on) -> str:
    return words_of(on, none="no date")


def topic_with_dates(slug: str, viewer) -> Topic | None:
    """The topic of this slug, if something on the Horizon that `viewer` may see is about it."""
    return topics_to_follow(viewer).filter(slug=slug).first()


def about_topic(topic: Topic, viewer) -> QuerySet:
    """The developments that `viewer` may see and that, or a briefing they may read of which, is about a topic."""
    from horizon.models import BriefingPage, Development, DevelopmentTopic

    about = DevelopmentTopic.objects.filter(content_object=OuterRef("pk"), tag=topic)
    told = pages_visible_to(BriefingPage.objects.filter(topic_links__tag=topic), viewer)
    return Development.objects.visible_to(viewer).filter(Exists(about) | Q(pk__in=told.values("development")))


def development_with_dates(slug: str, viewer):
    """The development at this address, if it is shown to `viewer`; else None."""
    from horizon.models import Development

    return developments_with_dates(Development.objects.visible_to(viewer).filter(slug=slug)).first()


def followed_by(member) -> QuerySet:
    """The developments that a member follows, by themselves or by topic or category, and may see."""
    from horizon.models import Development, DevelopmentTopic, Follow

    theirs = Follow.objects.filter(member=member)
    about = DevelopmentTopic.objects.filter(
        content_object=OuterRef("pk"), tag__in=theirs.exclude(topic=None).values("topic")
    )
    return Development.objects.visible_to(member).filter(
        Q(pk__in=theirs.exclude(development=None).values("development"))
        | Q(category__in=theirs.exclude(category="").values("category"))
        | Exists(about)
    )
