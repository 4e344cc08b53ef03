"""What a process remembers of the shared cache itself, so that it need not ask for it page after page."""

import pickle
import threading
import time
from collections import OrderedDict
from typing import Any

ROOM = 16 * 1024 * 1024  # bytes, about: as the values are when pickled


class Near:
    """Values by key, those used last, while the shared cache is the same: emptied there, it is empty here too.

    For values that never change under their key. They are handed out as they are, to many threads: who gets one
    must not change it.
    """

    def __init__(self, room: int = ROOM):
        self.room = room
        self._lock = threading.Lock()
        self._empty("")

    def _empty(self, of: str) -> None:
        self._of = of
        self._used = 0
        self._kept: OrderedDict[str, tuple[float, int, Any]] = OrderedDict()

    def get_many(self, keys, *, of: str) -> dict[str, Any]:
        """Those of `keys` that are here. `of`: which shared cache they were kept in."""
        now = time.monotonic()
        with self._lock:
            if of != self._of:
                self._empty(of)
            found = {}
            for key in keys:
                until, _, value = self._kept.get(key, (0.0, 0, None))
                if until > now:
                    self._kept.move_to_end(key)
                    found[key] = value
            return found

    def keep(self, values: dict[str, Any], seconds: float, *, of: str) -> None:
        """Remember values for some seconds; what was not used for longest makes room."""
        until = time.monotonic() + seconds
        weighed = [(key, value, len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))) for key, value in values.items()]
        with self._lock:
            if of != self._of:
                self._empty(of)
            for key, value, weight in weighed:
                self._drop(key)
                self._kept[key] = (until, weight, value)
                self._used += weight
            while self._used > self.room:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        if key in self._kept:
            self._used -= self._kept.pop(key)[1]
