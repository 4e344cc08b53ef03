import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from core.models import Topic
from members.models import Member
from reference.querysets import ProvisionQuerySet


class Provision(index.Indexed, models.Model):
    """A provision of law: what it lets or makes people share, or what it forbids. A gateway is one that lets.

    `changed_on` is the day its law was last marked as changed: whoever cites it and looked before that day
    is asked to look again (`Citation.needs_check`).
    """

    class Kind(models.TextChoices):
        DUTY = "duty", "Duty"
        POWER = "power", "Power"
        IMPLIED = "implied function", "Implied function"
        CONDITION = "condition", "Condition"
        EXEMPTION = "exemption", "Exemption"
        RESTRICTION = "restriction", "Restriction"

    class Checked(models.TextChoices):
        YES = "checked", "Checked"
        PARTLY = "partly checked", "Partly checked"
        NO = "not yet checked", "Not yet checked"

    # Kinds that let somebody share. A restriction or an exemption is never offered as a gateway.
    GATEWAYS = (Kind.DUTY, Kind.POWER, Kind.IMPLIED)

    law = models.CharField(max_length=160, help_text="The Act or regulations, with the year.")
    provision = models.CharField(max_length=80, help_text="Such as “s.115” or “Sch. 1 para. 18”.")
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    who_can_use_it = models.CharField("who can use it, and to whom", max_length=300)
    purpose = models.TextField("what it is for", max_length=600, help_text="In plain words.")
    limits = models.TextField("watch out for", max_length=800, blank=True)
    extent = models.CharField("where it applies", max_length=60, blank=True, help_text="Such as “E&W” or “UK”.")
    link = models.URLField(max_length=300, blank=True)
    topics = TaggableManager(through="reference.ProvisionTopic", blank=True)

    # For the finder: keys of reference.finder.BODIES and PURPOSES.
    who = models.JSONField("bodies that may use it", default=list, blank=True)
    whom = models.JSONField("bodies it lets them share with", default=list, blank=True)
    purposes = models.JSONField("what for", default=list, blank=True)

    checked = models.CharField(max_length=15, choices=Checked, default=Checked.NO)
    checked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    checked_on = models.DateField(null=True, blank=True)
    local_reading = models.TextField("how we read it here", max_length=1000, blank=True)

    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")
    changed_on = models.DateField("law changed on", null=True, blank=True)
    changed_what = models.CharField("what changed", max_length=300, blank=True)
    change_no = models.PositiveIntegerField(default=0, editable=False)  # raised by every marking
    edited_at = models.DateTimeField(default=timezone.now, editable=False)  # what the feed goes by

    objects = ProvisionQuerySet.as_manager()

    search_fields = [
        index.SearchField("law", boost=3),
        index.SearchField("provision", boost=3),
        index.SearchField("other_spellings", boost=3),
        index.SearchField("purpose"),
        index.SearchField("who_can_use_it"),
        index.SearchField("limits"),
        index.SearchField("topics_text", boost=2),
        index.FilterField("kind"),
    ]

    class Meta:
        ordering = ["law", "provision"]
        constraints = [
            models.UniqueConstraint(
                fields=["law", "provision"],
                name="each_provision_once",
                violation_error_message="This provision of this law is in the list already.",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """“Crime and Disorder Act 1998, s.115”."""
        return f"{self.law}, {self.provision}"

    @property
    def short_law(self) -> str:
        """“Children Act 2004” for one with “(inserted by …)” behind it."""
        from reference.spellings import short_law

        return short_law(self.law)

    @property
    def kind_said(self) -> str:
        """Its kind and what that means for who shares: “Power: you may”."""
        return f"{self.get_kind_display()}: {KINDS_SAID[self.Kind(self.kind)]}"

    @property
    def where(self) -> str:
        """Where it applies, in words: “E&W” → “England and Wales”."""
        return self.extent.replace("E&W", "England and Wales").replace("GB", "Great Britain").replace("UK/", "UK or ")

    def get_absolute_url(self):
        return reverse("reference:provision", args=[self.slug])

    def is_gateway(self) -> bool:
        """Whether it lets somebody share. Twin of `gateways()`."""
        return self.kind in self.GATEWAYS

    def is_in_force(self, day: dt.date | None = None) -> bool:
        """Whether it has not ended, nor been replaced. Twin of `in_force()`."""
        day = day or timezone.localdate()
        return self.replaced_by_id is None and (self.in_force_to is None or self.in_force_to >= day)

    def topics_text(self) -> str:
        return " ".join(topic.name for topic in self.topics.all())

    def topics_listed(self) -> str:
        """As a cell of the list: “children; early help”."""
        return "; ".join(sorted(topic.name for topic in self.topics.all()))

    def other_spellings(self) -> str:
        """“section 115” and “s115” for “s.115”: what people type."""
        from reference.spellings import spellings

        return " ".join(spellings(self.law, self.provision))


KINDS_SAID = {
    Provision.Kind.DUTY: "you must",
    Provision.Kind.POWER: "you may",
    Provision.Kind.IMPLIED: "your task lets you",
    Provision.Kind.CONDITION: "meet it first",
    Provision.Kind.EXEMPTION: "frees you of a rule",
    Provision.Kind.RESTRICTION: "mind it",
}


class ProvisionTopic(ItemBase):
    """A provision is about a topic."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="provision_topics")
    content_object = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="provision_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="one_topic_per_provision")]
