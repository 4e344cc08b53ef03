"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\w+(?:['’-]\w+)*|\n+|[^\S\n]+|[^\w\s]")
# Words that differ before × after: comparing more word by word takes time by more than the square of their number.
MOST_COMPARED = 6_000_000
ALIKE = 0.3  # of what has less in common than this no word is kept: what is left would only be “the” and “of”


class Piece(NamedTuple):
    """A stretch of text: in both texts, or only in one (`before` or `after` is "" then), or one instead of another."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


def pieces(before: str, after: str) -> list[Piece]:
    """`before` and `after` as stretches that are the same and stretches that are not, by turns.

    Where much of long texts differs it is one stretch from the first difference to the last.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    return list(_joined([(head, head), *_compared(old, new), (tail, tail)]))


def _alike(one: list[str], other: list[str]) -> int:
    """How many words they begin with are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    if len(old) * len(new) > MOST_COMPARED:
        yield old, new
        return
    # words that come again and again are not looked for, only found beside others: without that it takes far longer
    matcher = SequenceMatcher(None, old, new, autojunk=True)
    kept = sum(_letters(old[i : i + size]) for i, _j, size in matcher.get_matching_blocks())
    if kept < ALIKE * min(_letters(old), _letters(new)):
        yield old, new
        return
    for _what, i, j, k, n in matcher.get_opcodes():
        yield old[i:j], new[k:n]


def _letters(words: list[str]) -> int:
    return sum(len(word) for word in words if not word.isspace())


def _joined(found: list[tuple[list[str], list[str]]]) -> Iterator[Piece]:
    """As text, with no signs or spaces that are alike alone between two changes: “the old list” is one change."""
    before = after = ""
    texts = [Piece("".join(one), "".join(other)) for one, other in found]
    texts = [one for one in texts if one.before or one.after]
    for place, piece in enumerate(texts):
        alone = piece.same and not re.search(r"[\w\n]", piece.before)
        if piece.same and not (alone and 0 < place < len(texts) - 1):
            if before or after:
                yield Piece(before, after)
            before = after = ""
            yield piece
        else:
            before, after = before + piece.before, after + piece.after
    if before or after:
        yield Piece(before, after)
