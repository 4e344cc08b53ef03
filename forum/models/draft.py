from django.db import models
from django.utils import timezone

from core.clock import clock
from forum.models.thread import Thread
from forum.querysets import DraftQuerySet
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

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "thread"], name="one_draft_per_thread"),
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(thread=None),
                name="one_draft_for_asking",
                violation_error_message="You have a draft already.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """What the draft is about, in one line."""
        if self.thread is not None:
            return self.thread.title
        return self.typed()["title"].strip() or "A question without a title yet"

    def typed(self) -> dict[str, str]:
        """What was typed, by field name; a field that was not there is empty."""
        names = ("kind", "title", "body", "space", "topics")
        return {name: str(self.fields.get(name) or "") for name in names}

    def saved_words(self) -> str:
        """When it was saved: “10:42” today, “10:42 on 3 November” before."""
        return clock(self.saved_at)
