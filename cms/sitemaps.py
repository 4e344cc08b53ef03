"""/sitemap.xml: everything a stranger may read and search engines may keep. Nothing private is named."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import Max
from django.urls import reverse
from wagtail.models import Page

from cms.models import Template
from core import caching
from events.models.programme import Session
from events.querysets.events import visible_to
from events.querysets.speakers import speakers_visible_to
from forum.models import Thread
from horizon.models import Development
from members.access import public
from members.models import Organisation
from members.pages import pages_visible_to
from reference.models import Provision, Term

EVERYONE = AnonymousUser()


class Part(Sitemap):
    """A part of the sitemap; in pages of a few thousand, so that none is slow."""

    limit = 5000

    moment = ""  # the field that says when one of it changed

    def location(self, item):
        return item.get_absolute_url()

    def get_latest_lastmod(self):
        """The newest of all, asked of the database: Django would read every row for it."""
        return self.items().order_by().aggregate(newest=Max(self.moment))["newest"] if self.moment else None


class Pages(Part):
    moment = "last_published_at"

    def items(self):
        return pages_visible_to(Page.objects.filter(depth__gt=1), EVERYONE).order_by("pk")

    def location(self, item):
        return item.get_url() or "/"

    def lastmod(self, item):
        return item.last_published_at


class Threads(Part):
    moment = "last_activity_at"

    def items(self):
        rows = Thread.objects.visible_to(EVERYONE).filter(removed_at=None)
        return rows.only("pk", "slug", "last_activity_at").order_by("pk")

    def lastmod(self, item):
        return item.last_activity_at


class Organisations(Part):
    def items(self):
        return Organisation.objects.visible_to(EVERYONE).only("slug").order_by("pk")


class Provisions(Part):
    def items(self):
        return Provision.objects.visible_to(EVERYONE).order_by("pk")


class Terms(Part):
    def items(self):
        return Term.objects.visible_to(EVERYONE).only("slug").order_by("pk")


class Developments(Part):
    moment = "edited_at"

    def items(self):
        return Development.objects.visible_to(EVERYONE).only("slug", "edited_at").order_by("pk")

    def lastmod(self, item):
        return item.edited_at


class Templates(Part):
    def items(self):
        return Template.objects.visible_to(EVERYONE).order_by("pk")


class Sessions(Part):
    """The sessions of events; the events themselves are pages."""

    moment = "edited_at"

    def items(self):
        seen = visible_to(EVERYONE).order_by().values("pk")
        return Session.objects.filter(event__in=seen).only("slug", "event_id", "edited_at").order_by("pk")

    def lastmod(self, item):
        return item.edited_at


class Speakers(Part):
    def items(self):
        return speakers_visible_to(EVERYONE).only("slug", "name")


class Places(Part):
    """Lists that are pages of the apps."""

    def items(self):
        names = ("forum:thread-list", "members:organisation-list", "reference:provision-list", "reference:glossary")
        names += ("reference:finder", "cms:topics", "cms:a-z", "cms:template-list")
        return [*names, "horizon:timeline", "horizon:radar"]

    def location(self, item):
        return reverse(item)


PARTS: dict[str, type[Sitemap] | Sitemap] = {
    "places": Places, "pages": Pages, "threads": Threads, "organisations": Organisations, "gateways": Provisions,
    "words": Terms, "templates": Templates, "changes": Developments, "sessions": Sessions, "speakers": Speakers,
}  # fmt: skip
NAMES = ("forum", "pages", "members", "law", "glossary", "templates", "horizon", "events")


@public
def sitemap_index(request):
    """The list of parts."""
    caching.depends_on(request, *NAMES)
    return index(request, PARTS, sitemap_url_name="cms:sitemap-part")


@public
def sitemap_part(request, section: str):
    """One part of it."""
    caching.depends_on(request, *NAMES)
    return sitemap(request, PARTS, section=section)
