import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models.programme import Session
from members.models import Member

MOVED = "Moved to the forum"
ANSWERED_THERE = "Answered in the forum"


class AudienceQuestion(models.Model):
    """What somebody in the audience wants to ask in a session."""

    class State(models.TextChoices):
        HELD = "held", "Waiting for the chair to read it"
        QUEUED = "queued", "In the queue"
        GROUPED = "grouped", "Put together with another like it"
        ANSWERED_LIVE = "answered_live", "Answered in the room"
        ANSWERED_AFTER = "answered_after", "Answered afterwards in the forum"
        DECLINED = "declined", "Not taken"

    OPEN = (State.HELD, State.QUEUED)
    SHOWN = (State.QUEUED, State.ANSWERED_LIVE, State.ANSWERED_AFTER)
    ANSWERED = (State.ANSWERED_LIVE, State.ANSWERED_AFTER)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="audience_questions")
    words = models.CharField(max_length=300)
    name = models.CharField(max_length=80, blank=True, help_text="As a guest typed it. A member’s is the member’s.")
    show_name = models.BooleanField(default=False, help_text="To everybody; else the chair alone sees it.")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    mark = models.CharField(max_length=64, help_text="Of who asked: shows them what became of it.")
    state = models.CharField(max_length=14, choices=State, default=State.HELD)
    into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="grouped")
    votes = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    thread_url = models.CharField(max_length=300, blank=True)
    once_key = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-votes", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_declined_question_has_a_reason",
                violation_error_message="Say why the question is declined.",
                condition=~Q(state="declined") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="a_handed_on_question_has_a_thread",
                violation_error_message="A question that is answered afterwards needs its thread.",
                condition=~Q(state="answered_after") | ~Q(thread_url=""),
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state", "-votes"], name="audience_queue"),
            models.Index(fields=["session", "mark"], name="audience_own"),
        ]

    def __str__(self):
        return self.words

    @property
    def asker(self) -> str:
        """The name of who asked; "" when they gave none, left, or it was erased."""
        member: Member | None = self.member
        if member is None:
            return self.name
        return "" if member.standing in Member.OUT else member.display_name

    @property
    def fate(self) -> str:
        """What became of it, in words. In the forum it is answered only when its thread has an answer."""
        return MOVED if self.state == self.State.ANSWERED_AFTER else self.get_state_display()

    def was_left_over(self) -> bool:
        """Whether its session was over when it was handed on: then it was not answered in the room."""
        return self.decided_at is not None and self.session.is_over(now=self.decided_at)

    def is_shown(self) -> bool:
        """Whether everybody in the audience reads it. Twin of `shown()`."""
        return self.state in self.SHOWN


class UpVote(models.Model):
    """That somebody wants a question asked, the asker too: each once."""

    question = models.ForeignKey(AudienceQuestion, on_delete=models.CASCADE, related_name="wanted_by")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "mark"], name="each_question_wanted_once")]
