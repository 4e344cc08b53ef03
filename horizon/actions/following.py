"""Following a topic, a category or a development."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core import caching
from core.models import Topic
from horizon.models import Category, Development, Follow
from horizon.permissions import can_follow
from members.actions.refusals import NotAllowed
from members.models import Member


@transaction.atomic
def follow(
    *, by: Member, on: bool, development: Development | None = None, topic: Topic | None = None, category: str = ""
) -> None:
    """Follow one thing (the one that is given), or stop (`on` False). Twice is once. Raises NotAllowed."""
    named = Category(category) if category else ""
    what: dict[str, Any] = {"development": development, "topic": topic, "category": named}
    if sum(bool(one) for one in what.values()) != 1:
        raise TypeError("one thing is followed at a time")
    if not on:
        stop_following(by=by, follows=by.horizon_follows.filter(**what))
        return
    if not can_follow(by, development):
        raise NotAllowed("Only members can follow what is on the Horizon.")
    Follow.objects.get_or_create(member=by, **what)
    _touch([development.pk] if development else [])


@transaction.atomic
def stop_following(*, by: Member, follows: Iterable[Follow]) -> None:
    """End these follows of `by`. Needs no standing: a mail's stop link does it."""
    ended = [one for one in follows if one.member_id == by.pk]
    Follow.objects.filter(pk__in=[one.pk for one in ended]).delete()
    _touch([one.development_id for one in ended if one.development_id])


def _touch(developments: list[int]) -> None:
    """How many follow is shown to the core team, and on the page of a development."""
    caching.touch("horizon", *(f"development:{pk}" for pk in developments))
