import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from events.models.places import Allocation, Mode
from events.models.programme import Session
from events.pages.event import EventPage
from events.querysets.bookings import BookingQuerySet
from members.models import Member, Organisation

ERASED = "Name erased"


class Booking(models.Model):
    """One person's place at one event, or their place in the line for one. Never deleted: cancelled."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        OFFERED = "offered", "Offered a place"
        CONFIRMED = "confirmed", "Has a place"
        DECLINED = "declined", "Said no to a place"
        EXPIRED = "expired", "Did not answer in time"
        WITHDRAWN = "withdrawn", "Gave it up"
        CALLED_OFF = "called_off", "Event called off"

    ACTIVE = (State.WAITING, State.OFFERED, State.CONFIRMED)
    OVER = (State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.CALLED_OFF)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its address and its QR code
    event = models.ForeignKey(EventPage, on_delete=models.PROTECT, related_name="bookings")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings")
    # who it is for when they have no account, or had none; of a member these are empty
    guest_name = models.CharField(max_length=120, blank=True)
    guest_email = models.EmailField(blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    organisation_name = models.CharField(max_length=160, blank=True, help_text="As a guest wrote it.")
    mode = models.CharField(max_length=9, choices=Mode, default=Mode.IN_PERSON)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    allocation = models.ForeignKey(
        Allocation, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    booked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    list_me = models.BooleanField("on the list of delegates", default=False)
    made_at = models.DateTimeField(default=timezone.now)
    queue_number = models.PositiveBigIntegerField(
        null=True, editable=False, help_text="The place in the line: lower goes first."
    )
    offered_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    sequence = models.PositiveIntegerField(default=0, help_text="Rises when mode or state changes: for calendars.")
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When name, address and words were erased."
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "member"], name="one_active_booking_per_member",
                violation_error_message="They have a booking for this event already.",
                condition=Q(state__in=["waiting", "offered", "confirmed"], member__isnull=False),
            ),
            models.UniqueConstraint(
                "event", Lower("guest_email"), name="one_active_booking_per_guest",
                violation_error_message="There is a booking for this address already.",
                condition=Q(state__in=["waiting", "offered", "confirmed"]) & ~Q(guest_email=""),
            ),
            models.CheckConstraint(
                name="an_offer_has_a_deadline", condition=~Q(state="offered") | Q(offered_until__isnull=False),
                violation_error_message="Say until when the place is kept for them.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["event", "mode", "state", "queue_number"], name="booking_line"),
            models.Index(fields=["state", "offered_until"], name="booking_offers"),
        ]

    def is_active(self) -> bool:
        """Has a place, is offered one or waits for one. Twin of `active()`."""
        return self.state in self.ACTIVE

    def state_at(self, *, now: dt.datetime) -> str:
        """Its state; an offer nobody answered in time is over before the worker has written so."""
        if self.state == self.State.OFFERED and self.offered_until and self.offered_until <= now:
            return self.State.EXPIRED
        return self.state

    @property
    def name(self) -> str:
        """Who it is for."""
        if self.member_id:
            return self.member.display_name
        return self.guest_name or (ERASED if self.erased_at else "Somebody who left")

    @property
    def works_for(self) -> str:
        return self.organisation.name if self.organisation_id else self.organisation_name


class SessionBooking(models.Model):
    """A place in one session of limited room, or a place in its line; for sessions open to all: on one's agenda."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CONFIRMED = "confirmed", "Booked"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="booked")
    state = models.CharField(max_length=9, choices=State, default=State.CONFIRMED)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["booking", "session"], name="each_session_booked_once")]

    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED


class Needs(models.Model):
    """What somebody needs to eat, and to take part. Seen by the access lead alone; erased 30 days after the event."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="needs")
    dietary = models.CharField(max_length=300, blank=True)
    access = models.TextField(max_length=600, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = [("read_needs", "Can read what delegates need to eat and to take part")]


class NeedsErased(models.Model):
    """The receipt that what people needed at an event was erased."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="needs_erased")
    count = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)


class BookingQuestion(models.Model):
    """Something an event asks everybody who books."""

    class Kind(models.TextChoices):
        TEXT = "text", "In their own words"
        YES_NO = "yes_no", "Yes or no"
        CHOICE = "choice", "One of several"

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="booking_questions")
    words = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    options = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]


class BookingAnswer(models.Model):
    """What somebody answered."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(BookingQuestion, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "question"], name="each_question_answered_once")]


class BookingMove(models.Model):
    """What happened to a booking: the history that figures, and the person, can read. Reason where the team did it."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="moves")
    state = models.CharField(max_length=10, choices=Booking.State)
    mode = models.CharField(max_length=9, choices=Mode)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class EventReminder(models.Model):
    """That everybody with a place was reminded: each stage of an event once."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="+")
    stage = models.SmallIntegerField(help_text="Days before: 7, 1.")
    starts_at = models.DateTimeField(help_text="Of the time it was for: a moved event is reminded of again.")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "stage", "starts_at"], name="each_event_reminder_once")]
