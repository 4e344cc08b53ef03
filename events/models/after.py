"""Afterwards: what people made of it, what they are owed for it, and what came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models.booking import Booking
from events.pages.event import EventPage
from members.models import Member


class Asked(models.Model):
    """That who came was asked something about an event: each question once, however long the site was down."""

    class What(models.TextChoices):
        FEEDBACK = "feedback", "What they made of it"
        FOLLOW_UP = "follow_up", "Whether they used it"

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="asked")
    what = models.CharField(max_length=9, choices=What)
    count = models.PositiveIntegerField(default=0, help_text="How many were asked.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "what"], name="asked_once_of_an_event")]


class Answered(models.Model):
    """That the person of a booking has answered, and not what: the answers name nobody, and no time joins the two.

    What a database knows of its rows does not either: answers are dealt anew with each (`actions.feedback`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="answered")
    what = models.CharField(max_length=9, choices=Asked.What)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "what"], name="each_answers_once")]


class Feedback(models.Model):
    """What somebody who came made of an event. Names nobody: its number is drawn by lot, and it has no time."""

    class Recommend(models.TextChoices):
        YES = "yes", "Yes"
        PERHAPS = "perhaps", "Perhaps"
        NO = "no", "No"

    LEAST, MOST = 1, 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="feedback")
    useful = models.PositiveSmallIntegerField()
    learned = models.TextField(max_length=600, blank=True)
    will_do = models.TextField(max_length=600, blank=True)
    better = models.TextField(max_length=600, blank=True)
    recommend = models.CharField(max_length=7, choices=Recommend, blank=True)
    may_quote = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                name="useful_is_one_to_five",
                violation_error_message="Choose a number from 1 to 5.",
                condition=Q(useful__gte=1, useful__lte=5),
            )
        ]


class FollowUp(models.Model):
    """Whether somebody used what they learned, three months on. `booking` only of who may be asked about it."""

    class Used(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "Not yet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="follow_ups")
    used = models.CharField(max_length=6, choices=Used)
    words = models.TextField(max_length=1000, blank=True)
    may_tell = models.BooleanField(default=False)
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Who said it, of those who let us tell others and ask them more.",
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]


class Certificate(models.Model):
    """That somebody came to an event. Holds what it says, so that a later edit changes no certificate."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="certificate")
    code = models.CharField(max_length=16, unique=True, editable=False)
    name = models.CharField(max_length=120, blank=True, help_text="Empty: erased.")
    title = models.CharField("event", max_length=255)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    outcome = models.CharField(max_length=240, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    show_name = models.BooleanField("whoever checks it sees my name", default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]

    @property
    def written(self) -> str:
        """Its code as people read it: "K7QM-2XRD-9PTA-51CW"."""
        return "-".join(self.code[start : start + 4] for start in range(0, 16, 4))

    @property
    def initials(self) -> str:
        """ "P. N." for Priya Nair: what strangers see of the name."""
        words = self.name.split()
        return " ".join(f"{word[0].upper()}." for word in (words[:1] + words[1:][-1:]))

    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    def is_erased(self) -> bool:
        """Whether nobody can say any more whose it is."""
        return not self.name


class NamesErased(models.Model):
    """The receipt that names of people at an event were erased: of how many, and when."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="names_erased")
    bookings = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    certificates = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]


class ReportAction(models.Model):
    """Something that somebody does because of an event: part of its report, ticked off by the core team."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField("what is done", max_length=200)
    who = models.CharField("who does it", max_length=120, help_text="A body or a role, such as “Framework Office”.")
    due_on = models.DateField("by", null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.what

    def is_done(self) -> bool:
        return self.done_at is not None
