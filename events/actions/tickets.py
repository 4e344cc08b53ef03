"""What somebody changes on their ticket besides the place itself."""

from django.db import transaction

from core import caching
from events.actions.refusals import NotYours
from events.models.booking import Booking
from events.permissions import is_own_booking
from members.models import Member


@transaction.atomic
def stand_on_list(*, booking: Booking, by: Member | None, on: bool) -> None:
    """Be on the list of delegates from now on, or not. Raises NotYours."""
    if not is_own_booking(by, booking):
        raise NotYours("Only the person themselves says whether they are listed.")
    # the one field alone: a step in the line may be written at the same time
    if Booking.objects.filter(pk=booking.pk).exclude(list_me=on).update(list_me=on):
        booking.list_me = on
        caching.touch(f"event:{booking.event_id}")
