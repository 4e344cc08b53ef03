from django.core.exceptions import ValidationError
from django.db import models
from django.utils.http import url_has_allowed_host_and_scheme
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.pages.content import ContentPage
from core import caching
from core.models import AbstractPage


def check_address(value: str) -> None:
    """An address of this site ("/glossary/"), or a whole one that begins with https. Raises ValidationError."""
    here = value.startswith("/") and url_has_allowed_host_and_scheme(value, allowed_hosts=None)
    if not here and not value.startswith("https://"):
        raise ValidationError("Give an address of this site that begins with “/”, or one that begins with https://.")


class StartIndexPage(AbstractPage):
    """Where newcomers begin: one start page for each role."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/start_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StartPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "list of start pages"
        verbose_name_plural = "lists of start pages"

    def get_context(self, request, *args, **kwargs):
        from cms.querysets.starts import start_pages

        caching.depends_on(request, "site", f"page:{self.pk}", "pages")
        context = super().get_context(request, *args, **kwargs)
        return context | {"starts": start_pages(request.user)}


class StartPage(ContentPage):
    """A newcomer's start, by role: at most five things to read, and a next step."""

    MOST_ITEMS = 5

    role = models.CharField(max_length=80, help_text="Who it is for, such as “front-line practitioner”.")
    next_title = models.CharField("next step", max_length=80, blank=True)
    next_text = models.CharField(max_length=240, blank=True)
    next_url = models.CharField("address of the next step", max_length=200, blank=True, validators=[check_address])

    template = "cms/start.html"
    parent_page_types = ["cms.StartIndexPage"]
    subpage_types: list[str] = []

    edit_handler = ContentPage.tabs(
        (
            "Start page",
            [
                *ContentPage.first_panels,
                FieldPanel("role"),
                InlinePanel(
                    "items",
                    [
                        FieldPanel("linked_page"), FieldPanel("url"), FieldPanel("title"), FieldPanel("why"),
                        FieldPanel("minutes"),
                    ],
                    heading="What to read", label="Item", min_num=1, max_num=MOST_ITEMS,
                    help_text="At most five, in the order to read them.",
                ),
                MultiFieldPanel(
                    [FieldPanel("next_title"), FieldPanel("next_text"), FieldPanel("next_url")], heading="Next step"
                ),
            ],
        ),
    )  # fmt: skip

    def clean(self):
        super().clean()
        if self.items.count() > self.MOST_ITEMS:
            raise ValidationError(f"A start page has {self.MOST_ITEMS} items at most: newcomers read no more.")
        if self.next_title and not self.next_url:
            raise ValidationError({"next_url": "Say where the next step leads."})

    def get_context(self, request, *args, **kwargs):
        from cms.querysets.starts import items_of, start_pages

        caching.depends_on(request, "pages")
        context = super().get_context(request, *args, **kwargs)
        items = items_of(self, request.user)
        return context | {
            "items": items,
            "minutes": sum(item.minutes or 0 for item in items),
            "others": [start for start in start_pages(request.user) if start.pk != self.pk],
        }


class StartItem(Orderable):
    """One thing to read: a page of the site, or any address of it."""

    page = ParentalKey(StartPage, on_delete=models.CASCADE, related_name="items")
    linked_page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    url = models.CharField("or an address", max_length=200, blank=True, validators=[check_address])
    title = models.CharField(max_length=120, blank=True, help_text="Unless it is the page's own.")
    why = models.CharField(max_length=200, help_text="Why read it, in one line.")
    minutes = models.PositiveSmallIntegerField("reading time in minutes", null=True, blank=True)

    def clean(self):
        super().clean()
        if bool(self.linked_page_id) == bool(self.url):
            raise ValidationError({"linked_page": "Choose a page, or give an address: one of the two."})
        if self.url and not self.title:
            raise ValidationError({"title": "Say what stands at this address."})
