"""What people say after an event."""

from django import forms

from events.models.after import Feedback, FollowUp
from events.querysets.feedback import USEFUL

NO_NAMES = "Leave out names: other people’s and your own."


class Words(forms.CharField):
    """Words in lines; what is too long is refused, not cut."""

    def __init__(self, *, lines: int, **kwargs):
        messages = {
            "null_characters_not_allowed": "Take out the character that can’t be shown.",
            "max_length": "This is %(show_value)d characters; %(limit_value)d is the most. Shorten it a little.",
        }
        area = forms.Textarea(attrs={"rows": lines})
        super().__init__(required=False, widget=area, error_messages=messages, **kwargs)

    def widget_attrs(self, widget):
        # the browser would cut a long paste without a word: the form says so instead
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class FeedbackForm(forms.Form):
    """Five short questions. Only the first must be answered."""

    useful = forms.TypedChoiceField(
        label="How useful was it?", choices=list(USEFUL.items()), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "Choose one: how useful was it?"},
    )  # fmt: skip
    learned = Words(label="What did you learn?", max_length=600, lines=3, help_text=NO_NAMES)
    will_do = Words(label="What will you do now?", max_length=600, lines=3)
    better = Words(label="What should we do better next time?", max_length=600, lines=3)
    recommend = forms.ChoiceField(
        label="Would you tell a colleague to come?", choices=Feedback.Recommend.choices, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    may_quote = forms.BooleanField(
        label="You may quote what I learned and what I will do", required=False,
        help_text="In the report of the event, without my name.",
    )  # fmt: skip


class FollowUpForm(forms.Form):
    """One question, three months on."""

    used = forms.ChoiceField(
        label="Did you use what you learned?", choices=FollowUp.Used.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose one: did you use it?"},
    )  # fmt: skip
    words = Words(
        label="What did you do, or what stood in the way?", max_length=1000, lines=4,
        help_text=f"A line is enough. {NO_NAMES}",
    )  # fmt: skip
    may_tell = forms.BooleanField(
        label="You may tell others", required=False, help_text="In the report of the event, without my name."
    )
    may_ask = forms.BooleanField(
        label="You may ask me more about it", required=False,
        help_text="Only then do we keep who said it, and only the core team sees that.",
    )  # fmt: skip

    def clean(self):
        said = super().clean()
        if said.get("may_ask") and not said.get("may_tell"):
            self.add_error(
                "may_tell", "Tick this too, so that we may ask you more about it; or take the other tick away."
            )
        return said


class CertificateCodeForm(forms.Form):
    """The code on a certificate."""

    code = forms.CharField(
        label="The code on the certificate", max_length=60, help_text="Such as K7QM-2XRD-9PTA-51CW.",
        error_messages={"required": "Type the code that stands on the certificate."},
    )  # fmt: skip
