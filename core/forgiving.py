"""A cache on Valkey that forgives: while it is away nothing is kept, and nobody sees an error page for it."""

import logging
import time

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds a server that did not answer is left alone


class KeptClient(RedisCacheClient):
    """Django's own makes a client for each call, which takes as long as the call; one is enough, for all threads."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)
        return self._clients[pool]


class ForgivingCache(RedisCache):
    """Django's Redis cache; a server that is away reads as an empty cache.

    What is written or deleted meanwhile is lost: a kept page that was thrown away, a session that ended.
    So the first answer after an outage empties the cache, before anything stale can be read from it.
    """

    # shared by the instances of all threads: the server is away for all of them
    _away_until = 0.0
    _lost_writes = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._class = KeptClient

    def _ask(self, act, *args, otherwise, writes: bool, **kwargs):
        cls = type(self)
        if time.monotonic() < cls._away_until:
            cls._lost_writes |= writes
            return otherwise
        try:
            if cls._lost_writes:
                super().clear()
                cls._lost_writes = False
                log.warning("the cache is back, and was emptied")
            return act(*args, **kwargs)
        except (RedisError, OSError) as error:
            cls._away_until = time.monotonic() + PAUSE
            cls._lost_writes |= writes
            log.warning("the cache does not answer: %r", error)
            return otherwise

    def add(self, *args, **kwargs):
        return self._ask(super().add, *args, otherwise=False, writes=False, **kwargs)

    def get(self, key, default=None, version=None):
        return self._ask(super().get, key, default, version, otherwise=default, writes=False)

    def set(self, *args, **kwargs):
        return self._ask(super().set, *args, otherwise=None, writes=True, **kwargs)

    def touch(self, *args, **kwargs):
        return self._ask(super().touch, *args, otherwise=False, writes=False, **kwargs)

    def delete(self, *args, **kwargs):
        return self._ask(super().delete, *args, otherwise=False, writes=True, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._ask(super().get_many, *args, otherwise={}, writes=False, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._ask(super().has_key, *args, otherwise=False, writes=False, **kwargs)

    def incr(self, *args, **kwargs):
        """Raises ValueError as for a key that does not exist."""
        value = self._ask(super().incr, *args, otherwise=None, writes=False, **kwargs)
        if value is None:
            raise ValueError("the cache does not answer")
        return value

    def set_many(self, *args, **kwargs):
        return self._ask(super().set_many, *args, otherwise=[], writes=True, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self._ask(super().delete_many, *args, otherwise=None, writes=True, **kwargs)

    def clear(self):
        return self._ask(super().clear, otherwise=False, writes=True)
