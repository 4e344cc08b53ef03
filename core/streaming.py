"""Answers that are read and sent in blocks, under WSGI and ASGI alike: memory stays flat, and files are closed."""

from collections.abc import AsyncIterator, Generator
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core import ranges

BLOCK = 64 * 1024  # bytes
DONE = object()


class BlockResponse(StreamingHttpResponse):
    """Blocks from a generator. Django alone would read all of it into memory under ASGI.

    The generator is closed when all is sent, and when who asked went away.
    """

    def __init__(self, blocks: Generator[bytes], *, file: BinaryIO | None = None, **kwargs):
        """`file`: what they are read from, closed even if nobody begins to read."""
        super().__init__(blocks, **kwargs)
        self._blocks = blocks
        if file is not None:
            self._resource_closers.append(file.close)  # type: ignore[attr-defined]

    async def __aiter__(self):
        step = sync_to_async(next, thread_sensitive=False)
        try:
            while (block := await step(self._blocks, DONE)) is not DONE:
                yield block
        finally:
            with suppress(ValueError):  # a thread reads still: the answer's end closes it
                self._blocks.close()


def in_blocks(response: FileResponse) -> None:
    """Let a file that Django or a library answers with be read as it is sent: for ASGI, where all of it would be read
    first. The answer's end closes it."""
    file = response.file_to_stream
    if file is not None:
        response.streaming_content = _read(file)


async def _read(file) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    while block := await read(BLOCK):
        yield block


def file_response(request, file: BinaryIO, *, size: int, etag: str) -> HttpResponseBase:
    """The answer with a file, or the part of it that is asked for: 200, 206, 304 or 416. It closes the file.

    `etag`, without quotes, names these very bytes. What kind of file it is, and who may keep it, the caller says.
    Who may have it at all was asked before: nothing is said here to others.
    """
    quoted = f'"{etag}"'
    headers = {"ETag": quoted, "Accept-Ranges": "bytes"}
    if _has_it(request, quoted):
        file.close()
        return HttpResponse(status=304, headers=headers)
    try:
        part = _part_of(request, size, quoted)
    except ranges.NotThere:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    shown = part or ranges.Range(0, size - 1)
    headers["Content-Length"] = str(shown.length)
    if part:
        headers["Content-Range"] = part.header(size)
    status = 206 if part else 200
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers)
    return BlockResponse(_blocks(file, shown), file=file, status=status, headers=headers)


def _has_it(request, quoted: str) -> bool:
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    return quoted in asked or asked == ["*"]


def _part_of(request, size: int, quoted: str) -> ranges.Range | None:
    """The part that is asked for; all of it if it is another file by now (If-Range)."""
    header = request.headers.get("Range", "")
    if not header or request.headers.get("If-Range", quoted) != quoted:
        return None
    return ranges.read(header, size)


def _blocks(file: BinaryIO, part: ranges.Range) -> Generator[bytes]:
    try:
        file.seek(part.first)
        left = part.length
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
    finally:
        file.close()


def disposition(name: str, *, inline: bool = False) -> str:
    """The header Content-Disposition for a file of this name, safe whatever is in it."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%;/' else "_" for one in name)
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
