"""Reading a CSV file that somebody made in a spreadsheet: what it holds, or in plain words why we can't take it.

And the other way: what people wrote, as a cell that a spreadsheet shows and never runs.
"""

import csv
import hashlib
import io
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from django import forms
from wagtail.log_actions import LogFormatter

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
LONGEST_CELL = 2_000
LONGEST_SHOWN = 32_000  # letters: what a cell of a spreadsheet holds
# What a spreadsheet would run when the list is exported and opened again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Unreadable(Exception):
    """The file as a whole can't be taken; `str()` says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as a spreadsheet shows it (the heading is 1), and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Trouble:
    """What is wrong in one cell, or (`column` empty) in a whole row."""

    row: int
    column: str
    words: str

    def __str__(self):
        where = f"Row {self.row}, column {self.column}" if self.column else f"Row {self.row}"
        return f"{where}: {self.words}"


def text_of(value: object) -> str:
    """What somebody wrote, as text that a spreadsheet does not run. `as_written` takes it back."""
    words = _UNSEEN.sub("", str(value))[:LONGEST_SHOWN]
    return f"'{words}" if _would_run(words) else words


def as_written(cell: str) -> str:
    """A cell of one of our own lists without the sign that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and _would_run(cell[1:]) else cell


def _would_run(words: str) -> bool:
    # some programs skip the room before a sign, and still run what follows
    return words.startswith(FORMULA_STARTS) or words.lstrip().startswith(FORMULA_STARTS)


def decoded(data: bytes) -> str:
    """The text of a file. Raises Unreadable for what is too big, or no UTF-8 text."""
    if len(data) > MOST_BYTES:
        raise Unreadable("The file is too big: 1 MB at most. Split it in two.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and choose that file.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is written as UTF-16. Save it as “CSV UTF-8” and choose that file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not written as UTF-8. Save it as “CSV UTF-8” and choose that file.") from None
    if "\0" in text:
        raise Unreadable("This is not a text file. Save the list as “CSV UTF-8” and choose that file.")
    return text


def rows_of(text: str, columns: tuple[str, ...], *, needed: tuple[str, ...] | None = None) -> list[Row]:
    """The rows of a CSV text that has just these columns, in any order. Raises Unreadable.

    `needed`: those of the columns that can't be left out; all of them unless said.
    """
    if len(text) > MOST_BYTES:
        raise Unreadable("The file is too big: 1 MB at most. Split it in two.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        _check_heading([name.strip() for name in heading], columns, columns if needed is None else needed)
        rows = list(reader)
    except csv.Error:
        raise Unreadable(
            f"Line {reader.line_num} is not written as CSV: is a quotation mark missing? Save the list as “CSV UTF-8”."
        ) from None
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"The file has {len(rows):,} rows: {MOST_ROWS:,} at most. Split it in two.")
    names = [name.strip() for name in heading]
    found = []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise Unreadable(
                f"Row {number} has {len(cells)} cells, the heading {len(names)}: is a comma or quotation mark missing?"
            )
        found.append(Row(number, {name: _tidy(cell) for name, cell in zip(names, cells, strict=True)}))
    if not found:
        raise Unreadable("The file has a heading and nothing below it.")
    return found


def _tidy(cell: str) -> str:
    """Without room at the ends; a sign at the start that a spreadsheet would run is kept, to be refused."""
    return cell if cell[:1] in "\t\r" and cell.strip() else cell.strip()


def _check_heading(names: list[str], columns: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not any(names):
        raise Unreadable("The file is empty.")
    missing = [name for name in needed if name not in names]
    unknown = [name for name in names if name not in columns]
    twice = [name for name in columns if names.count(name) > 1]
    if missing:
        raise Unreadable(f"The first row must name the columns. Missing: {', '.join(missing)}.")
    if unknown:
        raise Unreadable(f"We don’t know these columns: {', '.join(name or 'one without a name' for name in unknown)}.")
    if twice:
        raise Unreadable(f"These columns are there twice: {', '.join(twice)}.")


def troubles_of(row: Row, *, longest: int = LONGEST_CELL) -> list[Trouble]:
    """What is wrong with the cells of a row whatever they mean: too long, a formula, letters nobody can see."""
    found = []
    for column, cell in row.cells.items():
        if cell.startswith(FORMULA_STARTS):
            sign = cell[0].strip() or "a tab"
            words = f"starts with “{sign}”, which a spreadsheet would run as a formula. Take it out."
            found.append(Trouble(row.number, column, words))
        if len(cell) > longest:
            found.append(Trouble(row.number, column, f"is {len(cell):,} letters long; {longest:,} at most."))
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in cell):
            found.append(Trouble(row.number, column, "has signs in it that nobody can see. Type it again."))
    return found


def listed(cell: str) -> list[str]:
    """The parts of a cell: “children; early help” → two."""
    return list(dict.fromkeys(" ".join(part.split()) for part in cell.split(";") if part.strip()))


# --- From a browser --------------------------------------------------------------------------------------


class Planned(ABC):
    """What an import would do by the `lines` of its file: shown first, and done only as it was shown."""

    lines: list

    @property
    @abstractmethod
    def new(self) -> list:
        """The lines that add something."""

    @property
    @abstractmethod
    def changed(self) -> list:
        """The lines that change something."""

    @property
    @abstractmethod
    def is_refused(self) -> bool:
        """Whether something in the file is wrong: then none of it is done."""

    @property
    def count(self) -> int:
        """How many would be written."""
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """Tells whether what would be done is still what somebody was shown."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()[:32]


class Imported(LogFormatter):
    """What the history says of an import: which columns it changed, and what the file was called."""

    label = "Import"

    def format_message(self, log_entry):
        data = log_entry.data or {}
        columns = ", ".join(change[0] for change in data.get("changes", []))
        said = f"Changed by an import: {columns}" if columns else "Added by an import"
        return f"{said} ({data['source']})" if data.get("source") else said


class SheetForm(forms.Form):
    """A CSV file."""

    file = forms.FileField(
        label="CSV file", help_text="UTF-8, 1 MB at most. Nothing is changed before you have seen what would be.",
        error_messages={
            "required": "Choose a file first.", "empty": "The file is empty. Choose another one.",
            "missing": "Choose a file first.",
        },
    )  # fmt: skip


def sent(request, form: SheetForm) -> tuple[str, str]:
    """The text of the file, or of the file shown before; and what the file was called. Raises Unreadable."""
    if "text" in request.POST:
        return _one_newline(request.POST["text"]), request.POST.get("source", "").replace("\0", "")[:100]
    if not form.is_valid():
        return "", ""
    file = form.cleaned_data["file"]
    return _one_newline(decoded(file.read(MOST_BYTES + 1))), file.name[:100]


def _one_newline(text: str) -> str:
    """Browsers send every new line as two signs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
