from django.db import models

from events.models.booking import Booking


class GuestLink(models.Model):
    """Which of the links to a guest's ticket holds: the number goes up when they ask for a new one, or it got about."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="guest_link")
    number = models.PositiveIntegerField(default=0)
