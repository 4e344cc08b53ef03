"""Finding the provisions of law that a text names: by a link to their page, or as people write them.

“section 115 of the Crime and Disorder Act 1998”, “s.115 Crime and Disorder Act 1998”, “Crime and Disorder
Act, s115”, “paragraph 18 of Schedule 1 to the Data Protection Act 2018”, “s.115 CDA 1998”.
"""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from reference.models import Provision

_LINK = re.compile(r"/gateways/([a-z0-9-]{1,120})(?=/|\b)")
_NUMBER = r"\d{1,4}[A-Z]{0,3}(?:\([0-9a-z]{1,4}\)){0,6}"
_MARK = re.compile(
    rf"(?<!\w)(sections?|ss?\.?|articles?|arts?\.?|regulations?|regs?\.?|schedules?|schs?\.?|parts?|pts?\.?"
    rf"|paragraphs?|paras?\.?|annex)\s{{0,3}}({_NUMBER}(?:\s{{0,2}}(?:,|and|or|to|–|-|&)\s{{0,2}}{_NUMBER})*)(?!\w)",
    re.IGNORECASE,
)
# What may stand between the marks of one place (“paragraph 18 of Part 2 of Schedule 1”), and between it and its law.
_JOIN = re.compile(r"[\s,(]{0,4}(?:(?:of|to|in|and)\s{1,3})?(?:the\s{1,3})?\(?", re.IGNORECASE)
_THEN_LAW = re.compile(r"\)?[\s,]{0,4}(?:(?:of|to|in|under)\s{1,3})?(?:the\s{1,3})?", re.IGNORECASE)
_LAW_THEN = re.compile(r"\)?[\s,:;(–-]{0,5}", re.IGNORECASE)
FAR = 24  # letters: more than ever stand between a place and its law
_MAYBE = re.compile(r"/gateways/|common law|\d", re.IGNORECASE)
_KINDS = {"s": "s", "a": "art", "r": "reg"}


class _Row(NamedTuple):
    pk: int
    slug: str
    law: str
    provision: str


class _Place(NamedTuple):
    """Where a text names parts of a law: “section 115” → {"s115"}."""

    start: int
    end: int
    parts: frozenset[str]


def provisions_in(text: str) -> list[Provision]:
    """The provisions a text (Markdown or plain) names, each once, in the order of their first mention.

    No query for a text without a number, a link or the words “common law”.
    """
    if not _MAYBE.search(text):
        return []
    rows = tuple(_Row(*row) for row in Provision.objects.order_by("pk").values_list("pk", "slug", "law", "provision"))
    found = _mentions(text, _book(rows))
    provisions = Provision.objects.in_bulk(found) if found else {}
    return [provisions[pk] for pk in found if pk in provisions]


class _Book(NamedTuple):
    """All provisions, ready to be recognised."""

    by_slug: dict[str, int]
    laws: re.Pattern | None
    named: dict[str, list[tuple[int, list[frozenset[str]]]]]  # a law as people write it → its provisions
    phrases: dict[str, int]


@lru_cache(maxsize=2)
def _book(rows: tuple[_Row, ...]) -> _Book:
    named: dict[str, list] = {}
    phrases = {}
    for row in rows:
        keys = parts_of(row.provision)
        phrases[f"{row.law}, {row.provision}".casefold()] = row.pk
        if not keys:
            phrases[f"{row.law} {row.provision}".casefold()] = row.pk
        for name in names_of(row.law):
            named.setdefault(name.casefold(), []).append((row.pk, keys))
    ordered = sorted(named, key=lambda name: (-len(name), name))
    spelt = "|".join(r"\s{1,3}".join(re.escape(word) for word in name.split()).replace("'", "['’]") for name in ordered)
    laws = re.compile(rf"(?<!\w)(?:{spelt})(?!\w|\s+(?:18|19|20)\d\d)", re.IGNORECASE) if ordered else None
    return _Book({row.slug: row.pk for row in rows}, laws, named, phrases)


def names_of(law: str) -> list[str]:
    """How people write a law: with its year and without, and by its initials with the year."""
    law = re.sub(r"\s*\(inserted\b.*\)\s*$", "", law).replace("’", "'").strip()
    names = []
    for part in re.split(r"(?<=\d{4}) and ", law):
        year = re.search(r" (\d{4})$", part)
        if not year:
            names += [part] if re.search("[A-Za-z]", part) and not re.match(r"\d", part) else []
            continue
        bare = part[: year.start()]
        initials = "".join(word[0] for word in re.findall(r"[A-Z][\w'-]*", bare))
        names += [part, bare, f"{initials} {year[1]}"] if len(initials) > 1 else [part, bare]
    return [*names, "GDPR"] if "UK GDPR" in names else names


def parts_of(provision: str) -> list[frozenset[str]]:
    """What names a provision: any of these sets. “Sch.1 Pt 2 paras 2 and 5” → {sch1, para2} or {sch1, para5}."""
    schedule, parts = "", []
    for kind, numbers in ((_kind(mark[1]), _numbers(mark[2])) for mark in _MARK.finditer(provision)):
        if kind == "sch":
            schedule = f"sch{numbers[-1]}"
        parts += [(kind, number) for number in numbers]
    if any(kind == "para" for kind, _ in parts):
        return [frozenset({schedule, f"para{number}"} - {""}) for kind, number in parts if kind == "para"]
    return [frozenset({f"{kind}{number}"}) for kind, number in parts]


def _kind(word: str) -> str:
    word = word.lower().rstrip(".")
    for start in ("sch", "para", "annex"):
        if word.startswith(start):
            return start
    return "part" if word.startswith(("part", "pt")) else _KINDS[word[0]]


def _numbers(text: str) -> list[str]:
    """“37-39” → 37, 38, 39; “2 and 5” → 2, 5; letters of a number in capitals."""
    found: list[str] = []
    pieces = re.findall(rf"({_NUMBER})|(to|–|-)", text, re.IGNORECASE)
    spans = False
    for number, to in pieces:
        if to:
            spans = True
            continue
        number = re.sub(r"^(\d+)([a-z]+)", lambda m: m[1] + m[2].upper(), number)
        if spans and found and found[-1].isdigit() and number.isdigit() and 0 < int(number) - int(found[-1]) <= 20:
            found += [str(one) for one in range(int(found[-1]) + 1, int(number))]
        found.append(number)
        spans = False
    return found


def _mentions(text: str, book: _Book) -> list[int]:
    hits: list[tuple[int, int]] = [
        (link.start(), book.by_slug[link[1]]) for link in _LINK.finditer(text) if link[1] in book.by_slug
    ]
    folded = text.casefold()
    hits += [(folded.index(phrase), pk) for phrase, pk in book.phrases.items() if phrase in folded]
    places = _places(text)
    laws = list(book.laws.finditer(text)) if book.laws and places else []
    starts, ends = [place.start for place in places], [place.end for place in places]
    for law in laws:
        name = " ".join(law[0].replace("’", "'").split()).casefold()
        # only what stands right beside it: a long text may hold thousands of both
        for place in places[bisect_left(ends, law.start() - FAR) : bisect_right(starts, law.end() + FAR)]:
            if _belongs(text, place, law):
                hits += [(place.start, pk) for pk in _of_law(book.named[name], place.parts)]
    return list(dict.fromkeys(pk for _, pk in sorted(hits)))


def _belongs(text: str, place: _Place, law: re.Match) -> bool:
    if place.end <= law.start():
        return bool(_THEN_LAW.fullmatch(text, place.end, law.start()))
    return law.end() <= place.start and bool(_LAW_THEN.fullmatch(text, law.end(), place.start))


def _of_law(provisions, parts: frozenset[str]) -> list[int]:
    """Provisions of a law (or of several with one short name) that the parts name."""
    return [pk for pk, keys in provisions if any(key <= parts for key in keys)]


def _places(text: str) -> list[_Place]:
    """Marks that hang together, as one place: “paragraph 18 of Schedule 1”."""
    places: list[_Place] = []
    for mark in _MARK.finditer(text):
        kind = _kind(mark[1])
        parts = frozenset(f"{kind}{number}" for full in _numbers(mark[2]) for number in _with_whole(full))
        last = places[-1] if places else None
        if last and _JOIN.fullmatch(text, last.end, mark.start()):
            places[-1] = _Place(last.start, mark.end(), last.parts | parts)
        else:
            places.append(_Place(mark.start(), mark.end(), parts))
    return places


def _with_whole(number: str) -> list[str]:
    """“6(1)(ea)” → itself, “6(1)” and “6”."""
    pieces = re.findall(r"^\w+|\([^)]*\)", number)
    return ["".join(pieces[: count + 1]) for count in range(len(pieces))]
