"""What goes by exactly the name that was typed, capitals, punctuation, accents and “the” aside."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django.db import connection

from core.prepared import keeping_cursor
from core.textsearch import Among
from core.wordsearch import is_one_of
from members.querysets import fold
from portal.search_sources import NAMED, SOURCES
from reference.spellings import short_law, spellings

MOST = 5  # best matches of one search
SAME = 50  # of one name that are looked at, where nothing has all the words
# Who types a name means most likely this; then the others, in the order of the sources.
FIRST = ("partners", "people", "gateways", "words", "spaces", "events")

# Letters with a mark, by the letter without: {"e": "éèê…"}.
_MARKED: dict[str, str] = defaultdict(str)
for _letter in map(chr, range(0x00E0, 0x0180)):
    _MARKED[unicodedata.normalize("NFKD", _letter)[0].lower()] += _letter
# A name: its source's place in NAMED, whose it is, and how it is written.
_Row = tuple[int, int, str]
_GAP = r"(?:\W|_)*"


@dataclass(frozen=True)
class _Column:
    """Where names of a kind of thing stand: `name` is SQL of the table, `key` the column with whose name it is.

    `of`: the place of the kind in NAMED.
    """

    of: int
    table: str
    key: str
    name: str


class Names:
    """The names of what a search found and its viewer may see; `where`: the places of NAMED for them.

    Call it with the keys of what has the words, by kind: it gives those they may see (`wordsearch.Seen`), and keeps
    the names that came with them.
    """

    def __init__(self, where: Sequence[Among]):
        self.where = where
        self.asked: dict[int, set[int]] = {}
        self.rows: list[_Row] = []

    def __call__(self, keys: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
        self.asked = {kind: set(pks) for kind, pks in keys.items()}
        self.rows = _read(_seen_of(keys, self.where))
        open_to: dict[int, set[int]] = defaultdict(set)
        for number, pk, _ in self.rows:
            open_to[self.where[number].kind].add(pk)
        return open_to

    def of(self, found: Mapping[str, list[int]]) -> list[_Row]:
        """The names of what is among `found`, and of what is in no index. No query for what came with its names."""
        pks = {number: set(found[one.name]) for number, one in enumerate(NAMED) if one.name in found}
        if any(some - self.asked.get(self.where[number].kind, set()) for number, some in pks.items()):
            return _read(_among_found(pks, self.where))
        return [row for row in self.rows if row[0] not in pks or row[1] in pks[row[0]]]


def named(query: str, found: Mapping[str, list[int]], names: Names) -> list[tuple[str, int]]:
    """What is called just as `query` says and its viewer may see: [(source, primary key)]; the MOST likely, best first.

    `found`: the keys of what has all the words, by source. Where nothing has, and where accents were typed, which
    not every index knows, all names are looked at. One query at most.
    """
    wanted = _squeezed(query)
    if not wanted:
        return []
    if any(found.values()) and query.isascii():
        rows = names.of(found)
    else:
        rows = _read(_anywhere(query, names.where))
    called = {(NAMED[place].name, pk) for place, pk, name in rows if _is_called(name, wanted, NAMED[place].name)}
    return sorted(called, key=lambda one: _order(one, found))[:MOST]


def _read(arms: list[tuple[str, list]]) -> list[_Row]:
    sql = _all_of(tuple(arm for arm, _ in arms))
    with keeping_cursor(connection) as cursor:
        cursor.execute(sql, [param for _, params in arms for param in params])
        return cursor.fetchall()


@lru_cache(maxsize=100)
def _all_of(arms: tuple[str, ...]) -> str:
    return " UNION ALL ".join(f"SELECT * FROM ({arm}) AS search_named_{n}" for n, arm in enumerate(arms))  # noqa: S608


def _order(one: tuple[str, int], found: Mapping[str, list[int]]) -> tuple[int, int, int]:
    """Its kind, then as they were found; the newest first of what was not."""
    name, pk = one
    kinds = [*FIRST, *(source.name for source in NAMED if source.name not in FIRST)]
    pks = found.get(name, [])
    return kinds.index(name), pks.index(pk) if pk in pks else len(pks), -pk


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def _is_called(name: str, wanted: str, kind: str) -> bool:
    if kind == "gateways":
        return wanted in _ways_to_write(name)
    least, most = _lengths(wanted)
    return least <= len(name) <= most and _squeezed(name) == wanted


def _lengths(wanted: str) -> tuple[int, int]:
    """How few and how many letters a name may have, gaps and signs included: most need no closer look."""
    return (len(wanted) - 4) // 2, 2 * len(wanted) + 12


def _ways_to_write(provision: str) -> Iterable[str]:
    """“Crime and Disorder Act 1998, s.115” as “section 115 of the Crime and Disorder Act 1998”, and all like it."""
    law, _, part = provision.rpartition(", ")
    parts = [part, *spellings(law, part)]
    return {
        _squeezed(way)
        for one in {law, short_law(law)}
        for said in parts
        for way in (f"{one} {said}", f"{said} {one}", f"{said} of {one}")
    }


# --- Where names stand -----------------------------------------------------------------------------


@cache
def _columns() -> list[_Column]:
    return [
        _Column(number, model._meta.db_table, model._meta.get_field(key).column, name)
        for number, source in enumerate(NAMED)
        for model, key, name in source.names_in
    ]


def _seen_of(keys: Mapping[int, Sequence[int]], where: Sequence[Among]) -> list[tuple[str, list]]:
    """The names of those of some keys, by kind, that may be seen; and of what is in no index. Always the same SQL."""
    arms = []
    for column in _columns():
        place, sql = where[column.of], _names(column, where[column.of].sql)
        if NAMED[column.of] in SOURCES:
            condition, param = is_one_of(keys.get(place.kind, ()))
            arms.append((f"{sql} AND {column.key} {condition}", [*place.params, param]))
        else:
            arms.append((sql, list(place.params)))
    return arms


def _among_found(found: Mapping[int, set[int]], where: Sequence[Among]) -> list[tuple[str, list]]:
    """The names of what was found, which may be seen; and of what is in no index."""
    arms = []
    for column in _columns():
        if column.of not in found:
            arms.append((_names(column, where[column.of].sql), list(where[column.of].params)))
        elif pks := found[column.of]:
            arms.append((_names(column, ", ".join(map(str, map(int, sorted(pks))))), []))
    return arms


def _anywhere(query: str, where: Sequence[Among]) -> list[tuple[str, list]]:
    """Every name that is written somewhat so, of what may be seen."""
    like, pattern = connection.operators["iregex"], _written_like(query)  # type: ignore[attr-defined]
    least, most = _lengths(_squeezed(query))
    arms = []
    for column in _columns():
        sql = (
            f"{_names(column, where[column.of].sql)} AND LENGTH({column.name}) BETWEEN CAST(%s AS int) "
            f"AND CAST(%s AS int) AND {column.name} {like} LIMIT {SAME}"
        )
        arms.append((sql, [*where[column.of].params, str(least), str(most), pattern]))
    return arms


def _names(column: _Column, keys: str) -> str:
    return (
        f"SELECT {column.of} AS place, {column.key} AS pk, {column.name} AS name "  # noqa: S608 (only names of columns, numbers, and a queryset's own SQL)
        f"FROM {column.table} WHERE {column.key} IN ({keys})"
    )


def _written_like(query: str) -> str:
    """A pattern that a name matches when it is `query`, capitals, accents, gaps and “the” aside."""
    words = [
        "(?:and|&)" if word == "and" else _GAP.join(f"[{letter}{_MARKED.get(letter, '')}]" for letter in word)
        for word in fold(query).split()
    ]
    the = rf"(?:the{_GAP})?"
    return f"^{_GAP}{the}" + f"{_GAP}{the}".join(words) + f"{_GAP}$"
