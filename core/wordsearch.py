"""Find records that have every one of some words: what the search page asks for, on either engine.

The companion of `core.textsearch`, whose one word is enough. Both use the index tables of wagtail.search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import QuerySet
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from core.textsearch import TITLE_WEIGHT, stem

# PostgreSQL: of very many matches only so many are ranked, the newest and those with all words in the title:
# ranking unpacks their long texts.
RANKED = 100


@dataclass(frozen=True)
class Among:
    """Where to look: the rows of `queryset`, of an indexed model; it says who may see what.

    `many`: there may be very many matches, so on PostgreSQL only the newest are looked at closely.
    """

    queryset: QuerySet
    many: bool = False


def with_every(places: Sequence[Among], words: list[str], *, limit: int = RANKED) -> list[list[int]]:
    """For each place the primary keys of the rows whose text has all of `words`, best first; at most `limit` each.

    `words` come from `textsearch.words_of`: letters and digits only. A word of four letters or more also
    finds its relatives. One query for all places; on PostgreSQL one more for each whose newest matches are
    nearly all hidden from who asks.
    """
    found: list[list[int]] = [[] for _ in places]
    if not (words and places):
        return found
    on_postgresql = connection.vendor == "postgresql"
    one = _on_postgresql if on_postgresql else _on_sqlite
    capped = _read([one(number, place, words, limit) for number, place in enumerate(places)], found)
    for number in capped:
        # who may see what was asked only of the newest matches; now of every match
        if len(found[number]) < limit:
            found[number] = []
            _read([_on_postgresql(number, places[number], words, limit, ask_all=True)], found)
    return found


def used_in(places: Sequence[Among], words: Sequence[str]) -> set[str]:
    """Those of `words` that some row of these places uses. One query."""
    find = _any_on_postgresql if connection.vendor == "postgresql" else _any_on_sqlite
    statements = [find(number, place, word) for number, word in enumerate(words) for place in places]
    found: list[list[int]] = [[] for _ in words]
    if statements:
        _read(statements, found)
    return {word for word, pks in zip(words, found, strict=True) if pks}


def _read(statements: list[tuple[str, list]], found: list[list[int]]) -> list[int]:
    """Put what the statements give into `found`; the numbers of the places with more matches than were looked at.

    They give rows (place, primary key, score, entry); one without a primary key says that there were more.
    """
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS place_{n}" for n, (one, _) in enumerate(statements))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _, params in statements for param in params])
        rows = cursor.fetchall()
    more = [number for number, pk, _, _ in rows if pk is None]
    for number, pk, _, _ in sorted((row for row in rows if row[1] is not None), key=lambda row: (-row[2], -row[3])):
        found[number].append(int(pk))
    return more


def _allowed(queryset: QuerySet) -> tuple[str, list]:
    sql, params = queryset.order_by().values("pk").query.sql_with_params()
    return f"CAST(e.object_id AS bigint) IN ({sql})", list(params)


def _kind(place: Among) -> int:
    return ContentType.objects.get_for_model(place.queryset.model).pk


def _on_sqlite(number: int, place: Among, words: list[str], limit: int) -> tuple[str, list]:
    """FTS5 with its bm25; relatives are what begins with the stem, as it stems nothing itself."""
    table, (allowed, params) = IndexEntry._meta.db_table, _allowed(place.queryset)
    each = (f'"{stem(word)}" *' if len(word) >= 4 else f'"{word}"' for word in words)
    match = "{title body} : (" + " AND ".join(each) + ")"
    sql = f"""
        SELECT {number}, e.object_id, -bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}) AS score, e.id
        FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND e.content_type_id = %s AND {allowed}
        ORDER BY score DESC, e.id DESC LIMIT {int(limit)}
    """  # noqa: S608 (only names of tables, and a queryset's own SQL, enter the text)
    return sql, [match, _kind(place), *params]


def _any_on_sqlite(number: int, place: Among, word: str) -> tuple[str, list]:
    return _on_sqlite(number, place, [word], 1)


def _any_on_postgresql(number: int, place: Among, word: str) -> tuple[str, list]:
    (allowed, params), one = _allowed(place.queryset), _query_of_one()
    sql = f"""
        SELECT {number}, e.object_id, 0, 0 FROM {IndexEntry._meta.db_table} e
        WHERE e.content_type_id = %s AND (e.title @@ {one} OR e.body @@ {one}) AND {allowed} LIMIT 1
    """  # noqa: S608 (as above)
    return sql, [_kind(place), word, word, *params]


def _query_of_one() -> str:
    config = get_search_backend().config
    return f"plainto_tsquery('{config}', %s)" if config else "plainto_tsquery(%s)"


def _on_postgresql(
    number: int, place: Among, words: list[str], limit: int, *, ask_all: bool = False
) -> tuple[str, list]:
    """PostgreSQL's own stems, against its indexes over titles and over texts."""
    table, one = IndexEntry._meta.db_table, _query_of_one()
    allowed, allowed_params = _allowed(place.queryset)
    every = " && ".join([one] * len(words))
    anywhere = " AND ".join([f"(e.title @@ {one} OR e.body @@ {one})"] * len(words))
    twice = [word for word in words for _ in range(2)]
    # a title counts ten times; without putting title and text together, which costs as much as the ranking
    rank = f"ts_rank('{{1,1,1,1}}', e.title, {every})"
    full = f"{rank} + ts_rank(e.body, {every})"
    best = f"ORDER BY score DESC, e.id DESC LIMIT {int(limit)}"
    kind = _kind(place)
    if not place.many:
        # few enough to rank them all; sorted by what no index has, so that the words' own indexes are used
        sql = f"""
            SELECT {number}, e.object_id, {full} AS score, e.id FROM {table} e
            WHERE e.content_type_id = %s AND {anywhere} AND {allowed} {best}
        """  # noqa: S608 (as above)
        return sql, [*words, *words, kind, *twice, *allowed_params]
    inside, inside_params = (f"AND {allowed}", allowed_params) if ask_all else ("", [])
    start = f"FROM {table} e WHERE e.content_type_id = %s AND "
    end = f"{inside} ORDER BY e.id DESC LIMIT {RANKED}"
    # those with all words in the title come first; only where they are few, texts are looked at, which takes longer
    sql = f"""
        WITH titled AS MATERIALIZED (SELECT e.id, e.object_id, 1 + {rank} AS score {start} e.title @@ ({every}) {end}),
        others AS MATERIALIZED (
            SELECT e.id, e.object_id, e.title, e.body {start} {anywhere}
            AND (SELECT count(*) FROM titled) < {RANKED} {end}
        ),
        e AS (
            SELECT id, object_id, score FROM titled UNION ALL
            SELECT id, object_id, {full} FROM others e WHERE id NOT IN (SELECT id FROM titled)
        )
        (SELECT {number}, e.object_id, e.score, e.id FROM e WHERE {allowed} {best})
        UNION ALL SELECT {number}, NULL, 0, 0
        WHERE {RANKED} IN ((SELECT count(*) FROM titled), (SELECT count(*) FROM others))
    """  # noqa: S608 (as above)
    return sql, [
        *words, kind, *words, *inside_params, kind, *twice, *inside_params, *words, *words, *allowed_params,
    ]  # fmt: skip
