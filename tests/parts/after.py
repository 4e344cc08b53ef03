"""The cast after an event: who came, what they said, a certificate, what is done because of it."""

import datetime as dt

from django.utils import timezone

from events.actions import certificates, checkin, following_up
from events.actions import feedback as acts
from events.models.after import Certificate
from events.models.booking import Booking
from events.pages.event import EventPage
from tests.factories.events_after import answers, came, past_event

TITLE = "Sharing in an emergency"


def make_after(people: dict) -> None:
    """An event of three months ago: alice came and answered, bob came and has not; of others, six did."""
    alice, bob, cora = people["alice"], people["bob"], people["cora"]
    event = past_event(
        TITLE, ended=dt.timedelta(days=95), hours="5.50", outcome="You can say who may be told.", keeper=cora
    )
    came(event, bob, by=cora)
    booking = came(event, alice, by=cora)
    said = {"learned": "To ask who else knows.", "will_do": "Ask first.", "recommend": "yes", "may_quote": True}
    answers(event, [5, 5, 4, 4, 3, 2], **said)
    acts.give(booking=booking, useful=5)
    certificates.issue(booking=booking)
    for used in ("yes", "yes", "partly", "no", "yes"):
        acts.follow_up(booking=came(event), used=used, words="We wrote it down.", may_tell=True)
    today = timezone.localdate()
    for what, days in (("Write the leaflet", 40), ("Ask the police to join", -3)):
        following_up.promise(
            event=event, by=cora, what=what, who="Framework Office", due_on=today + dt.timedelta(days=days)
        )
    following_up.done(
        action=following_up.promise(event=event, by=cora, what="Thank the hosts", who="Cora Coates"), by=cora
    )
    checkin.name_helper(event=event, member=bob, by=cora)


def after_places() -> dict[str, str]:
    """What addresses of the door and of afterwards are made of."""
    event = EventPage.objects.get(title=TITLE)
    return {
        "after": str(event.pk),
        "after_slug": event.slug,
        "after_ticket": str(Booking.objects.get(event=event, member__handle="alice").key),
        "certificate": Certificate.objects.get().written,
    }
