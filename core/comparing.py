"""What changed between two texts: paragraph by paragraph, and within those word by word."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, pairwise
from typing import NamedTuple

WORD = re.compile(r"\w+(?:['’-]\w+)*|\n+|[^\S\n]+|[^\w\s]")
# Words that differ before × after: comparing more word by word takes time by more than the square of their number.
MOST_COMPARED = 6_000_000
MOST_PAIRED = 1_000  # blocks before × after among which those that are alike are looked for
ALIKE = 0.3  # of what has less in common than this no word is kept: what is left would only be “the” and “of”

Block = tuple[str, ...]  # a paragraph or a line, as words
Change = tuple[list[str], list[str]]  # words before and after


class Piece(NamedTuple):
    """A stretch of text: in both texts, or only in one (`before` or `after` is "" then), or one instead of another."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


def pieces(before: str, after: str) -> list[Piece]:
    """`before` and `after` as stretches that are the same and stretches that are not, by turns.

    Paragraphs that are the same, or alike, stand beside each other; where a long one has little left of what it was, it
    is one stretch from the first difference to the last.
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


def _compared(old: list[str], new: list[str]) -> Iterator[Change]:
    """Paragraphs and lines that are the same are left out first; then words are compared, between them."""
    before, after = _blocks(old), _blocks(new)
    # as below: lines that come again and again are only found beside others
    for what, i, j, k, n in SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        one, other = before[i:j], after[k:n]
        if what == "equal":
            yield _flat(one), _flat(other)
        else:
            yield from _words(_flat(one), _flat(other)) or _paired(one, other)


def _blocks(words: list[str]) -> list[Block]:
    """Paragraphs and lines, each with the line ends after it."""
    ends = [place + 1 for place, word in enumerate(words) if word.startswith("\n")]
    return [tuple(words[i:j]) for i, j in pairwise([0, *ends, len(words)]) if i < j]


def _flat(blocks: Iterable[Block]) -> list[str]:
    return list(chain.from_iterable(blocks))


def _words(old: list[str], new: list[str]) -> list[Change]:
    """What of them is the same, word by word; [] where it is too little to be read, or would take too long."""
    if len(old) * len(new) > MOST_COMPARED:
        return []
    # words that come again and again are not looked for, only found beside others: without that it takes far longer
    matcher = SequenceMatcher(None, old, new, autojunk=True)
    kept = sum(_letters(old[i : i + size]) for i, _j, size in matcher.get_matching_blocks())
    if kept < ALIKE * min(_letters(old), _letters(new)):
        return []
    return [(old[i:j], new[k:n]) for _what, i, j, k, n in matcher.get_opcodes()]


def _paired(before: list[Block], after: list[Block]) -> Iterator[Change]:
    """Each block beside the one it was made of, where there is one; the others whole."""
    if len(before) * len(after) > MOST_PAIRED:
        yield _flat(before), _flat(after)
        return
    i = k = 0
    for j, n in _pairs(before, after):
        yield _flat(before[i:j]), _flat(after[k:n])
        yield from _words([*before[j]], [*after[n]]) or [([*before[j]], [*after[n]])]
        i, k = j + 1, n + 1
    yield _flat(before[i:]), _flat(after[k:])


def _pairs(before: list[Block], after: list[Block]) -> list[tuple[int, int]]:
    """The places of blocks that are alike, in the order of both: the choice with the most letters in common."""
    counts = [[Counter(word for word in block if word[0].isalnum()) for block in side] for side in (before, after)]
    best: list[list[tuple[int, list]]] = [[(0, [])] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(counts[0]):
        for k, other in enumerate(counts[1]):
            common = _weight(one & other)
            paired = best[i][k]
            if common and common >= ALIKE * max(_weight(one), _weight(other)):
                paired = (paired[0] + common, [*paired[1], (i, k)])
            best[i + 1][k + 1] = max(best[i][k + 1], best[i + 1][k], paired, key=lambda found: found[0])
    return best[-1][-1][1]


def _weight(words: Counter[str]) -> int:
    return sum(len(word) * many for word, many in words.items())


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
