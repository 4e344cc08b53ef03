"""Find records that have every one of some words: what the search page asks for, on either engine.

The companion of `core.textsearch`, whose one word is enough. Both use the index tables of wagtail.search.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from core.textsearch import TITLE_WEIGHT, stem

# PostgreSQL: of very many matches only so many are ranked, the newest and those with all words in the title:
# ranking unpacks their long texts.
RANKED = 100


def with_every(queryset, words: list[str], *, limit: int = RANKED) -> list[int]:
    """The primary keys of the rows of `queryset` whose indexed text has all of `words`, best first; at most `limit`.

    `queryset` is of an indexed model and says who may see what; `words` come from `textsearch.words_of`:
    letters and digits only. A word of four letters or more also finds its relatives. One query, rarely two.
    """
    if not words:
        return []
    if connection.vendor != "postgresql":
        return _pks(_on_sqlite(queryset, words), limit)[0]
    # Who may see what is asked only of the newest matches; if that leaves too few, of every match.
    pks, capped = _pks(_on_postgresql(queryset, words), limit)
    if capped and len(pks) < limit:
        pks, _ = _pks(_on_postgresql(queryset, words, ask_all=True), limit)
    return pks


def _pks(statement: tuple[str, list], limit: int) -> tuple[list[int], bool]:
    """The primary keys a statement gives, and whether there were more matches than it looked at."""
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {int(limit)}", params)
        rows = cursor.fetchall()
    return [int(row[0]) for row in rows], bool(rows and rows[0][1]) or not rows


def _allowed(queryset) -> tuple[str, list]:
    sql, params = queryset.order_by().values("pk").query.sql_with_params()
    return f"CAST(e.object_id AS bigint) IN ({sql})", list(params)


def _on_sqlite(queryset, words: list[str]) -> tuple[str, list]:
    """FTS5 with its bm25; relatives are what begins with the stem, as it stems nothing itself."""
    table, (allowed, allowed_params) = IndexEntry._meta.db_table, _allowed(queryset)
    each = (f'"{stem(word)}" *' if len(word) >= 4 else f'"{word}"' for word in words)
    match = "{title body} : (" + " AND ".join(each) + ")"
    sql = f"""
        SELECT e.object_id, 0 FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND e.content_type_id = %s AND {allowed}
        ORDER BY bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}), e.id DESC
    """  # noqa: S608 (only names of tables, and a queryset's own SQL, enter the text)
    return sql, [match, ContentType.objects.get_for_model(queryset.model).pk, *allowed_params]


def _on_postgresql(queryset, words: list[str], *, ask_all: bool = False) -> tuple[str, list]:
    """PostgreSQL's own stems, against its indexes over titles and over texts."""
    table, config, (allowed, allowed_params) = (
        IndexEntry._meta.db_table,
        get_search_backend().config,
        _allowed(queryset),
    )
    one = f"plainto_tsquery('{config}', %s)" if config else "plainto_tsquery(%s)"
    every = " && ".join([one] * len(words))
    anywhere = " AND ".join([f"(e.title @@ {one} OR e.body @@ {one})"] * len(words))
    inside, inside_params = (f"AND {allowed}", allowed_params) if ask_all else ("", [])
    start = f"SELECT e.id, e.object_id, e.title, e.body FROM {table} e WHERE e.content_type_id = %s AND "  # noqa: S608
    end = f"{inside} ORDER BY e.id DESC LIMIT {RANKED}"
    sql = f"""
        WITH titled AS MATERIALIZED ({start} e.title @@ ({every}) {end}),
        others AS MATERIALIZED ({start} {anywhere} {end}),
        e AS (SELECT * FROM titled UNION ALL SELECT * FROM others WHERE id NOT IN (SELECT id FROM titled))
        SELECT e.object_id, (SELECT count(*) FROM others) >= {RANKED} FROM e WHERE {allowed}
        ORDER BY ts_rank(setweight(e.title, 'A') || e.body, {every}) DESC, e.id DESC
    """  # noqa: S608 (as above)
    kind = ContentType.objects.get_for_model(queryset.model).pk
    twice = [word for word in words for _ in range(2)]
    return sql, [kind, *words, *inside_params, kind, *twice, *inside_params, *allowed_params, *words]
