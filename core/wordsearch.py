"""Find records that have every one of some words: what the search page asks for, on either engine.

The companion of `core.textsearch`, whose one word is enough. Both use the index tables of wagtail.search.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from core.textsearch import TITLE_WEIGHT, stem

# PostgreSQL: of very many matches only the newest are ranked, as ranking unpacks their long texts.
RANKED = 400


def with_every(queryset, words: list[str], *, limit: int = 200) -> list[int]:
    """The primary keys of the rows of `queryset` whose indexed text has all of `words`, best first.

    `queryset` is of an indexed model and says who may see what; `words` come from `textsearch.words_of`:
    letters and digits only. A word of four letters or more also finds its relatives. One query.
    """
    if not words:
        return []
    allowed, allowed_params = queryset.order_by().values("pk").query.sql_with_params()
    content_type = ContentType.objects.get_for_model(queryset.model).pk
    search = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    sql, params = search(words, content_type, allowed, list(allowed_params))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {int(limit)}", params)
        return [int(row[0]) for row in cursor.fetchall()]


def _on_sqlite(words, content_type, allowed, allowed_params):
    """FTS5 with its bm25; relatives are what begins with the stem, as it stems nothing itself."""
    table = IndexEntry._meta.db_table
    each = (f'"{stem(word)}" *' if len(word) >= 4 else f'"{word}"' for word in words)
    match = "{title body} : (" + " AND ".join(each) + ")"
    sql = f"""
        SELECT e.object_id FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND e.content_type_id = %s AND CAST(e.object_id AS INTEGER) IN ({allowed})
        ORDER BY bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}), e.id DESC
    """
    return sql, [match, content_type, *allowed_params]


def _on_postgresql(words, content_type, allowed, allowed_params):
    """PostgreSQL's own stems, against the index over title and body together."""
    table, config = IndexEntry._meta.db_table, get_search_backend().config
    one = "plainto_tsquery(%s::regconfig, %s)" if config else "plainto_tsquery(%s)"
    wanted = " && ".join([one] * len(words))
    params = [part for word in words for part in ([config, word] if config else [word])]
    sql = f"""
        WITH wanted AS (SELECT {wanted} AS q), hits AS MATERIALIZED (
            SELECT e.object_id, e.title, e.body, q FROM {table} e, wanted
            WHERE e.content_type_id = %s AND (e.title || e.body) @@ q
            AND CAST(e.object_id AS bigint) IN ({allowed}) ORDER BY e.id DESC LIMIT {RANKED})
        SELECT object_id FROM hits
        ORDER BY ts_rank(setweight(title, 'A') || body, q, 1) DESC, CAST(object_id AS bigint) DESC
    """
    return sql, [*params, content_type, *allowed_params]
