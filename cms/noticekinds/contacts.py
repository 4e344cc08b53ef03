"""“May readers of a story talk to you?”: what the bell, the inbox and the mail say of it."""

from django.utils.html import format_html

from cms.models import ContactAgreement
from cms.notices.contacts import KIND
from members.pages import page_visible_to
from notifications.hanging import first, hang, hung
from notifications.kinds import Group, Kind, MailContent, MailItem, register


def prefetch(notices: list) -> None:
    """Hang on each notice what was asked (`agreement`), with its story: one query for all."""
    hang(notices, "agreement", ContactAgreement.objects.select_related("story"), number=first)


def _agreement(notice) -> ContactAgreement | None:
    return hung(notice, "agreement", prefetch)


def can_still_see(member, notice) -> bool:
    """While it is asked of this member, and the story is there for them to read."""
    agreement = _agreement(notice)
    return agreement is not None and agreement.member_id == member.pk and page_visible_to(agreement.story, member)


def sentence(notice) -> str:
    return format_html("May readers of <strong>{}</strong> ask you how it went?", notice.subject)


def mail(notice) -> MailContent | None:
    """What is asked; nothing once it is answered."""
    agreement = _agreement(notice)
    if agreement is None or agreement.agreed_at or agreement.declined_at:
        return None
    words = (
        f"The core team would like to name you on the success story “{agreement.story.title}”, as somebody readers "
        "may ask how it went. We show your name only if you say yes, and you can change your mind at any time."
    )
    return MailContent(
        subject=f"May readers of “{agreement.story.title}” ask you how it went?",
        items=(MailItem("The core team", text=words, html=format_html("<p>{}</p>", words)),),
        thread_key=f"contact-{agreement.pk}", link_words="Say yes or no",
    )  # fmt: skip


register(
    Kind(
        name=KIND,
        title="We ask to name you on a success story",
        priority=60,
        sentence=sentence,
        prefetch=prefetch,
        can_still_see=can_still_see,
        mail=mail,
        whys={"contact": "The core team wants to name you on a success story."},
        icon="hand",
        group=Group.KNOWLEDGE,
    )
)
