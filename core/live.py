"""Hints to open tabs: "this changed, look again". Never content.

Every process that holds sockets has one `Switchboard`: it hears one channel-layer group and passes
each hint on to its own sockets. So a hint costs one message per process, not one per tab.
Sending works from any thread of any process: on the server's own loop where there is one
(the in-memory layer is not safe across loops), else on one long-lived loop of our own
(channels_redis opens a client per loop).
"""

import asyncio
import hashlib
import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

GROUP = "hints"
SEND_TIMEOUT = 5  # seconds until a channel layer that doesn't answer is given up
SLOW_TAB = 5  # seconds until a tab that doesn't take its hint is unplugged
CHECK_AGAIN = 180  # seconds after which a tab's access is checked though it asked nothing
AT_ONCE = 500  # sockets served between two breaths of the loop

TOGETHER = 10  # hints in one message
TOGETHER_WITHIN = 0.002  # seconds

_waiting: deque[dict[str, Any]] = deque()
_being_sent: set[asyncio.Task] = set()
_woken_at = 0.0  # when the loop was last told to send
_loop: asyncio.AbstractEventLoop | None = None
_loop_lock = threading.Lock()


def use_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """Send from now on on `loop`: the ASGI server's, told at its start."""
    global _loop, _woken_at
    _loop, _woken_at = loop, 0.0


# a forked worker process does not inherit the thread that runs the loop
os.register_at_fork(after_in_child=lambda: use_loop(None))


def sending_loop() -> asyncio.AbstractEventLoop:
    """The loop hints are sent on: the server's, else one that a thread of ours keeps running."""
    global _loop
    with _loop_lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="hints", daemon=True).start()
        return _loop


def is_shared() -> bool:
    """Whether other processes hear the channel layer (Valkey), or only this one."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


def announce(hint: dict[str, Any]) -> None:
    """Send a hint to every process, without waiting. A channel layer that is down only costs a log line.

    `hint`: {"topic": "thread.12", "event_no": 34, …} for the tabs that listen to a topic,
    {"members": [ids], "inbox": True} for the tabs of some members, {"type": "wake"} for workers.
    """

    global _woken_at
    _waiting.append(hint)
    now = time.monotonic()
    if now - _woken_at < TOGETHER_WITHIN:
        return  # the loop was just told, and has not looked yet
    _woken_at = now
    try:
        loop = sending_loop()
        # an act's hints come together: those of a moment go in one message, for each message costs a millisecond
        loop.call_soon_threadsafe(lambda: loop.call_later(2 * TOGETHER_WITHIN, _send_waiting))
    except RuntimeError as error:
        _woken_at = 0.0
        log.warning("a hint was not sent: %r", error)


def _send_waiting() -> None:
    """On the loop: send what waits."""
    while _waiting:
        hints = [_waiting.popleft() for _ in range(min(len(_waiting), TOGETHER))]
        task = asyncio.get_running_loop().create_task(_send(hints))
        _being_sent.add(task)
        task.add_done_callback(_being_sent.discard)


async def _send(hints: list[dict[str, Any]]) -> None:
    try:
        message = {"type": "hint", "hints": hints}
        await asyncio.wait_for(get_channel_layer().group_send(GROUP, message), SEND_TIMEOUT)
    except Exception as error:  # the delivery edge: live is a comfort, the page works without
        log.warning("a hint was not sent: %r", error)


def access_changed(*member_ids: int) -> None:
    """After the commit: what these members may see changed (banned, joined or left a group, another role).

    Their open tabs are asked again who they are and what they may listen to.
    """
    hint = {"members": list(member_ids), "access_changed": True}
    transaction.on_commit(lambda: announce(hint), robust=True)


def readers_changed(topic: str) -> None:
    """After the commit: fewer may listen to a topic. The tabs that do are asked again what they may listen to."""
    hint = {"topic": topic, "access_changed": True}
    transaction.on_commit(lambda: announce(hint), robust=True)


def session_over(member_id: int, session_key: str) -> None:
    """A session ended (sign-out): its tabs lose their sockets, other ones of the member are asked again."""
    hint = {"members": [member_id], "access_changed": True, "session_over": session_mark(session_key)}
    transaction.on_commit(lambda: announce(hint), robust=True)


def session_mark(session_key: str) -> str:
    """A session's mark in hints: tells sessions apart, opens none."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{session_key}".encode()).hexdigest()[:24]


class Switchboard:
    """The sockets of this process, by member and by topic, and the ear that hears hints for them.

    A socket is any object with async methods `hint(text, topic)` (a JSON text to pass on),
    `access_changed(hint)` and `drop()` (too slow: close it), a frozen set of names `topics`, and
    `checked_at`, the monotonic time its access was last checked.
    """

    def __init__(self):
        self.by_member: dict[int, set] = {}
        self.by_topic: dict[str, set] = {}
        self._tasks: list[asyncio.Task] = []

    def start(self) -> None:
        """Begin to hear; called on the server's loop."""
        if all(task.done() for task in self._tasks):
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._listen()), loop.create_task(self._check_again())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _check_again(self) -> None:
        """Open tabs ask each minute and are checked then; one that is silent is checked all the same."""
        while True:
            await asyncio.sleep(CHECK_AGAIN / 3)
            old = time.monotonic() - CHECK_AGAIN
            sockets = [socket for sockets in self.by_member.values() for socket in sockets]
            for socket in sockets:
                if socket.checked_at < old:
                    await self._each([socket], lambda one: one.access_changed({}))

    def plug_in(self, socket, member_id: int) -> None:
        """Let a socket hear what is for its member."""
        self.by_member.setdefault(member_id, set()).add(socket)

    def listen(self, socket, topics: Iterable[str]) -> None:
        """Let a socket hear these topics, and no others."""
        wanted = set(topics)
        for topic in socket.topics - wanted:
            self._take(self.by_topic, topic, socket)
        for topic in wanted - socket.topics:
            self.by_topic.setdefault(topic, set()).add(socket)
        socket.topics = frozenset(wanted)

    def unplug(self, socket, member_id: int) -> None:
        """Take a socket off everything."""
        self.listen(socket, ())
        self._take(self.by_member, member_id, socket)

    @staticmethod
    def _take(table: dict, key, socket) -> None:
        sockets = table.get(key)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del table[key]

    async def _listen(self) -> None:
        while True:
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    message = await layer.receive(channel)
                    for hint in message["hints"]:
                        await self.pass_on(hint)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the delivery edge: Valkey went away; try again
                log.warning("live hints are not heard: %r; trying again", error)
                await asyncio.sleep(1)

    async def pass_on(self, hint: dict[str, Any]) -> None:
        """Give a hint to the sockets of this process that it is for. A slow one holds up nobody for long."""
        if hint.get("type") == "wake":
            from core import wake

            wake.set_local()
            return
        sockets: set = set()
        if topic := hint.get("topic"):
            sockets |= self.by_topic.get(topic, set())
        for member_id in hint.get("members", ()):
            sockets |= self.by_member.get(member_id, set())
        if hint.get("access_changed"):
            await self._each(sockets, lambda socket: socket.access_changed(hint))
            return
        text = json.dumps({key: value for key, value in hint.items() if key != "members"})
        await self._each(sockets, lambda socket: socket.hint(text, topic))

    async def _each(self, sockets: Iterable, act: Callable) -> None:
        sockets = list(sockets)
        for start in range(0, len(sockets), AT_ONCE):
            tasks = {asyncio.create_task(act(socket)): socket for socket in sockets[start : start + AT_ONCE]}
            _, late = await asyncio.wait(tasks, timeout=SLOW_TAB)
            for task in late:
                task.cancel()
                await tasks[task].drop()
            for task in tasks.keys() - late:
                if error := task.exception():
                    log.info("a tab did not take its hint: %r", error)


switchboard = Switchboard()


def hear_wakes() -> None:
    """In a process without sockets (`manage.py work`): hear when other processes put something in the outbox."""
    if is_shared():
        sending_loop().call_soon_threadsafe(switchboard.start)


_may_listen: dict[str, Callable[[Any, int], bool]] = {}
_event_no: dict[str, Callable[[int], int]] = {}
_many: dict[str, Callable[[Any, set[int]], dict[int, int]]] = {}


def topic_kind(
    name: str,
    *,
    may_listen: Callable[[Any, int], bool],
    event_no: Callable[[int], int],
    many: Callable[[Any, set[int]], dict[int, int]] | None = None,
) -> None:
    """Register a kind of topic ("thread"): who may listen to "thread.12", and its last event number.

    `may_listen(member, pk)` → bool; `event_no(pk)` → int. `many(member, pks)` → {pk: event number} of
    those the member may listen to, in one query: a list page listens to 20 threads at once, and every
    tab asks again each minute. All are asked in a thread, with the database.
    """
    _may_listen[name] = may_listen
    _event_no[name] = event_no
    if many is not None:
        _many[name] = many


def _parts(topic: str) -> tuple[str, int] | None:
    kind, _, pk = topic.partition(".")
    if kind in _may_listen and pk.isascii() and pk.isdigit() and len(pk) < 19:
        return kind, int(pk)
    return None


def may_listen(member, topic: str) -> bool:
    """Whether `member` (or an anonymous user) may listen to a topic such as "thread.12"."""
    parts = _parts(topic)
    return parts is not None and _may_listen[parts[0]](member, parts[1])


def last_events(member, topics: Iterable[str]) -> dict[str, int]:
    """Of `topics`, those `member` may listen to, with their last event numbers. Unknown ones are left out."""
    by_kind: dict[str, set[int]] = {}
    for topic in topics:
        if parts := _parts(topic):
            by_kind.setdefault(parts[0], set()).add(parts[1])
    found: dict[str, int] = {}
    for kind, pks in by_kind.items():
        if kind in _many:
            numbers = _many[kind](member, pks)
        else:
            numbers = {pk: _event_no[kind](pk) for pk in pks if _may_listen[kind](member, pk)}
        found |= {f"{kind}.{pk}": number for pk, number in numbers.items() if pk in pks}
    return found
