from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from events.models.booking import Booking
from events.pages.event import EventPage
from members.models import Member


class GuestLink(models.Model):
    """Which of the links to a guest's ticket holds: the number goes up when they ask for a new one, or it got about."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="guest_link")
    number = models.PositiveIntegerField(default=0)


class AskedFor(models.Model):
    """That a member asked us to book for an address: the same row whether a booking was made of it or not."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="asked_for")
    by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="asked_for")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    booking = models.ForeignKey(
        Booking, null=True, editable=False, on_delete=models.SET_NULL, related_name="asked_for",
        help_text="What was booked because they asked, if anything was.",
    )  # fmt: skip
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "event",
                "by",
                Lower("email"),
                name="asked_once_for_an_address",
                violation_error_message="You booked for this address already.",
            )
        ]
