"""On the day: who came, who says so, and every tap of every phone at the door."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.models.booking import Booking
from events.pages.event import EventPage
from members.models import Member


class CheckIn(models.Model):
    """That somebody came, and who says so. Taken back it stays, as the history of the door."""

    class Way(models.TextChoices):
        NAME = "name", "Found by name"
        CODE = "code", "By their code"
        ADDED = "added", "Came without a place"
        ONLINE = "online", "Joined online"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="checkins")
    way = models.CharField(max_length=6, choices=Way, default=Way.NAME)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, help_text="When it was tapped, which may be before it arrived.")
    kept_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], condition=Q(undone_at__isnull=True), name="here_only_once",
                violation_error_message="They are checked in already.",
            ),
            models.CheckConstraint(
                name="undone_after_it_was_done", condition=Q(undone_at=None) | Q(undone_at__gte=F("at")),
                violation_error_message="It can’t be undone before it was done.",
            ),
        ]  # fmt: skip

    def stands(self) -> bool:
        """Whether it was not taken back. Twin of `attendance.standing`."""
        return self.undone_at is None


class DoorAct(models.Model):
    """One tap at the door, by the key its page made for it: sent twice, or late, it happens once."""

    class What(models.TextChoices):
        IN = "in", "Came"
        OUT = "out", "Taken back"

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        NOTHING = "nothing", "It was so already"
        TOO_LATE = "too_late", "Somebody said otherwise meanwhile"
        NO_PLACE = "no_place", "They have no place"

    once_key = models.UUIDField(unique=True, default=uuid.uuid4)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="door_acts")
    what = models.CharField(max_length=3, choices=What)
    outcome = models.CharField(max_length=8, choices=Outcome)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(help_text="When it was tapped.")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kept_at", "pk"]


class DoorHelper(models.Model):
    """A member who helps at the door of one event: sees who has a place, and checks them in."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="door_helpers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="helps_at")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["member__display_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="helps_at_a_door_once")]


class JoiningCounts(models.Model):
    """That whoever opens the way to join an event online, while it is on, has come to it."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="joining_counts")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
