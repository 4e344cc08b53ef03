"""Who is asked for the slides of a talk, and who is late."""

import datetime as dt
from collections.abc import Collection

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone


class AskQuerySet(models.QuerySet):
    def running(self):
        """Those that nobody stopped."""
        return self.filter(stopped_at=None)

    def unanswered(self):
        """Those whose talk has no slides yet, of an event that takes place."""
        from events.models.material import Material

        sent = Material.objects.there().filter(session=OuterRef("session"), kind="slides")
        return self.running().filter(~Exists(sent), session__event__called_off=None)

    def with_talk(self):
        return self.select_related("session__event", "session__track", "speaker__member")


def ask_by_pk(pk: int):
    """An ask with its talk and speaker; None when it is gone."""
    from events.models.material import MaterialAsk

    return MaterialAsk.objects.with_talk().filter(pk=pk).first()


def unanswered_by_pk(numbers) -> dict:
    """Of these asks those that are still open: running, and without slides. One query."""
    from events.models.material import MaterialAsk

    return {one.pk: one for one in MaterialAsk.objects.unanswered().with_talk().filter(pk__in=set(numbers))}


def asks_of(event):
    """Everybody who is asked for slides of an event, by day; each `is_late` or not is said by `late`."""
    from events.models.material import MaterialAsk

    return MaterialAsk.objects.with_talk().filter(session__event=event).order_by("due_on", "session__starts_at", "pk")


def day_before(ask) -> dt.date | None:
    """The day they were told of, where it is another now."""
    return None if ask.day_is_known() else ask.told_due_on


def to_ask(event) -> list[tuple]:
    """Each session of an event without slides, with each who speaks in it: no breaks, not who takes the chair."""
    from events.models.material import Material
    from events.models.programme import Speaking

    sent = Material.objects.there().filter(session=OuterRef("session"), kind="slides")
    found = Speaking.objects.filter(~Exists(sent), session__event=event, chairs=False)
    found = found.exclude(session__kind="break").select_related("session__event", "speaker")
    return [(one.session, one.speaker) for one in found.order_by("session__starts_at", "session", "order", "pk")]


def unasked(event) -> list[tuple]:
    """Of `to_ask` those whom nobody asked yet, stopped asks counting as asked."""
    from events.models.material import MaterialAsk

    known = set(MaterialAsk.objects.filter(session__event=event).values_list("session", "speaker"))
    return [(talk, speaker) for talk, speaker in to_ask(event) if (talk.pk, speaker.pk) not in known]


def late(event, now: dt.datetime):
    """Those whose day has passed without slides, the latest first."""
    return asks_of(event).unanswered().filter(due_on__lt=timezone.localdate(now))


def to_chase(*, first: dt.date, last: dt.date, now: dt.datetime):
    """Asks without slides that are due between two days, of published events, whom nobody chased by hand today.
    One query."""
    from events.models.material import AskTold, MaterialAsk

    by_hand = AskTold.objects.filter(ask=OuterRef("pk"), stage=None, at__gte=_midnight(now))
    found = MaterialAsk.objects.unanswered().with_talk().filter(~Exists(by_hand), due_on__gte=first, due_on__lte=last)
    return found.filter(session__event__live=True).order_by("pk")


def for_chasing(event, numbers: Collection[int] | None, *, now: dt.datetime):
    """Asks of an event with what chasing must know: `is_waited_for`, `speaks`, and `told_today_at` (None: not today).

    `numbers`: which of them; None is all that run and are without slides. One query.
    """
    from events.models.material import MaterialAsk
    from events.models.programme import Speaking

    unanswered = MaterialAsk.objects.unanswered().filter(pk=OuterRef("pk"))
    speaks = Speaking.objects.filter(session=OuterRef("session"), speaker=OuterRef("speaker"))
    today = Max("told__at", filter=Q(told__at__gte=_midnight(now)))
    found = asks_of(event).annotate(is_waited_for=Exists(unanswered), speaks=Exists(speaks), told_today_at=today)
    found = found.select_related("session__event__called_off")
    return found.filter(is_waited_for=True) if numbers is None else found.filter(pk__in=numbers)


def hold(numbers: Collection[int]) -> None:
    """Keep these asks as they are until the transaction ends, in one order for all. One query."""
    from events.models.material import MaterialAsk

    list(MaterialAsk.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))


def _midnight(now: dt.datetime) -> dt.datetime:
    """When the day began here."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
