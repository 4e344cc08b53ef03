"""Writes over as many rows as a queryset names, in one statement each: PostgreSQL and SQLite alike.

Rows are named by a queryset or, where the same write comes again and again, by a `Source`: then the
SQL is put together once for each function it comes from.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Cast

from core.prepared import Source, Statement, keeping_cursor

Rows = QuerySet | Source
_written: dict[tuple, tuple[str, Statement]] = {}


@dataclass(frozen=True)
class Conflict:
    """What to do where a row stands already: the unique columns, the index's condition, the new values.

    `where` and the values of `update` are SQL of ours, never of a stranger: `old.x` is the row that
    stands, `excluded.x` the one that would have been inserted.
    """

    columns: tuple[str, ...]
    where: str = ""
    update: dict[str, str] = field(default_factory=dict)

    def as_sql(self, quote) -> str:
        target = ", ".join(quote(name) for name in self.columns)
        condition = f" WHERE {self.where}" if self.where else ""
        if not self.update:
            return f" ON CONFLICT ({target}){condition} DO NOTHING"
        changes = ", ".join(f"{quote(name)} = {sql}" for name, sql in self.update.items())
        return f" ON CONFLICT ({target}){condition} DO UPDATE SET {changes}"


@dataclass(frozen=True)
class OnlyIf:
    """A plain value for the rows where `condition`, a column of the source, is true; null for the others."""

    condition: str
    value: Any


def insert_select(model: type[Model], source: Rows, values: dict[str, Any], *, conflict: Conflict | None = None) -> int:
    """`INSERT INTO model (…) SELECT … FROM source ON CONFLICT …`; how many rows were inserted or changed.

    `values` maps a field's name to a plain value, an expression over the rows of `source` or an `OnlyIf`.
    Fields left out must have a default in the database or be null, as Django's own defaults do not run.
    Rows are written in the order of `source`'s primary key, so two of these do not lock each other out.
    A `Source` must always come with the same expressions and the same `conflict`.
    """
    connection = connections[router.db_for_write(model)]
    shape = tuple((name, _shape(value)) for name, value in values.items())

    build = partial(_insert_sql, connection, model, values, conflict)
    sql, statement, numbers = _kept(source, (connection.alias, model, shape), build)
    plain = [_param(model, name, value, connection) for name, value in values.items() if not _is_expression(value)]
    with keeping_cursor(connection) as cursor:
        cursor.execute(sql, [*plain, *statement.filled(numbers)])
        return cursor.rowcount


def _kept(rows: Rows, key: tuple, build: Callable[[Callable[..., QuerySet], int], tuple[str, Statement]]):
    """What `build` makes of the rows, and their numbers: (SQL, statement, numbers); kept where they are a `Source`."""
    if not isinstance(rows, Source):
        return *build(lambda: rows, 0), ()
    key = (rows.make, *key)
    if key not in _written:
        _written[key] = build(rows.make, len(rows.numbers))
    return *_written[key], rows.numbers


def _is_expression(value: Any) -> bool:
    return hasattr(value, "resolve_expression")


def _shape(value: Any) -> str:
    if isinstance(value, OnlyIf):
        return value.condition
    return "expression" if _is_expression(value) else ""


def _param(model: type[Model], name: str, value: Any, connection) -> Any:
    value = value.value if isinstance(value, OnlyIf) else value
    return model._meta.get_field(name).get_db_prep_save(value, connection)


def _insert_sql(connection, model: type[Model], values: dict[str, Any], conflict: Conflict | None, *rows):
    """The SQL of `insert_select` over `rows` (make, count of numbers): plain values are its first parameters."""
    make, count = rows
    quote = connection.ops.quote_name
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in values}
    wanted: dict[str, Any] = {}
    listed = []
    for name, value in values.items():
        # PostgreSQL takes a bare NULL or text for text: every plain value says its type
        kind = fields[name].cast_db_type(connection)
        plain = f"CAST(%s AS {kind})" if connection.vendor == "postgresql" else "%s"
        if isinstance(value, OnlyIf):
            wanted[f"if_{value.condition}"] = F(value.condition)
            listed.append(f"CASE WHEN source.{quote(f'if_{value.condition}')} THEN {plain} END")
        elif _is_expression(value):
            wanted[f"value_{name}"] = _typed(value, fields[name], connection.vendor)
            listed.append(f"source.{quote(f'value_{name}')}")
        else:
            listed.append(plain)

    def selected(*numbers):
        return make(*numbers).order_by("pk").annotate(**wanted).values_list(*wanted)

    statement = Statement(selected, count, connection.alias)
    columns = ", ".join(quote(target.column) for target in fields.values())
    # built of our own names and Django's own SQL; values go as parameters
    sql = " ".join([
        f"INSERT INTO {quote(model._meta.db_table)} AS old ({columns})",
        # "WHERE true" keeps SQLite from reading ON CONFLICT as part of a join
        f"SELECT {', '.join(listed)} FROM ({statement.sql}) AS source WHERE true",  # noqa: S608
        conflict.as_sql(quote) if conflict else "",
    ])  # fmt: skip
    return sql, statement


def _typed(value: Any, target, vendor: str) -> Any:
    return Cast(value, output_field=target) if vendor == "postgresql" else value


def raise_counter(rows: Rows, name: str) -> list[tuple[int, int]]:
    """Raise the counter `name` of each of `rows` by one; their (primary key, new value), in one statement.

    Rows are locked in the order of their primary key, so that two of these, or one of these and a
    `hold`, wait for each other instead of locking each other out. Call it in a transaction.
    """
    connection = connections[router.db_for_write(Model)]
    try:
        sql, statement, numbers = _kept(rows, (connection.alias, name), partial(_raise_sql, connection, name))
    except EmptyResultSet:  # such as those among no numbers at all: Django need not ask to know that there are none
        return []
    with keeping_cursor(connection) as cursor:
        cursor.execute(sql, statement.filled(numbers))
        return cursor.fetchall()


def _raise_sql(connection, name: str, make, arguments: int) -> tuple[str, Statement]:
    statement = Statement(lambda *numbers: _in_order(make(*numbers)), arguments, connection.alias)
    model, quote = statement.compiler.query.model, connection.ops.quote_name
    target, pk = quote(model._meta.get_field(name).column), quote(model._meta.pk.column)
    sql = " ".join([
        f"UPDATE {quote(model._meta.db_table)} SET {target} = {target} + 1",  # noqa: S608
        f"WHERE {pk} IN ({statement.sql}) RETURNING {pk}, {target}",
    ])  # fmt: skip
    return sql, statement


def hold(rows: QuerySet) -> list[int]:
    """Lock `rows` until the transaction ends, in the order of their primary key; their primary keys."""
    return list(_in_order(rows).values_list("pk", flat=True))


def _in_order(rows: QuerySet) -> QuerySet:
    # the lock stands on a plain outer query: PostgreSQL locks nothing on the open side of a join
    plain = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    return plain.order_by("pk").select_for_update(no_key=True).values_list("pk")
