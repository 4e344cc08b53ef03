import datetime as dt

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from cms.blocks.reading import reading_blocks
from cms.bylines import member_byline
from cms.editing.forms import ReadyForm
from cms.pages.content import ContentPage
from core import caching
from core.models import AbstractPage
from core.models.ready import PublishedWhenReady
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

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "list of news"
        verbose_name_plural = "lists of news"

    def get_context(self, request, *args, **kwargs):
        from cms.querysets.news import news_list

        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "members")
        context = super().get_context(request, *args, **kwargs)
        return context | {"list": news_list(request.user, request.GET)}


class NewsPage(PublishedWhenReady, ContentPage):
    """A piece of news, or a blog post by a member. Replies are a thread of the forum about it."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        BLOG = "blog", "Blog"

    kind = models.CharField(max_length=4, choices=Kind, default=Kind.NEWS)
    date = models.DateField(default=today)
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="news")
    body = LightStreamField(reading_blocks(), blank=True)
    replies_open = models.BooleanField("members may reply", default=True)

    streams = ("body",)
    base_form_class = ReadyForm
    template = "cms/news.html"
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*ContentPage.search_fields, index.SearchField("body")]

    edit_handler = ContentPage.tabs(
        (
            "News",
            [
                *ContentPage.first_panels,
                FieldRowPanel([FieldPanel("kind"), FieldPanel("date"), FieldPanel("author")]),
                FieldPanel("body"),
                FieldPanel("replies_open"),
            ],
        ),
    )

    class Meta:
        verbose_name = "news item"
        verbose_name_plural = "news"

    def refusals(self) -> dict[str, str]:
        """Why it can't be published: it says nothing yet."""
        return {} if self.body else {"body": "There are no words yet. Write what is new."}

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        author = Member.objects.with_organisation().filter(pk=self.author_id or 0).first()
        return context | {"byline": member_byline(author, request.user)}
