from django.utils.functional import cached_property
from wagtail.blocks import ChooserBlock, StructBlock, TextBlock

from cms.choosers import excerpt_chooser
from core import caching
from core.blocks.reading import holds


class ChosenExcerpt(ChooserBlock):
    """One of the excerpts whose authors were asked; the choice says how far each is."""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    @property
    def target_model(self):
        from cms.models import Excerpt

        return Excerpt

    @cached_property
    def widget(self):
        return excerpt_chooser.widget_class()


class ExcerptBlock(StructBlock):
    """Words from a post of the forum. They stand here, with their author, once the author has agreed.

    Until then, and after a no, readers get the editor's own summary, and no name.
    """

    excerpt = ChosenExcerpt(label="Words from a post", help_text="Asked for with “Make a story or guidance of this”.")
    summary = TextBlock(
        required=False, max_length=600, rows=3, label="In your own words",
        help_text="Shown instead of the author's words unless they agree. Say nothing that tells who it was.",
    )  # fmt: skip

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"excerpt": _to_show(value.get("excerpt"), context)}

    class Meta:
        icon = "comment"
        label = "Words from the forum"
        template = "cms/blocks/excerpt.html"
        preview_value = {
            "excerpt": None,
            "summary": "A council asked the fire service first, and wrote down the answer.",
        }
        description = "Words of a post, shown with their author once the author agrees."


def _to_show(excerpt, context):
    """The excerpt with its byline, if the page it stands on may quote it: `context["excerpts"]`, of `excerpts_for`."""
    return (context.get("excerpts") or {}).get(excerpt.pk) if excerpt is not None else None


def excerpts_for(page, request) -> dict[int, dict]:
    """What a page may quote, as `shown_on` gives it to the reader. A query; none for a page without such a block."""
    from cms.querysets.excerpts import shown_on, threads_quoted_on

    if page.pk is None or not holds(page, "excerpt"):
        return {}
    if getattr(request, "may_be_kept", False):  # a post that is taken away is quoted no more
        caching.depends_on(request, *(f"thread:{number}" for number in threads_quoted_on(page)))
    return shown_on(page, getattr(request, "user", None))
