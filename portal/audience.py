"""Questions nobody answered in the room become questions of the forum, where those who can will find them."""

import datetime as dt

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
    """Start a thread by a core team member that quotes the question, whose asker it never names; its address.

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
            body=_body(question.words, found),
        )  # fmt: skip
    except NotInForum as refused:
        raise NotAllowed(str(refused)) from refused
    return thread.get_absolute_url()


def _title(words: str) -> str:
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _body(words: str, found: about.About) -> str:
    """Quoted as it was sent. What would be a mark of Markdown in it is taken as letters."""
    quoted = "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|@" else letter for letter in words)
    title = found.title.replace("[", "(").replace("]", ")")
    return (
        f"Somebody in the audience asked this at [{title}]({found.url}), and there was no time to answer it:\n\n"
        f"> {quoted}\n\nIf you spoke there, or know the answer, please reply."
    )


def join() -> None:
    """Let the chair’s page of an event offer it; called when the apps are ready."""
    register_forum(ask_in_forum)
