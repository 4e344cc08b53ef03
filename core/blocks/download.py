from wagtail.blocks import CharBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock


class DownloadBlock(StructBlock):
    """A document to fetch. Readers who may not fetch it are not told that it is there."""

    document = DocumentChooserBlock()
    title = CharBlock(max_length=120, required=False, help_text="Unless it is the document's own.")
    note = CharBlock(max_length=200, required=False, help_text="What it is good for.")

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"document": _for_reader(value["document"], context)}

    def get_searchable_content(self, value):
        """Nothing: search can't tell who may fetch the document, and would quote its name to anyone."""
        return []

    def get_preview_value(self):
        from wagtail.documents import get_document_model

        document = get_document_model().objects.first()
        return self.normalize({"document": document, "title": "Data flow mapping sheet"})

    class Meta:
        icon = "doc-full"
        label = "Download"
        template = "core/blocks/download.html"
        description = "A document to fetch. Only shown to those who may fetch it."


def _for_reader(document, context):
    """The document if the reader may fetch it. `context["documents"]` holds those of the page that they may."""
    if document is None:
        return None
    known = context.get("documents")
    if known is None:
        from core.blocks.files import documents_of

        known = documents_of([document.pk], context.get("request"))
    return known.get(document.pk)
