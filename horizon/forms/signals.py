"""What a member types to send a signal: half a minute's work."""

import unicodedata
import uuid

from django import forms

from members.forms import clean_line

NULL = "Take out the character that can’t be shown: it may have come with something you pasted."


def says_something(text: str) -> bool:
    """Whether there is a letter or a number in it."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


class Words(forms.CharField):
    """Words with something in them, in lines or in one; what is too long is refused, not cut."""

    def __init__(self, *, missing: str = "", lines: int = 0, **kwargs):
        self.lines = lines
        messages = {
            "required": missing,
            "null_characters_not_allowed": NULL,
            "max_length": "This is %(show_value)d characters; %(limit_value)d is the most. Shorten it a little.",
        }
        if lines:
            kwargs["widget"] = forms.Textarea(attrs={"rows": lines})
        super().__init__(required=bool(missing), error_messages=messages, **kwargs)

    def widget_attrs(self, widget):
        # the browser would cut a long paste without a word: the form says so instead
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        text = super().to_python(value)
        if not self.lines and "\x00" not in text:
            text = clean_line(text)
        text = text.replace("\r\n", "\n").strip()
        return text if says_something(text) else ""


class SignalForm(forms.Form):
    title = Words(
        label="What is coming?", max_length=140, missing="Say in a few words what is coming.",
        help_text="In a few words, such as “New retention rules for school records”.",
    )  # fmt: skip
    where_seen = Words(
        label="Where did you see it?", max_length=300, missing="Say where you saw it. “Somebody said” is fine.",
        help_text="A link, a letter, a meeting. “Somebody said” is fine.",
    )  # fmt: skip
    why_it_matters = Words(
        label="Why does it matter?", max_length=1000, lines=3, missing="Say why it matters: a line is enough.",
        help_text="A line is enough: who would have to do something, and what.",
    )  # fmt: skip
    what = Words(
        label="What you saw", max_length=1500, lines=3,
        help_text="More, if there is more. Leave out anything about a person.",
    )  # fmt: skip
    once_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data=None, **kwargs):
        super().__init__(data, initial={"once_key": uuid.uuid4()}, **kwargs)

    def clean_once_key(self) -> uuid.UUID:
        """A key that was tampered with only loses its promise: the signal is still sent."""
        try:
            return uuid.UUID(self.cleaned_data["once_key"])
        except ValueError:
            return uuid.uuid4()
