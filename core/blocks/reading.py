"""How long a page takes to read, and what its blocks choose."""

import hashlib
import re
from collections.abc import Iterator

from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

WORDS_A_MINUTE = 200
_TAGS = re.compile(r"<[^>]+>")
# What stands in a block's value beside its words: kinds of columns, ids.
_NOT_WORDS = frozenset({"id", "type", "alt_text"})


def reading_minutes(page) -> int:
    """How many minutes a page takes to read: the words of its blocks by 200, at least 1. No query."""
    return max(1, round(sum(len(text.split()) for text in _texts_of(page)) / WORDS_A_MINUTE))


def _streams(page) -> Iterator[StreamValue]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield getattr(page, field.name)


def _texts_of(page) -> Iterator[str]:
    for stream in _streams(page):
        for block in _raw(stream):
            yield from _texts(block.get("value"))


def _raw(stream: StreamValue) -> Iterator[dict]:
    """The blocks of a stream as they are stored: what they choose is not fetched."""
    return iter(stream.raw_data) if stream else iter(())


def _texts(value) -> Iterator[str]:
    if isinstance(value, str):
        yield _TAGS.sub(" ", value)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in _NOT_WORDS:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def chosen(page, kind: str) -> list[int]:
    """The ids that a page's blocks of `kind` ("thread", "download", "image") choose. No query."""
    found = [
        _choice(block.get("value")) for stream in _streams(page) for block in _raw(stream) if block.get("type") == kind
    ]
    return [pk for pk in found if isinstance(pk, int)]


def digest(page) -> str:
    """Different whenever something in the page's blocks is, however it was written there. No query."""
    stored = [list(_raw(stream)) for stream in _streams(page)]
    return hashlib.sha256(repr(stored).encode()).hexdigest()


def holds(page, kind: str) -> bool:
    """Whether a page has a block of this kind. No query."""
    return any(block.get("type") == kind for stream in _streams(page) for block in _raw(stream))


def _choice(value):
    """What a block's stored value chooses, however deep it stands: {"image": {"image": 5, …}, …} → 5."""
    while isinstance(value, dict):
        value = value.get("document", value.get("image"))
    return value
