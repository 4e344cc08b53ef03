"""What people fill in to book: only what the event needs to know, and what they wish to say."""

from typing import Any

from django import forms
from django.core.validators import validate_email

from events.models.booking import Booking, BookingQuestion
from events.models.places import Mode, Places
from members.forms import NameField, clean_line
from members.models import Member

Kind = BookingQuestion.Kind
DIETARY, ACCESS = "dietary", "access"


class NeedsForm(forms.Form):
    """What somebody needs to eat, and to take part."""

    dietary = forms.CharField(
        label="What you need to eat", max_length=300, required=False, help_text="Such as vegan, or an allergy to nuts."
    )
    access = forms.CharField(
        label="What you need to take part", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as step-free access, a hearing loop, slides in large print.",
    )  # fmt: skip

    def needs(self) -> dict[str, str]:
        """As the actions take it."""
        return {name: self.cleaned_data[name].strip() for name in (DIETARY, ACCESS)}


class BookingForm(NeedsForm):
    """Booking for oneself. `places`: by mode; `questions`: those of the event."""

    list_me = forms.BooleanField(
        label="Put me on the list of delegates", required=False,
        help_text="Your name and where you work, for others who come. You can change this on your ticket.",
    )  # fmt: skip

    def __init__(self, data=None, *, places: dict[str, Places], questions: list[BookingQuestion], **kwargs):
        super().__init__(data, **kwargs)
        self.questions, self.modes = questions, list(places)
        if len(places) > 1:
            choices = [(mode, _with_room(place)) for mode, place in sorted(places.items())]
            self.fields["mode"] = forms.ChoiceField(
                label="How will you come?", choices=choices, widget=forms.RadioSelect,
                error_messages={"required": "Say whether you come in person or online."},
            )  # fmt: skip
        for question in questions:
            self.fields[f"q{question.pk}"] = _field_of(question)
        self.order_fields(["name", "organisation", "mode", *(f"q{one.pk}" for one in questions)])

    def about(self):
        """The fields shown plainly, in order; needs and the list of delegates stand apart."""
        return [self[name] for name in self.fields if name not in (DIETARY, ACCESS, "list_me")]

    @property
    def needs_open(self) -> bool:
        """Whether the folded part has something in it that should be seen."""
        return any(self[name].value() or self[name].errors for name in (DIETARY, ACCESS))

    def booking(self) -> dict:
        """What the action `book` wants to know."""
        said = self.cleaned_data
        answers = {one.pk: said[f"q{one.pk}"] for one in self.questions if said.get(f"q{one.pk}")}
        return {
            "mode": said.get("mode") or self.modes[0],
            "list_me": said["list_me"],
            "answers": answers,
            "needs": self.needs() if any(self.needs().values()) else None,
        }


def _with_room(place: Places) -> str:
    """“In person: 12 places left”."""
    left = place.left
    room = f"{left} {'place' if left == 1 else 'places'} left" if left else "full, you would stand in line"
    return f"{Mode(place.mode).label}: {room}"


def _field_of(question: BookingQuestion) -> forms.Field:
    common: dict[str, Any] = {"label": question.words, "required": question.required}
    missing = {"required": f"Answer the question “{question.words}”"}
    if question.kind == Kind.YES_NO:
        choices = [("Yes", "Yes"), ("No", "No")]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=missing, **common)
    if question.kind == Kind.CHOICE:
        choices = [(one, one) for one in question.options]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=missing, **common)
    return forms.CharField(max_length=500, error_messages=missing, **common)


class GuestBookingForm(BookingForm):
    """Booking as a guest: the same, and who they are. Their address is proven already."""

    name = NameField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organisation = forms.CharField(
        label="Where you work", max_length=160, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip

    def clean_organisation(self) -> str:
        return clean_line(self.cleaned_data["organisation"])


class GuestStartForm(forms.Form):
    """Where to send the link."""

    email = forms.EmailField(
        label="Your e-mail address", max_length=254,
        help_text="We send you a link to go on. You need no account.",
        error_messages={
            "required": "Write your e-mail address.",
            "invalid": "Write an address such as name@council.example.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


class ColleagueForm(forms.Form):
    """Booking for one colleague: a member of one's own organisation by name, or anybody by e-mail."""

    member = forms.ModelChoiceField(
        Member.objects.none(), label="A colleague who is a member", required=False, empty_label="Choose a name",
    )  # fmt: skip
    name = forms.CharField(label="Their name", max_length=120, required=False)
    email = forms.CharField(
        label="Their e-mail address", max_length=254, required=False,
        help_text="We write to them, with their ticket. Whether they were booked already we tell nobody but them.",
    )  # fmt: skip

    def __init__(self, data=None, *, colleagues, places: dict[str, Places], **kwargs):
        super().__init__(data, **kwargs)
        self.modes = list(places)
        self.fields["member"].queryset = colleagues  # type: ignore[attr-defined]
        if len(places) > 1:
            # without how many are left: from that one could tell whether an address was booked already
            choices = [(mode, Mode(mode).label) for mode in sorted(places)]
            self.fields["mode"] = forms.ChoiceField(
                label="How will they come?", choices=choices, widget=forms.RadioSelect,
                error_messages={"required": "Say whether they come in person or online."},
            )  # fmt: skip

    @property
    def mode_chosen(self) -> str:
        """In which way they come."""
        return self.cleaned_data.get("mode") or self.modes[0]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        if email:
            try:
                validate_email(email)
            except forms.ValidationError:
                raise forms.ValidationError("Write an address such as name@council.example.org.") from None
        return email

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        return NameField(max_length=120).clean(name) if name else ""

    def clean(self):
        said = super().clean()
        member, email, name = said.get("member"), said.get("email"), said.get("name")
        if not member and not email and "email" not in self.errors and "member" not in self.errors:
            self.add_error("member", "Choose a colleague, or write a name and an e-mail address.")
        elif member and email:
            self.add_error("email", "Choose one colleague at a time: empty this field, or the name above.")
        elif email and not name and "name" not in self.errors:
            self.add_error("name", "Write their name.")
        return said


class TicketForm(NeedsForm):
    """What can be changed afterwards: needs, and standing on the list."""

    list_me = forms.BooleanField(
        label="Put me on the list of delegates", required=False,
        help_text="Your name and where you work, for others who come.",
    )  # fmt: skip

    @classmethod
    def of(cls, booking: Booking, data=None) -> "TicketForm":
        held = getattr(booking, "needs", None)
        initial = {
            "dietary": held.dietary if held else "",
            "access": held.access if held else "",
            "list_me": booking.list_me,
        }
        return cls(data, initial=initial)
