import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone

from members.models.member import Member


def new_key() -> str:
    """32 random bytes: nobody guesses it."""
    return secrets.token_urlsafe(32)


class CalendarKey(models.Model):
    """The secret in the address of a member's own calendar. A new one ends the old."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="calendar_key")
    key = models.CharField(max_length=64, unique=True, default=new_key)
    made_at = models.DateTimeField(default=timezone.now)

    def get_absolute_url(self):
        return reverse("members:calendar", args=[self.key])
