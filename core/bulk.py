"""Writes over as many rows as a queryset names, in one statement each: PostgreSQL and SQLite alike."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connections, router
from django.db.models import Expression, Field, Model, QuerySet, Value
from django.db.models.functions import Cast


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


def _typed(value: Any, target: Field, vendor: str) -> Expression:
    """`value` as an expression of the target column's type: PostgreSQL takes a bare NULL or text for text."""
    if isinstance(value, str) or not hasattr(value, "resolve_expression"):
        value = Value(value, output_field=target)
    return Cast(value, output_field=target) if vendor == "postgresql" else value


def insert_select(
    model: type[Model], source: QuerySet, values: dict[str, Any], *, conflict: Conflict | None = None
) -> int:
    """`INSERT INTO model (…) SELECT … FROM source ON CONFLICT …`; how many rows were inserted or changed.

    `values` maps a field's name to a plain value or to an expression over the rows of `source`.
    Fields left out must have a default in the database or be null, as Django's own defaults do not run.
    Rows are written in the order of `source`'s primary key, so two of these do not lock each other out.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in values}
    typed = {
        f"value_{number}": _typed(value, fields[name], connection.vendor)
        for number, (name, value) in enumerate(values.items())
    }
    rows = source.order_by("pk").annotate(**typed).values_list(*typed)
    select, params = rows.query.get_compiler(connection=connection).as_sql()
    columns = ", ".join(quote(target.column) for target in fields.values())
    # built of our own names and Django's own SQL; values go as parameters
    sql = " ".join([
        f"INSERT INTO {quote(model._meta.db_table)} AS old ({columns})",
        # "WHERE true" keeps SQLite from reading ON CONFLICT as part of a join
        f"SELECT * FROM ({select}) AS source WHERE true",  # noqa: S608
        conflict.as_sql(quote) if conflict else "",
    ])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def raise_counter(rows: QuerySet, name: str) -> list[tuple[int, int]]:
    """Raise the counter `name` of each of `rows` by one; their (primary key, new value), in one statement.

    Rows are locked in the order of their primary key, so that two of these, or one of these and a
    `hold`, wait for each other instead of locking each other out. Call it in a transaction.
    """
    model = rows.model
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    target, pk = quote(model._meta.get_field(name).column), quote(model._meta.pk.column)
    select, params = _in_order(rows).query.get_compiler(connection=connection).as_sql()
    sql = " ".join([
        f"UPDATE {quote(model._meta.db_table)} SET {target} = {target} + 1",  # noqa: S608
        f"WHERE {pk} IN ({select}) RETURNING {pk}, {target}",
    ])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def hold(rows: QuerySet) -> list[int]:
    """Lock `rows` until the transaction ends, in the order of their primary key; their primary keys."""
    return list(_in_order(rows).values_list("pk", flat=True))


def _in_order(rows: QuerySet) -> QuerySet:
    # the lock stands on a plain outer query: PostgreSQL locks nothing on the open side of a join
    plain = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    return plain.order_by("pk").select_for_update(no_key=True).values_list("pk")
