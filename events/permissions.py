"""Who may do what at events: predicates, and the table at the bottom.

Lists start at `visible_to`; what is asked of one object is its twin, held equal by a parity test.
"""

from django.utils import timezone

from events.querysets.attendance import is_helper
from events.querysets.audience import is_chair
from events.querysets.materials import has_place, speaks_in
from members.pages import page_visible_to
from members.permissions import Table, enter, takes_part


def can_organise(member, _record=None) -> bool:
    """Draw up programmes, see who booked, move people in the line: the core team."""
    return takes_part(member) and member.is_core_team


def can_run_door(member, event=None) -> bool:
    """Check people in at one event: the core team, and who was named to help at its door."""
    if can_organise(member):
        return True
    return event is not None and takes_part(member) and is_helper(event, member)


def can_chair(member, session_pk: int | None = None) -> bool:
    """Run votes and take questions in a session: the core team, and who takes its chair with an account."""
    if can_organise(member):
        return True
    return session_pk is not None and takes_part(member) and is_chair(session_pk, member)


def can_send_material(member, session) -> bool:
    """Send, replace and take back slides of a session: who speaks in it with an account, and the core team."""
    return can_organise(member) or (takes_part(member) and speaks_in(member, session.pk))


def can_get_material(member, material, *, now=None, tickets=()) -> bool:
    """Fetch a file. `tickets`: the bookings a guest opened by link. Twin of `Material.objects.visible_to`."""
    if not material.is_there() or not page_visible_to(material.event, member):
        return False
    if can_organise(member):
        return True
    if material.is_out(now=now or timezone.now()) and _is_meant_for(member, material, tickets):
        return True
    return takes_part(member) and speaks_in(member, material.session_id)


def _is_meant_for(member, material, tickets) -> bool:
    if material.audience == material.Audience.PUBLIC:
        return True
    if material.audience == material.Audience.MEMBERS:
        return takes_part(member)
    return has_place(member, material.event_id, tickets)


def can_see_event(member, event) -> bool:
    return page_visible_to(event, member)


def is_own_booking(member, booking) -> bool:
    """Whether it is for them. `member` None: a guest who opened the link to their ticket, which the view has seen."""
    if member is None:
        return booking.member_id is None
    return booking.member_id is not None and booking.member_id == member.pk


def can_change_booking(member, booking) -> bool:
    """Take up an offer, give up, come another way, choose sessions: the person, and who booked for them."""
    if is_own_booking(member, booking):
        return True
    return member is not None and booking.booked_by_id == member.pk and takes_part(member)


# The table. Ask with `member.has_perm("events.organise", page)` or call the predicate.
TABLE: Table = {
    "events.see": can_see_event,
    "events.book": lambda member, event=None: takes_part(member) and (event is None or page_visible_to(event, member)),
    "events.organise": can_organise,
    "events.change_own_booking": can_change_booking,
    "events.run_door": can_run_door,
    "events.chair": can_chair,
    "events.get_material": can_get_material,
    "events.send_material": can_send_material,
}

enter(TABLE)
