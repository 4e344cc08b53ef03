from django.db import models
from django.urls import reverse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from forum.querysets import SpaceQuerySet
from members.models import Member


class Space(ClusterableModel):
    """A room of the forum, with its own readers and its own promise of a first answer."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Public: anyone reads, members post"
        MEMBERS = "members", "Members only"
        GROUP = "group", "Private group"

    class MayStart(models.TextChoices):
        READERS = "readers", "Any member who can read it"
        STAFF = "staff", "Moderators and core team"

    class MailPolicy(models.TextChoices):
        """How much of a post a mail may carry."""

        FULL = "full", "The whole post"
        EXCERPT = "excerpt", "An excerpt"
        LINK = "link", "A link only"

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    purpose = models.CharField(max_length=240)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    may_start = models.CharField("who may start threads", max_length=8, choices=MayStart, default=MayStart.READERS)
    mail_policy = models.CharField(max_length=8, choices=MailPolicy, default=MailPolicy.FULL)
    target_hours = models.PositiveSmallIntegerField(
        "target for a first answer", default=8, help_text="In working hours (9:00 to 17:00, Monday to Friday)."
    )
    for_pages = models.BooleanField(
        "talk about pages goes here", default=False,
        help_text="Replies to news and discussions of guidance become threads of this space.",
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(default=0)
    people = models.ManyToManyField(Member, through="SpaceMembership", related_name="group_spaces")

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("forum:space", args=[self.slug])

    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC


class SpaceMembership(models.Model):
    """A member of a private group's space."""

    space = ParentalKey(Space, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="space_memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "member"], name="in_a_space_once")]

    def __str__(self):
        return f"{self.member} in {self.space}"
