from wagtail.blocks import ListBlock, StructBlock, TextBlock

from core.blocks.words import explained


class DosBlock(StructBlock):
    """What to do and what to leave, side by side."""

    do = ListBlock(TextBlock(max_length=240, rows=2), label="Do", min_num=1)
    dont = ListBlock(TextBlock(max_length=240, rows=2), label="Don’t", min_num=1)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {part: [explained(item, context) for item in value[part]] for part in ("do", "dont")}

    class Meta:
        icon = "check"
        label = "Do and don’t"
        template = "core/blocks/dos.html"
        preview_value = {
            "do": ["Say what good would look like in one sentence."],
            "dont": ["Begin with the form."],
        }
        description = "What to do and what to leave, side by side."
