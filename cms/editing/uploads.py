"""What may be done with the files in the library of documents. What is in them is asked by their model."""

from django import forms
from wagtail.documents.forms import BaseDocumentForm


class DocumentForm(BaseDocumentForm):
    """Wagtail's, but a file that people have copies of stays as it is."""

    def clean_file(self):
        if "file" in self.changed_data and self.instance.pk and self.instance.template_versions.exists():
            raise forms.ValidationError(
                "This file is a version of a template: people have copies of it. "
                "Add a new version to the template instead."
            )
        return self.cleaned_data["file"]
