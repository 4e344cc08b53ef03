"""“What did you make of it?” and “Did you use it?”: what the bell, the inbox and the mail say."""

from django.utils.html import format_html, linebreaks

from events.asking import letter_for
from events.models.after import Asked
from events.notices import ASKED_FEEDBACK, ASKED_FOLLOW_UP
from events.querysets.feedback import events_by_pk, unanswered_of
from notifications.kinds import Group, Kind, MailContent, MailItem, register

WHAT = {ASKED_FEEDBACK: Asked.What.FEEDBACK, ASKED_FOLLOW_UP: Asked.What.FOLLOW_UP}


def prefetch(notices: list) -> None:
    """Hang on each notice its event, and whether its reader has still to answer (`waits`)."""
    if not notices:
        return
    what = WHAT[notices[0].kind]
    events = events_by_pk(notice.last_item_id for notice in notices)
    left = unanswered_of({notice.recipient_id for notice in notices}, set(events), what)
    for notice in notices:
        notice.event = events.get(notice.last_item_id)
        notice.waits = (notice.recipient_id, notice.last_item_id) in left


def can_still_see(member, notice) -> bool:
    """While they have not answered."""
    if not hasattr(notice, "waits"):
        prefetch([notice])
    return notice.waits


def feedback_sentence(notice) -> str:
    return format_html("What did you make of “<strong>{}</strong>”? Your answers name nobody", notice.subject)


def follow_up_sentence(notice) -> str:
    return format_html("Three months on: did you use what you learned at “<strong>{}</strong>”?", notice.subject)


def mail(notice) -> MailContent | None:
    if not can_still_see(notice.recipient, notice) or notice.event is None:
        return None
    letter = letter_for(WHAT[notice.kind], notice.event)
    item = MailItem(notice.event.title, text=letter.text, html=linebreaks(letter.text, autoescape=True))
    return MailContent(
        subject=letter.subject, items=(item,), thread_key=f"event-{notice.event.pk}", link_words=letter.link_words
    )


register(
    Kind(
        name=ASKED_FEEDBACK, title="After an event: what you made of it", priority=35, sentence=feedback_sentence,
        whys={"came": "You were there."}, can_still_see=can_still_see, mail=mail, prefetch=prefetch, icon="comment",
        group=Group.EVENTS, hint="Once, the morning after.",
    )
)  # fmt: skip
register(
    Kind(
        name=ASKED_FOLLOW_UP, title="Three months on: whether you used it", priority=35, sentence=follow_up_sentence,
        whys={"came": "You were there."}, can_still_see=can_still_see, mail=mail, prefetch=prefetch, icon="history",
        group=Group.EVENTS, hint="Once, three months after an event.",
    )
)  # fmt: skip
