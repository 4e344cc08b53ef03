from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.blocks.reading import story_blocks
from cms.editing.forms import ReadyForm
from cms.pages.content import ContentPage
from core import caching
from core.models import AbstractPage
from core.models.ready import PublishedWhenReady
from core.streams import LightStreamField
from members.models import Member, Organisation, Sector


class StoryIndexPage(AbstractPage):
    """All success stories, by sector and topic."""

    intro = models.TextField(max_length=400, blank=True)

    template = "cms/story_index.html"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "list of stories"
        verbose_name_plural = "lists of stories"

    def get_context(self, request, *args, **kwargs):
        from cms.querysets.stories import story_list

        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "members")
        context = super().get_context(request, *args, **kwargs)
        return context | {"list": story_list(request.user, request.GET)}


class StoryPage(PublishedWhenReady, ContentPage):
    """What one partnership did: Problem, Approach, Impact, Learning, Advice to others."""

    streams = PARTS = ("problem", "approach", "impact", "learning", "advice")
    # without these there is no story to publish
    NEEDED = {
        "problem": "Say what the problem was.",
        "approach": "Say what you did about it.",
        "impact": "Say what came of it. If it is too early to tell, say that.",
    }
    MOST_FIGURES = 4
    heading_level = 3

    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="stories")
    organisations = ParentalManyToManyField(Organisation, blank=True, related_name="stories")
    started = models.CharField("when it started", max_length=40, blank=True, help_text="Such as “2014”.")
    problem = LightStreamField(story_blocks(), blank=True)
    approach = LightStreamField(story_blocks(), blank=True)
    impact = LightStreamField(story_blocks(), blank=True)
    learning = LightStreamField(story_blocks(), blank=True)
    advice = LightStreamField(story_blocks(), blank=True, verbose_name="advice to others")

    base_form_class = ReadyForm
    template = "cms/story.html"
    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*ContentPage.search_fields, *(index.SearchField(part) for part in PARTS)]

    edit_handler = ContentPage.tabs(
        (
            "Story",
            [
                *ContentPage.first_panels,
                InlinePanel(
                    "figures", [FieldPanel("number"), FieldPanel("label"), FieldPanel("source")],
                    heading="Figures", label="Figure", max_num=MOST_FIGURES,
                    help_text="At most four that tell the story. Each is true and says where it is from.",
                ),
                *(FieldPanel(part) for part in PARTS),
            ],
        ),
        (
            "Who took part",
            [
                MultiFieldPanel(
                    [FieldPanel("sector"), FieldPanel("organisations"), FieldPanel("started")], heading="Who and when"
                ),
                InlinePanel(
                    "contacts", [FieldPanel("member")], heading="Talk to someone who did this", label="Member",
                    help_text="We ask each of them when the story is published. They are shown once they agree.",
                ),
            ],
        ),
    )  # fmt: skip

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"

    def refusals(self) -> dict[str, str]:
        """Why it can't be published: the parts that have no words yet."""
        return {part: words for part, words in self.NEEDED.items() if not getattr(self, part)}

    def clean(self):
        super().clean()
        if self.figures.count() > self.MOST_FIGURES:
            raise ValidationError(f"Choose the {self.MOST_FIGURES} figures that tell the story best.")

    def facts(self) -> dict:
        """With its `sector`, `partners`, `figures`, and the `agreed`, see `contacts_of`."""
        from cms.querysets import stories

        return super().facts() | {
            "sector": self.sector,
            "partners": stories.partners_of(self),
            "figures": stories.figures_of(self),
            "agreed": stories.agreed_for(self),
        }

    def get_context(self, request, *args, **kwargs):
        from cms.querysets.stories import contacts_of

        context = super().get_context(request, *args, **kwargs)
        facts, words = context["facts"], context["words"]
        contacts = contacts_of(facts["agreed"], request.user)
        titles = {name: self._meta.get_field(name).verbose_name.capitalize() for name in self.PARTS}
        return context | {
            "parts": [(name, titles[name], words[name]) for name in self.PARTS if getattr(self, name)],
            "sector": facts["sector"],
            "partners": facts["partners"],
            "figures": facts["figures"],
            "contacts": contacts,
            "ask_url": self._ask_url(context["topics"], contacts),
        }

    def _ask_url(self, topics: list, contacts: list) -> str:
        """The ask page, filled in; the contacts are mentioned, so that they hear of it."""
        question = {"title": f"About “{self.title}”"[:140]}
        if contacts:
            people = ", ".join(f"@{contact.handle}" for contact in contacts)
            question["body"] = f"{people}: we read your story and would like to ask"
        question |= {"topic": topics[0].slug} if topics else {}
        return f"{reverse('forum:ask')}?{urlencode(question)}"


class StoryFigure(Orderable):
    """One of at most four figures that tell the story. Each is true and says where it is from."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="figures")
    number = models.CharField(max_length=24, help_text="Such as “18 months” or “£1 billion”.")
    label = models.CharField(max_length=80)
    source = models.CharField(max_length=160, help_text="Where the figure is from.")


class StoryContact(Orderable):
    """A member an editor wants readers to talk to. Whether they agreed is a `ContactAgreement`.

    The two are apart because a page's children are kept in its revisions: publishing an old draft
    must not bring back an agreement that was taken back since.
    """

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="contacts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="story_contacts")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "member"], name="one_contact_per_story")]
