"""What else a word of the field is called: “ISP” and “information sharing protocol” look for the same things."""

import re
from collections.abc import Iterable, Mapping

LONGEST = 6  # words of a name that are looked for in a query
_WORD = re.compile(r"[^\W_]+")


def synonyms(terms: Iterable) -> dict[str, tuple[str, ...]]:
    """{a name in small letters: the others} of terms that have a short form; `terms` come with their `other_names`.

    A name leads to its term's name and short form, and to what its own letters stand for (“DSA”).
    """
    found: dict[str, tuple[str, ...]] = {}
    for term in terms:
        others = [other.name for other in term.other_names.all() if not other.everyday]
        names = [name for name in (term.term, term.short_form, *others) if name]
        if not any(map(is_short_form, names)):
            continue
        for name in names:
            same = [
                term.term,
                term.short_form,
                *(one for one in others if _stands_for(one, name) or _stands_for(name, one)),
            ]
            kept = dict.fromkeys(_plain(one) for one in same if one and _plain(one) != _plain(name))
            found.setdefault(_plain(name), tuple(kept))
    return found


def named_in(query: str, known: Mapping[str, tuple[str, ...]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """The names a query holds, as (start, end, what else it is called): the longest first, none inside another."""
    words = list(_WORD.finditer(query))
    found, first = [], 0
    while first < len(words):
        for size in range(min(LONGEST, len(words) - first), 0, -1):
            said = " ".join(word[0].casefold() for word in words[first : first + size])
            others = known.get(said) or known.get(said.removesuffix("s"))
            if others:
                first += size - 1
                found.append((words[first - size + 1].start(), words[first].end(), others))
                break
        first += 1
    return found


def is_short_form(name: str) -> bool:
    """“DSA”, “PIA”: only means the term in just these letters, capitals and all."""
    return " " not in name and sum(letter.isupper() for letter in name) >= 2


def _plain(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))


def _stands_for(short: str, name: str) -> bool:
    """Whether these are the first letters of the words of a name."""
    return " " in name and short.casefold() == "".join(word[0] for word in _WORD.findall(name.casefold()))
