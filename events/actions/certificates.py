"""Certificates: for who came and said what they made of it. Whoever holds the paper can have it checked."""

import datetime as dt
import secrets

from django.utils import timezone
from wagtail.log_actions import log

from core.retrying import retried
from events.actions.erasing import forget_holders
from events.models.after import Asked, Certificate
from events.models.booking import Booking
from events.permissions import can_organise
from events.querysets import attendance, certificates, feedback
from members.actions.refusals import NotAllowed
from members.actions.standing import reason
from members.models import Member


class NotYet(Exception):
    """Something is still to be done before there is a certificate."""


class NotThere(Exception):
    """Nobody checked them in."""


def refuse(booking: Booking) -> None:
    """Raises NotThere or NotYet, with words for the person, where there is no certificate for them."""
    if booking.erased_at:
        raise NotThere("The name of this booking was erased, so there is nobody to make a certificate for.")
    if not attendance.did_come(booking):
        raise NotThere("Certificates are for those who came, and nobody checked you in. If you were there, tell us.")
    if not feedback.has_answered(booking, Asked.What.FEEDBACK):
        raise NotYet("Say first what you made of the event: it takes two minutes, and names nobody.")


@retried
def issue(*, booking: Booking, now: dt.datetime | None = None) -> Certificate:
    """The certificate of a booking, made now if there is none. It keeps what it says. Raises NotThere, NotYet."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("event").get(pk=booking.pk)
    if known := certificates.of_booking(booking):
        return known
    refuse(booking)
    event = booking.event
    return Certificate.objects.create(
        booking=booking, code="".join(secrets.choice(certificates.LETTERS) for _ in range(16)), name=booking.name,
        title=event.title, starts_at=event.starts_at, ends_at=event.ends_at, hours=event.hours,
        outcome=event.outcome, issued_at=now or timezone.now(),
    )  # fmt: skip


def show_name(*, certificate: Certificate, shown: bool) -> None:
    """The holder lets whoever checks it see their name, or only their initials."""
    Certificate.objects.filter(pk=certificate.pk).exclude(name="").update(show_name=shown)


@retried
def forget_name(*, certificate: Certificate) -> None:
    """The holder has us erase whose it is, for good. Whoever checks it sees that we issued it, and no name."""
    forget_holders(Certificate.objects.filter(pk=certificate.pk))


@retried
def revoke(*, certificate: Certificate, by: Member, why: str, now: dt.datetime | None = None) -> None:
    """It holds no longer: whoever checks it sees that. Twice is once. Raises NotAllowed, WhyMissing."""
    _organises(by)
    why = reason(why)[:300]
    standing = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if standing.update(revoked_at=now or timezone.now(), revoked_by=by, revoked_why=why):
        _log(certificate, "events.certificate_revoked", by, why=why)


@retried
def restore(*, certificate: Certificate, by: Member) -> None:
    """It holds again. Twice is once. Raises NotAllowed."""
    _organises(by)
    revoked = Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=False)
    if revoked.update(revoked_at=None, revoked_by=None, revoked_why=""):
        _log(certificate, "events.certificate_restored", by)


def _log(certificate: Certificate, action: str, by: Member, **about) -> None:
    log(certificate.booking.event, action, user=by, data={"code": certificate.written, **about})


def _organises(by: Member) -> None:
    if not can_organise(by):
        raise NotAllowed("Only the core team decides that.")
