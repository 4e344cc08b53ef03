"""What a process remembers of the shared cache: exact to the touch, and nobody's but the reader's own."""

import itertools

import pytest
from django.core.cache import cache, caches
from django.test import RequestFactory

from core import caching
from core.middleware import AnonymousCache
from core.near import Near

pytestmark = pytest.mark.django_db


@pytest.fixture
def journeys(monkeypatch):
    """The keys of each reading journey to the cache, in order."""
    made: list[list[str]] = []
    store = caches["default"]
    get, get_many = store.get, store.get_many

    def get_one(key, *args, **kwargs):
        if not asking:  # in memory, many are asked for one by one
            made.append([key])
        return get(key, *args, **kwargs)

    def get_all(keys, *args, **kwargs):
        made.append(sorted(keys))
        asking.append(True)
        try:
            return get_many(keys, *args, **kwargs)
        finally:
            asking.pop()

    asking: list[bool] = []
    monkeypatch.setattr(store, "get", get_one)
    monkeypatch.setattr(store, "get_many", get_all)
    return made


def test_it_holds_what_was_used_last_and_no_more_than_there_is_room_for():
    near = Near(room=300)
    near.keep({"a": "a" * 80, "b": "b" * 80, "c": "c" * 80}, 60, of="x")
    assert sorted(near.get_many(["a", "b"], of="x")) == ["a", "b"]
    near.keep({"d": "d" * 80}, 60, of="x")
    assert sorted(near.get_many(["a", "b", "c", "d"], of="x")) == ["a", "b", "d"]
    near.keep({"e": "e" * 999}, 60, of="x")
    assert near.get_many(["a", "b", "d", "e"], of="x") == {}


def test_it_forgets_in_time():
    near = Near()
    near.keep({"a": 1}, 0, of="x")
    near.keep({"b": 2}, 60, of="x")
    assert near.get_many(["a", "b"], of="x") == {"b": 2}


def test_another_shared_cache_is_another_memory():
    near = Near()
    near.keep({"a": 1}, 60, of="x")
    assert near.get_many(["a"], of="y") == {}
    assert near.get_many(["a"], of="x") == {}


def test_a_value_is_asked_for_once_and_not_believed_once_the_shared_cache_is_emptied(journeys):
    cache.set("a:1", "kept")
    for _ in range(2):
        with caching.one_look():
            assert caching.recall("a:1", near=60) == {"a:1": "kept"}
    assert [one for one in journeys if "a:1" in one] == [["a:1"]]
    cache.clear()
    with caching.one_look():
        assert caching.recall("a:1", near=60) == {}


def test_outside_of_requests_nothing_is_near():
    cache.set("a:1", "old")
    assert caching.recall("a:1", near=60) == {"a:1": "old"}
    cache.set("a:1", "new")
    assert caching.recall("a:1", near=60) == {"a:1": "new"}


def test_what_is_made_once_is_made_anew_as_soon_as_its_name_is_touched(django_capture_on_commit_callbacks):
    count = itertools.count(1)

    def shown() -> int:
        with caching.one_look():
            return caching.made_once("site", "count", lambda: next(count))

    assert (shown(), shown()) == (1, 1)
    with django_capture_on_commit_callbacks(execute=True):
        caching.touch("site")
    assert (shown(), shown()) == (2, 2)


def test_a_touch_is_seen_by_the_very_next_request(django_capture_on_commit_callbacks):
    def shown() -> str:
        with caching.one_look():
            return caching.versions_of(["site"])["v:site"]

    before = shown()
    assert shown() == before
    with django_capture_on_commit_callbacks(execute=True):
        caching.touch("site")
    assert shown() != before


def test_a_touch_is_seen_by_the_request_that_touches(django_capture_on_commit_callbacks):
    with caching.one_look():
        before = caching.versions_of(["site", "forum"])
        with django_capture_on_commit_callbacks(execute=True):
            caching.touch("forum")
        after = caching.versions_of(["site", "forum"])
    assert (after["v:site"], after["v:forum"] == before["v:forum"]) == (before["v:site"], False)


def test_after_something_is_made_anew_versions_are_asked_for_again():
    """What was made may be younger than the versions read before it."""
    with caching.one_look():
        before = caching.versions_of(["forum"])
        cache.set("v:forum", "touched elsewhere")
        assert caching.versions_of(["forum"]) == before
        caching.remember({"a": 1}, 60)
        assert caching.versions_of(["forum"]) == {"v:forum": "touched elsewhere"}


def test_a_request_does_not_know_the_versions_of_the_one_before():
    seen = []

    def page(request):
        seen.append(caching.versions_of(["forum"])["v:forum"])
        cache.set("v:forum", "touched")

    for _ in range(2):
        AnonymousCache(page)(RequestFactory().post("/"))
    assert seen[1] == "touched"


def test_a_warm_thread_and_a_warm_list_ask_the_cache_no_more_than_twice(client_of, alice, thread, journeys):
    client = client_of(alice)
    for address in (thread.get_absolute_url(), "/forum/"):
        for _ in range(2):
            client.get(address)
        journeys.clear()
        assert client.get(address).status_code == 200
        assert len(journeys) <= 2, journeys
