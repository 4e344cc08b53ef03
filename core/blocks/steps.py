from wagtail.blocks import CharBlock, ListBlock, StructBlock, TextBlock

from core.blocks.words import explained


class StepsBlock(StructBlock):
    """What to do in order, numbered."""

    title = CharBlock(max_length=120, required=False)
    items = ListBlock(TextBlock(max_length=400, rows=2), label="Steps", min_num=2)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"steps": [explained(item, context) for item in value["items"]]}

    class Meta:
        icon = "list-ol"
        label = "Steps"
        template = "core/blocks/steps.html"
        preview_value = {
            "title": "From an idea to a protocol",
            "items": ["Write down what you want to achieve.", "Ask who holds what.", "Settle the law together."],
        }
        description = "What to do in order, numbered."
