"""Atom feeds of success stories, guidance, news and templates: what anyone who asks may see, newest first."""

from django.urls import reverse

from cms.bylines import member_byline
from cms.models import GuidanceIndexPage, GuidancePage, NewsIndexPage, NewsPage, StoryIndexPage, StoryPage
from cms.querysets.templates import newest_versions
from core import caching
from core.feeds import AtomFeed
from members.access import public
from members.pages import pages_visible_to

MOST = 30


class PageFeed(AtomFeed):
    """The newest pages of one kind that the reader may see. A feed reader is nobody, so it gets what is public."""

    model: type
    index: type
    url_name: str
    words: str
    author_name = ""

    def get_object(self, request):
        caching.depends_on(request, "site", "pages", "members")
        self_index = pages_visible_to(self.index.objects.all(), request.user).first()
        return {"viewer": request.user, "index": self_index}

    def title(self, feed):
        return feed["index"].title if feed["index"] else self.words

    def subtitle(self, feed):
        return feed["index"].intro if feed["index"] else ""

    def link(self, feed):
        return feed["index"].url if feed["index"] else "/"

    def feed_url(self, feed):
        return reverse(self.url_name)

    def feed_guid(self, feed):
        return reverse(self.url_name)

    def items(self, feed):
        pages = pages_visible_to(self.model.objects.all(), feed["viewer"])
        found = list(self.ordered(pages)[:MOST])
        for page in found:
            page.reader = feed["viewer"]
        return found

    def ordered(self, pages):
        return pages.order_by("-first_published_at", "-pk")

    def item_title(self, page):
        return page.title

    def item_description(self, page):
        return page.summary

    def item_link(self, page):
        return page.url

    def item_pubdate(self, page):
        return page.first_published_at

    def item_updateddate(self, page):
        return page.last_published_at

    def item_categories(self, page):
        return [link.tag.name for link in page.topic_links.all()]


class StoryFeed(PageFeed):
    model, index, url_name, words = StoryPage, StoryIndexPage, "cms:story-feed", "Success stories"

    def ordered(self, pages):
        return super().ordered(pages).prefetch_related("topic_links__tag")


class GuidanceFeed(PageFeed):
    model, index, url_name, words = GuidancePage, GuidanceIndexPage, "cms:guidance-feed", "Guidance"

    def ordered(self, pages):
        return super().ordered(pages).prefetch_related("topic_links__tag")


class NewsFeed(PageFeed):
    model, index, url_name, words = NewsPage, NewsIndexPage, "cms:news-feed", "News"

    def ordered(self, pages):
        news = pages.select_related("author__organisation__sector").prefetch_related("topic_links__tag")
        return news.order_by("-date", "-pk")

    def item_author_name(self, page):
        byline = member_byline(page.author, page.reader)
        return byline.text() if byline else ""


class TemplateFeed(AtomFeed):
    """The newest versions of templates that the reader may fetch, with what changed."""

    title = "Templates"
    subtitle = "New templates, and new versions of them."

    def get_object(self, request):
        caching.depends_on(request, "site", "templates")
        return request.user

    def link(self, viewer):
        return reverse("cms:template-list")

    def feed_url(self, viewer):
        return reverse("cms:template-feed")

    def feed_guid(self, viewer):
        return reverse("cms:template-feed")

    def items(self, viewer):
        return newest_versions(viewer, most=MOST)

    def item_title(self, version):
        return str(version)

    def item_description(self, version):
        return version.change_note

    def item_pubdate(self, version):
        return version.published_at

    def item_updateddate(self, version):
        return version.published_at


stories = public(StoryFeed())
guidance = public(GuidanceFeed())
news = public(NewsFeed())
templates = public(TemplateFeed())
