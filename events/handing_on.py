"""Where questions go that nobody answered in the room: to a forum the app above knows, and events do not."""

from collections.abc import Callable, Collection

# (question, by, now) → the address of the thread it became; raises what `by` may not do
Ask = Callable[..., str]
# addresses of threads → those of them that have an answer
Answered = Callable[[Collection[str]], set[str]]

_asks: list[Ask] = []
_answered: list[Answered] = []


def register_forum(ask: Ask, answered: Answered) -> None:
    """Let `ask(question=…, by=…, now=…)` start a thread for a question of the audience, and give its address;
    `answered(addresses)` says which threads have an answer."""
    _asks[:] = [ask]
    _answered[:] = [answered]


def forum() -> Ask | None:
    """How a thread is started; None where there is no forum, and then nothing is offered."""
    return _asks[0] if _asks else None


def answered(addresses: Collection[str]) -> set[str]:
    """Which of these threads have an answer. One query, none without addresses."""
    return _answered[0](addresses) if addresses and _answered else set()
