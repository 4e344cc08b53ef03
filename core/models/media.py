"""Our own image and document models, so that fields can be added without moving tables."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from core import filetypes


class CustomImage(AbstractImage):
    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter")
        ]


class CustomDocument(AbstractDocument):
    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"

    def clean(self):
        if not self.file:
            return  # its field says why; Wagtail would add that it ends in “.”
        super().clean()
        self.file.open("rb")
        try:
            filetypes.check(self.file, PurePath(self.file.name).suffix.removeprefix("."))
        except filetypes.NotWhatItSays as refusal:
            raise ValidationError({"file": str(refusal)}) from None
