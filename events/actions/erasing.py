"""Names of people at events go: when their time is over (`events.retention`), when they ask, and with an account.

The rows stay, so every count and figure is as it was. A receipt says of how many, when; never whose. What the team
wrote of them goes wherever it is kept. Each act holds the event first (`feedback.hold`).
"""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from core import caching
from core.retrying import retried
from events.actions import feedback
from events.models.after import Certificate, FollowUp, NamesErased
from events.models.audience import UpVote
from events.models.booking import Booking, BookingAnswer, BookingMove, BookingQuestion, Needs
from events.models.bulk_mail import BulkMail
from events.permissions import can_organise
from events.querysets import erasing as reads
from events.querysets.places import event_in_short
from members.actions.refusals import NotAllowed
from members.models import Member


class StillBooked(Exception):
    """Whoever is expected at an event needs a name there."""


def erase_due(*, now: dt.datetime) -> int:
    """Erase the names whose time is over, with a receipt for each event; how many events."""
    return sum(_erase_of(pk, now) for pk in reads.events_to_erase(now=now))


@retried
def _erase_of(event: int, now: dt.datetime) -> bool:
    feedback.hold(event)
    reads.asked_for(now=now).filter(event=event).delete()
    questions = reads.questions(now=now).filter(session__event=event)
    sessions = set(questions.values_list("session", flat=True))
    count = {
        "bookings": _forget(event, reads.guests(now=now).filter(event=event), now),
        "questions": _forget_askers(questions),
        "certificates": forget_holders(reads.certificates(now=now).filter(booking__event=event)),
    }
    caching.touch(*(f"questions:{pk}" for pk in sessions))
    return _receipt(event, count, now)


@retried
def erase_with_accounts(*, now: dt.datetime) -> int:
    """Erase what is left of people whose account was deleted: at once, certificates too; of how many bookings."""
    gone = reads.of_deleted_accounts()
    events = sorted(set(gone.values_list("event", flat=True)))
    return sum(_with_accounts(gone.filter(event=pk), pk, now) for pk in events)


def _with_accounts(gone: QuerySet, event: int, now: dt.datetime) -> int:
    feedback.hold(event)
    theirs = list(gone.values_list("pk", flat=True))
    count = _forget(event, gone, now)
    certificates = forget_holders(Certificate.objects.filter(booking__in=theirs).exclude(name=""))
    reads.asked_for_nobody(event).delete()
    _receipt(event, {"bookings": count, "certificates": certificates}, now)
    return count


@retried
def erase_on_request(*, booking: Booking, by: Member, now: dt.datetime | None = None) -> None:
    """Somebody asked us to: what a guest told us goes, and the name on a certificate. A member's own stays theirs.

    Raises NotAllowed; StillBooked while they are expected.
    """
    if not can_organise(by):
        raise NotAllowed("Only the core team erases names.")
    now = now or timezone.now()
    feedback.hold(booking.event_id)
    found = Booking.objects.select_for_update(of=("self",)).select_related("event").get(pk=booking.pk)
    if found.is_active() and not found.event.is_over(now=now):
        raise StillBooked("They are expected at this event. Give their place up first.")
    certificates = forget_holders(Certificate.objects.filter(booking=found).exclude(name=""))
    bookings = _forget(found.event_id, Booking.objects.filter(pk=found.pk, member=None, erased_at=None), now)
    _receipt(found.event_id, {"bookings": bookings, "certificates": certificates}, now, by=by)


def _receipt(event: int, count: dict[str, int], now: dt.datetime, *, by: Member | None = None) -> bool:
    """Whether anything was erased; then it is on record."""
    if not any(count.values()):
        return False
    NamesErased.objects.create(event_id=event, at=now, **count)
    log(instance=event_in_short(event), action="events.erase_names", user=by, data=count)
    return True


def _forget(event: int, bookings: QuerySet, now: dt.datetime) -> int:
    """What these people told us, and what was written of them; how they came, and from which partner, stays."""
    addresses = dict(bookings.values_list("pk", "guest_email"))
    if not addresses:
        return 0
    theirs = list(addresses)
    reads.asked_for_addresses(event, addresses.values()).delete()
    _forget_why(reads.logged_of_bookings(theirs))
    _forget_typed(event)
    Needs.objects.filter(booking__in=theirs).delete()
    FollowUp.objects.filter(booking__in=theirs).update(booking=None)
    BookingMove.objects.filter(booking__in=theirs).exclude(reason="").update(reason="")
    typed = BookingAnswer.objects.filter(booking__in=theirs, question__kind=BookingQuestion.Kind.TEXT)
    typed.update(answer="")  # that they answered is counted
    of_these = Booking.objects.filter(pk__in=theirs)
    return of_these.update(guest_name="", guest_email="", organisation_name="", list_me=False, erased_at=now)


def _forget_askers(questions: QuerySet) -> int:
    """Who asked, and who wanted it asked; how many wanted it stays."""
    UpVote.objects.filter(question__in=questions.values("pk")).delete()
    return questions.update(name="", show_name=False, member=None, mark="")


def forget_holders(certificates: QuerySet) -> int:
    """Whose they are, and why they were withdrawn; that they were issued, for what, stays. How many."""
    found = list(certificates)
    _forget_why(reads.logged_of_certificates([one.written for one in found]))
    these = Certificate.objects.filter(pk__in=[one.pk for one in found])
    return these.update(name="", show_name=False, revoked_why="")


def _forget_why(entries: QuerySet) -> None:
    """The reasons in the history; who did what, and when, stays."""
    said = [one for one in entries if one.data.get("why")]
    for one in said:
        one.data["why"] = ""
    PageLogEntry.objects.bulk_update(said, ["data"], batch_size=200)


def _forget_typed(event: int) -> None:
    """What was typed to choose who reads a mail: it may be a name or an address."""
    for mail in BulkMail.objects.filter(event=event):
        kept = [[label, "erased" if label == BulkMail.TYPED else value] for label, value in mail.chosen]
        if kept != mail.chosen:
            BulkMail.objects.filter(pk=mail.pk).update(chosen=kept)
