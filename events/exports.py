"""Tables as files that open right in a spreadsheet, and in which nothing that people wrote is ever run."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from core.sheets import text_of

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Cell = str | int | float | Decimal | dt.date | dt.datetime | bool | None


@dataclass(frozen=True)
class Sheet:
    """One table: its name (31 letters are shown), its headings, and rows of as many cells."""

    name: str
    headings: list[str]
    rows: list[list[Cell]]


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with the mark by which Excel knows it. Dates are written as 2026-11-19 09:30."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([text_of(one) for one in sheet.headings])
    writer.writerows([[_plain(cell) for cell in row] for row in sheet.rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, int | float | Decimal):
        return str(cell)
    if isinstance(cell, dt.datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, dt.date) else text_of(cell)


def as_xlsx(*sheets: Sheet) -> bytes:
    """A workbook with real dates and numbers; the row of headings stays in sight."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets, start=1):
        _write(book.create_sheet(_sheet_name(sheet.name, number)), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(name: str, number: int) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or f"Sheet {number}"


def _write(page, sheet: Sheet) -> None:
    page.append([text_of(one) for one in sheet.headings])
    for column, heading in enumerate(sheet.headings, start=1):
        page.cell(1, column).font = Font(bold=True)
        page.cell(1, column).alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(column)].width = min(max(len(heading) + 4, 12), 40)
    page.freeze_panes = "A2"
    for line, row in enumerate(sheet.rows, start=2):
        for column, value in enumerate(row, start=1):
            _write_cell(page.cell(line, column), value)
    page.auto_filter.ref = page.dimensions


def _write_cell(cell, value: Cell) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        cell.value = "Yes" if value else "No"
    elif isinstance(value, int | float | Decimal):
        cell.value = value
    elif isinstance(value, dt.datetime):
        cell.value, cell.number_format = _local(value).replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif words := text_of(value):
        cell.value, cell.data_type = words, "s"  # text, whatever sign it starts with


def _local(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at).replace(second=0, microsecond=0)


def as_file(kind: str, name: str, *sheets: Sheet) -> HttpResponse:
    """The response with the file: `kind` is "csv" (the first sheet) or "xlsx" (all). Never kept by anybody."""
    body = as_xlsx(*sheets) if kind == "xlsx" else as_csv(sheets[0])
    response = HttpResponse(body, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "list"}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
