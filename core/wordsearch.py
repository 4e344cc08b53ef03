"""Find records that have every one of some words: what the search page asks for, on either engine.

The companion of `core.textsearch`, whose one word is enough. Both use the index tables of wagtail.search.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from core.textsearch import TITLE_WEIGHT, Among, one_of, stem

# PostgreSQL: of very many matches only so many are ranked, the newest and those with all words in the title:
# ranking unpacks their long texts.
RANKED = 100
# PostgreSQL: of each kind with few matches so many are looked at closely, the best ones.
FEW = 200

# Which of the rows of each kind who asks may see, of those that have the words: {kind: primary keys}, one query.
Seen = Callable[[Mapping[int, Sequence[int]]], Mapping[int, Container[int]]]


@dataclass(frozen=True)
class Instead:
    """Part of what is looked for: a row has all of `words`, or one of `phrases`, word after word.

    Without `words` one of the phrases it must be.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...]


def with_every(
    places: Sequence[Among],
    words: list[str],
    *,
    instead: Sequence[Instead] = (),
    limit: int = RANKED,
    seen: Seen | None = None,
) -> list[list[int]]:
    """For each place the primary keys of the rows whose text has all of `words`, best first; at most `limit` each.

    `words` come from `textsearch.words_of`: letters and digits only. A word of four letters or more also
    finds its relatives. Every one of `instead` must be met too. On SQLite one query for all places. On PostgreSQL
    one for what has the words and, where something has, one by `seen` for who may see it, so that the one is
    planned for its words and the other once for all; one more where the matches looked at are nearly all hidden
    from who asks. `seen` is to say the same as the places do.
    """
    found: dict[int, list[int]] = {place.kind: [] for place in places}
    wanted = [*(Instead((word,), ()) for word in words), *instead]
    if wanted and places:
        if connection.vendor == "postgresql":
            _ask_postgresql(places, wanted, limit, found, seen)
        else:
            _read([_on_sqlite(place, wanted, limit) for place in places], found)
    return [found[place.kind] for place in places]


def _ask_postgresql(
    places: Sequence[Among], words: list[Instead], limit: int, found: dict[int, list[int]], seen: Seen | None
) -> None:
    few = [place.kind for place in places if not place.many]
    capped = _read(
        [_of_many(place.kind, words) for place in places if place.many] + ([_of_few(few, words)] if few else []), found
    )
    there = {kind: pks for kind, pks in found.items() if pks}
    if not there:
        return
    may_see = (seen or _by(places))(there)
    for kind, pks in there.items():
        found[kind] = [pk for pk in pks if pk in may_see[kind]][:limit]
    for place in places:
        if place.kind in capped and len(found[place.kind]) < limit:
            # who may see what was asked only of the matches that were looked at; now of every match
            found[place.kind] = []
            _read([_of_all(place, words, limit)], found)


def _by(places: Sequence[Among]) -> Seen:
    """What the places themselves say of who may see what."""

    def seen(keys: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
        arms, params = [], []
        for place in (place for place in places if place.kind in keys):
            condition, param = is_one_of(keys[place.kind])
            arms.append(f"SELECT {place.kind}, pk FROM ({place.sql}) AS place (pk) WHERE pk {condition}")  # noqa: S608 (a queryset's own SQL)
            params += [*place.params, param]
        open_to: dict[int, set[int]] = {kind: set() for kind in keys}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(arms), params)
            for kind, pk in cursor.fetchall():
                open_to[kind].add(pk)
        return open_to

    return seen


def is_one_of(pks: Iterable[int]) -> tuple[str, str]:
    """PostgreSQL's SQL for: a key is one of these; the same for all, with its parameter."""
    return "= ANY(CAST(%s AS bigint[]))", "{" + ",".join(map(str, map(int, pks))) + "}"


def used_in(places: Sequence[Among], words: Sequence[str]) -> set[str]:
    """Those of `words` (or phrases, word after word) that some row of these places uses. One query; on PostgreSQL one
    more, of who may see it, where there is any.
    """
    if not (words and places):
        return set()
    if connection.vendor != "postgresql":
        return _used(
            [
                _on_sqlite(place, [_as_one(word)], 1, say=number)
                for number, word in enumerate(words)
                for place in places
            ],
            words,
        )
    kinds = f"e.content_type_id IN ({', '.join(str(place.kind) for place in places)})"
    there = _used([_any_of(number, kinds, [], word) for number, word in enumerate(words)], words)
    groups = [[place for place in places if not place.many], *([place] for place in places if place.many)]
    asked = [one_of(group) for group in groups if group]
    words = [word for word in words if word in there]
    return _used(
        [_any_of(number, sql, params, word) for number, word in enumerate(words) for sql, params in asked], words
    )


def _used(statements: list[tuple[str, list]], words: Sequence[str]) -> set[str]:
    """The words by whose numbers the statements give a row."""
    found: dict[int, list[int]] = {number: [] for number in range(len(words))}
    if statements:
        _read(statements, found)
    return {word for number, word in enumerate(words) if found[number]}


def _read(statements: list[tuple[str, list]], found: dict[int, list[int]]) -> list[int]:
    """Put what the statements give into `found`; the kinds with more matches than were looked at.

    They give rows (kind, primary key, score, entry); one without a primary key says that there were more.
    """
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS place_{n}" for n, (one, _) in enumerate(statements))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _, params in statements for param in params])
        rows = cursor.fetchall()
    more = [kind for kind, pk, _, _ in rows if pk is None]
    for kind, pk, _, _ in sorted((row for row in rows if row[1] is not None), key=lambda row: (-row[2], -row[3])):
        found[kind].append(int(pk))
    return more


def _as_one(text: str) -> Instead:
    return Instead((), (text,)) if " " in text else Instead((text,), ())


def _on_sqlite(place: Among, wanted: list[Instead], limit: int, *, say: int | None = None) -> tuple[str, list]:
    """FTS5 with its bm25; relatives are what begins with the stem, as it stems nothing itself."""
    table = IndexEntry._meta.db_table
    match = "{title body} : (" + " AND ".join(map(_in_fts5, wanted)) + ")"
    sql = f"""
        SELECT {place.kind if say is None else say}, e.object_id,
               -bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}) AS score, e.id
        FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND {place.condition}
        ORDER BY score DESC, e.id DESC LIMIT {int(limit)}
    """  # noqa: S608 (only names of tables, and a queryset's own SQL, enter the text)
    return sql, [match, *place.params]


def _in_fts5(one: Instead) -> str:
    words = " AND ".join(f'"{stem(word)}" *' if len(word) >= 4 else f'"{word}"' for word in one.words)
    # the last word of a phrase may go on (“protocols”); a number may not
    phrases = [f'"{text}"' + (" *" if text[-1].isalpha() and len(text) >= 4 else "") for text in one.phrases]
    return "(" + " OR ".join([f"({words})"] * bool(words) + phrases) + ")"


def _any_of(number: int, allowed: str, params: list, word: str) -> tuple[str, list]:
    part = _Part.of(_as_one(word))
    sql = f"""
        SELECT {number}, e.object_id, 0, 0 FROM {IndexEntry._meta.db_table} e
        WHERE {part.there} AND {allowed} LIMIT 1
    """  # noqa: S608 (as above)
    return sql, [*part.there_params, *params]


@dataclass(frozen=True)
class _Part:
    """One thing looked for, for PostgreSQL: as a `query` of its own, and as the condition that it is `there`."""

    query: str
    params: list[str]
    there: str
    there_params: list[str]

    @classmethod
    def of(cls, one: Instead, *, settled: bool = False) -> "_Part":
        config = get_search_backend().config
        name = f"'{config}', %s" if config else "%s"
        word, phrase = f"plainto_tsquery({name})", f"phraseto_tsquery({name})"
        either = "(e.title @@ {0} OR e.body @@ {0})"
        if settled:
            word, phrase = f"(SELECT {word})", f"(SELECT {phrase})"
        queries = [f"({' && '.join([word] * len(one.words))})"] * bool(one.words) + [phrase] * len(one.phrases)
        # the words may stand apart, one in the title and one in the text; a phrase stands in one of them
        apart = [f"({' AND '.join([either.format(word)] * len(one.words))})"] * bool(one.words)
        there = " OR ".join(apart + [either.format(phrase)] * len(one.phrases))
        params = [*one.words, *one.phrases]
        return cls(f"({' || '.join(queries)})", params, f"({there})", [text for text in params for _ in range(2)])


class _Conditions:
    """SQL for: all parts as one query, an entry that has all of them anywhere, its rank by title, and in full.

    `settled`: what is looked for is put together once, before any entry is looked at; PostgreSQL then knows nothing of
    how common the words are, and uses no index for them.
    """

    def __init__(self, wanted: list[Instead], *, settled: bool = False):
        parts = [_Part.of(one, settled=settled) for one in wanted]
        self.every = " && ".join(part.query for part in parts)
        self.anywhere = " AND ".join(part.there for part in parts)
        # a title counts ten times; without putting title and text together, which costs as much as the ranking
        self.rank = f"ts_rank('{{1,1,1,1}}', e.title, (SELECT {self.every}))"
        self.full = f"{self.rank} + ts_rank(e.body, (SELECT {self.every}))"
        self.params = [text for part in parts for text in part.params]
        self.anywhere_params = [text for part in parts for text in part.there_params]


def _of_few(kinds: Sequence[int], wanted: list[Instead]) -> tuple[str, list]:
    """All kinds that have few matches: their entries are few, and are looked through as they stand, which takes less
    than to look up a common word and leave out the entries of the other kinds.
    """
    asked, among = _Conditions(wanted, settled=True), ", ".join(map(str, kinds))
    sql = f"""
        SELECT content_type_id, CASE WHEN place <= {FEW} THEN object_id END, score, id FROM (
            SELECT *, row_number() OVER (PARTITION BY content_type_id ORDER BY score DESC, id DESC) AS place FROM (
                SELECT e.content_type_id, e.object_id, {asked.full} AS score, e.id FROM (
                    SELECT * FROM {IndexEntry._meta.db_table} WHERE content_type_id IN ({among}) OFFSET 0
                ) AS e WHERE {asked.anywhere}
            ) AS ranked
        ) AS placed WHERE place <= {FEW} + 1
    """  # noqa: S608 (as above)
    return sql, [*asked.params, *asked.params, *asked.anywhere_params]


def _of_many(kind: int, wanted: list[Instead], *, inside: str = "", inside_params: tuple = ()) -> tuple[str, list]:
    """A kind with very many matches: those with everything in the title come first; only where they are few, texts
    are looked at, which takes longer.
    """
    asked = _Conditions(wanted)
    table = IndexEntry._meta.db_table
    start = f"FROM {table} e WHERE e.content_type_id = {kind} AND "
    end = f"{inside} ORDER BY e.id DESC LIMIT {RANKED}"
    sql = f"""
        WITH titled AS MATERIALIZED (
            SELECT e.id, e.object_id, 1 + {asked.rank} AS score {start} e.title @@ ({asked.every}) {end}
        ),
        others AS MATERIALIZED (
            SELECT e.id, e.object_id, e.title, e.body {start} {asked.anywhere}
            AND (SELECT count(*) FROM titled) < {RANKED} {end}
        )
        SELECT {kind}, object_id, score, id FROM titled UNION ALL
        SELECT {kind}, object_id, {asked.full}, id FROM others e WHERE id NOT IN (SELECT id FROM titled)
        UNION ALL SELECT {kind}, NULL, 0, 0
        WHERE {RANKED} IN ((SELECT count(*) FROM titled), (SELECT count(*) FROM others))
    """  # noqa: S608 (as above)
    return sql, [
        *asked.params, *asked.params, *inside_params,
        *asked.anywhere_params, *inside_params,
        *asked.params, *asked.params,
    ]  # fmt: skip


def _of_all(place: Among, wanted: list[Instead], limit: int) -> tuple[str, list]:
    """Of all matches of one kind those that who asks may see; so many of the best."""
    if place.many:
        sql, params = _of_many(place.kind, wanted, inside=f"AND {place.allowed}", inside_params=place.params)
    else:
        asked = _Conditions(wanted)
        sql = f"""
            SELECT e.content_type_id, e.object_id, {asked.full} AS score, e.id FROM {IndexEntry._meta.db_table} e
            WHERE e.content_type_id = {place.kind} AND {asked.anywhere} AND {place.allowed}
        """  # noqa: S608 (as above)
        params = [*asked.params, *asked.params, *asked.anywhere_params, *place.params]
    best = f"SELECT * FROM ({sql}) AS e (kind, pk, score, entry) WHERE pk IS NOT NULL"  # noqa: S608 (as above)
    return f"{best} ORDER BY score DESC, entry DESC LIMIT {int(limit)}", params
