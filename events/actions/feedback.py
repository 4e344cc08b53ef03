"""What people made of an event, and whether they used it. Who has answered is kept apart from what was answered.

Mark and answer must be one transaction, or one of them could be lost; and a database remembers which rows were written
together, and in which order. So with each answer all answers of its event are dealt anew: written again in an order
drawn by lot, with new numbers. Then they say nothing of which is the newest, or of any before it. What remains: the
first answer is that of the one who has answered, and whoever reads the database itself, or its backups, before and
after an answer sees which is new. The site shows nothing of fewer than five.
"""

import datetime as dt
import random
import uuid

from django.utils import timezone

from core import caching
from core.retrying import retried
from events.models.after import Answered, Asked, Feedback, FollowUp
from events.models.booking import Booking
from events.pages.event import EventPage
from events.querysets import feedback as reads

What = Asked.What
FOLLOW_UP_AFTER = dt.timedelta(days=90)
OPEN_FOR = dt.timedelta(days=365)  # after the event


class NotYet(Exception):
    """It is too early to ask that."""


class TooLong(Exception):
    """It is too long ago."""


class NotThere(Exception):
    """Only who came is asked."""


class AlreadyAnswered(Exception):
    """Each answers once: what names nobody can't be changed."""


def refuse(booking: Booking, what: str, *, now: dt.datetime) -> None:
    """Raises NotYet, TooLong, NotThere or AlreadyAnswered, with words for the person, where they can't answer."""
    event = booking.event
    if now < event.ends_at + (FOLLOW_UP_AFTER if what == What.FOLLOW_UP else dt.timedelta(0)):
        raise NotYet("The form opens three months after the event." if what == What.FOLLOW_UP
                     else "The form opens when the event is over.")  # fmt: skip
    if now > event.ends_at + OPEN_FOR:
        raise TooLong("This event was more than a year ago, so the form is closed.")
    if not reads.may_answer(booking):
        raise NotThere("The form is for those who came.")
    if reads.has_answered(booking, what):
        raise AlreadyAnswered("You have answered. Thank you. Answers name nobody, so they can’t be changed.")


@retried
def give(
    *,
    booking: Booking,
    useful: int,
    learned: str = "",
    will_do: str = "",
    better: str = "",
    recommend: str = "",
    may_quote: bool = False,
    now: dt.datetime | None = None,
) -> None:
    """Take what somebody made of an event. It names nobody, and nothing joins it to them. Raises as `refuse` does."""
    hold(booking.event_id)
    _mark(booking, What.FEEDBACK, now)
    said = Feedback(
        event=booking.event, useful=useful, learned=learned, will_do=will_do, better=better, recommend=recommend,
        may_quote=may_quote,
    )  # fmt: skip
    _deal(said)
    caching.touch(f"event:{booking.event_id}")


@retried
def follow_up(
    *,
    booking: Booking,
    used: str,
    words: str = "",
    may_tell: bool = False,
    may_ask: bool = False,
    now: dt.datetime | None = None,
) -> None:
    """Take whether somebody used what they learned. `may_ask`: only then is kept who said it. Raises as `refuse`."""
    hold(booking.event_id)
    _mark(booking, What.FOLLOW_UP, now)
    said = FollowUp(
        event=booking.event, used=used, words=words, may_tell=may_tell,
        booking=booking if may_tell and may_ask else None,
    )  # fmt: skip
    _deal(said)
    caching.touch(f"event:{booking.event_id}")


def hold(event: int) -> None:
    """Hold the answers of an event (its number) until the transaction ends, before any booking is held.

    Dealing writes all of them again from memory; whoever changes one meanwhile would find it undone.
    """
    EventPage.objects.select_for_update(of=("self",), no_key=True).only("pk").filter(pk=event).first()


def _deal(said: Feedback | FollowUp) -> None:
    """Write an answer among all of its kind at its event, dealt anew. The event is held: see `hold`."""
    answers = type(said).objects.filter(event=said.event_id)
    dealt = [*answers, said]
    for one in dealt:
        one.pk = uuid.uuid4()
    answers.delete()
    random.SystemRandom().shuffle(dealt)
    type(said).objects.bulk_create(dealt)


def _mark(booking: Booking, what: str, now: dt.datetime | None) -> None:
    booking = Booking.objects.select_for_update(of=("self",)).select_related("event").get(pk=booking.pk)
    refuse(booking, what, now=now or timezone.now())
    Answered.objects.create(booking=booking, what=what)
