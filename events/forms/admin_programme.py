"""Drawing up the programme in the admin: tracks, sessions, questions for those who book."""

import datetime as dt

from django import forms
from django.utils import timezone

from core.numbers import CountField
from events import times
from events.models.booking import BookingQuestion
from events.models.programme import Session, Speaker, Track
from events.pages.event import EventPage
from events.querysets import desk, session_desk
from members.admin_forms import lines

MOST_OPTIONS = 8


def day_field(label: str, **options) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def time_field(label: str, **options) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **options)


class TrackForm(forms.Form):
    """What a track is called."""

    name = forms.CharField(label="Name", max_length=60, error_messages={"required": "Write what it is called."})


class SessionForm(forms.Form):
    """One part of the programme. Its day starts as the event's; who speaks is chosen in order."""

    title = forms.CharField(max_length=160, error_messages={"required": "Write a title."})
    summary = forms.CharField(max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(choices=Session.Kind.choices)
    level = forms.ChoiceField(choices=[("", "For anybody"), *Session.Level.choices], required=False)
    track = forms.ModelChoiceField(queryset=Track.objects.none(), required=False, empty_label="For everybody")
    day = day_field("Day", error_messages={"required": "Choose the day."})
    starts = time_field("Starts", error_messages={"required": "Say when it starts."})
    ends = time_field("Ends", error_messages={"required": "Say when it ends."})
    capacity = CountField(
        label="Places in the room", min_value=1, max_value=10_000, required=False,
        help_text="Empty: whoever comes to the event may come.",
    )  # fmt: skip
    streamed = forms.BooleanField(label="Can be watched online", required=False)
    takes_questions = forms.BooleanField(label="People send questions", required=False)
    anyway = forms.BooleanField(label="Save it all the same", required=False)

    def __init__(self, *args, event: EventPage, session: Session | None = None, **kwargs):
        self.event, self.session, self.warnings = event, session, []
        chosen = list(session.speakings.select_related("speaker")) if session else []
        kwargs["initial"] = self._initial(chosen) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["track"].queryset = event.tracks.all()
        known = list(desk.speakers())
        self.known = {str(one.pk): one for one in known}
        choices = [
            ("", "Nobody"),
            *((str(one.pk), f"{one.name}, {one.body}" if one.body else one.name) for one in known),
        ]
        speaking = sum(not one.chairs for one in chosen)
        self.other_chairs = [one.speaker for one in chosen if one.chairs][1:]  # only the first is a field
        self.speaker_names = [f"speaker_{number}" for number in range(1, max(3, speaking + 1) + 1)]
        for number, name in enumerate(self.speaker_names, start=1):
            fields[name] = forms.ChoiceField(label=f"Speaker {number}", choices=choices, required=False)
        fields["chair"] = forms.ChoiceField(label="Takes the chair", choices=choices, required=False)
        self.order_fields([one for one in self.fields if one != "anyway"])  # last, beside the button

    def _initial(self, chosen: list) -> dict:
        one = self.session
        if one is None:
            start = timezone.localtime(self.event.starts_at)
            return {"day": start.date(), "starts": start.time(), "kind": Session.Kind.TALK}
        start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        speaking = [each.speaker_id for each in chosen if not each.chairs]
        chairs = [each.speaker_id for each in chosen if each.chairs]
        return {
            "title": one.title, "summary": one.summary, "kind": one.kind, "level": one.level, "track": one.track_id,
            "day": start.date(), "starts": start.time(), "ends": end.time(), "capacity": one.capacity,
            "streamed": one.streamed, "takes_questions": one.takes_questions, "chair": chairs[0] if chairs else "",
            **{f"speaker_{number}": pk for number, pk in enumerate(speaking, start=1)},
        }  # fmt: skip

    def clean(self):
        data = super().clean()
        if not {"day", "starts", "ends"} <= data.keys():
            return data
        times_of_day = (data["starts"], data["ends"])
        starts_at, ends_at = (timezone.make_aware(dt.datetime.combine(data["day"], one)) for one in times_of_day)
        if ends_at <= starts_at:
            self.add_error("ends", "It has to end after it starts.")
            return data
        data |= {"starts_at": starts_at, "ends_at": ends_at, "speakers": self._speakers(data)}
        data["chairs"] = [self.known[data["chair"]], *self.other_chairs] if data.get("chair") else []
        self.warnings = self._warnings(data)
        if self.warnings and not data.get("anyway"):
            self.add_error("anyway", "Look at what it clashes with. To save it as it is, tick this box.")
        return data

    def _speakers(self, data: dict) -> list[Speaker]:
        return [self.known[pk] for pk in dict.fromkeys(data.get(name) for name in self.speaker_names) if pk]

    def _warnings(self, data: dict) -> list[str]:
        said = desk.clashes_of(
            self.event, starts_at=data["starts_at"], ends_at=data["ends_at"], track=data.get("track"),
            speakers=[*data["speakers"], *data["chairs"]], but=self.session,
        )  # fmt: skip
        said += self._people_warned(data)
        if data["starts_at"] < self.event.starts_at or data["ends_at"] > self.event.ends_at:
            said.append(f"The event itself is {times.span(self.event.starts_at, self.event.ends_at)}.")
        return said

    def _people_warned(self, data: dict) -> list[str]:
        """How many would be at two sessions at once by the new time: they keep both places, and choose."""
        one = self.session
        if one is None or (one.starts_at, one.ends_at) == (data["starts_at"], data["ends_at"]):
            return []
        many, pairs = session_desk.doubled_by(one, starts_at=data["starts_at"], ends_at=data["ends_at"])
        if not many:
            return []
        who = "1 person who chose it is" if many == 1 else f"{many} people who chose it are"
        return [f"{who} at another session then: {', '.join(pairs)}. They keep both, and we ask them to choose."]

    def fields_of_session(self) -> dict:
        """What `save_session` takes."""
        names = ("title", "summary", "kind", "level", "track", "starts_at", "ends_at", "capacity", "streamed",
                 "takes_questions", "speakers", "chairs")  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class QuestionForm(forms.Form):
    """Something everybody who books is asked."""

    words = forms.CharField(label="Question", max_length=200, error_messages={"required": "Write the question."})
    kind = forms.ChoiceField(label="How it is answered", choices=BookingQuestion.Kind.choices)
    options = forms.CharField(
        label="Answers to choose from", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, for “One of several”.",
    )  # fmt: skip
    required = forms.BooleanField(label="Has to be answered", required=False)

    def clean_options(self):
        found = lines(self.cleaned_data["options"])
        if any(len(one) > 100 for one in found) or len(found) > MOST_OPTIONS:
            raise forms.ValidationError(f"{MOST_OPTIONS} answers at most, of 100 letters at most each.")
        return found

    def clean(self):
        data = super().clean()
        if data.get("kind") == BookingQuestion.Kind.CHOICE and len(data.get("options") or []) < 2:
            self.add_error("options", "Write at least two answers, one a line.")
        return data
