from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.clock import clock
from forum.models.post import Post
from forum.models.thread import Thread
from forum.querysets import DraftQuerySet
from members.models import Member


@dataclass(frozen=True)
class Place:
    """Where words that are not posted yet would go: a new thread, an answer, a comment, or an edit of a post."""

    thread: Thread | None = None
    on: Post | None = None
    edits: Post | None = None

    @classmethod
    def answer(cls, thread: Thread) -> "Place":
        return cls(thread)

    @classmethod
    def comment(cls, on: Post) -> "Place":
        return cls(on.thread, on=on)

    @classmethod
    def edit(cls, post: Post) -> "Place":
        return cls(post.thread, edits=post)

    @property
    def post(self) -> Post | None:
        """The post that is commented on or edited."""
        return self.on or self.edits

    def get_absolute_url(self) -> str:
        """Where one goes on writing."""
        if self.thread is None:
            return reverse("forum:ask")
        if self.post is None:
            return f"{self.thread.get_absolute_url()}#answer"
        return reverse("forum:edit" if self.edits else "forum:comment", args=[self.thread.pk, self.post.number])


ASKING = Place()


class Draft(models.Model):
    """What a member has typed and not posted yet: one per member and `Place`.

    `version` counts the saves; an older tab can't overwrite what a newer one saved.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="drafts")
    thread = models.ForeignKey(Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    on = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="The post it comments on."
    )
    edits = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="The post it changes."
    )
    fields = models.JSONField(default=dict, help_text="What was typed, by field name.")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "thread"], condition=Q(on=None, edits=None), name="one_draft_per_thread",
                violation_error_message="You have a draft already.",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(thread=None), name="one_draft_for_asking",
                violation_error_message="You have a draft already.",
            ),
            models.UniqueConstraint(
                fields=["member", "on"], name="one_draft_per_comment",
                violation_error_message="You have a draft already.",
            ),
            models.UniqueConstraint(
                fields=["member", "edits"], name="one_draft_per_edit",
                violation_error_message="You have a draft already.",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def place(self) -> Place:
        return Place(self.thread, on=self.on, edits=self.edits)

    @property
    def title(self) -> str:
        """What the draft is about, in one line."""
        if self.thread is not None:
            return self.thread.title
        return self.typed()["title"].strip() or "A question without a title yet"

    @property
    def kind(self) -> str:
        """What it would become, in words."""
        if self.edits is not None:
            return f"A change to your {self.edits.word()}"
        if self.on is not None:
            return "A comment"
        if self.thread is not None:
            return "An answer" if self.thread.is_question() else "A reply"
        return f"A new {self.typed()['kind'] or Thread.Kind.QUESTION}"

    def is_open(self) -> bool:
        """The post it comments on or changes still stands."""
        return self.place.post is None or self.place.post.is_visible()

    def is_long(self) -> bool:
        """The list shows its beginning first."""
        return len(self.typed()["body"].split()) > 30

    def typed(self) -> dict[str, str]:
        """What was typed, by field name; a field that was not there is empty."""
        names = ("kind", "title", "body", "space", "topics", "known")
        return {name: str(self.fields.get(name) or "") for name in names}

    def saved_words(self) -> str:
        """When it was saved: “10:42” today, “10:42 on 3 November” before."""
        return clock(self.saved_at)
