"""“Did you mean …?”: the nearest word or name the site knows, by its letters or by how it sounds."""

import functools
import re
from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz import fuzz, process

from core.textsearch import STOP_WORDS

CLOSE_ENOUGH = 80  # of 100

_SOUNDS = [("ph", "f"), ("th", "f"), ("gh", ""), ("ck", "k"), ("sch", "sk"), ("wh", "w"), ("kn", "n"), ("wr", "r")]
_SAME = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "y": None} | dict.fromkeys("aeiouhw", None))
_WORD = re.compile(r"[^\W\d_]+")


@functools.lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The bare consonants as they are heard in Essex: “Saffend” and “Southend” are both “sfnd”."""
    word = word.lower()
    for spelled, heard in _SOUNDS:
        word = word.replace(spelled, heard)
    word = re.sub(r"(?<=.)r(?![aeiou])", "", word)
    heard = word[:1] + word[1:].translate(_SAME)
    return re.sub(r"(.)\1+", r"\1", heard.replace("c", "k"))


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None. Both in small letters."""
    known = list(known)
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    if found and abs(len(found[0]) - len(word)) <= 3:
        return found[0]
    heard = sound(word)
    if len(heard) < 3:
        return None
    alike = [one for one in known if sound(one) == heard and one[0] == word[0]]
    return max(alike, key=lambda one: fuzz.ratio(word, one), default=None)


def corrected(query: str, phrases: Iterable[str], *, keep: Iterable[str] = ()) -> str | None:
    """The query with each word the site does not know replaced by the nearest it does; None when nothing changes.

    `phrases` are names and topics in any case. Words of three letters or fewer, and those in `keep`, stay.
    """
    kept = STOP_WORDS | set(keep)
    known = sorted({word for phrase in phrases for word in _WORD.findall(phrase.lower()) if len(word) > 3})
    words = [word.lower() for word in _WORD.findall(query)][:12]
    changed = False
    for number, word in enumerate(words):
        if len(word) <= 3 or word in kept or word in known or len(word) > 40:
            continue
        if meant := nearest_word(word, known):
            words[number], changed = meant, True
    return " ".join(words) if changed else None


# --- One word or two -------------------------------------------------------------------------------

_SPLIT = range(6, 21)  # letters of a word that may be two
_MOST = 24  # forms that are tried


def other_forms(query: str) -> dict[str, str]:
    """{another form: what was typed}: a word as two (“foodbank” → “food bank”), and two that stand together as one."""
    words = [word.lower() for word in _WORD.findall(query)][:12]
    forms = {first + second: f"{first} {second}" for first, second in pairwise(words)
             if not {first, second} & STOP_WORDS}  # fmt: skip
    for word in words:
        if len(word) in _SPLIT and word not in STOP_WORDS:
            forms |= {f"{word[:at]} {word[at:]}": word for at in range(3, len(word) - 2)}
    return dict(list(forms.items())[:_MOST])


def with_forms(query: str, forms: dict[str, str]) -> str | None:
    """The query with what was typed in these other forms; None when there are none."""
    said = " ".join(word.lower() for word in _WORD.findall(query))
    for form, typed in forms.items():
        said = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", form, said)
    return said if forms else None
