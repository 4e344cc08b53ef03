import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from wagtail.images import get_image_model_string
from wagtail.search import index

from events.pages.event import EventPage
from members.models import Member, Organisation


class Track(models.Model):
    """A column of the programme: a room, or a thread of talks."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="each_track_named_once")]

    def __str__(self):
        return self.name


class Speaker(index.Indexed, models.Model):
    """Somebody who speaks at events. May have no account."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    body = models.CharField("works for", max_length=160, blank=True)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="speaks_as")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="speakers"
    )
    bio = models.TextField(max_length=1200, blank=True)
    photo = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    photo_consent = models.BooleanField("agreed to a photo being shown", default=False)
    email = models.EmailField(blank=True, help_text="Never shown. Used to ask for slides.")

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("body"),
        index.SearchField("role"),
        index.SearchField("bio"),
    ]

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("events:speaker", args=[self.slug])


class Session(index.Indexed, models.Model):
    """A part of an event's programme, with its own time, room, speakers and, where `capacity` is set, places."""

    class Kind(models.TextChoices):
        TALK = "talk", "Talk"
        WORKSHOP = "workshop", "Workshop"
        PANEL = "panel", "Panel"
        PLENARY = "plenary", "For everybody"
        BREAK = "break", "Break"

    class Level(models.TextChoices):
        START_HERE = "start_here", "Start here"
        PRACTITIONERS = "practitioners", "For practitioners"

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160)
    summary = models.TextField(max_length=1500, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TALK)
    level = models.CharField(max_length=13, choices=Level, blank=True)
    track = models.ForeignKey(
        Track, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions",
        help_text="Empty: for everybody, across all columns.",
    )  # fmt: skip
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    capacity = models.PositiveIntegerField(
        "places in the room", null=True, blank=True, help_text="Empty: whoever comes to the event may come."
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    streamed = models.BooleanField("can be watched online", default=False)
    takes_questions = models.BooleanField("people send questions", default=False)
    speakers = models.ManyToManyField(Speaker, through="Speaking", related_name="sessions")
    edited_at = models.DateTimeField(auto_now=True)

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("summary"),
        index.SearchField("speakers_text", boost=2),
        index.FilterField("event_id"),
    ]

    class Meta:
        ordering = ["starts_at", "track__order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                violation_error_message="It must end after it starts.",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="session_never_overfull",
                violation_error_message="There can’t be fewer places than people who chose the session.",
                condition=Q(capacity=None) | Q(taken__lte=F("capacity")),
            ),
            models.UniqueConstraint(fields=["event", "slug"], name="each_session_slug_once"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:session", args=[self.event_id, self.pk, self.slug])

    def speakers_text(self) -> str:
        return " ".join(f"{one.name} {one.body}" for one in self.speakers.all()) if self.pk else ""

    @property
    def left(self) -> int | None:
        """Places left in the room; None when it is open to all."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    def overlaps(self, other: "Session") -> bool:
        """Whether nobody can be at both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def is_on(self, *, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def is_over(self, *, now: dt.datetime) -> bool:
        return self.ends_at <= now


class Speaking(models.Model):
    """Who speaks in a session, in which order; or chairs it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="speakings")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="speakings")
    order = models.PositiveSmallIntegerField(default=0)
    chairs = models.BooleanField("takes the chair", default=False)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "speaker"], name="speaks_in_a_session_once")]
