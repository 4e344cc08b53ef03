from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, StructBlock
from wagtail.images.blocks import ImageBlock


class SaidImageBlock(ImageBlock):
    """An image that says in words what it shows, or that it only decorates. Wagtail's own lets both be left out."""

    def clean(self, value):
        image = super().clean(value)
        if image is not None and not image.decorative and not (image.contextual_alt_text or "").strip():
            raise ValidationError("Say in words what the image shows, or tick “Image is decorative”.")
        return image


class ImageFigureBlock(StructBlock):
    """An image with a caption. Readers who may not see its collection are not told that it is there."""

    image = SaidImageBlock()
    caption = CharBlock(max_length=240, required=False)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"image": _for_reader(value["image"], context)}

    def get_searchable_content(self, value):
        """Nothing: search can't tell who may see the image, and would quote its caption to anyone."""
        return []

    def get_preview_value(self):
        from wagtail.images import get_image_model

        image = get_image_model().objects.first()
        return self.normalize({"image": image, "caption": "What the picture shows"}) if image else self.get_default()

    class Meta:
        icon = "image"
        label = "Image"
        template = "core/blocks/image.html"
        description = "An image with a caption. Say in words what it shows."


def _for_reader(image, context):
    """The image if the reader may see it. `context["pictures"]` holds the ids of those of the page that they may."""
    if image is None:
        return None
    known = context.get("pictures")
    if known is None:
        from core.blocks.files import pictures_of

        known = pictures_of([image.pk], context.get("request"))
    return image if image.pk in known else None
