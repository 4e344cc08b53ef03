"""Asking for slides, sending them on behalf of a speaker, and who gets them, in the admin."""

import datetime as dt

from django import forms
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import Page

from events import times
from events.actions.materials import COPIES, SLIDES, Terms
from events.forms.admin_programme import day_field
from events.forms.materials import COPIES_TAKEN, SLIDES_TAKEN, chooser
from events.models.material import Material
from events.models.programme import Session
from events.pages.event import EventPage
from events.storytelling import stories_for
from members.models import Member

A_WEEK = dt.timedelta(days=7)


class DayForm(forms.Form):
    """By which day: today or one to come, and as long as the event is not over, by its last day."""

    due_on = day_field("Slides by", error_messages={"required": "Choose a day."})

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("This day is past. Choose today or a later one.")
        if day > timezone.localdate(self.event.ends_at) and not self.event.is_over(now=timezone.now()):
            last = times.day(self.event.ends_at)
            raise forms.ValidationError(f"The event is over by then. Choose {last}, or an earlier day.")
        return day


class AskForm(DayForm):
    """By which day all are asked: a week before the event, unless told otherwise."""

    def __init__(self, *args, event: EventPage, **kwargs):
        day = timezone.localtime(event.starts_at).date() - A_WEEK
        super().__init__(*args, event=event, initial={"due_on": max(day, timezone.localdate())}, **kwargs)


class ChaseForm(forms.Form):
    """Which asks are chased: `?ask=3&ask=5`, or `?all=1`."""

    data: QueryDict

    def ticked(self) -> list[int]:
        """Their numbers; what is no number the database could hold is none."""
        sent = self.data.getlist("ask")
        return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19]

    def everybody(self) -> bool:
        return "all" in self.data


class StoryForm(forms.Form):
    """Which story tells of which talk."""

    session = forms.ModelChoiceField(
        Session.objects.none(), label="Talk", empty_label="Choose", error_messages={"required": "Choose the talk."}
    )
    page = forms.ModelChoiceField(
        Page.objects.none(), label="Story", empty_label="Choose", error_messages={"required": "Choose the story."}
    )

    def __init__(self, *args, event: EventPage, by: Member, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["session"].queryset = event.sessions.exclude(kind=Session.Kind.BREAK)
        fields["page"].queryset = stories_for(by)


class TermsForm(forms.Form):
    """How a file may be used, who may get it, and when."""

    licence = forms.ChoiceField(choices=Material.Licence.choices)
    audience = forms.ChoiceField(label="Who may get it", choices=Material.Audience.choices)
    release = forms.ChoiceField(label="When it comes out", choices=Material.Release.choices)
    day = day_field("Day, if at a time of its own", required=False)

    @staticmethod
    def as_typed(material: Material) -> dict:
        own = material.release == Material.Release.AT and material.released_at
        return {
            "licence": material.licence,
            "audience": material.audience,
            "release": material.release,
            "day": timezone.localtime(material.released_at).date() if own else None,
        }

    def clean(self):
        data = super().clean()
        if data.get("release") == Material.Release.AT and not data.get("day"):
            self.add_error("day", "Choose the day.")
        return data

    def terms(self) -> Terms:
        """It comes out at nine in the morning of its day."""
        said, at = self.cleaned_data, None
        if said["release"] == Material.Release.AT:
            at = timezone.make_aware(dt.datetime.combine(said["day"], dt.time(9)))
        return Terms(licence=said["licence"], audience=said["audience"], release=said["release"], at=at)


class SendForm(TermsForm):
    """A file on behalf of a speaker."""

    session = forms.ModelChoiceField(
        queryset=Session.objects.none(), required=False, empty_label="The whole event", label="Of which session"
    )
    kind = forms.ChoiceField(choices=Material.Kind.choices)
    title = forms.CharField(max_length=160, required=False, help_text="Empty: as the session is called.")
    file = forms.FileField(
        help_text=SLIDES_TAKEN, widget=chooser(SLIDES), error_messages={"required": "Choose a file."}
    )
    copy = forms.FileField(
        label="Accessible copy", required=False, help_text=f"With words for every picture. {COPIES_TAKEN}",
        widget=chooser(COPIES),
    )  # fmt: skip
    field_order = ["session", "kind", "title", "file", "copy"]

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["session"].queryset = event.sessions.exclude(kind=Session.Kind.BREAK)

    def what(self) -> dict:
        """What `send` takes."""
        names = ("session", "kind", "title", "file", "copy")
        return {name: self.cleaned_data[name] for name in names} | {"terms": self.terms()}
