"""Writes of one row each, for acts where every millisecond counts: their SQL is put together once.

They send no signals and touch nothing that hangs on the row: only for models where nobody listens.
"""

import functools
from typing import Any

from django.db import connections, router
from django.db.models import Model, QuerySet

from core.bulk import Conflict
from core.prepared import keeping_cursor


def insert(row: Model) -> None:
    """Write a new row and give it its primary key."""
    connection = connections[router.db_for_write(type(row))]
    sql = _insert_sql(type(row), connection.alias)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _plain(type(row))]
    with keeping_cursor(connection) as cursor:
        cursor.execute(sql, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def change(model: type[Model], pk: int, **values: Any) -> None:
    """Give the row of this primary key other plain values."""
    connection = connections[router.db_for_write(model)]
    params = _params(model, values, connection)
    with keeping_cursor(connection) as cursor:
        cursor.execute(_change_sql(model, connection.alias, tuple(values)), [*params, pk])


def upsert(model: type[Model], conflict: Conflict, *new: Any, **values: Any) -> None:
    """Write a row of these plain values, or do what `conflict` says where it stands already.

    `new` are the values of the `%s` in `conflict`, in their order.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    params = _params(model, values, connection)
    sql = f"{_values_sql(model, connection.alias, tuple(values))}{conflict.as_sql(quote)}"
    with keeping_cursor(connection) as cursor:
        cursor.execute(sql, [*params, *new])


def delete(model: type[Model], **where: Any) -> None:
    """Delete the rows with these plain values; None means null."""
    connection = connections[router.db_for_write(model)]
    params = [value for value in _params(model, where, connection) if value is not None]
    absent = frozenset(name for name, value in where.items() if value is None)
    with keeping_cursor(connection) as cursor:
        cursor.execute(_delete_sql(model, connection.alias, tuple(where), absent), params)


def free(queryset: QuerySet) -> QuerySet:
    """The same rows, locked, without those another worker holds. Where only one can write, they are all free."""
    if connections[queryset.db].features.has_select_for_update_skip_locked:
        return queryset.select_for_update(skip_locked=True)
    return queryset


def _params(model: type[Model], values: dict[str, Any], connection) -> list[Any]:
    fields = model._meta
    return [fields.get_field(name).get_db_prep_save(value, connection) for name, value in values.items()]


def _plain(model: type[Model]) -> list:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


def _columns(model: type[Model], names: tuple[str, ...], quote) -> list[str]:
    return [quote(model._meta.get_field(name).column) for name in names]


# built of our own names; values go as parameters
@functools.cache
def _insert_sql(model: type[Model], alias: str) -> str:
    quote = connections[alias].ops.quote_name
    names = tuple(field.name for field in _plain(model))
    return f"{_values_sql(model, alias, names)} RETURNING {quote(str(model._meta.pk.column))}"


@functools.cache
def _values_sql(model: type[Model], alias: str, names: tuple[str, ...]) -> str:
    quote = connections[alias].ops.quote_name
    columns, places = ", ".join(_columns(model, names, quote)), ", ".join(["%s"] * len(names))
    return f"INSERT INTO {quote(model._meta.db_table)} AS old ({columns}) VALUES ({places})"  # noqa: S608


@functools.cache
def _change_sql(model: type[Model], alias: str, names: tuple[str, ...]) -> str:
    quote = connections[alias].ops.quote_name
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names, quote))
    return f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(str(model._meta.pk.column))} = %s"  # noqa: S608


@functools.cache
def _delete_sql(model: type[Model], alias: str, names: tuple[str, ...], absent: frozenset[str]) -> str:
    quote = connections[alias].ops.quote_name
    columns = zip(names, _columns(model, names, quote), strict=True)
    tests = " AND ".join(f"{column} IS NULL" if name in absent else f"{column} = %s" for name, column in columns)
    return f"DELETE FROM {quote(model._meta.db_table)} WHERE {tests}"  # noqa: S608
