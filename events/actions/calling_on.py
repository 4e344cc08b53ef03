"""An event that was called off takes place after all."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from core import caching
from events.actions import bulk_mail
from events.actions.places import must_organise
from events.actions.refusals import TooLate
from events.models.calling import CalledOff
from events.pages.event import EventPage
from events.querysets.desk import for_mail
from events.querysets.events import address_of
from members.actions.standing import reason as really_a_reason
from members.models import Member

GIVEN_UP = "Your place was given up when the event was called off. If you want to come, book again:"


@transaction.atomic
def call_on(*, event: EventPage, why: str, by: Member) -> None:
    """Take the calling off back. Nobody has a place: those who had booked get a mail that says so, after ten minutes.

    Raises NotYours, WhyMissing, TooLate once it is over.
    """
    must_organise(by)
    said = really_a_reason(why)
    if event.is_over(now=timezone.now()):
        raise TooLate("This event is over.")
    gone, _rows = CalledOff.objects.filter(event=event).delete()
    if not gone:
        return
    log(instance=event, action="events.call_on", user=by, data={"why": said})
    caching.touch("events", f"event:{event.pk}")
    address = f"{settings.SITE_URL}{address_of(event)}"
    words = f"{said}\n\n{GIVEN_UP}\n\n{address}"
    try:
        bulk_mail.send(
            event=event, by=by, bookings=for_mail(event, state="called_off"), words=words,
            subject=f"{event.title} takes place after all", chosen=[["State", "Event called off"]],
        )  # fmt: skip
    except bulk_mail.NobodyToWriteTo:
        pass
