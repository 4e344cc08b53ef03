from django.db import models
from django.utils import timezone

from forum.models.thread import Thread
from members.models import Member


class Draft(models.Model):
    """What a member has typed and not posted yet: one per member for asking, one per thread for answering.

    `version` counts the saves; an older tab can't overwrite what a newer one saved.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="drafts")
    thread = models.ForeignKey(Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    fields = models.JSONField(default=dict, help_text="What was typed, by field name.")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "thread"], name="one_draft_per_thread"),
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(thread=None), name="one_draft_for_asking"
            ),
        ]
