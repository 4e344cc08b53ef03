"""Asking speakers for their slides, and asking again: each stage once, and no more once they are there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from wagtail.log_actions import log as log_action

from core import caching, outbox
from core.clock import clock
from core.quoting import quoted
from events import notices, slideletters
from events.models.material import AskTold, MaterialAsk
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.permissions import can_organise
from events.querysets import material_asks
from events.uploadlinks import UPLOAD
from members.actions.refusals import NotAllowed
from members.models import Member

FIRST = -100  # the stage of the letter that asks at first
STAGES = (-7, 0, 3, 10, 17)  # days after the day it is due
BY_HAND = 0  # as a letter of a stage reads
STALE = dt.timedelta(days=7)  # a stage missed for so long is not made good
FROM, UNTIL = 8, 20  # o'clock: nobody's telephone buzzes at night


class NobodyToAsk(ValueError):
    """The speaker has no address and no account, or does not speak there."""


class AskedNoMore(ValueError):
    """Somebody stopped asking, perhaps since the page was opened: only “Ask again” takes it up."""


@transaction.atomic
def ask(
    *, session: Session, speaker: Speaker, due_on: dt.date, by: Member, now: dt.datetime | None = None
) -> MaterialAsk:
    """Ask a speaker for the slides of a session by a day; asked already, the day is changed and a stopped link lives
    again under a new number. Raises NotAllowed, NobodyToAsk."""
    if not can_organise(by):
        raise NotAllowed("Only the core team asks for slides.")
    if not session.speakers.filter(pk=speaker.pk).exists():
        raise NobodyToAsk(f"{speaker.name} does not speak in {quoted(session.title)}.")
    if not speaker.email and speaker.member_id is None:
        raise NobodyToAsk(f"We have no address for {speaker.name}. Add one, then ask.")
    now = now or timezone.now()
    found, new = MaterialAsk.objects.select_for_update().get_or_create(
        session=session, speaker=speaker, defaults={"due_on": due_on, "by": by, "asked_at": now}
    )
    if not new and (found.due_on != due_on or found.stopped_at):
        found.link_number += bool(found.stopped_at)
        found.due_on, found.stopped_at, found.by = due_on, None, by
        found.save()
    caching.touch("events", f"event:{session.event_id}")
    _tell(found, FIRST, now=now)
    log_action(instance=session.event, action="events.ask_for_slides", user=by, data={"count": 1, "until": str(due_on)})
    return found


def ask_all(
    *, event: EventPage, due_on: dt.date, by: Member, now: dt.datetime | None = None
) -> tuple[list[MaterialAsk], list[str]]:
    """Ask everybody who speaks at an event, has sent nothing and was not asked yet: those asked, and why others
    could not be.

    Who takes the chair is not asked, and whoever was asked keeps their day. Raises NotAllowed.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team asks for slides.")
    asked, refused = [], []
    for session, speaker in material_asks.unasked(event):
        try:
            asked.append(ask(session=session, speaker=speaker, due_on=due_on, by=by, now=now))
        except NobodyToAsk as nobody:
            refused.append(str(nobody))
    return asked, refused


@transaction.atomic
def change_day(*, asked: MaterialAsk, due_on: dt.date, by: Member, now: dt.datetime | None = None) -> bool:
    """Another day for who was asked already: they are told once, of it and the day they know. Whether it was another.

    Nothing is told of a day that was changed back before they heard. Raises NotAllowed, AskedNoMore, NobodyToAsk."""
    if not can_organise(by):
        raise NotAllowed("Only the core team does this.")
    found = _running(asked)
    if found.due_on == due_on:
        return False
    _note_what_they_know(found)
    # a day they had before is news again
    AskTold.objects.filter(ask=found, stage=FIRST, due_on=due_on).delete()
    ask(session=asked.session, speaker=asked.speaker, due_on=due_on, by=by, now=now)
    return True


def _running(asked: MaterialAsk) -> MaterialAsk:
    """The ask as it is now, held until the transaction ends. Raises AskedNoMore."""
    found = MaterialAsk.objects.select_for_update().get(pk=asked.pk)
    if found.stopped_at:
        raise AskedNoMore(f"{asked.speaker.name} is not asked any more, so nothing changed. “Ask again” takes it up.")
    return found


def _note_what_they_know(found: MaterialAsk) -> None:
    """Of who has an account: they know the day, by bell or mail, unless its mail still waits."""
    if notices.is_asked_by_bell(found) and not notices.slides_mail_waits(found):
        MaterialAsk.objects.filter(pk=found.pk).update(told_due_on=found.due_on)


@transaction.atomic
def new_link(*, ask: MaterialAsk, by: Member, now: dt.datetime | None = None, again: bool = False) -> MaterialAsk:
    """The old link got about, or was lost: from now on only a new one works, and the speaker gets it.

    With `again` also where somebody stopped asking: it is taken up. Raises NotAllowed, AskedNoMore.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team does this.")
    if not again:
        _running(ask)
    MaterialAsk.objects.filter(pk=ask.pk).update(link_number=F("link_number") + 1, stopped_at=None)
    ask.refresh_from_db()
    AskTold.objects.create(ask=ask, due_on=ask.due_on, at=now or timezone.now())
    notices.slides_asked(ask, FIRST)
    who = {"who": ask.speaker.name}
    log_action(instance=ask.session.event, action="events.new_slides_link", user=by, data=who)
    return ask


@transaction.atomic
def stop(*, ask: MaterialAsk, by: Member, now: dt.datetime | None = None) -> None:
    """Ask no more, and let the link open nothing. Twice is once. Raises NotAllowed."""
    if not can_organise(by):
        raise NotAllowed("Only the core team does this.")
    if MaterialAsk.objects.filter(pk=ask.pk, stopped_at=None).update(stopped_at=now or timezone.now()):
        caching.touch("events", f"event:{ask.session.event_id}")
        who = {"who": ask.speaker.name}
        log_action(instance=ask.session.event, action="events.stop_asking_for_slides", user=by, data=who)


@dataclass(frozen=True)
class Chased:
    """What came of chasing: whom a letter goes to, and why not to others."""

    asks: tuple[MaterialAsk, ...]
    left_out: tuple[tuple[MaterialAsk, str], ...]


def to_chase_now(*, event: EventPage, asks: Collection[int] | None = None, now: dt.datetime | None = None) -> Chased:
    """Who would be reminded if somebody chased now: of these asks of an event, or of all that nobody stopped and that
    are without slides. Two queries."""
    now = now or timezone.now()
    found = [(one, _why_not(one, now=now)) for one in material_asks.for_chasing(event, asks, now=now)]
    return Chased(tuple(one for one, why in found if not why), tuple((one, why) for one, why in found if why))


def _why_not(ask: MaterialAsk, *, now: dt.datetime) -> str:
    """Why nobody chases them now; "" when somebody may."""
    if ask.stopped_at:
        return "is not asked any more"
    if getattr(ask.session.event, "called_off", None):
        return "has nothing to send: the event is called off"
    if not ask.speaks:  # type: ignore[attr-defined]
        return "does not speak there any more"
    if not ask.is_waited_for:  # type: ignore[attr-defined]
        return "has sent them"
    if ask.told_today_at:  # type: ignore[attr-defined]
        return f"had a letter from us today, at {clock(ask.told_today_at)}"  # type: ignore[attr-defined]
    if not ask.speaker.email and not notices.is_asked_by_bell(ask):
        return "has no address here"
    return ""


@transaction.atomic
def chase_now(*, event: EventPage, asks: Collection[int], by: Member, now: dt.datetime | None = None) -> Chased:
    """Remind many speakers at once, whatever stage they are in: the letter of a stage, with the link they have.

    Each once a day: who had a letter today is left out, so that a second press does nothing. The worker writes the
    letters; the number of statements does not grow with them. Raises NotAllowed.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team does this.")
    now = now or timezone.now()
    material_asks.hold(asks)
    chased = to_chase_now(event=event, asks=asks, now=now)
    AskTold.objects.bulk_create(AskTold(ask=one, due_on=one.due_on, at=now) for one in chased.asks)
    outbox.put_all("events.chase_for_slides", [{"ask": one.pk} for one in chased.asks])
    if chased.asks:
        names = ", ".join(dict.fromkeys(one.speaker.name for one in chased.asks))
        log_action(instance=event, action="events.chase_for_slides", user=by, data={"who": names})
    return chased


@transaction.atomic
def remind(*, ask: MaterialAsk) -> None:
    """The letter of `chase_now` to one speaker, who has still sent nothing."""
    _note_what_they_know(ask)
    if notices.is_asked_by_bell(ask):
        notices.slides_asked(ask, BY_HAND)
    elif ask.speaker.email:
        write(ask=ask, stage=BY_HAND)


def stage_at(due_on: dt.date, *, today: dt.date) -> int | None:
    """The stage an ask is in: the last that has come, if it came in the week before; None before the first."""
    days = (today - due_on).days
    come = [stage for stage in STAGES if stage <= days]
    return come[-1] if come and days - come[-1] < STALE.days else None


def chase(*, now: dt.datetime) -> int:
    """Remind everybody whose ask came to a new stage and who has sent nothing; how many.

    Of stages that passed while the site was down only the last is made good. Who was chased by hand today hears
    tomorrow.
    """
    today = timezone.localdate(now)
    if not FROM <= timezone.localtime(now).hour < UNTIL:
        return 0
    first, last = today - dt.timedelta(days=STAGES[-1]) - STALE, today - dt.timedelta(days=STAGES[0])
    found = material_asks.to_chase(first=first, last=last, now=now)
    return sum(_chase_one(found, pk, now=now) for pk in list(found.values_list("pk", flat=True)))


@transaction.atomic
def _chase_one(asks: QuerySet[MaterialAsk], pk: int, *, now: dt.datetime) -> int:
    """Remind one of those to be chased, if they still are: somebody may have chased or stopped them meanwhile."""
    material_asks.hold([pk])
    one, today = asks.filter(pk=pk).first(), timezone.localdate(now)
    stage = stage_at(one.due_on, today=today) if one else None
    if one is None or stage is None:
        return 0
    # asked only the other day: the first letter says the day already
    just_asked = timezone.localdate(one.asked_at) > today - dt.timedelta(days=2) and stage == STAGES[0]
    return 0 if just_asked else _tell(one, stage, now=now)


@transaction.atomic
def _tell(ask: MaterialAsk, stage: int, *, now: dt.datetime) -> int:
    """One letter for each stage: its row and the letter are one transaction."""
    _row, new = AskTold.objects.get_or_create(ask=ask, stage=stage, due_on=ask.due_on, defaults={"at": now})
    if new and stage != FIRST:
        _note_what_they_know(ask)
    if new and stage == FIRST and (ask.day_is_known() if notices.is_asked_by_bell(ask) else ask.is_known()):
        notices.slides_as_they_know(ask)
    elif new:
        notices.slides_asked(ask, stage)
    return int(new)


def write(*, ask: MaterialAsk, stage: int) -> None:
    """The letter to a speaker without an account; none where it would ask and say nothing new, as after two changes
    that one letter told of."""
    if stage == FIRST and ask.is_known():
        return
    slideletters.mail_speaker(ask, stage)
    MaterialAsk.objects.filter(pk=ask.pk).update(told_due_on=ask.due_on, told_link_number=ask.link_number)


def ask_of(token: str) -> MaterialAsk | None:
    """The ask a link belongs to; None when it is not ours, stopped, or an older link."""
    try:
        pk, number = signing.Signer(salt=UPLOAD).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = material_asks.ask_by_pk(pk)
    if found is None or found.stopped_at or found.link_number != number:
        return None
    return found if found.session.speakers.filter(pk=found.speaker_id).exists() else None
