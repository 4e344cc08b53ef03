from wagtail.snippets.blocks import SnippetChooserBlock


class DefinitionBlock(SnippetChooserBlock):
    """A term of the glossary with its meaning, in full."""

    def __init__(self, **kwargs):
        super().__init__("reference.Term", **kwargs)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        if value is not None and context.get("terms_used") is not None:
            context["terms_used"].add(value.pk)  # said in full here: no tooltip after it
        return context

    def get_preview_value(self):
        return self.target_model.objects.first()

    class Meta:
        icon = "openquote"
        label = "Definition"
        template = "reference/blocks/definition.html"
        description = "A term of the glossary with its meaning. Change the words in the glossary, not here."
