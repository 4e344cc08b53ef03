"""A ZIP that is made while it is sent: no file in between, a block at a time in memory."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from django.utils import timezone

BLOCK = 64 * 1024  # bytes


@dataclass(frozen=True)
class Entry:
    """A file of a ZIP: its name in it, how to open it, and when it is from. It is opened when its turn comes."""

    name: str
    open: Callable[[], BinaryIO]
    at: dt.datetime


class _Sink(io.RawIOBase):
    """Takes what is written, until it is handed on."""

    def __init__(self):
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def stream(entries: Iterable[Entry]) -> Generator[bytes]:
    """The ZIP of `entries` in blocks, unpacked: slides are packed already. A file that is gone by then is left out.

    Close it, and the file that is open is closed.
    """
    sink = _Sink()
    packed = zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True)
    try:
        for entry in entries:
            try:
                file = entry.open()
            except FileNotFoundError:
                continue
            with file:
                yield from _one(packed, sink, entry, file)
        packed.close()
        yield sink.taken()
    finally:
        # who asked went away: what is half written is written to nobody
        with suppress(Exception):
            packed.close()


def _one(packed: zipfile.ZipFile, sink: _Sink, entry: Entry, file: BinaryIO) -> Iterator[bytes]:
    info = zipfile.ZipInfo(entry.name, timezone.localtime(entry.at).timetuple()[:6])
    info.external_attr = 0o644 << 16
    with packed.open(info, "w") as into:
        while block := file.read(BLOCK):
            into.write(block)
            yield sink.taken()


def different(names: Iterable[str]) -> list[str]:
    """The names with “-2”, “-3” before the ending of those that there were already, whatever the case."""
    seen: set[str] = set()
    found = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        number, one = 2, name
        while one.lower() in seen:
            one = f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"
            number += 1
        seen.add(one.lower())
        found.append(one)
    return found
