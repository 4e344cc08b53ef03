from core.blocks.text import SHORT_FEATURES, TextBlock


class ContactBlock(TextBlock):
    """Whom to ask, and how."""

    def __init__(self, **kwargs):
        super().__init__(features=SHORT_FEATURES, **kwargs)

    class Meta:
        icon = "user"
        label = "Whom to ask"
        template = "core/blocks/contact.html"
        preview_value = "<p>Ask through the forum, so that others can read the reply.</p>"
        description = "Whom to ask, and how. No private addresses."
