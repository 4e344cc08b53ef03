import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from core.blocks.shared import shared_blocks
from core.streams import LightStreamField
from events.editing import EventForm
from members.models import KeptPage, Organisation

# First words of addresses below /events/ that are pages of the app: no event may be called so.
TAKEN = frozenset({"bookings", "calendar", "certificates", "door", "feed", "guests", "materials", "scenarios", "screen",
                   "sessions", "speakers", "upload", "vote", "votes", "mine"})  # fmt: skip


class EventPage(KeptPage):
    """A workshop, learning lunch, practitioner day or conference: its words. Places, programme, bookings are rows
    of their own, so that neither a draft nor an old version ever changes them."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", "Workshop"
        LEARNING_LUNCH = "learning_lunch", "Learning lunch"
        PRACTITIONER_DAY = "practitioner_day", "Practitioner day"
        CONFERENCE = "conference", "Conference"

    kind = models.CharField(max_length=16, choices=Kind, default=Kind.WORKSHOP)
    series = models.SlugField(
        max_length=60,
        blank=True,
        help_text="The same word for all of a row: “annual-conference”. Past years are listed by it.",
    )
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    host = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="hosted_events"
    )
    venue = models.CharField(max_length=120, blank=True, help_text="Empty when it is online only.")
    # not `address`: that is where a page stands, once it was asked for (core.addresses)
    street = models.CharField("address", max_length=240, blank=True)
    map_url = models.URLField("map", max_length=300, blank=True)
    getting_here = models.TextField(max_length=600, blank=True)
    access_notes = models.TextField(
        max_length=600, blank=True, help_text="Steps, hearing loop, captions, quiet room, parking."
    )
    online_url = models.URLField(
        "address to join online", max_length=400, blank=True, help_text="Shown only to those who have a place online."
    )
    joining_note = models.TextField(
        max_length=2000,
        blank=True,
        help_text="Sent to everybody with a place a week before, and shown on their ticket.",
    )
    book_opens_at = models.DateTimeField("booking opens", null=True, blank=True)
    book_closes_at = models.DateTimeField("booking closes", null=True, blank=True, help_text="Empty: when it starts.")
    about = LightStreamField(shared_blocks(), blank=True)
    hours = models.DecimalField(
        "hours of learning", max_digits=4, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)],
        help_text="Said on the certificate.",
    )  # fmt: skip
    outcome = models.CharField(
        "what people can do afterwards", max_length=240, blank=True, help_text="Said on the certificate."
    )
    report = LightStreamField(shared_blocks(), blank=True, help_text="What came of it. Shown once it is over.")

    template = "events/event.html"
    base_form_class = EventForm
    parent_page_types = ["events.EventsIndexPage"]
    subpage_types: list[str] = []

    search_fields = [
        *KeptPage.search_fields,
        index.SearchField("about"),
        index.SearchField("report"),
        index.SearchField("venue"),
        index.SearchField("programme_text"),
        index.FilterField("starts_at"),
    ]

    edit_handler = KeptPage.tabs(
        (
            "Event",
            [
                *KeptPage.first_panels,
                FieldRowPanel([FieldPanel("kind"), FieldPanel("series")]),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("host"),
                MultiFieldPanel(
                    [FieldPanel(name) for name in ("venue", "street", "map_url", "getting_here", "access_notes")],
                    "Venue and access",
                ),
                FieldPanel("about"),
                InlinePanel("partners", [FieldPanel("name"), FieldPanel("what"), FieldPanel("url")],
                            heading="Partners and stalls", label="Partner"),
            ],
        ),
        (
            "Taking part",
            [
                FieldRowPanel([FieldPanel("book_opens_at"), FieldPanel("book_closes_at")]),
                FieldPanel("online_url"),
                FieldPanel("joining_note"),
                MultiFieldPanel([FieldPanel("hours"), FieldPanel("outcome")], "Certificate"),
            ],
        ),
        (
            "Afterwards",
            [
                FieldPanel("report"),
                InlinePanel(
                    "outcomes", [FieldPanel("figure"), FieldPanel("words")], heading="Outcomes", label="Outcome"
                ),
            ],
        ),
    )  # fmt: skip

    class Meta:
        verbose_name = "event"
        verbose_name_plural = "events"
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                violation_error_message="It must end after it starts.",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="event_starts")]

    def clean(self):
        super().clean()
        wrong: dict[str, str] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = "It has to end after it starts."
        if self.book_opens_at and self.ends_at and self.book_opens_at >= self.ends_at:
            wrong["book_opens_at"] = "Booking has to open before the event is over."
        if self.book_opens_at and self.book_closes_at and self.book_closes_at <= self.book_opens_at:
            wrong["book_closes_at"] = "Booking has to close after it opens."
        if self.slug in TAKEN or (self.slug or "").isdigit():
            wrong["slug"] = f"“{self.slug}” is an address of its own. Choose another."
        if wrong:
            raise ValidationError(wrong)

    def get_context(self, request, *args, **kwargs):
        from events.showing import context_of

        context = super().get_context(request, *args, **kwargs)
        return context | context_of(self, request)

    def programme_text(self) -> str:
        """Titles and speakers of its sessions, so that search finds the event by them."""
        if not self.pk:
            return ""
        found = self.sessions.prefetch_related("speakers")
        return " ".join(f"{one.title} {' '.join(person.name for person in one.speakers.all())}" for one in found)

    def is_over(self, *, now: dt.datetime) -> bool:
        return self.ends_at <= now

    def is_on(self, *, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.ends_at


class EventPartner(Orderable):
    """A body that helps with an event, or has a stall at it."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=120)
    what = models.CharField(max_length=240, blank=True)
    url = models.URLField(max_length=300, blank=True)


class EventOutcome(Orderable):
    """A figure of an event's report, with what it means: "14" "protocols rewritten at the surgery"."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="outcomes")
    figure = models.CharField(max_length=20)
    words = models.CharField(max_length=160)
