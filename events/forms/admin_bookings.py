"""The list of bookings in the admin: choosing some, and what is done to one."""

from typing import Any

from django import forms

from core.numbers import CountField
from events.models.booking import Booking
from events.models.bulk_mail import BulkMail
from events.models.places import Mode
from events.models.programme import Session
from events.pages.event import EventPage
from events.querysets import desk
from members.models import Member, Organisation, Sector

STATES = [("", "Any"), ("active", "Has a place, is offered one or waits"), *Booking.State.choices]


class ChooseForm(forms.Form):
    """Which bookings: by what stands in the address, so that a list can be kept and sent on."""

    q = forms.CharField(label=BulkMail.TYPED, required=False, max_length=100)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    mode = forms.ChoiceField(label="Way of coming", choices=[("", "Any"), *Mode.choices], required=False)
    who = forms.ChoiceField(
        label="Who", choices=[("", "Anybody"), ("member", "Members"), ("guest", "Guests")], required=False
    )
    came = forms.ChoiceField(
        label="Came", choices=[("", "Either"), ("yes", "Came"), ("no", "Had a place and did not come")], required=False
    )
    sector = forms.ModelChoiceField(queryset=Sector.objects.none(), required=False, empty_label="Any")
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), required=False, empty_label="Any")
    session = forms.ModelChoiceField(queryset=Session.objects.none(), required=False, empty_label="Any")

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["sector"].queryset = desk.sectors_of(event)
        fields["organisation"].queryset = desk.organisations_of(event)
        fields["session"].queryset = event.sessions.all()

    def chosen(self) -> dict | None:
        """What `desk.bookings` takes; None when the address asks for what there is not."""
        return dict(self.cleaned_data) if self.is_valid() else None

    def in_words(self) -> list[list[str]]:
        """How it was chosen: [["State", "Waiting"]]."""
        if not self.is_valid():
            return []
        said, fields = [], dict[str, Any](self.fields)
        for name, field in fields.items():
            value = self.cleaned_data.get(name)
            if value:
                words = dict(field.choices).get(value, value) if isinstance(value, str) and name != "q" else value
                said.append([str(field.label or name.capitalize()), str(words)])
        return said


class ReasonForm(forms.Form):
    """Why: the person reads it."""

    reason = forms.CharField(
        label="Reason", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The person reads it, and it stays in the history.",
        error_messages={"required": "Write the reason: the person reads it."},
    )  # fmt: skip


class SureForm(forms.Form):
    """For what a button says all of."""


class MoveForm(ReasonForm):
    """To which position in the line, and why."""

    to = CountField(
        label="New position", min_value=1, help_text="1 is next.", error_messages={"required": "Say which position."}
    )
    field_order = ["to", "reason"]


class OnBehalfForm(forms.Form):
    """A booking the team makes for somebody: a member by e-mail address, or a guest."""

    email = forms.EmailField(label="E-mail address", max_length=254, help_text="Of a member: the booking is theirs.")
    name = forms.CharField(label="Name, for a guest", max_length=120, required=False)
    organisation_name = forms.CharField(label="Works for, for a guest", max_length=160, required=False)
    mode = forms.ChoiceField(label="Way of coming")

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict = self.fields
        fields["mode"].choices = [
            (one.mode, f"{one.get_mode_display()}, {one.left} left") for one in event.places.all()
        ]

    def clean(self):
        data = super().clean()
        address = data.get("email", "")
        data["member"] = Member.objects.taking_part().filter(email__iexact=address).first() if address else None
        if address and data["member"] is None and not data.get("name", "").strip():
            self.add_error("name", "Nobody with this address is a member, so write the guest’s name.")
        return data


class LeadForm(forms.Form):
    """Who is to read what people need."""

    email = forms.EmailField(label="E-mail address of a member")

    def clean_email(self):
        found = Member.objects.taking_part().filter(email__iexact=self.cleaned_data["email"]).first()
        if found is None:
            raise forms.ValidationError("No member who takes part has this address.")
        self.member = found
        return self.cleaned_data["email"]
