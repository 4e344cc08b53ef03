"""The one socket of an open tab: hints only, in both directions a few short JSON texts.

From the tab: {"listen": {"thread.12": 33, …}, "inbox": 7}: the topics on the page, each with the last event
number the page knows, and that of the bell. Also {"ping": 1}.
To the tab: hints as `core.live.announce` got them; after a "listen" one for each topic that has moved on
meanwhile, {"inbox": 9} if the bell has, and {"heard": true}. {"pong": 1}.
"""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from core import live
from core.middleware import SESSION_KEY

MALFORMED, NOT_SIGNED_IN, SIGNED_OUT, TOO_SLOW, TOO_OFTEN = 4400, 4401, 4403, 4408, 4429

MOST_TOPICS = 60
LONGEST_TEXT = 8_000  # characters
MOST_TEXTS, IN_SECONDS = 40, 10.0

# A few threads: a storm of tabs that come back waits its turn instead of taking every database connection.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="socket")


class Malformed(ValueError):
    """A tab of ours never sends such a text."""


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


async def in_thread(function, *args):
    """Run what asks the database in one of the socket threads."""

    def run():
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def session_key_in(headers) -> str:
    """The session cookie among ASGI headers, or "": none, or none of ours."""
    cookies = SimpleCookie()
    try:
        for name, value in headers:
            if name == b"cookie":
                cookies.load(value.decode("latin-1"))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel and SESSION_KEY.fullmatch(morsel.value) else ""


def member_of(session_key: str):
    """The member a session belongs to, or None: not signed in, signed out, shut out, or with another password now."""
    if not session_key or len(session_key) > 100:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    member: Any = get_user(cast(HttpRequest, SimpleNamespace(session=store)))
    if not member.is_authenticated or not member.is_active or member.standing in member.OUT:
        return None
    return member


def look(session_key: str, topics) -> tuple[int, dict[str, int], int] | None:
    """(member id, event numbers of the topics they may listen to, inbox number), or None when signed out."""
    member = member_of(session_key)
    return (member.pk, live.last_events(member, topics), member.inbox_no) if member else None


def parse(text) -> dict:
    """What a tab says. Raises Malformed."""
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Malformed
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(said, dict):
        raise Malformed
    topics = said.get("listen", {})
    if not isinstance(topics, dict) or len(topics) > MOST_TOPICS or any(len(name) > 40 for name in topics):
        raise Malformed
    for number in (*topics.values(), said.get("inbox", 0)):
        if type(number) is not int or not -1 <= number < 2**63:
            raise Malformed
    return said


class Tab(AsyncConsumer):
    """The socket of one tab of one signed-in member.

    It keeps what it needs and no more (no request, no user object): 10,000 may be idle at once. It has
    no channel of its own; `core.live.switchboard` hears for all tabs of the process.
    """

    channel_layer_alias = "none"

    async def __call__(self, scope, receive, send):
        # not AsyncConsumer's own loop: that costs a second task for each tab and a thread for each message
        self.base_send = send
        self.member_id: int | None = None
        self.session_key = session_key_in(scope["headers"])
        self.topics: frozenset[str] = frozenset()
        self.held: list[tuple[str, str]] | None = None
        self.checked_at = self.window = time.monotonic()
        self.texts = 0
        scope["headers"].clear()
        del scope
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                if message["type"] == "websocket.connect":
                    await self.connect()
                else:
                    await self.hear(message.get("text"))
        except Malformed:
            await self.close(MALFORMED)
        except Closed as closed:
            await self.close(closed.code)
        finally:
            if self.member_id is not None:
                live.switchboard.unplug(self, self.member_id)

    async def connect(self):
        found = await in_thread(look, self.session_key, ())
        # accepted first: a refused handshake would not tell the tab why
        await self.base_send({"type": "websocket.accept"})
        if found is None:
            raise Closed(NOT_SIGNED_IN)
        self.member_id = found[0]
        self.mark = live.session_mark(self.session_key)
        live.switchboard.plug_in(self, self.member_id)

    async def hear(self, text):
        self._count()
        said = parse(text)
        if "ping" in said:
            await self.say({"pong": 1})
        if "listen" in said:
            await self.listen(said["listen"], said.get("inbox", 0))

    def _count(self):
        now = time.monotonic()
        if now - self.window > IN_SECONDS:
            self.window, self.texts = now, 0
        self.texts += 1
        if self.texts > MOST_TEXTS:
            raise Closed(TOO_OFTEN)

    async def listen(self, known: dict[str, int], inbox_no: int):
        """Listen to the topics the member may, and say which have moved on since what the page knows."""
        # plugged in before asking, and what comes meanwhile is held back: nothing falls in between
        self.held = []
        live.switchboard.listen(self, known)
        found = await in_thread(look, self.session_key, known)
        held, self.held = self.held, None
        if found is None:
            raise Closed(SIGNED_OUT)
        self.checked_at = time.monotonic()
        _, numbers, inbox_now = found
        live.switchboard.listen(self, numbers)
        for topic, number in numbers.items():
            if number > known[topic]:
                await self.say({"topic": topic, "event_no": number})
        if inbox_now > inbox_no:
            await self.say({"inbox": inbox_now})
        for text, topic in held:
            if topic in self.topics:
                await self._send(text)
        await self.say({"heard": True})

    async def hint(self, text: str, topic: str | None):
        """A hint from the switchboard, as JSON; `topic` None: for the member."""
        if topic and self.held is not None:
            self.held.append((text, topic))
        else:
            await self._send(text)

    async def access_changed(self, hint: dict):
        """Who this is, or what they may see, may have changed: ask again."""
        if hint.get("session_over") == self.mark:
            return await self.close(SIGNED_OUT)
        found = await in_thread(look, self.session_key, self.topics)
        self.checked_at = time.monotonic()
        if found is None:
            return await self.close(SIGNED_OUT)
        live.switchboard.listen(self, self.topics & found[1].keys())

    async def drop(self):
        """Too slow to take its hints: it comes back and asks what it missed."""
        try:
            await asyncio.wait_for(self.close(TOO_SLOW), 0.1)
        except TimeoutError:
            pass

    async def say(self, words: dict):
        await self._send(json.dumps(words))

    async def _send(self, text: str):
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError):  # gone, or closing: it asks again when it is back
            self._unplug()

    async def close(self, code: int):
        """Close with a code of ours (1000 or 3000 to 4999: others break servers)."""
        self._unplug()
        try:
            await self.base_send({"type": "websocket.close", "code": code})
        except (OSError, RuntimeError):  # closed already
            pass

    def _unplug(self):
        if self.member_id is not None:
            live.switchboard.unplug(self, self.member_id)
