"""The figures of a run beside their goals: as a table, as JSON, and as a picture."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Row:
    """One line of the table. `better`: "more" or "less"; `goal` None where the figure stands for itself."""

    what: str
    value: float
    goal: float | None
    better: str
    unit: str
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "more" else self.value <= self.goal


def number(value: float) -> str:
    """A figure as people read it: 1,234 or 12.3 or 0.456."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(rows: list[Row]) -> str:
    """The rows as text in columns."""
    marks = {True: "yes", False: "NO", None: ""}
    lines = [("what", "figure", "goal", "reached", "")]
    for row in rows:
        goal = "" if row.goal is None else f"{'≥' if row.better == 'more' else '≤'} {number(row.goal)}"
        lines.append((row.what, f"{number(row.value)} {row.unit}".strip(), goal, marks[row.reached], row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)  # fmt: skip


def save(rows: list[Row], raw: dict, folder: Path, name: str) -> list[Path]:
    """Write `<name>.json` and `<name>.svg`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, image = folder / f"{name}.json", folder / f"{name}.svg"
    data.write_text(
        json.dumps({"rows": [asdict(row) | {"reached": row.reached} for row in rows], "raw": raw}, indent=1)
    )
    image.write_text(picture(rows, name))
    return [data, image]


def picture(rows: list[Row], title: str) -> str:
    """Each figure with a goal as a bar: its length is how much of the goal is reached, the line is the goal."""
    shown = [row for row in rows if row.goal]
    height, left, width, longest = 30, 400, 860, 2.5
    scale = (width - left - 130) / longest
    tall = len(shown) * height + 90
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall}" font-family="sans-serif" '
        'font-size="13" role="img" aria-label="Speed against goals">'
    )
    parts = [
        start,
        f'<rect width="{width}" height="{tall}" fill="#ffffff"/>',
        f'<text x="20" y="28" font-size="17" font-weight="700" fill="#1a2521">Folkmoot, {escape(title)}</text>',
        '<text x="20" y="48" fill="#57635d">Bars past the line reach their goal.</text>',
    ]
    for index, row in enumerate(shown):
        top = 64 + index * height
        share = row.value / row.goal if row.better == "more" else row.goal / max(row.value, 1e-9)
        length = min(share, longest) * scale
        colour = "#1b623f" if row.reached else "#9a2830"
        sign = "≥" if row.better == "more" else "≤"
        words = f"{number(row.value)} {row.unit} ({sign} {number(row.goal)})"
        parts += [
            f'<text x="{left - 10}" y="{top + 16}" text-anchor="end" fill="#1a2521">{escape(row.what)}</text>',
            f'<rect x="{left}" y="{top + 3}" width="{length:.1f}" height="18" fill="{colour}"/>',
            f'<text x="{left + length + 6:.1f}" y="{top + 16}" fill="#404d47">{escape(words)}</text>',
        ]
    line = left + scale
    parts += [
        f'<path d="M{line:.1f} 58V{70 + len(shown) * height}" stroke="#1a2521" stroke-width="2"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
