import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.search import index

from core import private
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.querysets.material_asks import AskQuerySet
from events.querysets.materials import MaterialQuerySet
from members.models import Member


class Material(index.Indexed, models.Model):
    """Slides of a talk, or a handout. Its address never changes and always gives the newest file.

    Taken back, its files are deleted and the row stays, so that the address is the same should it come again.
    """

    class Kind(models.TextChoices):
        SLIDES = "slides", "Slides"
        HANDOUT = "handout", "Handout"

    class Licence(models.TextChoices):
        OGL = "ogl", "Open Government Licence"
        CC_BY = "cc_by", "Creative Commons Attribution (CC BY)"
        RIGHTS = "rights", "All rights kept: to read, not to copy"

    class Audience(models.TextChoices):
        PUBLIC = "public", "Everybody who may see the event"
        MEMBERS = "members", "Members"
        DELEGATES = "delegates", "People with a place at the event"

    class Release(models.TextChoices):
        NOW = "now", "Now"
        AFTER = "after", "When the talk is over"
        AT = "at", "At a time of its own"
        HELD = "held", "Not yet"

    event = models.ForeignKey(EventPage, on_delete=models.PROTECT, related_name="materials")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="materials",
        help_text="Empty: of the whole event.",
    )  # fmt: skip
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.SLIDES)
    title = models.CharField(max_length=160)
    name = models.SlugField(max_length=80, editable=False, help_text="The last word of its address. Never changes.")
    licence = models.CharField(max_length=6, choices=Licence, default=Licence.OGL)
    audience = models.CharField(max_length=9, choices=Audience, default=Audience.PUBLIC)
    release = models.CharField(max_length=5, choices=Release, default=Release.NOW)
    released_at = models.DateTimeField(null=True, blank=True, help_text="Empty: held.")
    newest = models.ForeignKey(
        "events.MaterialFile", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    copy = models.ForeignKey(
        "events.MaterialFile", null=True, editable=False, on_delete=models.SET_NULL, related_name="+",
        verbose_name="accessible copy",
    )  # fmt: skip
    downloads = models.PositiveIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    out_at = models.DateTimeField(null=True, editable=False, help_text="When pages that show it were made anew.")
    told_at = models.DateTimeField(null=True, editable=False, help_text="When people with a place heard of it.")

    objects = MaterialQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("session_text", boost=2),
        index.SearchField("speakers_text", boost=2),
        index.FilterField("event_id"),
    ]

    class Meta:
        ordering = ["event", "session__starts_at", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="held_without_a_time",
                violation_error_message="What is held back has no time at which it came out.",
                condition=Q(release="held", released_at=None) | ~Q(release="held"),
            ),
            models.CheckConstraint(
                name="an_accessible_copy_is_of_something",
                violation_error_message="An accessible copy needs the file it is a copy of.",
                condition=Q(copy=None) | Q(newest__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["out_at", "released_at"], name="material_coming_out")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:material", args=[self.pk, self.name])

    def get_copy_url(self):
        return reverse("events:material-copy", args=[self.pk, self.name])

    def session_text(self) -> str:
        return self.session.title if self.session_id else ""

    def speakers_text(self) -> str:
        if not self.session_id:
            return ""
        return " ".join(f"{one.name} {one.body}" for one in self.session.speakers.all())

    def is_there(self) -> bool:
        """It has a file: it was not taken back. Twin of `there()`."""
        return self.newest_id is not None

    def is_out(self, *, now: dt.datetime) -> bool:
        """It has a file, and its time has come. Twin of `out()`."""
        return self.is_there() and self.released_at is not None and self.released_at <= now


class MaterialFile(models.Model):
    """A file that was sent: the newest, or one replaced since, of which only these facts are kept."""

    class Part(models.TextChoices):
        MAIN = "main", "The file"
        COPY = "copy", "The accessible copy"

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=4, choices=Part, default=Part.MAIN)
    number = models.PositiveIntegerField(help_text="1 is the first that was sent.")
    file = models.FileField(storage=private.storage, max_length=120, blank=True, help_text="Empty: deleted.")
    extension = models.CharField(max_length=5)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    sent_name = models.CharField(max_length=120, help_text="What it was called by who sent it, made safe.")
    speaker = models.ForeignKey(Speaker, null=True, on_delete=models.SET_NULL, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["material", "part", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "part", "number"], name="each_file_numbered_once"),
        ]


class MaterialAsk(models.Model):
    """A speaker is asked for the slides of a session by a day. Its link needs no account, and can be stopped."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="material_asks")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="material_asks")
    due_on = models.DateField("due")
    link_number = models.PositiveIntegerField(default=1, editable=False, help_text="Links of other numbers are void.")
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # What the speaker knows: kept when a letter says it, so that another one is written only where it says more.
    told_due_on = models.DateField(null=True, editable=False, help_text="The day they were told last.")
    told_link_number = models.PositiveIntegerField(default=0, editable=False, help_text="The link they got last.")

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "session__starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "speaker"], name="asked_once_for_a_talk")]

    def day_is_known(self) -> bool:
        """They were told of the day it is due on, and of no other since."""
        return self.told_due_on == self.due_on

    def is_known(self) -> bool:
        """They were told of the day and have the link, so that a letter would say nothing new."""
        return self.day_is_known() and self.told_link_number == self.link_number


class AskTold(models.Model):
    """That a speaker got a letter: each stage once for each day it is due on, and whenever somebody presses for it."""

    ask = models.ForeignKey(MaterialAsk, on_delete=models.CASCADE, related_name="told")
    stage = models.SmallIntegerField(
        null=True, help_text="Days after it is due: -7, 0, 3, 10, 17. -100: the first letter. Empty: by hand."
    )
    due_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "stage", "due_on"], name="each_ask_stage_once")]


class SlidesTold(models.Model):
    """That people with a place heard of the slides that came out: at most once a day for each event."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "day"], name="slides_told_once_a_day")]


class SessionStory(models.Model):
    """A page, such as a story, tells of what was said in a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stories")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="told_in_sessions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "page"], name="each_story_of_a_session_once")]
