"""Writing to many in the admin, and copying an event."""

from django import forms
from django.utils import timezone

from events.actions import cloning
from events.forms.admin_programme import day_field
from events.pages.event import EventPage


class MailForm(forms.Form):
    """The subject and words of a mail to many."""

    subject = forms.CharField(max_length=120, error_messages={"required": "Write a subject."})
    words = forms.CharField(
        label="What you want to say", max_length=5000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="We begin with “Hello” and their name, and end with the way to their booking.",
        error_messages={"required": "Write what you want to say."},
    )  # fmt: skip


class CloneForm(forms.Form):
    """What the new event is called, when it is, and what is taken over."""

    title = forms.CharField(max_length=255, error_messages={"required": "Write what it is called."})
    starts_on = day_field(
        "First day", help_text="All times move with it.", error_messages={"required": "Choose its first day."}
    )
    parts = forms.MultipleChoiceField(
        label="Take over", choices=list(cloning.PARTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, event: EventPage, **kwargs):
        day = timezone.localtime(event.starts_at).date() + cloning.A_YEAR
        while day < timezone.localdate():
            day += cloning.A_YEAR
        initial = {
            "title": cloning.title_for(event, day), "starts_on": day,
            "parts": [name for name in cloning.PARTS if name != "speakers"],
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("This day is past. Choose today or a later one.")
        return day

    def clean(self):
        data = super().clean()
        if "speakers" in (data.get("parts") or []) and "programme" not in data["parts"]:
            self.add_error("parts", "Speakers come with their sessions: take those over too.")
        return data
