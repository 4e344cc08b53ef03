"""Questions moved out of the room become questions of the forum, where those who can will find them."""

import datetime as dt
from collections.abc import Collection

from django.urls import resolve, reverse

from events.handing_on import register_forum
from events.models.audience import AudienceQuestion
from forum import about
from forum.actions import asking, discussing
from forum.actions.refusals import NotAllowed as NotInForum
from forum.models import Thread
from members.actions.refusals import NotAllowed
from members.models import Member

LONGEST_TITLE = 140


def ask_in_forum(*, question: AudienceQuestion, by: Member, now: dt.datetime) -> str:
    """Start a thread by a core team member that quotes the question; its address.

    It never names the asker: a post outlives what is erased. It leads to the question, where the name stands as
    long as its asker wants it shown.
    It stands where the session may be talked about: in the open, or among members if only they see the event.
    Raises NotAllowed when there is no such space.
    """
    session = question.session
    found = about.look_up("session", session.pk, by)
    if found is None:
        raise NotAllowed("This session is not to be seen any more.")
    try:
        space = discussing.space_for(by, found)
        thread = asking.ask(
            by=by, space=space, kind=Thread.Kind.QUESTION, title=_title(question.words), now=now,
            body=_body(question, found, over=session.is_over(now=now)),
        )  # fmt: skip
    except NotInForum as refused:
        raise NotAllowed(str(refused)) from refused
    return thread.get_absolute_url()


def answered(addresses: Collection[str]) -> set[str]:
    """Which of these addresses are of threads with a visible answer. One query."""
    by_number = {int(resolve(address).kwargs["number"]): address for address in addresses}
    found = Thread.objects.filter(pk__in=by_number, answer_count__gt=0, removed_at=None)
    return {by_number[pk] for pk in found.values_list("pk", flat=True)}


def _title(words: str) -> str:
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _body(question: AudienceQuestion, found: about.About, *, over: bool) -> str:
    """Quoted as it was sent: marks of Markdown in it are taken as letters. `over`: whether the session is."""
    quoted = "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|@" else letter for letter in question.words)
    title = found.title.replace("[", "(").replace("]", ")")
    sent = reverse("events:questions", args=[question.session.event_id, question.session_id])
    start = f"[Sent]({sent}#question-{question.pk}) for the talk “[{title}]({found.url})”"
    time, speak = (", where there was no time to answer it", "spoke") if over else ("", "speak")
    return f"{start}{time}:\n\n> {quoted}\n\nIf you {speak} there, or know the answer, please reply."


def join() -> None:
    """Let the chair’s page of an event offer it; called when the apps are ready."""
    register_forum(ask_in_forum, answered)
