"""What is done to and by members. Each verb is atomic, logged, and leaves its mail in the outbox."""

from members.actions.calendars import give_calendar_address, stop_calendar_address
from members.actions.details import change_handle, change_organisation, place, update_details
from members.actions.directory import set_sector, set_status
from members.actions.joining import change_address, confirm, forget_never_confirmed, sign_up
from members.actions.many import decline_many, place_many, vouch_for_many
from members.actions.refusals import AddressTaken, DoesNotApply, HandleTaken, NotAllowed, WhyMissing, WorksElsewhere
from members.actions.roles import give_role
from members.actions.standing import ban, decline, leave, let_back_in, vouch

__all__ = [
    "AddressTaken",
    "DoesNotApply",
    "HandleTaken",
    "NotAllowed",
    "WhyMissing",
    "WorksElsewhere",
    "ban",
    "change_address",
    "change_handle",
    "change_organisation",
    "confirm",
    "decline",
    "decline_many",
    "forget_never_confirmed",
    "give_calendar_address",
    "give_role",
    "leave",
    "let_back_in",
    "place",
    "place_many",
    "set_sector",
    "set_status",
    "sign_up",
    "stop_calendar_address",
    "update_details",
    "vouch",
    "vouch_for_many",
]
