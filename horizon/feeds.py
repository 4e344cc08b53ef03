"""Atom feeds of the Horizon: new briefings, dates that moved, stages that were reached; newest first."""

from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import get_tag_uri

from core import caching
from core.feeds import AtomFeed
from horizon.models import Development
from horizon.querysets.news import EVERYONE, known_of, latest_news
from members.access import public


class HorizonFeed(AtomFeed):
    """All of it, or what ?topic= (a slug) and ?category= leave of it. What nothing public is about is not repeated."""

    def get_object(self, request):
        caching.depends_on(request, "site", "horizon", "pages", "members", "glossary")
        self.site = f"{request.scheme}://{request.get_host()}"
        asked = {name: request.GET.get(name, "").replace("\0", "") for name in ("topic", "category")}
        asked = {name: value for name, value in asked.items() if value}
        self.known = known_of(today=timezone.localdate(), **asked)
        return asked

    def title(self, asked):
        return f"Horizon: {', '.join(self.known.values())}" if self.known else "Horizon"

    subtitle = "What is about to change, and what to do by when: new briefings, dates that moved, stages reached."

    def link(self, asked):
        return "/horizon/"

    def feed_url(self, asked):
        known = {name: asked[name] for name in self.known}
        return f"{reverse('horizon:feed')}?{urlencode(known)}" if known else reverse("horizon:feed")

    def feed_guid(self, thing):
        return f"{self.site}{self.feed_url(thing)}"

    def items(self, asked):
        return latest_news(today=timezone.localdate(), **asked)

    def item_title(self, news):
        return news.title

    def item_description(self, news):
        return news.text

    def item_link(self, news):
        return news.url

    def item_guid(self, news):
        return get_tag_uri(f"{self.site}{news.url}#{news.key}", news.noted)

    def item_pubdate(self, news):
        return news.at

    def item_updateddate(self, news):
        return news.changed

    def item_categories(self, news):
        return news.topics


class DevelopmentFeed(HorizonFeed):
    """What is new about one development."""

    def get_object(self, request, slug):
        caching.depends_on(request, "site", "horizon", "pages", "members", "glossary")
        self.site = f"{request.scheme}://{request.get_host()}"
        return get_object_or_404(Development.objects.visible_to(EVERYONE), slug=slug)

    def title(self, development):
        return development.title

    def subtitle(self, development):
        return development.summary

    def link(self, development):
        return development.get_absolute_url()

    def feed_url(self, development):
        return reverse("horizon:development-feed", args=[development.slug])

    def items(self, development):
        return latest_news(today=timezone.localdate(), development=development.pk)


@public
def feed(request):
    """The general feed."""
    return HorizonFeed()(request)


@public
def development_feed(request, slug: str):
    """The feed of one development."""
    return DevelopmentFeed()(request, slug)
