"""A StreamField whose blocks stand in code only: changing a block makes no migration."""

from wagtail.fields import StreamField


class LightStreamField(StreamField):
    """As Wagtail's, but migrations do not spell out its blocks. The stored value is JSON either way."""

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
