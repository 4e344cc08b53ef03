import datetime as dt
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from taggit.models import ItemBase
from wagtail.models import Orderable, PreviewableMixin
from wagtail.search import index

from core.dates import PartialDateField
from core.models import Topic
from horizon.models.sources import AbstractSource
from horizon.querysets.developments import DevelopmentQuerySet
from members.models import Duty, Member, Sector
from reference.models import Provision

ACT_WITHIN = dt.timedelta(days=92)  # “changes in the next three months”
PREPARE_WITHIN = dt.timedelta(days=549)  # the eighteen months of the chart


class Category(models.TextChoices):
    """What kind of change it is; also followed as such."""

    LAW = "law", "Law"
    GUIDANCE = "guidance", "Guidance"
    COURT = "court", "Court rulings"
    ORGANISATION = "organisation", "Organisations"
    TECHNOLOGY = "technology", "Technology"
    STANDARD = "standard", "Standards"


class Stage(models.TextChoices):
    """How far a change has come."""

    IDEA = "idea", "Idea"
    CONSULTATION = "consultation", "Consultation"
    BILL = "bill", "Bill"
    MADE = "made", "Made"
    IN_FORCE = "in_force", "In force"
    DONE = "done", "Done"


class Urgency(models.TextChoices):
    """What a reader should do about it. Never stored: the dates are."""

    ACT = "act", "Act now"
    PREPARE = "prepare", "Prepare"
    WATCH = "watch", "Watch"
    PAST = "past", "Looking back"


class Development(PreviewableMixin, index.Indexed, ClusterableModel):
    """Something that changes, or may: a law, guidance, a body. Its dates are its milestones; briefings explain it."""

    class Certainty(models.TextChoices):
        CERTAIN = "certain", "Certain"
        LIKELY = "likely", "Likely"
        POSSIBLE = "possible", "Possible"

    class Checked(models.TextChoices):
        """How far the core team has checked the facts."""

        CHECKED = "checked", "Checked"
        PARTLY = "partly", "Partly checked"
        NOT_YET = "not_yet", "Not yet checked"
        EXPECTED = "expected", "Expected"
        PLANNED = "planned", "Planned, not confirmed"

    class Nearness(models.TextChoices):
        NOW = "now", "Now"
        MONTHS_6 = "6", "Within 6 months"
        MONTHS_18 = "18", "Within 18 months"
        MONTHS_36 = "36", "Within 3 years"
        LATER = "later", "Later"

    class Scope(models.TextChoices):
        NATIONAL = "national", "National"
        LOCAL = "local", "Local"

    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=120, unique=True)
    summary = models.TextField("in plain words", max_length=500)
    category = models.CharField(max_length=12, choices=Category)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.NATIONAL)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.IDEA)
    certainty = models.CharField(max_length=8, choices=Certainty, default=Certainty.LIKELY)
    checked = models.CharField("facts", max_length=8, choices=Checked, default=Checked.NOT_YET)
    impact = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="1 (hardly felt) to 5 (changes how most of us work).",
    )  # fmt: skip
    nearness = models.CharField(
        max_length=5, choices=Nearness, default=Nearness.LATER,
        help_text="Your own judgement, for as long as its next step has no date.",
    )  # fmt: skip
    sectors = ParentalManyToManyField(Sector, blank=True, related_name="developments", verbose_name="who it touches")
    duties = models.JSONField("whose work it is", default=list, blank=True)  # values of members.Duty
    provisions = ParentalManyToManyField(
        Provision, blank=True, related_name="developments", verbose_name="law it touches"
    )
    topics = ClusterTaggableManager(through="horizon.DevelopmentTopic", blank=True)
    keeper = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="kept_developments",
        verbose_name="owner", help_text="Who looks after it.",
    )  # fmt: skip
    shown = models.BooleanField("readers see it", default=False, help_text="Until then only the core team does.")
    recheck_on = models.DateField("check again by", null=True, blank=True)
    checked_on = models.DateField("last checked", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)  # what feeds go by

    objects = DevelopmentQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=3),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        index.SearchField("milestones_text"),
        index.SearchField("topics_text", boost=2),
        index.FilterField("shown"),
    ]

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(impact__gte=1, impact__lte=5), name="impact_between_1_and_5",
                violation_error_message="Choose a number from 1 to 5.",
            )
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("horizon:development", args=[self.slug])

    def topics_text(self) -> str:
        return " ".join(topic.name for topic in self.topics.all())

    def milestones_text(self) -> str:
        return " ".join(milestone.what for milestone in self.milestones.all())

    def duties_in_words(self) -> list[str]:
        return [Duty(duty).label for duty in self.duties if duty in Duty]

    def is_visible_to(self, member) -> bool:
        """Whether `member` (or an anonymous user) may see it. Twin of `visible_to()`."""
        return self.shown or (member.is_authenticated and member.is_core_team and member.is_taking_part())

    def next_milestone(self, today: dt.date | None = None) -> "Milestone | None":
        """The next step to come: by its last day, month- and year-only ones for as long as they last; None for none.

        Reads `milestones.all()`, so that a list may prefetch them.
        """
        today = today or timezone.localdate()
        coming = [step for step in self.milestones.all() if step.is_coming(today)]
        return min(coming, key=lambda step: (step.last_day, step.first_day), default=None)

    def next_date_in_words(self) -> str:
        """“14 March 2027: Everyone must follow it”, “No date yet: …”; "" when nothing is to come."""
        step = self.next_milestone()
        if step is None:
            waiting = (one for one in self.milestones.all() if one.on is None and not one.called_off)
            step = next(waiting, None)
        return f"{step.when_in_words()}: {step.what}" if step else ""

    def awaits_a_date(self, today: dt.date | None = None) -> bool:
        """Whether a step is still to come of which nobody knows when: no date, or one that passed unconfirmed."""
        today = today or timezone.localdate()
        if self.stage == Stage.DONE:
            return False
        steps = [step for step in self.milestones.all() if not step.called_off]
        return any(step.on is None or (step.on.last < today and not step.confirmed) for step in steps)

    def nearness_on(self, today: dt.date | None = None) -> str:
        """One of `Nearness`, by the last day of the next dated step; without one, as its keeper judged."""
        today = today or timezone.localdate()
        step = self.next_milestone(today)
        if step is None:
            return self.nearness
        months = (step.last_day.year - today.year) * 12 + step.last_day.month - today.month
        for most, nearness in ((1, self.Nearness.NOW), (6, "6"), (18, "18"), (36, "36")):
            if months <= most:
                return self.Nearness(nearness)
        return self.Nearness.LATER

    def urgency(self, today: dt.date | None = None, *, due: dt.date | None = None) -> str:
        """One of `Urgency`. `due`: the first day by which something is to be done about it, if anything is.

        Act now: its next step, or what is to be done, is within three months. Prepare: within eighteen, or weighty
        without a date. Past: nothing is to come and nothing is to be done. Else, and while it is only possible: watch.
        """
        today = today or timezone.localdate()
        step = self.next_milestone(today)
        days = [day for day in (step.first_day if step else None, due) if day is not None]
        if not days:
            if not self.awaits_a_date(today):
                return Urgency.PAST
            weighty = self.impact >= 4 and self.certainty != self.Certainty.POSSIBLE
            return Urgency.PREPARE if weighty else Urgency.WATCH
        if self.certainty == self.Certainty.POSSIBLE:
            return Urgency.WATCH
        first = min(days)
        if first <= today + ACT_WITHIN:
            return Urgency.ACT
        return Urgency.PREPARE if first <= today + PREPARE_WITHIN else Urgency.WATCH


class DevelopmentTopic(ItemBase):
    """A development is about a topic."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="development_topics")
    content_object = ParentalKey(Development, on_delete=models.CASCADE, related_name="topic_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="one_topic_per_development")]


class DevelopmentSource(AbstractSource):
    """Where a development is known from."""

    development = ParentalKey(Development, on_delete=models.CASCADE, related_name="sources")


class Milestone(Orderable):
    """A dated step of a development; known to the day, the month, the year, or not yet."""

    class Kind(models.TextChoices):
        MADE = "made", "Made"
        IN_FORCE = "in_force", "In force"
        APPLIES = "applies", "Applies"
        DEADLINE = "deadline", "Deadline"
        REVIEW = "review", "Review"

    development = ParentalKey(Development, on_delete=models.CASCADE, related_name="milestones")
    what = models.CharField(max_length=160, help_text="What happens: “Everyone must follow it”.")
    kind = models.CharField(max_length=8, choices=Kind)
    on = PartialDateField(
        "when",
        blank=True,
        help_text="A day (14 March 2027), a month (March 2027) or a year (2027). Empty: no date yet.",
    )
    # What `on` spans, so that it can be compared with a day. Kept by save().
    first_day = models.DateField(null=True, editable=False, db_index=True)
    last_day = models.DateField(null=True, editable=False)
    confirmed = models.BooleanField(default=False, help_text="We have seen the date in a source that decides it.")
    called_off = models.BooleanField("will not happen", default=False, help_text="Calendars show it as cancelled.")
    note = models.CharField(max_length=300, blank=True)
    source_no = models.PositiveSmallIntegerField(
        "source", null=True, blank=True, help_text="The number of its source in the list of sources: 1 for the first."
    )
    # Its identity in calendars, and how often its date moved (RFC 5545: UID, SEQUENCE, LAST-MODIFIED).
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self):
        return self.what

    def save(self, *args, **kwargs):
        self.set_days()
        return super().save(*args, **kwargs)

    def set_days(self) -> None:
        self.first_day, self.last_day = (self.on.first, self.on.last) if self.on else (None, None)

    def is_coming(self, today: dt.date) -> bool:
        """Whether its day, or the month or year it falls in, is not over yet."""
        if self.on is None or self.called_off:
            return False
        return self.on.last >= today

    def when_in_words(self) -> str:
        """“14 March 2027”, “March 2027”, “No date yet”."""
        return self.on.words() if self.on else "No date yet"


class MilestoneMove(models.Model):
    """The date of a step became another. History: never edited."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="moves")
    was = PartialDateField(blank=True)
    became = PartialDateField(blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class StageChange(models.Model):
    """A development came to a stage: “planned → made → in force”. History: never edited."""

    development = models.ForeignKey(Development, on_delete=models.CASCADE, related_name="stage_changes")
    stage = models.CharField(max_length=12, choices=Stage)
    on = PartialDateField("since", blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class GoneDate(models.Model):
    """A dated step that was deleted: calendars that have it are told that it is cancelled."""

    uid = models.UUIDField(unique=True)
    development = models.ForeignKey(Development, on_delete=models.CASCADE, related_name="gone_dates")
    what = models.CharField(max_length=160)
    on = PartialDateField()
    sequence = models.PositiveIntegerField()
    gone_at = models.DateTimeField(default=timezone.now)
