"""What a search looks for: the words that were typed, and what else is meant by some of them."""

from dataclasses import dataclass, field

from core.textsearch import MOST_WORDS, stem, words_of
from core.wordsearch import Instead
from reference import glossary
from reference.spellings import places_in
from reference.synonyms import named_in


@dataclass(frozen=True)
class Asked:
    """Every result has all of `words`, and meets each of `instead`.

    `also`: other names of what was typed, looked for too; `places`: parts of a law that were named (“s.115”).
    """

    words: list[str]
    instead: list[Instead] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.words or self.instead)

    @property
    def telling(self) -> list[str]:
        """All words and phrases, to be marked in results."""
        return [*self.words, *(text for one in self.instead for text in (*one.phrases, *one.words))]

    @property
    def any(self) -> list[str]:
        """Single words, any of which makes a result when nothing has them all."""
        words = [*self.words, *(word for one in self.instead for word in one.words), *words_of(" ".join(self.also))]
        return list(dict.fromkeys([*words, *words_of(" ".join(self.places))]))[:MOST_WORDS]

    def is_met_by(self, text: str, words: set[str]) -> bool:
        """Whether a text (in small letters) with these words has what was asked for."""

        def has(wanted) -> bool:
            return all(any(word.startswith(stem(one)) for word in words) for one in wanted)

        either = (
            any(phrase in text for phrase in one.phrases) or (one.words and has(one.words)) for one in self.instead
        )
        return has(self.words) and all(either)


def asked(query: str, *, exact: bool = False) -> Asked:
    """What a query looks for. `exact`: just its words."""
    if exact:
        return Asked(words_of(query))
    places = places_in(query)
    rest = _without(query, [(start, end) for start, end, _ in places])
    named = [(start, end, others) for start, end, others in named_in(rest, glossary.words().synonyms)
             if words_of(rest[start:end])]  # fmt: skip
    instead = [Instead((), ways) for _, _, ways in places]
    instead += [Instead(tuple(words_of(rest[start:end])), others) for start, end, others in named]
    return Asked(
        words_of(_without(rest, [(start, end) for start, end, _ in named])),
        instead,
        list(dict.fromkeys(other for _, _, others in named for other in others)),
        [query[start:end] for start, end, _ in places],
    )


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
