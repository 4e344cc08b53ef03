"""The switchboard: each hint to the tabs it is for, a slow tab holds up nobody, a layer that is down costs no act."""

import asyncio
import json
import time
from collections import deque

import pytest

from core import live
from core.live import Switchboard


class Socket:
    """What the switchboard sees of a tab."""

    def __init__(self, slow: bool = False):
        self.topics, self.checked_at, self.slow = frozenset(), float("inf"), slow
        self.heard, self.asked, self.dropped = [], [], False

    async def hint(self, text, topic):
        if self.slow:
            await asyncio.sleep(60)
        self.heard.append(json.loads(text))

    async def access_changed(self, hint):
        self.asked.append(hint)

    async def drop(self):
        self.dropped = True


def test_a_hint_reaches_those_who_listen_and_nobody_else():
    board, one, two, three = Switchboard(), Socket(), Socket(), Socket()
    board.plug_in(one, 1)
    board.plug_in(two, 1)
    board.plug_in(three, 3)
    board.listen(one, ["thread.1"])
    board.listen(three, ["thread.1", "thread.2"])
    asyncio.run(board.pass_on({"topic": "thread.1", "event_no": 4}))
    asyncio.run(board.pass_on({"members": [1, 9], "inbox": True}))
    assert one.heard == [{"topic": "thread.1", "event_no": 4}, {"inbox": True}]
    assert two.heard == [{"inbox": True}]
    assert three.heard == [{"topic": "thread.1", "event_no": 4}]


def test_no_hint_names_other_members():
    board, one = Switchboard(), Socket()
    board.plug_in(one, 1)
    asyncio.run(board.pass_on({"members": [1, 2, 3], "inbox": True}))
    assert one.heard == [{"inbox": True}]


def test_unplugging_leaves_nothing_behind():
    board, one = Switchboard(), Socket()
    board.plug_in(one, 1)
    board.listen(one, ["thread.1", "thread.2"])
    board.listen(one, ["thread.2", "thread.3"])
    assert sorted(board.by_topic) == ["thread.2", "thread.3"]
    board.unplug(one, 1)
    board.unplug(one, 1)
    assert (board.by_topic, board.by_member) == ({}, {})


def test_a_slow_tab_is_dropped_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(live, "SLOW_TAB", 0.1)
    board, slow, quick = Switchboard(), Socket(slow=True), Socket()
    board.plug_in(slow, 1)
    board.plug_in(quick, 2)
    asyncio.run(board.pass_on({"members": [1, 2], "inbox": True}))
    assert (slow.dropped, quick.heard) == (True, [{"inbox": True}])


def test_changed_access_is_asked_not_told():
    board, one = Switchboard(), Socket()
    board.plug_in(one, 1)
    asyncio.run(board.pass_on({"members": [1], "access_changed": True}))
    assert (one.heard, len(one.asked)) == ([], 1)


def test_changed_readers_of_a_topic_are_asked_of_those_who_listen():
    board, one, two = Switchboard(), Socket(), Socket()
    board.plug_in(one, 1)
    board.plug_in(two, 2)
    board.listen(one, ["thread.1"])
    asyncio.run(board.pass_on({"topic": "thread.1", "access_changed": True}))
    assert (one.heard, len(one.asked), two.asked) == ([], 1, [])


def test_a_tab_that_asks_nothing_is_checked_all_the_same(monkeypatch):
    monkeypatch.setattr(live, "CHECK_AGAIN", 0.03)
    board, one, fresh = Switchboard(), Socket(), Socket()
    one.checked_at = float("-inf")
    board.plug_in(one, 1)
    board.plug_in(fresh, 1)

    async def run():
        board.start()
        await asyncio.sleep(0.1)
        await board.stop()

    asyncio.run(run())
    assert (len(one.asked) > 0, fresh.asked) == (True, [])


def test_the_ear_hears_what_is_announced_and_stops(settings):
    board, one = Switchboard(), Socket()

    async def run():
        live.use_loop(asyncio.get_running_loop())
        board.plug_in(one, 1)
        board.start()
        await asyncio.sleep(0.05)
        await asyncio.to_thread(live.announce, {"members": [1], "inbox": True})
        for _ in range(100):
            await asyncio.sleep(0.02)
            if one.heard:
                break
        await board.stop()

    try:
        asyncio.run(run())
    finally:
        live.use_loop(None)
    assert one.heard == [{"inbox": True}]


def test_with_valkey_down_announcing_neither_fails_nor_waits(settings, caplog):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1"]},
        }
    }
    live.announce({"topic": "thread.1", "event_no": 1})


class Topics:
    """Topics of the tests' own: even numbers may be listened to."""

    def __init__(self, monkeypatch, *, many: bool):
        self.asked = 0
        for table in ("_may_listen", "_event_no", "_many"):
            monkeypatch.setattr(live, table, {})
        options = {"many": self.many} if many else {}
        live.topic_kind("thing", may_listen=lambda member, pk: pk % 2 == 0, event_no=lambda pk: pk * 10, **options)

    def many(self, member, pks):
        self.asked += 1
        return {pk: pk * 10 for pk in pks if pk % 2 == 0}


@pytest.mark.parametrize("many", [False, True])
def test_only_known_and_allowed_topics_have_numbers(monkeypatch, many):
    topics = Topics(monkeypatch, many=many)
    asked = [
        "thing.2",
        "thing.3",
        "thing.4",
        "other.2",
        "thing.",
        "thing.-2",
        "thing.x",
        "thing.²",
        "thing." + "9" * 30,
    ]
    assert live.last_events(None, asked) == {"thing.2": 20, "thing.4": 40}
    assert topics.asked == many
    assert (live.may_listen(None, "thing.2"), live.may_listen(None, "thing.3")) == (True, False)


def test_a_session_mark_tells_nothing_of_the_session():
    assert "abcdef" not in live.session_mark("abcdef")
    assert live.session_mark("abcdef") == live.session_mark("abcdef") != live.session_mark("abcdeg")


def test_the_hints_of_one_act_go_in_one_message(monkeypatch):
    sent = []

    class Layer:
        async def group_send(self, group, message):
            sent.append([hint["event_no"] for hint in message["hints"]])

    monkeypatch.setattr(live, "get_channel_layer", Layer)
    monkeypatch.setattr(live, "_waiting", deque())
    acts = 3

    async def run():
        live.use_loop(asyncio.get_running_loop())
        for act in range(acts):
            for number in range(3):
                await asyncio.to_thread(live.announce, {"event_no": act * 10 + number})
            await asyncio.sleep(0.05)

    try:
        asyncio.run(run())
    finally:
        live.use_loop(None)
    assert [number for message in sent for number in message] == [0, 1, 2, 10, 11, 12, 20, 21, 22]
    assert acts <= len(sent) <= 2 * acts  # a slow machine may need two


def test_no_hint_is_lost_whatever_the_moment(monkeypatch):
    sent = []

    class Layer:
        async def group_send(self, group, message):
            sent.extend(hint["event_no"] for hint in message["hints"])

    monkeypatch.setattr(live, "get_channel_layer", Layer)
    monkeypatch.setattr(live, "_waiting", deque())

    def many(start):
        for number in range(start, start + 300):
            live.announce({"event_no": number})
            if number % 7 == 0:
                time.sleep(0.0005 * (number % 13))

    async def run():
        live.use_loop(asyncio.get_running_loop())
        await asyncio.gather(*(asyncio.to_thread(many, start) for start in (0, 1000, 2000, 3000)))
        await asyncio.sleep(0.1)

    try:
        asyncio.run(run())
    finally:
        live.use_loop(None)
    assert sorted(sent) == [start + number for start in (0, 1000, 2000, 3000) for number in range(300)]
