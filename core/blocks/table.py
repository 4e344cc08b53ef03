from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock, TypedTableBlockValidationError

from core.blocks.text import SHORT_FEATURES

MOST_COLUMNS = 6


class TableBlock(TypedTableBlock):
    """Facts side by side. Each column holds words, or numbers that line up; the first names its row."""

    def __init__(self, **kwargs):
        columns = [
            ("words", RichTextBlock(features=SHORT_FEATURES, label="Words")),
            ("number", CharBlock(max_length=40, label="Number")),
        ]
        super().__init__(columns, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        if value and value.columns and not value.caption:
            raise TypedTableBlockValidationError(non_block_errors=[ValidationError("Give the table a caption.")])
        if value and len(value.columns) > MOST_COLUMNS:
            words = f"Six columns are the most that can be read: divide the table. It has {len(value.columns)}."
            raise TypedTableBlockValidationError(non_block_errors=[ValidationError(words)])
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        heads = [{"title": column["heading"], "number": column["block"].name == "number"} for column in value.columns]
        rows = [
            [{"cell": cell, **head} for cell, head in zip(row, heads, strict=True)]
            for row in value.rows
        ]  # fmt: skip
        return context | {"heads": heads, "rows": rows}

    class Meta:
        icon = "table"
        label = "Table"
        template = "core/blocks/table.html"
        description = "Facts side by side, with a caption. The first column names its row."
        preview_value = {
            "caption": "How old the records were",
            "columns": [{"type": "words", "heading": "Exercise"}, {"type": "number", "heading": "Months"}],
            "rows": [{"values": ["<p>National</p>", "18"]}, {"values": ["<p>County</p>", "1"]}],
        }
