"""What people are asked after an event, in words: for notices and for the mails of guests."""

from core.quoting import quoted
from events import times
from events.letters import Letter
from events.models.after import Asked


def letter_for(what: str, event) -> Letter:
    """The letter that asks it."""
    return _follow_up(event) if what == Asked.What.FOLLOW_UP else _feedback(event)


def _feedback(event) -> Letter:
    return Letter(
        f"What did you make of it? {event.title}",
        (f"Thank you for coming to {quoted(event.title)}. What did you make of it? Five short questions, two minutes.",
         "Your answers name nobody. They decide what we do next time.",
         "When you have answered, your certificate is ready."),
        "Say what you made of it",
    )  # fmt: skip


def _follow_up(event) -> Letter:
    ago = f"Three months ago, on {times.day(event.starts_at)}, you came to {quoted(event.title)}."
    return Letter(
        f"Did you use it? {event.title}",
        (
            f"{ago} Did you use what you learned?",
            "One question. “Not yet” is a good answer too: it tells us what to do next.",
        ),
        "Tell us",
    )
