"""What goes by exactly the name that was typed, capitals, punctuation, accents and “the” aside."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from core.textsearch import Among
from members.querysets import fold
from portal.reach import places
from portal.search_sources import NAMED, Source
from reference.spellings import short_law, spellings

MOST = 5  # best matches of one search
SAME = 50  # of one name that are looked at, where nothing has all the words
# Who types a name means most likely this; then the others, in the order of the sources.
FIRST = ("partners", "people", "gateways", "words", "spaces", "events")

# Letters with a mark, by the letter without: {"e": "éèê…"}.
_MARKED: dict[str, str] = defaultdict(str)
for _letter in map(chr, range(0x00E0, 0x0180)):
    _MARKED[unicodedata.normalize("NFKD", _letter)[0].lower()] += _letter
_GAP = r"(?:\W|_)*"


@dataclass(frozen=True)
class _Column:
    """Where names of a kind of thing stand: `name` is SQL of the table, `key` the column with whose name it is."""

    of: Source
    table: str
    key: str
    name: str


def named(query: str, found: Mapping[str, list[int]], viewer) -> list[tuple[str, int]]:
    """What is called just as `query` says and `viewer` may see, likeliest first: [(source, primary key)]; at most MOST.

    `found`: the keys of what has all the words, by source. Where nothing has, and where accents were typed, which
    not every index knows, all names are looked at. One query.
    """
    wanted = _squeezed(query)
    if not wanted:
        return []
    arms = _among_found(found, viewer) if any(found.values()) and query.isascii() else _anywhere(query, viewer)
    sql = " UNION ALL ".join(f"SELECT * FROM ({arm}) AS search_named_{n}" for n, (arm, _) in enumerate(arms))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _, params in arms for param in params])
        rows = cursor.fetchall()
    called = {(NAMED[place].name, pk) for place, pk, name in rows if _is_called(name, wanted, NAMED[place].name)}
    return sorted(called, key=lambda one: _order(one, found))[:MOST]


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


def _columns() -> list[_Column]:
    return [
        _Column(source, model._meta.db_table, model._meta.get_field(key).column, name)
        for source in NAMED
        for model, key, name in source.names_in
    ]


def _among_found(found: Mapping[str, list[int]], viewer) -> list[tuple[str, list]]:
    """The names of what was found, which is what `viewer` may see; and of what is in no index."""
    arms = []
    for column in _columns():
        if column.of.name in found:
            if pks := found[column.of.name]:
                arms.append((_names(column, ", ".join(map(str, map(int, pks)))), []))
        else:
            place = Among.of(column.of.visible(viewer))
            arms.append((_names(column, place.sql), list(place.params)))
    return arms


def _anywhere(query: str, viewer) -> list[tuple[str, list]]:
    """Every name that is written somewhat so, of what `viewer` may see."""
    like, pattern = connection.operators["iregex"], _written_like(query)  # type: ignore[attr-defined]
    least, most = _lengths(_squeezed(query))
    reach: dict[str, Among] = dict(zip((one.name for one in NAMED), places(viewer, NAMED), strict=True))
    arms = []
    for column in _columns():
        place = reach[column.of.name]
        sql = (
            f"{_names(column, place.sql)} AND LENGTH({column.name}) BETWEEN {least} AND {most} "
            f"AND {column.name} {like} LIMIT {SAME}"
        )
        arms.append((sql, [*place.params, pattern]))
    return arms


def _names(column: _Column, keys: str) -> str:
    return (
        f"SELECT {NAMED.index(column.of)} AS place, {column.key} AS pk, {column.name} AS name "  # noqa: S608 (only names of columns, numbers, and a queryset's own SQL)
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
