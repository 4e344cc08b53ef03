"""“Questions from your talk wait in the forum”: what the bell, the inbox and the mail of a speaker say."""

from django.utils.html import format_html, linebreaks

from events.models.audience import AudienceQuestion
from events.notices import TALK_QUESTIONS
from events.permissions import can_see_event
from notifications.kinds import Group, Kind, MailContent, MailItem, register


def prefetch(notices: list) -> None:
    """Hang on each notice the last question it tells of (`question`): one query for all."""
    numbers = {notice.last_item_id or 0 for notice in notices}
    found = AudienceQuestion.objects.select_related("session__event").in_bulk(numbers)
    for notice in notices:
        notice.question = found.get(notice.last_item_id)


def _question_of(notice) -> AudienceQuestion | None:
    if not hasattr(notice, "question"):
        prefetch([notice])
    return notice.question


def can_still_see(member, notice) -> bool:
    """While they may see the event, and its question is one of the forum."""
    question = _question_of(notice)
    handed_on = question is not None and question.state == AudienceQuestion.State.ANSWERED_AFTER
    return handed_on and can_see_event(member, question.session.event)


def sentence(notice) -> str:
    return format_html("Questions from your talk “<strong>{}</strong>” wait in the forum", notice.subject)


def mail(notice) -> MailContent | None:
    question = _question_of(notice)
    if question is None:
        return None
    since = AudienceQuestion.objects.filter(session=question.session_id, pk__gt=notice.mailed_item_id or 0)
    handed_on = list(since.filter(state=AudienceQuestion.State.ANSWERED_AFTER).select_related("session"))
    items = tuple(
        MailItem("Somebody in the audience", text=one.words, html=linebreaks(one.words, autoescape=True))
        for one in handed_on
    )
    left_over = all(one.was_left_over() for one in handed_on)
    return MailContent(
        subject=f"Questions from your talk: {notice.subject}", items=items, thread_key=f"talk-{question.session_id}",
        link_words="See them and answer", note="They were not answered in the room." if left_over else "",
    )  # fmt: skip


register(
    Kind(
        name=TALK_QUESTIONS, title="Questions from your talk wait in the forum", priority=50, sentence=sentence,
        whys={"speaker": "You spoke there."}, can_still_see=can_still_see, mail=mail, prefetch=prefetch,
        icon="comment", group=Group.EVENTS,
    )
)  # fmt: skip
