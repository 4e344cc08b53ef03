from core.blocks.text import SHORT_FEATURES, TextBlock


class WarningBlock(TextBlock):
    """Something that goes wrong if it is overlooked."""

    def __init__(self, **kwargs):
        super().__init__(features=SHORT_FEATURES, **kwargs)

    class Meta:
        icon = "warning"
        label = "Warning"
        template = "core/blocks/warning.html"
        preview_value = "<p>This power does not reach health records.</p>"
        description = "Something that goes wrong if it is overlooked."
