"""Atom: provisions of law as they are added or changed."""

from django.urls import reverse

from core.caching import depends_on
from core.feeds import AtomFeed
from members.access import public
from reference.models import Provision

LENGTH = 30


class ProvisionFeed(AtomFeed):
    title = "Legal gateways: added and changed"
    subtitle = "Provisions of law that let people share information, or stop them. Information, not legal advice."

    def link(self):
        return reverse("reference:provision-list")

    def feed_url(self):
        return reverse("reference:provision-feed")

    def items(self):
        return Provision.objects.visible_to(None).for_feed()[:LENGTH]

    def item_title(self, item):
        return f"{item.title}: law changed" if item.changed_on else item.title

    def item_description(self, item):
        changed = (
            f"Changed on {item.changed_on.day} {item.changed_on:%B %Y}: {item.changed_what}. "
            if item.changed_on
            else ""
        )
        return f"{changed}{item.purpose}. {item.get_kind_display()}. {item.get_checked_display()}."

    def item_link(self, item):
        return item.get_absolute_url()

    def item_updateddate(self, item):
        return item.edited_at


@public
def provision_feed(request):
    """The latest of them."""
    depends_on(request, "law")
    return ProvisionFeed()(request)
