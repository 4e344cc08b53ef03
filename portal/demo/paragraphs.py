"""Varied, true-sounding words about sharing information: paragraphs and titles for the large data set.

A grammar: each sentence pattern of phrases.toml has slots, each slot a list. The same seed gives the same words.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PHRASES = Path(__file__).with_name("phrases.toml")
KINDS = ("openers", "points", "advice", "warnings", "closers")
SEED = 2004


@cache
def phrases() -> dict:
    """The slots by name, and the sentence patterns under "patterns"."""
    return tomllib.loads(PHRASES.read_text(encoding="utf-8"))


def paragraphs(count: int) -> list[str]:
    """`count` different paragraphs of four or five sentences each."""
    dice = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < count:
        parts = [dice.choice(phrases()["patterns"][kind]) for kind in KINDS]
        if dice.random() < 0.4:
            del parts[dice.randrange(5)]
        found[" ".join(_fill(pattern, dice) for pattern in parts)] = None
    return list(found)


def titles() -> Iterator[str]:
    """Different titles of at most 140 letters, without end."""
    dice, found = random.Random(SEED + 1), set()
    while True:
        title = _fill(dice.choice(phrases()["patterns"]["titles"]), dice)
        if len(title) <= 140 and title not in found:
            found.add(title)
            yield title


def _fill(pattern: str, dice: random.Random) -> str:
    """The pattern with words in its slots; a slot with a capital begins a sentence."""

    def word(match: re.Match) -> str:
        chosen = dice.choice(phrases()[match[1].lower().rstrip("2")])
        return chosen[0].upper() + chosen[1:] if match[1][0].isupper() else chosen

    return re.sub(r"{(\w+)}", word, pattern)
