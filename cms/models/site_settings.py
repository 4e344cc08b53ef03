import re

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

HERE = re.compile(r"/(?![/\\])[^\s\\]*")
ELSEWHERE = re.compile(r"https://[^\s\\/]+[^\s\\]*")


def valid_address(value: str) -> None:
    """An address of this site (“/guidance/”) or a secure one elsewhere; nothing that runs or lies."""
    if not (HERE.fullmatch(value) or ELSEWHERE.fullmatch(value)):
        raise ValidationError("Write an address of this site that begins with a slash, or one with https:// in front.")


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting, ClusterableModel):
    """The community's name and words in every page's frame, and its navigation. Empty fields take the settings'."""

    site_name = models.CharField(max_length=60, blank=True)
    partnership = models.CharField("name of the partnership", max_length=120, blank=True)
    strapline = models.CharField(max_length=240, blank=True, help_text="In the footer of every page.")
    contact_email = models.EmailField("the core team's address", blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("site_name"), FieldPanel("partnership"), FieldPanel("strapline"), FieldPanel("contact_email")],
            "Names and words",
            help_text="What you leave empty stays as the site was set up.",
        ),
        InlinePanel(
            "navigation", [FieldPanel("title"), FieldPanel("url")], heading="Sections at the top", label="Section",
            max_num=8, help_text="Leave empty for the usual ones. Once one is here, only these show: eight at most.",
        ),
        InlinePanel(
            "footer_links", [FieldPanel("heading"), FieldPanel("title"), FieldPanel("url")],
            heading="Links at the foot", label="Link", max_num=24,
            help_text="Leave empty for the usual ones. Links with the same heading stand under it.",
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = "site and navigation"


class NavigationItem(Orderable):
    """A section in the masthead, in order."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="navigation")
    title = models.CharField(max_length=24)
    url = models.CharField(
        "address", max_length=200, validators=[valid_address], help_text="Begins with a slash, such as /guidance/."
    )


class FooterLink(Orderable):
    """A link in the footer, under one of its headings."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="footer_links")
    heading = models.CharField(max_length=30)
    title = models.CharField(max_length=60)
    url = models.CharField("address", max_length=200, validators=[valid_address])
