import datetime as dt

from django.db import models
from django.utils import timezone
from wagtail.search import index

from cms.blocks.reading import reading_blocks
from cms.pages.content import ContentPage
from core.models import AbstractPage
from core.streams import LightStreamField
from members.models import Member


def today() -> dt.date:
    return timezone.localdate()


class NewsIndexPage(AbstractPage):
    """News and blog, newest first."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/news_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]


class NewsPage(ContentPage):
    """A piece of news, or a blog post by a member. Replies are a thread of the forum about it."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        BLOG = "blog", "Blog"

    kind = models.CharField(max_length=4, choices=Kind, default=Kind.NEWS)
    date = models.DateField(default=today)
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="news")
    body = LightStreamField(reading_blocks(), blank=True)
    replies_open = models.BooleanField("members may reply", default=True)

    template = "cms/news.html"
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
