"""Our own image and document models, so that fields can be added without moving tables."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

LOOKED_AT = 4096  # bytes of a file
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# How a file of each ending begins. Text has no such mark: it must not hold what text never holds.
BEGINNINGS = {"pdf": (b"%PDF-",)} | dict.fromkeys(("docx", "ods", "odt", "pptx", "xlsx", "zip"), _ZIP)
TEXT = ("csv", "txt")


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
        super().clean()
        if self.file and not is_what_it_says(self.file):
            raise ValidationError(
                {"file": "This file is not what its name says. Save it again in its program, then upload that."}
            )


def is_what_it_says(file) -> bool:
    """Whether the first bytes of a file fit the ending of its name; other endings are refused elsewhere."""
    ending = PurePath(file.name).suffix.lower().lstrip(".")
    file.open("rb")
    file.seek(0)
    start = file.read(LOOKED_AT)
    file.seek(0)
    if ending in TEXT:
        return b"\x00" not in start and not start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(
            (b"<", b"%pdf", *_ZIP)
        )
    return start.startswith(BEGINNINGS.get(ending, (b"",)))
