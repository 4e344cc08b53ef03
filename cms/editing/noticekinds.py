"""What the editors' side tells people: somebody waits for your approval, it was given or refused, a review is due."""

import re

from django.utils.html import format_html
from wagtail.models import Page, TaskState

from cms.models import Template
from members.pages import pages_visible_to
from notifications.hanging import hang, hung
from notifications.kinds import Group, Kind, MailContent, MailItem, register, writers

ASKED, GIVEN, REFUSED = "cms.approval_asked", "cms.approval_given", "cms.approval_refused"
REVIEW, HANDED = "cms.review_due", "cms.handed_over"


def prefetch_states(notices: list) -> None:
    """Hang on each notice the approval (`state`) it is about: one query for all."""
    hang(notices, "state", TaskState.objects.select_related("finished_by", "workflow_state"))


def _state(notice) -> TaskState | None:
    return hung(notice, "state", prefetch_states)


def still_waits(member, notice) -> bool:
    """Whether the page still waits; whoever answered it first answered for all."""
    state = _state(notice)
    return member.is_writer and state is not None and state.status == TaskState.STATUS_IN_PROGRESS


def still_there(member, notice) -> bool:
    """Whether the approval, and so the page, is still there; and the member still writes."""
    return member.is_writer and _state(notice) is not None


def sees_item(member, notice) -> bool:
    """Whether the member may still see the page or template whose review is due, or that was handed over.

    Who writes in the admin may: they were given it to work on.
    """
    named = re.search(r"(\w+)[-:](\d+)$", notice.group_key)
    if named is None or member.is_writer:
        return named is not None
    if named[1] == "template":
        return Template.objects.visible_to(member).filter(pk=named[2]).exists()
    return pages_visible_to(Page.objects.filter(pk=named[2]), member).exists()


def _who(notice) -> str:
    return notice.actor.display_name if notice.actor else "Somebody"


def _comment(notice) -> str:
    state = _state(notice)
    return state.comment.strip() if state else ""


def asked_words(notice) -> str:
    return format_html("<strong>{}</strong> asks you to approve <strong>{}</strong>", _who(notice), notice.subject)


def given_words(notice) -> str:
    return format_html("<strong>{}</strong> approved <strong>{}</strong>", _who(notice), notice.subject)


def refused_words(notice) -> str:
    return format_html("<strong>{}</strong> asks for changes to <strong>{}</strong>", _who(notice), notice.subject)


def _with_comment(subject: str, link_words: str):
    def mail(notice) -> MailContent | None:
        if notice.mailed_item_id is not None and notice.mailed_item_id >= (notice.last_item_id or 0):
            return None
        comment = _comment(notice)
        items = (MailItem(who=_who(notice), text=comment),) if comment else ()
        return MailContent(subject.format(notice.subject), items=items, link_words=link_words)

    return mail


def review_words(notice) -> str:
    return format_html("The review of <strong>{}</strong> is due", notice.subject)


def review_mail(notice) -> MailContent:
    note = "If it still holds, say so with a new review date. If not, change it, or ask the core team to help."
    return MailContent(f"Due for review: {notice.subject}", note=note, link_words="Read it again")


register(
    Kind(
        ASKED, "Somebody asks you to approve a page", asked_words,
        whys={"approver": "You approve it before it is published."},
        can_still_see=still_waits, prefetch=prefetch_states, icon="tick", priority=40,
        mail=_with_comment("To approve: {}", "Read it and decide"), group=Group.AUTHORS, reaches=writers,
    )
)  # fmt: skip
register(
    Kind(
        GIVEN, "A page you sent for approval is approved", given_words, whys={"author": "You sent it for approval."},
        can_still_see=still_there, prefetch=prefetch_states, icon="tick", priority=35,
        mail=_with_comment("Approved: {}", "See the page"), group=Group.AUTHORS, reaches=writers,
    )
)  # fmt: skip
register(
    Kind(
        REFUSED, "A page you sent for approval needs changes", refused_words,
        whys={"author": "You sent it for approval."}, can_still_see=still_there, prefetch=prefetch_states,
        icon="pencil", priority=36, mail=_with_comment("Changes wanted: {}", "Change it and send it again"),
        group=Group.AUTHORS, reaches=writers,
    )
)  # fmt: skip
register(
    Kind(
        REVIEW, "Something you look after is due for review", review_words,
        whys={"keeper": "You look after it."}, can_still_see=sees_item, icon="clock", priority=30, mail=review_mail,
        group=Group.KNOWLEDGE, hint="30 days before, on the day, and each 30 days after.",
    )
)  # fmt: skip


def handed_words(notice) -> str:
    return format_html("<strong>{}</strong> gave you <strong>{}</strong> to look after", _who(notice), notice.subject)


def handed_mail(notice) -> MailContent:
    note = "You are its owner now: you are reminded when it is due for review. If that is wrong, tell the core team."
    return MailContent(f"Yours to look after: {notice.subject}", note=note, link_words="Read it")


register(
    Kind(
        HANDED, "You are given something to look after", handed_words, whys={"keeper": "You look after it now."},
        can_still_see=sees_item, icon="people", priority=30, mail=handed_mail, group=Group.KNOWLEDGE,
    )
)  # fmt: skip
