from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page

from reference.models.provision import Provision


class PageProvision(Orderable):
    """A page stands on a provision of law: becomes a `Citation` when the page is published. Kept in its revisions."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="provision_links")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="page_links")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "provision"], name="one_provision_per_page")]
