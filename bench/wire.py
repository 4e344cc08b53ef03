"""A web socket client of a few hundred bytes a tab, so that thousands of them do not slow what they measure."""

import asyncio
import base64
import json
import os
import time
from urllib.parse import urlsplit

OPCODE_TEXT, OPCODE_CLOSE, OPCODE_PING, OPCODE_PONG = 1, 8, 9, 10


class Tab(asyncio.Protocol):
    """One open tab: the last event number it heard of, and when."""

    __slots__ = ("at", "buffer", "cookie", "event_no", "heard", "is_open", "topic", "transport", "upgraded", "url")

    def __init__(self, url: str, cookie: str):
        self.url, self.cookie = url, cookie
        self.buffer = b""
        self.event_no = -1
        self.at = 0.0
        self.is_open = False
        self.topic = ""

    async def open(self) -> None:
        """Connect and shake hands. Raises ConnectionError when refused."""
        parts = urlsplit(self.url)
        loop = asyncio.get_running_loop()
        self.upgraded, self.heard = loop.create_future(), loop.create_future()
        await loop.create_connection(lambda: self, parts.hostname, parts.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: http://{parts.netloc}\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )
        await asyncio.wait_for(self.upgraded, 60)

    async def listen(self, topic: str, event_no: int) -> None:
        """Say what this tab shows, and wait until the server has heard it."""
        self.topic, self.event_no = topic, event_no
        self.say({"listen": {topic: event_no}})
        await asyncio.wait_for(self.heard, 60)

    def say(self, words: dict) -> None:
        data = json.dumps(words).encode()
        mask = os.urandom(4)
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + len(data).to_bytes(2, "big")
        body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.transport.write(bytes([0x80 | OPCODE_TEXT]) + length + mask + body)

    def drop(self) -> None:
        """Go away without a word, as a lost network does."""
        self.is_open = False
        self.transport.abort()

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        self.is_open = False
        for waiting in (self.upgraded, self.heard):
            if not waiting.done():
                waiting.set_exception(ConnectionError(f"the socket closed: {error}"))
                waiting.exception()

    def data_received(self, data):
        self.buffer += data
        if not self.is_open:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n")[0] + b" ":
                self.transport.abort()
                return
            self.buffer, self.is_open = rest, True
            if not self.upgraded.done():
                self.upgraded.set_result(None)
        while self._take_frame():
            pass

    def _take_frame(self) -> bool:
        if len(self.buffer) < 2:
            return False
        length, start = self.buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(self.buffer[2:4], "big"), 4
        if len(self.buffer) < start + length:
            return False
        opcode, body = self.buffer[0] & 0x0F, self.buffer[start : start + length]
        self.buffer = self.buffer[start + length :]
        if opcode == OPCODE_TEXT:
            self._read(json.loads(body))
        elif opcode == OPCODE_PING:
            mask = os.urandom(4)
            answer = bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))
            self.transport.write(bytes([0x80 | OPCODE_PONG, 0x80 | len(body)]) + mask + answer)
        elif opcode == OPCODE_CLOSE:
            self.transport.abort()
        return True

    def _read(self, said: dict) -> None:
        if said.get("heard") and not self.heard.done():
            self.heard.set_result(None)
        if said.get("topic") == self.topic and said.get("event_no", -1) > self.event_no:
            self.event_no, self.at = said["event_no"], time.time()
