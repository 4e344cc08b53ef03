from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting, ClusterableModel):
    """The community's name and words in every page's frame, and its navigation. Empty fields take the settings'."""

    site_name = models.CharField(max_length=60, blank=True)
    partnership = models.CharField("name of the partnership", max_length=120, blank=True)
    strapline = models.CharField(max_length=240, blank=True)
    contact_email = models.EmailField("the core team's address", blank=True)

    class Meta:
        verbose_name = "site and navigation"


class NavigationItem(Orderable):
    """A section in the masthead, in order."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="navigation")
    title = models.CharField(max_length=24)
    url = models.CharField("address", max_length=200, help_text="Begins with a slash, such as /guidance/.")


class FooterLink(Orderable):
    """A link in the footer, under one of its headings."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="footer_links")
    heading = models.CharField(max_length=30)
    title = models.CharField(max_length=60)
    url = models.CharField("address", max_length=200)
