"""What the demo's content files say."""

import re
from collections.abc import Collection

from django.utils.html import strip_tags


def sentences_in(value, *, but: Collection[str] = ()) -> list[str]:
    """The sentences of six words and more of a content file, however deep they stand; not below the keys `but`."""
    texts = [strip_tags(text.replace("</", " </")) for text in _texts(value, but)]
    found = [one.strip() for text in texts for one in re.split(r"(?<=[.!?])\s+", text)]
    return [one for one in found if len(one.split()) >= 6]


def _texts(value, but: Collection[str]) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, part in value.items() if key not in but for text in _texts(part, but)]
    return [text for part in value for text in _texts(part, but)] if isinstance(value, list) else []
