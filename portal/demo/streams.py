"""The blocks of the demo's content files as Wagtail keeps them, for any page's body."""

import html
import json

from reference.models import Term


def stream(rows: list[dict]) -> str:
    """The JSON of a stream field from blocks such as {type = "text", html = "<p>…</p>"}."""
    blocks = [{"type": row["type"], "value": _value(row)} for row in rows]
    return json.dumps([block for block in blocks if block["value"] is not None])


def _value(row: dict):
    make = _VALUES.get(row["type"])
    if make is None:
        raise ValueError(f"the demo's content has a block of unknown type {row['type']!r}")
    return make(row)


def _rich(row: dict) -> str:
    return row.get("html") or f"<p>{html.escape(row['text'], quote=False)}</p>"


def _list(row: dict) -> dict:
    return {"title": row.get("title", ""), "items": row["items"]}


def _table(row: dict) -> dict:
    """The first column in words; one with nothing but figures lines up."""
    columns = []
    for place, heading in enumerate(row["head"]):
        cells = [cells[place] for cells in row["rows"]]
        number = place > 0 and all(cell and not set(cell) - set("0123456789,.%£ ") for cell in cells)
        columns.append({"type": "number" if number else "words", "heading": heading})
    rows = [
        {"values": [_cell(cell, column) for cell, column in zip(cells, columns, strict=True)]} for cells in row["rows"]
    ]
    return {"caption": row.get("caption", ""), "columns": columns, "rows": rows}


def _cell(words: str, column: dict) -> str:
    return words if column["type"] == "number" else f"<p>{html.escape(words, quote=False)}</p>"


def _chart(row: dict) -> dict:
    bars = [
        {
            "label": bar["label"],
            "value": str(bar["value"]),
            "shown_as": bar.get("shown_as", ""),
            "own": bar.get("own", False),
        }
        for bar in row["bars"]
    ]
    return {"bars": bars, **{name: row.get(name, "") for name in ("unit", "caption", "source")}}


def _term(row: dict) -> int | None:
    """A term that is not in the glossary leaves its block out."""
    found = Term.objects.filter(term__iexact=row["term"]) | Term.objects.filter(short_form__iexact=row["term"])
    return found.order_by("pk").values_list("pk", flat=True).first()


_VALUES = {
    "text": _rich,
    "note": _rich,
    "warning": _rich,
    "contact": _rich,
    "heading": lambda row: row["text"],
    "quote": lambda row: {"text": row["text"], "who": row["who"]},
    "steps": _list,
    "checklist": _list,
    "dos": lambda row: {"do": row["do"], "dont": row["dont"]},
    "table": _table,
    "definition": _term,
    "chart": _chart,
}
