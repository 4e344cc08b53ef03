"""Places, what is kept for organisations, and what everybody booked is told, in the admin."""

from django import forms
from django.utils import timezone

from core.numbers import CountField
from events.forms.admin_programme import day_field
from events.models.booking import Booking
from events.models.places import Mode
from events.pages.event import EventPage
from events.querysets import desk
from members.models import Organisation


class CapacityForm(forms.Form):
    """How many places there are in one way of coming; when fewer than people have, who moves online or waits."""

    mode = forms.ChoiceField(label="Way of coming", choices=Mode.choices)
    capacity = CountField(label="Places", min_value=0, max_value=20_000, error_messages={"required": "Say how many."})
    moving = forms.ModelMultipleChoiceField(
        label="Who moves to the line", queryset=Booking.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        mode = self.data.get("mode") or self.initial.get("mode") or ""
        fields["moving"].queryset = desk.with_a_place(event, mode)
        fields["moving"].label_from_instance = lambda one: f"{one.name}{', ' + one.works_for if one.works_for else ''}"


class AllocationForm(forms.Form):
    """Places kept for an organisation until a day."""

    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), empty_label="Choose")
    mode = forms.ChoiceField(label="Way of coming")
    places = CountField(label="Places", min_value=0, max_value=5_000)
    release_on = day_field("Kept until", help_text="At the start of this day what is not used goes to others.")

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        fields: dict = self.fields
        fields["organisation"].queryset = Organisation.objects.filter(status__in=Organisation.JOINABLE).order_by("name")
        fields["mode"].choices = [(one.mode, one.get_mode_display()) for one in event.places.all()]

    def clean_release_on(self):
        day = self.cleaned_data["release_on"]
        if day > timezone.localtime(self.event.starts_at).date():
            raise forms.ValidationError("Choose a day before the event, so that others can still come.")
        return day


class WhyForm(forms.Form):
    """Why an event does not take place: everybody who booked reads it."""

    why = forms.CharField(
        label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who booked is told in these words.", error_messages={"required": "Write why."},
    )  # fmt: skip


class ChangeForm(forms.Form):
    """Something that is another now and does not stand on the page: a room, a speaker."""

    what = forms.CharField(
        label="What", max_length=80, help_text="Such as “Room of the workshop”.",
        error_messages={"required": "Say what is another."},
    )  # fmt: skip
    was = forms.CharField(label="What it was", max_length=200, required=False)
    now = forms.CharField(label="What it is now", max_length=200, error_messages={"required": "Say what it is now."})

    def as_row(self) -> list[str]:
        """As it is told: ["Room", "Hall", "Library"]."""
        return [" ".join(self.cleaned_data[name].split()) for name in ("what", "was", "now")]
