"""Scenarios that a group plays through: what it is handed, who is in it, what happens in the middle of it."""

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from core import caching
from core.blocks.shared import shared_blocks
from core.models import AbstractPage
from core.streams import LightStreamField
from events.querysets.scenarios import scenarios_below
from members.models import KeptPage

EVERYONE = "everyone"


class ScenarioIndexPage(AbstractPage):
    """The scenarios there are."""

    intro = models.TextField(max_length=400, blank=True)

    template = "events/scenarios.html"
    max_count = 1
    parent_page_types = ["events.EventsIndexPage"]
    subpage_types = ["events.ScenarioPage"]

    content_panels = [*AbstractPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "list of scenario packs"
        verbose_name_plural = "lists of scenario packs"

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages")
        viewer = getattr(request, "user", None) or AnonymousUser()  # a preview may be nobody's
        return super().get_context(request, *args, **kwargs) | {"scenarios": scenarios_below(self, viewer)}


class ScenarioPage(KeptPage):
    """A scenario with its brief, its cast, the cards handed out on the way, its two teams and their questions."""

    minutes = models.PositiveSmallIntegerField(
        "how long it takes", default=60, validators=[MinValueValidator(5), MaxValueValidator(480)],
        help_text="Minutes, from the brief to the end of the talk.",
    )  # fmt: skip
    people = models.CharField("for how many", max_length=40, help_text="“8 to 80”")
    brief = LightStreamField(shared_blocks(), blank=True, help_text="What everybody reads or hears first.")

    template = "events/scenario.html"
    parent_page_types = ["events.ScenarioIndexPage"]
    subpage_types: list[str] = []

    search_fields = [*KeptPage.search_fields, index.SearchField("brief"), index.SearchField("rows_text")]

    edit_handler = KeptPage.tabs(
        (
            "Scenario",
            [
                *KeptPage.first_panels,
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("people")]),
                FieldPanel("brief"),
                InlinePanel("learning", [FieldPanel("words")], heading="What people learn", label="Aim"),
            ],
        ),
        (
            "Playing it",
            [
                InlinePanel(
                    "cast", [FieldPanel("name"), FieldPanel("role"), FieldPanel("knows")],
                    heading="Who is in it", label="Person",
                ),
                InlinePanel("teams", [FieldPanel("name"), FieldPanel("task")], heading="Teams", label="Team"),
                InlinePanel(
                    "injects", [FieldPanel("minute"), FieldPanel("to"), FieldPanel("title"), FieldPanel("words")],
                    heading="Cards handed out on the way", label="Card",
                ),
                InlinePanel("questions", [FieldPanel("words")], heading="To talk about at the end", label="Question"),
            ],
        ),
    )  # fmt: skip

    class Meta:
        verbose_name = "scenario pack"
        verbose_name_plural = "scenario packs"

    def get_context(self, request, *args, **kwargs):
        caching.depends_on(request, "site", f"page:{self.pk}", "pages", "members", "glossary")
        context = super().get_context(request, *args, **kwargs)
        above = [{"title": one.title, "url": one.url} for one in self.get_ancestors()[2:]]
        return context | {"crumbs": [*above, {"title": self.title}], "cards": self.cards()}

    def cards(self) -> list:
        """The cards in the order they are handed out."""
        return sorted(self.injects.all(), key=lambda card: (card.minute, card.sort_order or 0))

    def rows_text(self) -> str:
        return " ".join([*(one.words for one in self.learning.all()), *(one.task for one in self.teams.all())])


class ScenarioAim(Orderable):
    page = ParentalKey(ScenarioPage, on_delete=models.CASCADE, related_name="learning")
    words = models.CharField(max_length=200)


class ScenarioPerson(Orderable):
    """Somebody in it, invented; a card for whoever plays them."""

    page = ParentalKey(ScenarioPage, on_delete=models.CASCADE, related_name="cast")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=120)
    knows = models.TextField(max_length=400, help_text="What they know, and others do not.")


class ScenarioTeam(Orderable):
    page = ParentalKey(ScenarioPage, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    task = models.TextField(max_length=400)


class ScenarioInject(Orderable):
    """A card handed out while it is played: something happens."""

    page = ParentalKey(ScenarioPage, on_delete=models.CASCADE, related_name="injects")
    minute = models.PositiveSmallIntegerField(help_text="From the start.")
    to = models.CharField("for", max_length=60, default=EVERYONE, help_text="A team’s name, or “everyone”.")
    title = models.CharField(max_length=80)
    words = models.TextField(max_length=500)

    @property
    def for_everyone(self) -> bool:
        return self.to.strip().lower() in {"", EVERYONE}


class ScenarioQuestion(Orderable):
    page = ParentalKey(ScenarioPage, on_delete=models.CASCADE, related_name="questions")
    words = models.CharField(max_length=240)
