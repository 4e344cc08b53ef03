from members.models.kept_page import KeptPage
from members.models.member import Expertise, Member, RetiredHandle
from members.models.organisation import EmailDomain, Organisation, OtherName
from members.models.sector import Sector

__all__ = [
    "EmailDomain",
    "Expertise",
    "KeptPage",
    "Member",
    "Organisation",
    "OtherName",
    "RetiredHandle",
    "Sector",
]
