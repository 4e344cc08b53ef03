from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models.booking import Booking
from events.pages.event import EventPage
from members.models import Member


class BulkMail(models.Model):
    """One mail to many who booked. It waits ten minutes before it goes: until then it can be taken back."""

    TYPED = "Name, e-mail or organisation"  # the label in `chosen` of what somebody typed

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to go"
        SENT = "sent", "Sent"
        TAKEN_BACK = "taken_back", "Taken back"

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="bulk_mails")
    subject = models.CharField(max_length=120)
    words = models.TextField(max_length=5000)
    chosen = models.JSONField(default=list, help_text="How its readers were chosen, in words: [[“Place”, “Waiting”]].")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it went, or was taken back.")
    count = models.PositiveIntegerField(default=0, help_text="How many it was meant for; then how many it went to.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_mail_that_ended_says_when",
                violation_error_message="A mail that has gone out, or was stopped, needs the time it ended.",
                condition=Q(state="waiting") | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.subject

    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class BulkMailTo(models.Model):
    """Who was chosen to read one. No address is kept here: it is that of the booking when the mail goes."""

    mail = models.ForeignKey(BulkMail, on_delete=models.CASCADE, related_name="readers")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+")
    state_then = models.CharField(max_length=10, choices=Booking.State)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "booking"], name="each_booking_mailed_once")]
