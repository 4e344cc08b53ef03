"""Write very many rows at once: COPY on PostgreSQL, many rows a statement elsewhere. For demos and load runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

CHUNK = 1000


def copy_rows(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    wrote: Callable[[int], None] = lambda n: None,
) -> int:
    """Write `rows` of values for `columns` (attribute names of `model`, such as "author_id"); how many.

    JSON values come as text. `wrote(n)` is told how many stand so far, now and then. Call it in a
    transaction: foreign keys are checked at its end, so rows may come in any order. Signals are not sent.
    """
    if connection.vendor == "postgresql":
        return _copy(model._meta.db_table, [_column(model, name) for name in columns], rows, wrote)
    fields = [_field(model, name) for name in columns]
    marks = ", ".join(["%s"] * len(fields))
    names = ", ".join(f'"{field.column}"' for field in fields)
    sql, done, source = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', 0, iter(rows)  # noqa: S608
    with connection.cursor() as cursor:
        while chunk := list(islice(source, CHUNK)):
            cursor.executemany(sql, [_prepared(fields, row) for row in chunk])
            done += len(chunk)
            wrote(done)
    return done


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], wrote) -> int:
    names, done = ", ".join(f'"{name}"' for name in columns), 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            done += 1
            if done % CHUNK == 0:
                wrote(done)
    return done


def _field(model, name: str):
    return next(field for field in model._meta.concrete_fields if name in {field.attname, field.name})


def _column(model, name: str) -> str:
    return _field(model, name).column


def _prepared(fields, row) -> list:
    return [
        value if isinstance(value, str | int | None) else field.get_db_prep_save(value, connection)
        for field, value in zip(fields, row, strict=True)
    ]


def next_pk(model: type[Model]) -> int:
    """The first primary key that is free above all that are taken."""
    return (model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def mend_sequences(*models: type[Model]) -> None:
    """Let the database count on from the highest primary keys, after rows came with keys of their own."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


def analyse() -> None:
    """Have the database look at its tables anew, so that it plans for what they hold now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def index_texts(model: type[Model], entries: Iterable[tuple[int, str, str, str]]) -> int:
    """Put (pk, title, second, body) of rows of an indexed model into the search index; how many.

    `title` weighs most, `second` (such as topics) next, as the model's `search_fields` say by their order.
    The rows must not be in the index yet.
    """
    kind = ContentType.objects.get_for_model(model).pk
    if connection.vendor == "postgresql":
        return _index_on_postgresql(kind, entries)
    rows = ((kind, str(pk), 1.0, title, f"{second} {body}", "") for pk, title, second, body in entries)
    return copy_rows(IndexEntry, ["content_type_id", "object_id", "title_norm", "title", "body", "autocomplete"], rows)


def _index_on_postgresql(kind: int, entries) -> int:
    config = get_search_backend().config
    vector = f"to_tsvector('{config}', %s)" if config else "to_tsvector(%s)"
    title, second, body = (vector % name for name in ("title", "second", "body"))
    table = IndexEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS to_index")
        cursor.execute("CREATE TEMPORARY TABLE to_index (pk bigint, title text, second text, body text) ON COMMIT DROP")
    done = _copy("to_index", ["pk", "title", "second", "body"], entries, lambda n: None)
    with _without_word_indexes(table), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table}
            (content_type_id, object_id, title_norm, title, body, autocomplete, title_text, body_text)
            SELECT %s, pk::text, 1.0, setweight({title}, 'A'), setweight({second}, 'B') || setweight({body}, 'D'),
            ''::tsvector, title, second || ' ' || body FROM to_index ORDER BY pk
            """,  # noqa: S608 (only names of tables enter the text)
            [kind],
        )
    return done


@contextmanager
def _without_word_indexes(table: str) -> Iterator[None]:
    """Take the inverted indexes of a table away while many rows come in, and build them afresh: far quicker."""
    connection.check_constraints()  # no index can be dropped or built while rows wait to be checked
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        inverted = [(name, words) for name, words in cursor.fetchall() if " USING gin " in words]
        for name, _ in inverted:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _, words in inverted:
            cursor.execute(words)
