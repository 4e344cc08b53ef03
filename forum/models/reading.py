from django.db import models

from forum.models.thread import Thread
from members.models import Member


class Follow(models.TextChoices):
    """Whether a member is told of new posts."""

    DEFAULT = "default", "As the space and topics say"
    FOLLOWING = "following", "Following"
    MUTED = "muted", "Muted"


class Reading(models.Model):
    """A member's mark in a thread: the last number read, and whether they follow it."""

    # no index of either alone: PostgreSQL would take that of a new, much followed thread and read all its marks for one
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="readings", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readings", db_index=False)
    last_read_number = models.PositiveIntegerField(default=0)
    follow = models.CharField(max_length=9, choices=Follow, default=Follow.DEFAULT)
    read_before_own = models.PositiveIntegerField(
        null=True, blank=True,
        help_text="Up to where they had read when only their own posts were left above, as others went.",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "thread"], name="one_mark_per_thread")]
        indexes = [
            models.Index(fields=["thread", "member"], name="marks_of_thread"),
            models.Index(fields=["thread", "member"], name="thread_followers", condition=models.Q(follow="following")),
            models.Index(fields=["member", "thread"], name="member_follows", condition=models.Q(follow="following")),
        ]
