"""Reads the demo's content files."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

CONTENT = Path(__file__).parent / "content"


def toml(name: str) -> dict:
    """One TOML file of the content folder, such as "spaces.toml"."""
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def real_organisations() -> Iterator[dict[str, str]]:
    """The rows of organisations.csv."""
    with (CONTENT / "organisations.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def threads() -> list[dict]:
    """Every thread, oldest first."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((CONTENT / "threads").glob("*.toml"))]
    return sorted(found, key=lambda thread: -thread["days_ago"])
