"""What an edit changed, to be read on a history page: what is gone struck out, what is new underlined."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.comparing import Piece, pieces

BESIDE = 160  # characters kept on either side of a change, of a long stretch without one
LEFT_OUT = mark_safe(' <span class="changes__gap">[…<span class="visually-hidden"> the same as before </span>]</span> ')


def marked(before: str, after: str) -> SafeString:
    """The words of `before` and `after` in one, with what changed marked; "" where nothing did.

    Also said in words, for who doesn't see it. Long stretches without a change are cut.
    """
    found = pieces(before, after)
    if all(piece.same for piece in found):
        return mark_safe("")
    last = len(found) - 1
    return format_html_join("", "{}", ((_shown(one, n == 0, n == last),) for n, one in enumerate(found)))


def _shown(piece: Piece, first: bool, last: bool) -> SafeString:
    if piece.same:
        return _around(piece.before, first, last)
    parts = [_tagged("del", "taken out", piece.before), _tagged("ins", "put in", piece.after)]
    if "\n" in piece.before and "\n" not in piece.after:
        parts.reverse()  # what was put in belongs to the words before it, not under lines that are gone
    return format_html("{}{}", *parts)


def _tagged(tag: str, words: str, text: str) -> SafeString:
    if not text:
        return mark_safe("")
    # an empty line that came or went would not be seen
    shown = mark_safe(re.sub(r"\n+", lambda lines: f"¶{lines[0]}", escape(text)))
    if not text.strip(" \t"):
        shown = mark_safe("␣")
    return format_html(
        '<{}><span class="visually-hidden">[{}: </span>{}<span class="visually-hidden">] </span></{}>',
        mark_safe(tag), words, shown, mark_safe(tag),
    )  # fmt: skip


def _around(text: str, first: bool, last: bool) -> SafeString:
    """What stands beside a change, cut at words: the end of what comes before it, the beginning of what follows."""
    begin, end = "" if first else _cut(text, from_end=False), "" if last else _cut(text, from_end=True)
    if len(begin) + len(end) >= len(text) - BESIDE // 4:
        return mark_safe(escape(text))
    return format_html("{}{}{}", begin, LEFT_OUT, end)


def _cut(text: str, *, from_end: bool) -> str:
    if len(text) <= BESIDE:
        return text
    part = text[-BESIDE:] if from_end else text[:BESIDE]
    return part.partition(" ")[2] or part if from_end else part.rpartition(" ")[0] or part
