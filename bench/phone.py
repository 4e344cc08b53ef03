"""A phone in the room: a browser of a few lines, with cookies of its own, that reads pages and sends their forms."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in small letters; of several cookies the last
    body: str


class Phone:
    """One browser with one connection, which it opens again when the server closed it. It asks one thing at a time."""

    def __init__(self, host: str, port: int, cookie: str = ""):
        self.host, self.port = host, port
        self.cookies = dict(one.split("=", 1) for one in cookie.split("; ") if one)
        self.token = ""
        self.reader: asyncio.StreamReader | None = None

    async def get(self, path: str, *, etag: str = "") -> Answer:
        return await self._ask("GET", path, {"If-None-Match": etag} if etag else {}, b"")

    async def read(self, path: str) -> Answer:
        """Load a page, and remember what its form must be sent with. Raises RuntimeError without it."""
        answer = await self.get(path)
        found = TOKEN.search(answer.body)
        if answer.status != 200 or not found:
            raise RuntimeError(f"{path} answered {answer.status} and no form")
        self.token = found[1]
        return answer

    async def send(self, path: str, **fields) -> Answer:
        """Send the form of the page that was read last."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return await self._ask("POST", path, headers, body)

    def leave(self) -> None:
        if self.reader is not None:
            self.writer.close()

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.reader is None or self.reader.at_eof():
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        if self.cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{lines}\r\n".encode() + body)
        return await self._answer()

    async def _answer(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, headers = int(head[0].split(" ")[1]), {}
        for line in filter(None, head[1:]):
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(status, headers, body.decode(errors="replace"))
