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
    """An image with a caption."""

    image = SaidImageBlock()
    caption = CharBlock(max_length=240, required=False)

    def get_preview_value(self):
        from wagtail.images import get_image_model

        image = get_image_model().objects.first()
        return self.normalize({"image": image, "caption": "What the picture shows"}) if image else self.get_default()

    class Meta:
        icon = "image"
        label = "Image"
        template = "cms/blocks/image.html"
        description = "An image with a caption. Say in words what it shows."
