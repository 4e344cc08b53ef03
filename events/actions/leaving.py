"""When somebody leaves the community: what they had booked goes to who waits.

Looked for, not told: whichever way a member went (left, banned, declined, erased), their place is free within minutes.
"""

import datetime as dt

from core.retrying import retried
from events.actions.line import held
from events.actions.needs import erase
from events.models.booking import Booking

WHY = "They do not take part any more."


def give_up_of_the_gone(*, now: dt.datetime) -> int:
    """Give up what people who left have at events to come; how many bookings. Safe to repeat."""
    return sum(_give_up(one, now) for one in Booking.objects.of_nobody(now=now).order_by("event", "pk"))


@retried
def _give_up(booking: Booking, now: dt.datetime) -> bool:
    with held(booking.event_id, now=now) as line:
        found = line.booking(booking)
        if not found.is_active():
            return False
        line.leave(found, Booking.State.WITHDRAWN, by=None, reason=WHY)
        erase([found])
    return True
