"""What hundreds of statements make, and make the same each time, is made once a worker: then its rows are put back.

On SQLite. PostgreSQL's counters do not go back with a test's transaction, so there everything is made anew.
"""

import functools
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar, cast

from django.core.cache import cache
from django.db import connection, models, transaction

from members.models import Member

Page = TypeVar("Page", bound=models.Model)
Rows = dict[int, tuple]  # by rowid

# What a test may hold before something is made comes in few shapes. More are not worth the search.
MOST_SHAPES = 12


@dataclass
class Needed:
    """Rows that what was made points at: it fits where they are the same, but for when they were written and what was
    drawn by lot. A test that commits leaves other numbers."""

    table: str
    rows: Rows

    def __post_init__(self):
        self.alike = _lasting(self.table)

    def fits(self) -> bool:
        there = rows_of(self.table)
        return all(self.alike(there.get(number)) == self.alike(row) for number, row in self.rows.items())

    def put_back(self) -> None:
        """They are there."""


@dataclass
class Part:
    """What became of one table."""

    table: str
    before: Rows
    gone: list[int]
    new: list[tuple]
    # Nothing points at its rows and all are new: they may stand beside others, under numbers of their own or as drawn.
    is_leaf: bool
    is_numbered: bool

    def fits(self) -> bool:
        return self.is_leaf or rows_of(self.table) == self.before

    def put_back(self) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(f'DELETE FROM "{self.table}" WHERE rowid = ?', [(one,) for one in self.gone])
            rows = [(None, *row[1:]) for row in self.new] if self.is_leaf and self.is_numbered else self.new
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                cursor.executemany(f'INSERT INTO "{self.table}" VALUES ({marks})', rows)


@dataclass
class Shape:
    """What was made where these people held these roles: who is in which group follows from it."""

    roles: list[tuple[int, str]]
    parts: list[Part | Needed]
    model: type[models.Model]
    pk: int

    def fits(self, roles: list[tuple[int, str]]) -> bool:
        return self.roles == roles and all(part.fits() for part in self.parts)

    def put_back(self) -> models.Model:
        with transaction.atomic():
            for part in self.parts:
                part.put_back()
        cache.clear()  # as the signals of saving would, and more
        return self.model._default_manager.get(pk=self.pk)


def remembered(kind: type[models.Model]):
    """Decorate what makes pages, a `kind` among them, and returns one: once there is a `kind`, it is left to itself."""

    def decorate(make: Callable[..., Page]) -> Callable[..., Page]:
        shapes: list[Shape] = []

        @functools.wraps(make)
        def made() -> Page:
            if connection.vendor != "sqlite" or kind._default_manager.exists():
                return make()
            roles = list(Member.objects.exclude(role=Member.Role.MEMBER).order_by("pk").values_list("pk", "role"))
            known = next((shape for shape in shapes if shape.fits(roles)), None)
            if known:
                return cast(Page, known.put_back())
            before = everything()
            page = make()
            del shapes[MOST_SHAPES - 1 :]
            shapes.insert(0, Shape(roles, difference(before, everything()), type(page), page.pk))
            return page

        return made

    return decorate


def rows_of(table: str) -> Rows:
    with closing(connection.connection.cursor()) as cursor:
        return {row[0]: row[1:] for row in cursor.execute(f'SELECT rowid, * FROM "{table}"')}


def everything() -> dict[str, Rows]:
    """The rows of all tables but those of full text, which triggers keep."""
    with closing(connection.connection.cursor()) as cursor:
        tables = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = tuple(name for name, sql in tables if "VIRTUAL" in sql)
    return {name: rows_of(name) for name, _ in tables if not name.startswith((*virtual, "sqlite_"))}


def difference(before: dict[str, Rows], after: dict[str, Rows]) -> list[Part | Needed]:
    pointing = {table: pointers_of(table) for table in after}
    pointed_at = {target for pointers in pointing.values() for _, target in pointers}
    parts, needed = [], defaultdict(set)
    for table, rows in after.items():
        old = before[table]
        if rows == old:
            continue
        gone = [pk for pk, row in old.items() if rows.get(pk) != row]
        new = [row for pk, row in rows.items() if old.get(pk) != row]
        key = _key_of(table)
        is_leaf = not gone and table not in pointed_at and key in ("INTEGER", "CHAR(32)")
        parts.append(Part(table, old, gone, new, is_leaf, key == "INTEGER"))
        for column, target in pointing[table]:
            needed[target] |= {row[column] for row in new}
    for table in needed.keys() - {part.table for part in parts}:
        parts.append(Needed(table, {pk: row for pk, row in after[table].items() if pk in needed[table]}))
    # what does not fit is found soonest where least is compared
    return sorted(parts, key=lambda part: isinstance(part, Part))


def pointers_of(table: str) -> list[tuple[int, str]]:
    """(number of the column, table it points at) of each pointer."""
    numbers = {row[1]: row[0] for row in _columns(table)}
    return [(numbers[row[3]], row[2]) for row in connection.connection.execute(f'PRAGMA foreign_key_list("{table}")')]


def _key_of(table: str) -> str:
    """Of what kind the rows' first column is, where it is a key of their own: a number that the database gives, or one
    drawn by lot; not that of a page in a table of its kind, which is "" as any other."""
    _, _, kind, _, _, key = _columns(table)[0]
    return kind.upper() if key == 1 and 0 not in dict(pointers_of(table)) else ""


def _columns(table: str) -> list[tuple]:
    return connection.connection.execute(f'PRAGMA table_info("{table}")').fetchall()


def _lasting(table: str) -> Callable[[tuple | None], tuple | None]:
    """What of a row is the same whenever and how often it is made: not its times, nor the salt of a password."""
    kept = [number for number, name, kind, *_ in _columns(table) if kind != "datetime" and name != "password"]
    return lambda row: row and tuple(row[number] for number in kept)
