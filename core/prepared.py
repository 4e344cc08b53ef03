"""Querysets compiled once: for the few reads and writes that every page and every reply makes.

Django spends most of a small query's time in putting the SQL together (measured here: 1.1 ms for the
signed-in member with two joins, of which the database takes 0.06). A `Prepared` keeps the SQL and
only runs it; PostgreSQL also keeps its plan, for each connection.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Argument = int | str | UUID

# Stand-ins for the arguments while the SQL is put together: numbers no row has and no query says.
_STAND_INS = [2_111_222_300 + place for place in range(40)]


def _stand_in(place: int, like: Argument) -> Argument:
    """What stands for an argument: a number, a word or a key of which the same is true."""
    number = _STAND_INS[place]
    if isinstance(like, UUID):
        return UUID(int=number)
    return f"stand-in-{number}" if isinstance(like, str) else number


def _as_parameter(stand_in: Argument, value: Any) -> Callable[[Any], Any] | None:
    """How an argument is written where `value` is among the parameters; None where that is not its stand-in."""
    if isinstance(stand_in, UUID) and value == stand_in.hex:
        return _in_hex  # SQLite keeps keys as words
    if not isinstance(value, type(stand_in)) or value != stand_in:
        return None
    # psycopg wraps numbers to say their size: what goes in is wrapped likewise
    return type(value) if isinstance(stand_in, int) else _as_it_is


def _in_hex(key: UUID) -> str:
    return key.hex


def _as_it_is(value: Argument) -> Argument:
    return value


@contextmanager
def keeping_cursor(connection) -> Iterator[Any]:
    """A cursor for SQL whose text is the same each time: parameters go apart, so its plan can be kept.

    It is an ordinary one where `prepare_threshold` is off (a pooler that shares connections), and where
    queries are logged: the log shows them with their values.
    """
    connection.ensure_connection()
    raw = connection.connection
    if getattr(raw, "prepare_threshold", None) is None or connection.queries_logged:
        with connection.cursor() as cursor:
            yield cursor
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    usual, raw.cursor_factory = raw.cursor_factory, ServerBindingCursor
    try:
        cursor = connection.cursor()
    finally:
        raw.cursor_factory = usual
    with cursor:
        yield cursor


def keeps_types() -> bool:
    """Whether a value among the parameters of a queryset's SQL is of the type it was given: SQLite's times are text."""
    return connections[router.db_for_read(Model)].vendor == "postgresql"


class Statement:
    """The SQL of `make(*arguments)`, put together once, with places for them.

    `arguments`: how many numbers there are, or such ones as there will be. Each must end up as a parameter of the
    SQL, unless `any_used` is enough. Raises ValueError when one does not.
    """

    def __init__(
        self, make: Callable[..., QuerySet], arguments: int | Sequence[Argument], alias: str, *, any_used: bool = False
    ):
        like = [0] * arguments if isinstance(arguments, int) else arguments
        stand_ins = [_stand_in(place, one) for place, one in enumerate(like)]
        self.compiler = make(*stand_ins).query.get_compiler(using=alias)
        self.sql, params = self.compiler.as_sql()
        self.params = list(params)
        self.places = [
            (place, argument, write)
            for place, value in enumerate(self.params)
            for argument, stand_in in enumerate(stand_ins)
            if (write := _as_parameter(stand_in, value))
        ]
        if not any_used and {argument for _, argument, _ in self.places} != set(range(len(like))):
            raise ValueError("an argument of a prepared query is not among its parameters")

    def filled(self, arguments: Sequence[Argument]) -> list[Any]:
        """The parameters of the SQL for these arguments."""
        params = self.params.copy()
        for place, argument, write in self.places:
            params[place] = write(arguments[argument])
        return params


@dataclass(frozen=True)
class Source:
    """The rows that `make(*numbers)` gives, for a write whose SQL is kept by `make`: a function of a module.

    `make` gets whole numbers and gives a queryset whose SQL depends on nothing else.
    """

    make: Callable[..., QuerySet]
    numbers: tuple[int, ...]


class Prepared:
    """`Prepared(lambda pk: Member.objects.filter(pk=pk))`: call it with numbers to get the rows as a list.

    `make` gets one whole number for each argument, or a word or UUID to be found exactly (the same kind each time), and
    gives a queryset of model instances whose SQL depends on nothing else (select_related and annotations may be in
    it, prefetching may not). Each argument must end up as a parameter of the SQL. Raises ValueError when one does not.
    """

    def __init__(self, make: Callable[..., QuerySet]):
        self.make = make
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *arguments: Argument) -> list[Any]:
        alias = router.db_for_read(Model)
        compiled = self._compiled.get(alias)
        if compiled is None:
            compiled = self._compiled[alias] = _Compiled(Statement(self.make, arguments, alias), alias)
        return compiled.run(arguments)

    def first(self, *arguments: Argument) -> Any:
        """The first row, or None."""
        return next(iter(self(*arguments)), None)


class Values:
    """As `Prepared`, for `values_list`: gives tuples as the database has them. An argument need not be used."""

    def __init__(self, make: Callable[..., QuerySet]):
        self.make = make
        self._statements: dict[str, Statement] = {}

    def __call__(self, *arguments: Argument) -> list[tuple]:
        alias = router.db_for_read(Model)
        statement = self._statements.get(alias)
        if statement is None:
            statement = self._statements[alias] = Statement(self.make, arguments, alias, any_used=True)
        with keeping_cursor(connections[alias]) as cursor:
            cursor.execute(statement.sql, statement.filled(arguments))
            return cursor.fetchall()


class _Compiled:
    def __init__(self, statement: Statement, alias: str):
        self.alias = alias
        self.statement = statement
        self.compiler = compiler = statement.compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        info = compiler.klass_info
        fields = info["select_fields"]
        self.model = info["model"]
        self.columns = slice(fields[0], fields[-1] + 1)
        self.names = [column[0].target.attname for column in compiler.select[self.columns]]
        self.populators = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]  # of Django 6
        self.annotations = list(compiler.annotation_col_map.items())

    def run(self, arguments: Sequence[Argument]) -> list[Any]:
        with keeping_cursor(connections[self.alias]) as cursor:
            cursor.execute(self.statement.sql, self.statement.filled(arguments))
            rows = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [self._instance(row) for row in rows]

    def _instance(self, row: Sequence[Any]) -> Any:
        made = self.model.from_db(self.alias, self.names, row[self.columns])
        for populator in self.populators:
            populator.populate(row, made)
        for name, column in self.annotations:
            setattr(made, name, row[column])
        return made
