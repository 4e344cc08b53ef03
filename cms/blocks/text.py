from wagtail.blocks import RichTextBlock

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class TextBlock(RichTextBlock):
    """Running text: paragraphs, lists and links. Headings are a block of their own."""

    def __init__(self, **kwargs):
        super().__init__(features=FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "cms/blocks/text.html"
        preview_value = "<p>Ask first, and write down what was agreed.</p>"
        description = "Paragraphs, lists and links"
