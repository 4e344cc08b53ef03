"""Who hears of what happened with the contacts of a success story."""

from cms.models import ContactAgreement
from members.models import Member
from notifications import inbox

KIND = "cms.contact_asked"


def group_key(agreement: ContactAgreement) -> str:
    """One unread notice for each thing asked."""
    return f"contact:{agreement.pk}"


def contact_asked(agreement: ContactAgreement, *, by: Member | None) -> None:
    """The member is asked whether readers of the story may talk to them."""
    inbox.notify(
        KIND, recipients=Member.objects.filter(pk=agreement.member_id), group_key=group_key(agreement),
        subject=agreement.story.title, url=agreement.get_absolute_url(), why="contact", actor=by, item_id=agreement.pk,
    )  # fmt: skip


def contact_answered(agreement: ContactAgreement) -> None:
    """They said yes or no, or are not asked any more: the notice has done its work."""
    inbox.read(agreement.member, group_key(agreement))


def contact_withdrawn(agreement: ContactAgreement) -> None:
    """The core team took them off the story: what was asked is asked no more."""
    inbox.withdraw(group_key(agreement))
