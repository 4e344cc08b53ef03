from wagtail.blocks import CharBlock, ListBlock, StructBlock, TextBlock

from core.blocks.words import explained


class ChecklistBlock(StructBlock):
    """Things to make sure of, in any order."""

    title = CharBlock(max_length=120, required=False)
    items = ListBlock(TextBlock(max_length=400, rows=2), label="Things to check", min_num=2)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"checks": [explained(item, context) for item in value["items"]]}

    class Meta:
        icon = "tasks"
        label = "Checklist"
        template = "core/blocks/checklist.html"
        preview_value = {
            "title": "Before you share",
            "items": ["You know which law lets you.", "You share no more than is needed."],
        }
        description = "Things to make sure of, in any order."
