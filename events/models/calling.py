from django.db import models
from django.utils import timezone

from events.models.programme import Session
from events.pages.event import EventPage
from members.models import Member

AFTER_ALL = "It takes place after all"  # in what was told: it was called off, and no longer is


class CalledOff(models.Model):
    """That an event does not take place, and why. Taken back by deleting it."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="called_off")
    why = models.CharField(max_length=300)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class ChangeTold(models.Model):
    """A change that everybody booked, or everybody who chose a session, was told of: [["Starts", "9am", "10am"]]."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="changes_told")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.CASCADE, related_name="changes_told",
        help_text="Empty: of the whole event.",
    )  # fmt: skip
    changes = models.JSONField(default=list)
    number = models.PositiveIntegerField(help_text="Rises in the event: the SEQUENCE of its calendar entries.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "number"], name="each_change_numbered_once")]
