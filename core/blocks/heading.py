from wagtail.blocks import CharBlock


class HeadingBlock(CharBlock):
    """A heading inside a part of a page."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)

    class Meta:
        icon = "title"
        label = "Heading"
        template = "core/blocks/heading.html"
        preview_value = "What to ask first"
        description = "A heading over the blocks that follow."
