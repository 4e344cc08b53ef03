from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from cms.pages.content import ContentPage
from core.models import AbstractPage


class StartIndexPage(AbstractPage):
    """Where newcomers begin: one start page for each role."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/start_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StartPage"]


class StartPage(ContentPage):
    """A newcomer's start, by role: at most five things to read, and a next step."""

    MOST_ITEMS = 5

    role = models.CharField(max_length=80, help_text="Who it is for, such as “front-line practitioner”.")
    next_title = models.CharField("next step", max_length=80, blank=True)
    next_text = models.CharField(max_length=240, blank=True)
    next_url = models.CharField("address of the next step", max_length=200, blank=True)

    template = "cms/start.html"
    parent_page_types = ["cms.StartIndexPage"]
    subpage_types: list[str] = []


class StartItem(Orderable):
    """One thing to read: a page of the site, or any address of it."""

    page = ParentalKey(StartPage, on_delete=models.CASCADE, related_name="items")
    linked_page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    url = models.CharField("or an address", max_length=200, blank=True)
    title = models.CharField(max_length=120, blank=True, help_text="Unless it is the page's own.")
    why = models.CharField(max_length=200, help_text="Why read it, in one line.")
    minutes = models.PositiveSmallIntegerField("reading time in minutes", null=True, blank=True)
