"""Where questions go that nobody answered in the room: to a forum the app above knows, and events do not."""

from collections.abc import Callable

# (question, by) → the address of the thread it became; raises what `by` may not do
Ask = Callable[..., str]

_asks: list[Ask] = []


def register_forum(ask: Ask) -> None:
    """Let `ask(question=…, by=…, now=…)` start a thread for a question of the audience, and give its address."""
    _asks[:] = [ask]


def forum() -> Ask | None:
    """How a thread is started; None where there is no forum, and then nothing is offered."""
    return _asks[0] if _asks else None
