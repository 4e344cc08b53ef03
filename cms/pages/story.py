from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.models import Orderable
from wagtail.search import index

from cms.blocks.reading import story_blocks
from cms.pages.content import ContentPage
from core.models import AbstractPage
from core.streams import LightStreamField
from members.models import Member, Organisation, Sector


class StoryIndexPage(AbstractPage):
    """All success stories, by sector and topic."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/story_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]


class StoryPage(ContentPage):
    """What one partnership did: Problem, Approach, Impact, Learning, Advice to others."""

    PARTS = ("problem", "approach", "impact", "learning", "advice")

    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="stories")
    organisations = ParentalManyToManyField(Organisation, blank=True, related_name="stories")
    started = models.CharField("when it started", max_length=40, blank=True, help_text="Such as “2014”.")
    problem = LightStreamField(story_blocks(), blank=True)
    approach = LightStreamField(story_blocks(), blank=True)
    impact = LightStreamField(story_blocks(), blank=True)
    learning = LightStreamField(story_blocks(), blank=True)
    advice = LightStreamField(story_blocks(), blank=True, verbose_name="advice to others")

    template = "cms/story.html"
    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*ContentPage.search_fields, *(index.SearchField(part) for part in PARTS)]


class StoryFigure(Orderable):
    """One of at most four figures that tell the story. Each is true and says where it is from."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="figures")
    number = models.CharField(max_length=24, help_text="Such as “18 months” or “£1 billion”.")
    label = models.CharField(max_length=80)
    source = models.CharField(max_length=160, help_text="Where the figure is from.")


class StoryContact(Orderable):
    """A member who agreed to be asked about a story. Shown to members once `agreed_at` is set."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="contacts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="story_contacts")
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "member"], name="one_contact_per_story")]
