from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import Topic
from horizon.models.development import Category, Development
from members.models import Member
from reference.glossary import titled


class Follow(models.Model):
    """A member follows a topic, a category or a development: told of new briefings and moved dates."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="horizon_follows")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="horizon_follows")
    category = models.CharField(max_length=12, choices=Category, blank=True)
    development = models.ForeignKey(
        Development, null=True, blank=True, on_delete=models.CASCADE, related_name="follows"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follows_one_thing",
                violation_error_message="Follow one thing: a topic, a development or a category.",
                condition=(
                    Q(topic__isnull=False, development__isnull=True, category="")
                    | Q(topic__isnull=True, development__isnull=False, category="")
                    | (Q(topic__isnull=True, development__isnull=True) & ~Q(category=""))
                ),
            ),
            models.UniqueConstraint(
                fields=["member", "topic"], condition=Q(topic__isnull=False), name="follows_a_topic_once",
                violation_error_message="You follow this topic already.",
            ),
            models.UniqueConstraint(
                fields=["member", "development"], condition=Q(development__isnull=False),
                name="follows_a_development_once", violation_error_message="You follow this development already.",
            ),
            models.UniqueConstraint(
                fields=["member", "category"], condition=~Q(category=""), name="follows_a_category_once",
                violation_error_message="You follow this category already.",
            ),
        ]  # fmt: skip

    @property
    def title(self) -> str:
        """What is followed, in words."""
        if self.topic_id:
            return titled(self.topic.name)
        return self.development.title if self.development_id else Category(self.category).label
