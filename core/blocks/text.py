from wagtail.blocks import RichTextBlock

from core.blocks.words import explained

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]
# For the short texts of other blocks: a note, a warning, a contact.
SHORT_FEATURES = ["bold", "italic", "link"]


class TextBlock(RichTextBlock):
    """Running text: paragraphs, lists and links. Headings are a block of their own."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"html": explained(value, context)}

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "core/blocks/text.html"
        preview_value = (
            "<p>Ask first, and <b>write down</b> what was agreed.</p><ul><li>Who shares</li><li>What</li></ul>"
        )
        description = "Paragraphs, lists and links."
