"""Many at once: acts that start together, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable, Sequence

from django.db import connections


def all_at_once(acts: Sequence[Callable]) -> list:
    """Run the acts, released together by a barrier; what each gave or raised, in their order."""
    barrier = threading.Barrier(len(acts))
    results: list = [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(timeout=30)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=90)
    return results
