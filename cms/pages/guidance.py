from django.contrib.auth.models import AnonymousUser
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from cms import library
from cms.blocks.reading import reading_blocks
from cms.editing.forms import GuidanceForm
from cms.pages.approving import ApprovedBeforePublishing
from cms.pages.content import ContentPage
from core import caching
from core.models import AbstractPage
from core.streams import LightStreamField
from members.models import Member


def reader_of(request):
    """Who reads: nobody in particular where a request has no session, as in a static preview."""
    return getattr(request, "user", None) or AnonymousUser()


class GuidanceIndexPage(AbstractPage):
    """The guidance library, by authority level and topic."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/guidance_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidancePage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "guidance library"
        verbose_name_plural = "guidance libraries"

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages")
        context = super().get_context(request, *args, **kwargs)
        return context | library.index_context(request.GET, reader_of(request))


class GuidancePage(ApprovedBeforePublishing, ContentPage):
    """Guidance with its authority shown. A local item names the national one it stands under, and its approver."""

    class Level(models.TextChoices):
        LAW = "law", "Law"
        REGULATOR = "regulator", "Regulator"
        NATIONAL = "national", "National guidance"
        LOCAL = "local", "Local guidance"

    level = models.CharField("authority", max_length=9, choices=Level)
    source_name = models.CharField(max_length=120, blank=True, help_text="Who published it, unless it is ours.")
    source_url = models.URLField("where it is published", max_length=300, blank=True)
    national_parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="local_items",
        help_text="Local guidance stands under a law, the regulator or national guidance.",
    )  # fmt: skip
    approver = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="guidance_to_approve",
        help_text="Who approves local guidance before it is published.",
    )  # fmt: skip
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_of = models.CharField(max_length=64, blank=True, editable=False)  # the fingerprint of what was approved
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="superseded_by"
    )
    supersedes_note = models.CharField("what it replaces", max_length=200, blank=True)
    body = LightStreamField(reading_blocks(), blank=True)

    streams = ("body",)
    base_form_class = GuidanceForm
    template = "cms/guidance.html"
    parent_page_types = ["cms.GuidanceIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*ContentPage.search_fields, index.SearchField("body"), index.FilterField("level")]

    edit_handler = ContentPage.tabs(
        (
            "Guidance",
            [
                *ContentPage.first_panels,
                MultiFieldPanel(
                    [
                        FieldPanel(name)
                        for name in ("level", "source_name", "source_url", "national_parent", "approver")
                    ],
                    "Whose guidance it is",
                ),
                MultiFieldPanel([FieldPanel("supersedes"), FieldPanel("supersedes_note")], "What it replaces"),
                FieldPanel("body"),
            ],
        ),
    )

    class Meta:
        verbose_name = "guidance"
        verbose_name_plural = "guidance"

    def is_local(self) -> bool:
        return self.level == self.Level.LOCAL

    def lacking(self) -> dict[str, str]:
        """What it lacks before anybody approves or publishes it: its place and approver, and words."""
        found = super().lacking()
        if not self.body and not self.source_url:
            found["body"] = "There are no words yet. Write the guidance, or say where it is published."
        return found

    def facts(self) -> dict:
        """With `people`, `provisions` and the guidance `near` it, see `library.item_facts`."""
        return super().facts() | library.item_facts(self)

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "glossary", "law", "members")
        context = super().get_context(request, *args, **kwargs)
        return context | library.item_context(self, context["facts"], reader_of(request))
