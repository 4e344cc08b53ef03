import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from horizon.models.development import Development
from horizon.querysets.signals import SignalQuerySet
from members.models import Member
from members.permissions import takes_part


class Signal(models.Model):
    """Something a member saw coming, and what became of it: a development, or a no with its reason."""

    class State(models.TextChoices):
        NEW = "new", "New"
        LOOKING = "looking", "Somebody is looking into it"
        TRIAGED = "triaged", "Became a development"
        DECLINED = "declined", "Not taken further"

    OPEN = (State.NEW, State.LOOKING)

    title = models.CharField("what is coming", max_length=140)
    what = models.TextField("what you saw", max_length=1500, blank=True)
    where_seen = models.CharField("where you saw it", max_length=300)
    why_it_matters = models.TextField("why it matters", max_length=1000)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="signals")
    sent_at = models.DateTimeField(default=timezone.now)
    once_key = models.UUIDField(default=uuid.uuid4, editable=False)  # a form sent twice makes one

    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    taken_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    development = models.ForeignKey(
        Development, null=True, blank=True, on_delete=models.SET_NULL, related_name="signals"
    )
    outcome = models.TextField("what we tell the member", max_length=1000, blank=True)
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # when its sender was told that readers see what it became: once, however often that is hidden and shown again
    shown_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "once_key"], name="each_signal_sent_once"),
            models.CheckConstraint(
                name="declined_with_a_reason", condition=~Q(state="declined") | ~Q(outcome=""),
                violation_error_message="Say why the signal is declined.",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def is_open(self) -> bool:
        """Whether nobody has decided yet. Twin of `open()`."""
        return self.state in self.OPEN

    def is_visible_to(self, member) -> bool:
        """Whoever sent it and the core team. Twin of `visible_to()`."""
        if not takes_part(member):
            return False
        return member.is_core_team or self.by_id == member.pk

    def is_on_the_horizon(self) -> bool:
        """Whether readers see what it became. Until then the core team is writing it up."""
        return self.development is not None and self.development.shown

    def development_for(self, member) -> Development | None:
        """What it became, where `member` may see that."""
        return self.development if self.development and self.development.is_visible_to(member) else None
