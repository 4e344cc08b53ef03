"""The secret address of a member's own calendar."""

from django.db import transaction
from wagtail.log_actions import log

from members.actions.refusals import NotAllowed
from members.actions.standing import lock
from members.models import CalendarKey, Member


@transaction.atomic
def give_calendar_address(*, by: Member, instead_of: int | None = None) -> CalendarKey:
    """Make an address; the one it is made instead of (its pk, as the member saw it) ends at once.

    Sent twice, it makes one: an address that is not `instead_of` stays. Raises NotAllowed.
    """
    locked = lock(by)
    if not locked.is_taking_part():
        raise NotAllowed("You can have a calendar of your own once your organisation is vouched for.")
    held = CalendarKey.objects.filter(member=locked).first()
    if held is not None and held.pk != instead_of:
        return held
    if held is not None:
        held.delete()
    log(locked, "members.calendar_address", user=by)
    return CalendarKey.objects.create(member=locked)


@transaction.atomic
def stop_calendar_address(*, by: Member) -> None:
    """End the address at once. Nothing happens without one."""
    locked = lock(by)
    ended, _ = CalendarKey.objects.filter(member=locked).delete()
    if ended:
        log(locked, "members.calendar_stopped", user=by)
