"""What is typed at the door, and what a phone there sends."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from django import forms

from events.models.checkin import CheckIn, DoorAct
from events.querysets.people import member_named, organisation_named
from members.forms import clean_line

MOST = 200  # taps a phone sends at once


class BadTaps(ValueError):
    """What was sent is no list of taps."""


@dataclass(frozen=True)
class Tap:
    """A tap as a phone kept it: which booking, in or out, when, under which key."""

    booking: uuid.UUID
    what: str
    once_key: uuid.UUID
    at: dt.datetime
    way: str


def taps_in(body: bytes) -> list[Tap]:
    """The taps of a phone: [{"booking", "what", "key", "at": milliseconds since 1970, "way"}]. Raises BadTaps."""
    try:
        sent = json.loads(body)["acts"]
        if not isinstance(sent, list) or len(sent) > MOST:
            raise BadTaps
        return [_tap(one) for one in sent]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise BadTaps(str(error)) from None


def _tap(sent: dict) -> Tap:
    return Tap(
        booking=uuid.UUID(sent["booking"]),
        what=DoorAct.What(sent["what"]),
        once_key=uuid.UUID(sent["key"]),
        at=dt.datetime.fromtimestamp(int(sent["at"]) / 1000, tz=dt.UTC),
        way=CheckIn.Way.CODE if sent.get("way") == CheckIn.Way.CODE else CheckIn.Way.NAME,
    )


def key_or_new(sent: str) -> uuid.UUID:
    """The key a plain form was made with; one that was tampered with only loses its promise."""
    try:
        return uuid.UUID(sent)
    except (ValueError, AttributeError):
        return uuid.uuid4()


class AddForm(forms.Form):
    """Somebody at the door without a place."""

    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Ask for their name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="We write to it once, to ask what they made of it.",
        error_messages={"required": "Ask for an e-mail address.", "invalid": "Write it like name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    organisation = forms.CharField(
        label="Where they work", max_length=160, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "door-organisations"}),
    )  # fmt: skip
    reason = forms.CharField(
        label="Why is there room for one more?", max_length=300, required=False,
        help_text="Only when all places in the room are taken. It is kept with their booking.",
    )  # fmt: skip
    once_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data=None, **kwargs):
        super().__init__(data, initial={"once_key": uuid.uuid4()}, **kwargs)

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def about(self) -> dict:
        """What `let_in` takes: the organisation itself, where it is one of the partners."""
        said = self.cleaned_data
        written = clean_line(said["organisation"])
        return {
            "name": said["name"], "email": said["email"], "reason": clean_line(said["reason"]),
            "organisation": organisation_named(written), "organisation_name": written,
            "once_key": key_or_new(said["once_key"]),
        }  # fmt: skip


class HelperForm(forms.Form):
    """Whom to let help at the door."""

    who = forms.CharField(
        label="Who helps?", max_length=254, help_text="Their e-mail address here, or the name in their page’s address.",
        error_messages={"required": "Say who helps."},
    )  # fmt: skip

    def clean_who(self):
        found = member_named(self.cleaned_data["who"])
        if found is None:
            raise forms.ValidationError("No member who takes part has this address or name.")
        return found


class ActionForm(forms.Form):
    """Something that somebody does because of an event."""

    what = forms.CharField(label="What is done", max_length=200, error_messages={"required": "Say what is done."})
    who = forms.CharField(
        label="Who does it", max_length=120, help_text="A body or a role, such as “Framework Office”.",
        error_messages={"required": "Say who does it."},
    )  # fmt: skip
    due_on = forms.DateField(
        label="By", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day, such as 2027-03-31."},
    )  # fmt: skip
