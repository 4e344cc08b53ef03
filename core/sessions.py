"""Sessions in the cache and the database, as Django's; reading one brings along what every page asks for next."""

from typing import Any

from django.contrib.sessions.backends import cached_db

from core import caching


class SessionStore(cached_db.SessionStore):
    def load(self) -> dict[str, Any]:
        kept = caching.recall_at_first(self.cache_key)
        return super().load() if kept is None else kept
