"""Waking the worker's loops: an event each in this process, a hint to the other ones."""

import threading

_sleepers: set[threading.Event] = set()


def sleeper() -> threading.Event:
    """An event that is set when something is due; for a loop to sleep on."""
    event = threading.Event()
    _sleepers.add(event)
    return event


def forget(event: threading.Event) -> None:
    """The loop that slept on it has stopped."""
    _sleepers.discard(event)


def worker() -> None:
    """Something is due now: let the loops look at once instead of at their next beat."""
    set_local()
    from core import live

    if live.is_shared():
        live.announce({"type": "wake"})


def set_local() -> None:
    """Wake only the loops of this process."""
    for event in tuple(_sleepers):
        event.set()
