"""What may be put into the library of documents."""

from pathlib import PurePath

from django import forms
from wagtail.documents.forms import BaseDocumentForm

from core import filetypes


class DocumentForm(BaseDocumentForm):
    """Wagtail's, and: the content must be what the name says, and a file that people have copies of stays as it is."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data or not file:
            return file
        if self.instance.pk and self.instance.template_versions.exists():
            raise forms.ValidationError(
                "This file is a version of a template: people have copies of it. Add a new version to the template instead."
            )
        try:
            filetypes.check(file, PurePath(file.name).suffix.removeprefix("."))
        except filetypes.NotWhatItSays as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return file
