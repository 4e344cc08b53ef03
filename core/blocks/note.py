from core.blocks.text import SHORT_FEATURES, TextBlock


class NoteBlock(TextBlock):
    """Something good to know, set apart from the text."""

    def __init__(self, **kwargs):
        super().__init__(features=SHORT_FEATURES, **kwargs)

    class Meta:
        icon = "info-circle"
        label = "Note"
        template = "core/blocks/note.html"
        preview_value = "<p>The figures are from the first year.</p>"
        description = "Something good to know, set apart from the text."
