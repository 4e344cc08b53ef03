"""Tables as files: what people wrote stays text in a spreadsheet and never runs there as a formula."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(name: str, headings: list[str], rows: list[list[str]]) -> HttpResponse:
    """A CSV file called `name`.csv, in UTF-8 with the mark that spreadsheets look for."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([[f"'{cell}" if cell.startswith(_STARTS) else cell for cell in row] for row in rows])
    return _download(file.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def as_xlsx(name: str, headings: list[str], rows: list[list[str]]) -> HttpResponse:
    """A workbook called `name`.xlsx with one sheet; every cell is text."""
    book = Workbook()
    sheet = book.active
    for place, row in enumerate([headings, *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]
            cell.data_type = "s"  # never a formula
    file = io.BytesIO()
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(file.getvalue(), kind, f"{name}.xlsx")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)
