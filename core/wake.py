"""Waking the worker: an event in this process, a hint to the other ones."""

import threading

_event = threading.Event()


def worker() -> None:
    """Something is due now: let the worker's loop look at once instead of at its next beat."""
    _event.set()
    from core import live

    live.announce({"type": "wake"})


def set_local() -> None:
    """Wake only the loop of this process."""
    _event.set()


def wait(seconds: float) -> None:
    """Sleep until woken, at most `seconds`."""
    _event.wait(seconds)
    _event.clear()
