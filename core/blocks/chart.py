from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from wagtail.blocks import BooleanBlock, CharBlock, DecimalBlock, ListBlock, StructBlock, StructBlockValidationError

WIDTH, LABELS, VALUES = 640, 172, 72  # units of the drawing: all of it, the room for labels, and for values
ROW, BAR = 44, 22
MOST_BARS = 12


@dataclass(frozen=True)
class Bar:
    """One bar of the drawing: where it stands, how long it is, and what is written beside it."""

    label: tuple[str, ...]
    value: str
    y: int
    text_y: int
    width: int
    value_x: int
    own: bool


class BarBlock(StructBlock):
    """One bar: what it counts, and how many."""

    label = CharBlock(max_length=60)
    value = DecimalBlock(min_value=0, max_digits=14)
    shown_as = CharBlock(max_length=16, required=False, help_text="If not the plain number, such as “18+”.")
    own = BooleanBlock(required=False, label="Ours", help_text="Drawn in the strong colour.")

    class Meta:
        label = "Bar"


class ChartBlock(StructBlock):
    """A few numbers as bars, drawn on the server, with the same numbers as a table."""

    bars = ListBlock(BarBlock(), min_num=1, max_num=MOST_BARS)
    unit = CharBlock(max_length=80, required=False, help_text="What the numbers are, such as “Months old”.")
    caption = CharBlock(max_length=240, help_text="What the picture shows, in one sentence.")
    source = CharBlock(max_length=160, required=False, help_text="Where the numbers are from.")

    def clean(self, value):
        value = super().clean(value)
        if not any(bar["value"] for bar in value["bars"]):
            words = ValidationError("At least one bar must be more than nothing.")
            raise StructBlockValidationError(non_block_errors=[words])
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        bars = drawn(value["bars"])
        middle = LABELS + (WIDTH - LABELS - VALUES) // 2
        return context | {
            "bars": bars,
            "width": WIDTH,
            "height": len(bars) * ROW + 12,
            "left": LABELS,
            "middle": middle,
        }

    class Meta:
        icon = "order-down"
        label = "Bar chart"
        template = "core/blocks/chart.html"
        preview_value = {
            "bars": [
                {"label": "National exercise", "value": Decimal(18), "shown_as": "18+", "own": False},
                {"label": "County sharing", "value": Decimal(1), "shown_as": "", "own": True},
            ],
            "unit": "Months old when it reaches the team",
            "caption": "Fresh data is the difference between stopping a wrong payment and chasing it.",
            "source": "",
        }
        description = "A few numbers as bars, with the same numbers as a table."


def drawn(bars) -> list[Bar]:
    """The bars as they are drawn: the longest fills the room between labels and values."""
    room = WIDTH - LABELS - VALUES
    most = max((bar["value"] or 0 for bar in bars), default=0) or 1
    rows = []
    for number, bar in enumerate(bars):
        amount = bar["value"] or 0
        width = max(round(room * float(amount / most)), 2)
        y = number * ROW + 11
        text = bar["shown_as"] or f"{amount.normalize():,f}" if amount else bar["shown_as"] or "0"
        rows.append(Bar(_lines(bar["label"]), text, y, y + 15, width, LABELS + width + 8, bool(bar["own"])))
    return rows


def _lines(label: str, length: int = 22) -> tuple[str, ...]:
    """A label in at most two lines: SVG does not break them itself."""
    if len(label) <= length:
        return (label,)
    words, first = label.split(), ""
    while words and len(f"{first} {words[0]}".strip()) <= length:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    return tuple(line for line in (first, rest if len(rest) <= length + 6 else rest[: length + 4] + "…") if line)
