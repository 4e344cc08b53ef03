from wagtail.blocks import CharBlock, StructBlock, TextBlock


class QuoteBlock(StructBlock):
    """Somebody's words, with their role and organisation: never a name without consent."""

    text = TextBlock(max_length=600, rows=3, label="Words", help_text="Without quotation marks.")
    who = CharBlock(
        max_length=160,
        label="Role and organisation",
        help_text="Such as “Revenues manager, Blackwater District Council”.",
    )

    class Meta:
        icon = "openquote"
        label = "Quote"
        template = "core/blocks/quote.html"
        preview_value = {
            "text": "It told me which questions our solicitor would ask.",
            "who": "Revenues manager, a district council",
        }
        description = "Somebody’s words, with their role and organisation."
