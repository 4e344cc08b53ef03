"""Hints to open tabs: "this changed, look again". Never content.

Every process that holds sockets has one `Switchboard`: it hears one channel-layer group and passes
each hint on to its own sockets. So a hint costs one message per process, not one per tab.
Sending works from any thread of any process: on the server's own loop where there is one
(the in-memory layer is not safe across loops), else on one long-lived loop of our own
(channels_redis opens a client per loop).
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

GROUP = "hints"

_loop: asyncio.AbstractEventLoop | None = None
_loop_lock = threading.Lock()


def use_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Send from now on on `loop`: the ASGI server's, told at its start."""
    global _loop
    _loop = loop


def _sending_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _loop_lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="hints", daemon=True).start()
        return _loop


def announce(hint: dict[str, Any]) -> None:
    """Send a hint to every process, without waiting. A channel layer that is down only costs a log line.

    `hint`: {"topic": "thread.12", …} for the tabs that listen to a topic, {"members": [ids], …} for
    the tabs of some members, {"type": "wake"} for workers.
    """

    async def send():
        try:
            await asyncio.wait_for(get_channel_layer().group_send(GROUP, {"type": "hint", "hint": hint}), 5)
        except Exception as error:  # the delivery edge: live is a comfort, the page works without
            log.warning("a hint was not sent: %r", error)

    try:
        asyncio.run_coroutine_threadsafe(send(), _sending_loop())
    except RuntimeError as error:
        log.warning("a hint was not sent: %r", error)


class Switchboard:
    """The sockets of this process, by member and by topic, and the ear that hears hints for them.

    A socket is any object with an async `hint(dict)` method.
    """

    def __init__(self):
        self.by_member: dict[int, set] = {}
        self.by_topic: dict[str, set] = {}
        self._ear: asyncio.Task | None = None

    def start(self) -> None:
        """Begin to hear; called on the server's loop."""
        if self._ear is None or self._ear.done():
            self._ear = asyncio.get_running_loop().create_task(self._listen())

    async def stop(self) -> None:
        if self._ear:
            self._ear.cancel()

    def plug_in(self, socket, *, member_id: int | None = None, topic: str | None = None) -> None:
        if member_id is not None:
            self.by_member.setdefault(member_id, set()).add(socket)
        if topic is not None:
            self.by_topic.setdefault(topic, set()).add(socket)

    def unplug(self, socket, *, topic: str | None = None) -> None:
        """Take a socket off one topic, or off everything."""
        tables = [self.by_topic] if topic else [self.by_topic, self.by_member]
        for table in tables:
            for key in [topic] if topic else list(table):
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
                    await self.pass_on(message["hint"])
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the delivery edge: Valkey went away; try again
                log.warning("live hints are not heard: %r; trying again", error)
                await asyncio.sleep(1)

    async def pass_on(self, hint: dict[str, Any]) -> None:
        """Give a hint to the sockets of this process that it is for."""
        if hint.get("type") == "wake":
            from core import wake

            wake.set_local()
            return
        sockets: set = set()
        if topic := hint.get("topic"):
            sockets |= self.by_topic.get(topic, set())
        for member_id in hint.get("members", ()):
            sockets |= self.by_member.get(member_id, set())
        shown = {key: value for key, value in hint.items() if key != "members"}
        for count, socket in enumerate(list(sockets)):
            await socket.hint(shown)
            if count % 50 == 49:
                await asyncio.sleep(0)


switchboard = Switchboard()

_may_listen: dict[str, Callable[[Any, int], bool]] = {}
_event_no: dict[str, Callable[[int], int]] = {}


def topic_kind(name: str, *, may_listen: Callable[[Any, int], bool], event_no: Callable[[int], int]) -> None:
    """Register a kind of topic ("thread"): who may listen to "thread.12", and its last event number.

    `may_listen(member, pk)` → bool; `event_no(pk)` → int. Both are asked in a thread, with the database.
    """
    _may_listen[name] = may_listen
    _event_no[name] = event_no


def may_listen(member, topic: str) -> bool:
    """Whether `member` (or an anonymous user) may listen to a topic such as "thread.12"."""
    kind, _, pk = topic.partition(".")
    return kind in _may_listen and pk.isdigit() and len(pk) < 19 and _may_listen[kind](member, int(pk))


def last_event(topic: str) -> int:
    """The number of the last event of a topic that `may_listen` has allowed."""
    kind, _, pk = topic.partition(".")
    return _event_no[kind](int(pk))
