from django.db import models

from core.models import Topic
from forum.models.reading import Follow
from forum.models.space import Space
from members.models import Member


class SpaceFollow(models.Model):
    """A member follows or mutes a space: told of new threads in it, or of nothing in it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="space_follows")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="follows")
    follow = models.CharField(max_length=9, choices=Follow.choices[1:])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "space"], name="one_follow_per_space")]


class TopicFollow(models.Model):
    """A member follows or mutes a topic."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="topic_follows")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="follows")
    follow = models.CharField(max_length=9, choices=Follow.choices[1:])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="one_follow_per_topic")]
