from members.models.calendar_key import CalendarKey
from members.models.kept_page import KeptPage
from members.models.member import Duty, Expertise, Member, RetiredHandle
from members.models.organisation import EmailDomain, Organisation, OtherName
from members.models.sector import Sector

__all__ = [
    "CalendarKey",
    "Duty",
    "EmailDomain",
    "Expertise",
    "KeptPage",
    "Member",
    "Organisation",
    "OtherName",
    "RetiredHandle",
    "Sector",
]
