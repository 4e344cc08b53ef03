from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.pages.event import EventPage
from events.querysets.places import AllocationQuerySet, PlacesQuerySet
from members.models import Member, Organisation


class Mode(models.TextChoices):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"


class Places(models.Model):
    """The places of an event in one mode. `held`: offered to who waits, or kept for an organisation.

    Its row is locked first by whatever takes or frees a place: see `events.actions.line`.
    """

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="places")
    mode = models.CharField(max_length=9, choices=Mode)
    capacity = models.PositiveIntegerField("places")
    confirmed = models.PositiveIntegerField(default=0, editable=False)
    held = models.PositiveIntegerField(default=0, editable=False)

    objects = PlacesQuerySet.as_manager()

    class Meta:
        ordering = ["event", "mode"]
        verbose_name_plural = "places"
        constraints = [
            models.UniqueConstraint(fields=["event", "mode"], name="places_once_per_mode"),
            models.CheckConstraint(
                name="never_more_than_there_is_room",
                violation_error_message="There can’t be fewer places than are taken or kept for somebody.",
                condition=Q(capacity__gte=F("confirmed") + F("held")),
            ),
        ]

    @property
    def left(self) -> int:
        """Places nobody has and nobody is offered."""
        return max(self.capacity - self.confirmed - self.held, 0)


class Allocation(models.Model):
    """Places kept for an organisation until a day; what it did not use then goes to who waits."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="allocations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="allocations")
    mode = models.CharField(max_length=9, choices=Mode, default=Mode.IN_PERSON)
    places = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0, editable=False)
    release_on = models.DateField("released on", help_text="What is not used goes to others at the start of this day.")
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["event", "organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["event", "organisation", "mode"], name="one_allocation_per_mode"),
            models.CheckConstraint(
                name="no_more_used_than_allocated",
                violation_error_message="More of these places are booked already than you keep.",
                condition=Q(used__lte=F("places")),
            ),
        ]

    def __str__(self):
        return f"places kept at “{self.event.title}”"

    @property
    def unused(self) -> int:
        """Places still kept that nobody of the organisation has or is offered."""
        return 0 if self.released_at else self.places - self.used

    def is_kept(self) -> bool:
        """Not released yet. Twin of `kept()`."""
        return self.released_at is None
