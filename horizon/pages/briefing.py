import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from core.blocks.shared import shared_blocks
from core.models.ready import PublishedWhenReady
from core.streams import LightStreamField
from horizon.editing import BriefingForm
from horizon.models.development import Development
from horizon.models.sources import AbstractSource
from horizon.taskrows import TasksPanel
from members.models import Duty, KeptPage, Sector
from reference.blocks.definition import DefinitionBlock
from reference.models import Provision

# First words of addresses below /horizon/ that are pages of the app: no briefing may be called so.
TAKEN = frozenset({"calendar", "developments", "feed", "follow", "following", "radar", "signals", "tasks", "timeline"})


class BriefingPage(PublishedWhenReady, KeptPage):
    """What a development means for members: the answer first, then what changes, for whom, and what to do by when."""

    class Confidence(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    development = models.ForeignKey(Development, on_delete=models.PROTECT, related_name="briefings")
    changing = LightStreamField(
        [*shared_blocks(), ("definition", DefinitionBlock(group="Joined to the rest"))],
        blank=True, verbose_name="what is changing",
    )  # fmt: skip
    chance = models.TextField(max_length=600, blank=True, help_text="What good may come of it.")
    threat = models.TextField(max_length=600, blank=True, help_text="What may go wrong.")
    no_action = models.TextField(
        "nothing to do, because",
        max_length=300,
        blank=True,
        help_text="Only if nobody has to do anything.",
    )
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.MEDIUM)
    confidence_why = models.CharField("why so sure", max_length=300, blank=True)
    expires_on = models.DateField(
        "out of date from", null=True, blank=True, help_text="From then on it says that it may be out of date."
    )

    base_form_class = BriefingForm
    template = "horizon/briefing.html"
    parent_page_types = ["horizon.HorizonIndexPage"]
    subpage_types: list[str] = []

    search_fields = [
        *KeptPage.search_fields,
        index.SearchField("changing"),
        index.SearchField("meanings_text"),
        index.SearchField("tasks_text"),
    ]

    edit_handler = KeptPage.tabs(
        (
            "Briefing",
            [
                *KeptPage.first_panels,
                FieldPanel("development"),
                InlinePanel(
                    "answers", [FieldPanel("sector"), FieldPanel("answer"), FieldPanel("why")],
                    heading="Does this change what I do?", label="Answer",
                    help_text="One answer without a sector speaks to everybody who is not named.",
                ),
                FieldPanel("changing"),
                InlinePanel(
                    "meanings", [FieldPanel("sector"), FieldPanel("duty"), FieldPanel("text")],
                    heading="What it means for you", label="For one sector or one role",
                ),
                MultiFieldPanel([FieldPanel("chance"), FieldPanel("threat")], "Chance and threat"),
            ],
        ),
        (
            "What to do by when",
            [
                TasksPanel(
                    "tasks", [FieldPanel(name) for name in ("title", "how", "sectors", "who", "effort", "due_on")],
                    heading="What to do", label="Task", help_text="Organisations tick these off.",
                ),
                FieldPanel("no_action"),
            ],
        ),
        (
            "Sources and law",
            [
                InlinePanel(
                    "sources", [FieldPanel(name) for name in ("title", "url", "official", "reported", "checked_on")],
                    heading="Sources", label="Source",
                ),
                MultiFieldPanel([FieldPanel("confidence"), FieldPanel("confidence_why")], "How sure we are"),
                InlinePanel(
                    "law_changes", [FieldPanel("provision"), FieldPanel("what"), FieldPanel("from_on")],
                    heading="Law it changes", label="Provision",
                    help_text="Marked as changed when this is published: what cites it says “check this”.",
                ),
                InlinePanel("links", [PageChooserPanel("page")], heading="Related pages", label="Page"),
                InlinePanel("thread_links", [FieldPanel("thread")], heading="Threads of the forum", label="Thread"),
                FieldPanel("expires_on"),
            ],
        ),
    )  # fmt: skip

    class Meta:
        verbose_name = "briefing"
        verbose_name_plural = "briefings"

    def meanings_text(self) -> str:
        return " ".join(meaning.text for meaning in self.meanings.all())

    def tasks_text(self) -> str:
        return " ".join(f"{task.title} {task.how}" for task in self.tasks.all())

    def lacking(self) -> dict[str, str]:
        """What must be there before it is sent for approval or published: field → plain words. {} when it is ready."""
        return self.said_too_little(
            sources=len(self.sources.all()), tasks=len(self.tasks.all()), no_action=self.no_action,
            changing=bool(self.changing),
        )  # fmt: skip

    @staticmethod
    def said_too_little(*, sources: int, tasks: int, no_action: str, changing: bool) -> dict[str, str]:
        """The same of a page that is still in its form, where only the numbers of its rows are known."""
        found = {}
        if not changing:
            found["changing"] = "Say what is changing."
        if not sources:
            found["sources"] = "Say where this is known from: a briefing needs at least one source."
        if not tasks and not no_action.strip():
            found["no_action"] = "Say what to do by when, or why there is nothing to do."
        return found

    def refusals(self) -> dict[str, str]:
        """Why it can't be published: it lacks a source, or does not say what changes, or what there is to do."""
        return self.lacking()

    def words_beside(self) -> list[str]:
        """The words of its rows, beside those of its own fields: for the checks of the editor."""
        rows = [(one.why,) for one in self.answers.all()]
        rows += [(one.text,) for one in self.meanings.all()]
        rows += [(one.title, one.how) for one in self.tasks.all()]
        return [text for row in rows for text in row if text]

    def addresses_beside(self) -> list[tuple[str, str]]:
        """(address, words) of its sources: for the checks of the editor."""
        return [(one.url, one.title) for one in self.sources.all() if one.url]

    def worth_a_look(self) -> list[str]:
        """What readers would miss, in plain words. Nothing of it stops publishing."""
        from horizon.briefings import gaps

        return gaps(self)

    def is_out_of_date(self, *, today: dt.date | None = None) -> bool:
        """Whether its last day has come."""
        return self.expires_on is not None and self.expires_on <= (today or timezone.localdate())

    def get_context(self, request, *args, **kwargs):
        from horizon.briefings import context_of

        context = super().get_context(request, *args, **kwargs)
        return context | context_of(self, request)

    def clean(self):
        super().clean()
        if self.slug in TAKEN:
            raise ValidationError({"slug": f"“{self.slug}” is an address of the site itself. Choose another."})


class Answer(models.TextChoices):
    """Does this change what I do?"""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_YET = "not_yet", "Not yet"


class BriefingAnswer(Orderable):
    """Does this change what I do? For one sector, or for everybody who is not named."""

    page = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="answers")
    sector = models.ForeignKey(
        Sector, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: everybody else."
    )
    answer = models.CharField(max_length=7, choices=Answer)
    why = models.CharField(max_length=300)


class BriefingMeaning(Orderable):
    """What it means for one sector, or for those with one part in information sharing."""

    page = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="meanings")
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    duty = models.CharField("role", max_length=20, choices=Duty, blank=True)
    text = models.TextField(max_length=600)

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                name="means_for_sector_or_role",
                violation_error_message="Choose a sector or a role, not both.",
                condition=(Q(sector__isnull=False) & Q(duty="")) | (Q(sector__isnull=True) & ~Q(duty="")),
            )
        ]

    def clean(self):
        super().clean()
        if bool(self.sector_id) == bool(self.duty):
            raise ValidationError("Choose a sector or a role: one of the two.")


class BriefingTask(Orderable):
    """Something to do by a day. `key` stays the same through every edit, and is what organisations tick."""

    page = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="tasks")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField("what to do", max_length=140)
    how = models.TextField(max_length=500, blank=True)
    who = models.CharField("whose work", max_length=20, choices=Duty, blank=True)
    # slugs of members.Sector; empty: everybody the briefing speaks to
    sectors = models.JSONField("for whom", default=list, blank=True)
    effort = models.CharField(max_length=40, blank=True, help_text="Such as “1 hour”.")
    due_on = models.DateField("by", null=True, blank=True)

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "key"], name="each_task_key_once")]

    def __str__(self):
        return self.title

    def is_for(self, sector: str) -> bool:
        """Whether it is asked of organisations of the sector with this slug, "" for one without a sector."""
        return not self.sectors or sector in self.sectors


class BriefingSource(AbstractSource):
    """Where a briefing is known from."""

    page = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="sources")


class BriefingProvision(Orderable):
    """A provision of law that what is told changes: marked as changed on publishing, or on a later day."""

    page = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="law_changes")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="+")
    what = models.CharField("what changes", max_length=300)
    from_on = models.DateField(
        "from", null=True, blank=True, help_text="If it is still to come. Empty: it has changed already."
    )

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "provision"], name="one_change_per_provision")]


class BriefingLink(Orderable):
    """A page of guidance, a story or another briefing that goes with it."""

    briefing = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
