"""Fields for what strangers type: one line of words, or Markdown."""

import unicodedata

from django import forms
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

NULL = "Take out the character that can't be shown: it may have come with something you pasted."
MOST_BODY = 20_000  # characters of a post
# Characters that turn the direction of writing round: in a title they would garble the list it stands in.
_TURNERS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def says_something(text: str) -> bool:
    """Whether there is anything to see in a text: a letter, a number or a sign, not only spaces of some kind."""
    return any(unicodedata.category(letter)[0] in "LNPS" for letter in text)


class TextBox(forms.Textarea):
    """A text box, and below a hidden field, written without a template: both stand on every page of a thread."""

    def render(self, name, value, attrs=None, renderer=None):
        written = _written({"name": name} | self.build_attrs(self.attrs, attrs))
        return format_html("<textarea{}>\n{}</textarea>", written, self.format_value(value) or "")


class Hidden(forms.HiddenInput):
    def render(self, name, value, attrs=None, renderer=None):
        written = {"type": "hidden", "name": name, "value": self.format_value(value)}
        return format_html("<input{}>", _written(written | self.build_attrs(self.attrs, attrs)))


def _written(attrs: dict) -> SafeString:
    """Attributes as Django's own templates of widgets write them."""
    said = [(name, value) for name, value in attrs.items() if value is not None and value is not False]
    return mark_safe("".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in said))


class OneLine(forms.CharField):
    """A line of words: spaces put in order, nothing invisible in it. Over-long lines are refused, not cut."""

    def __init__(self, *, required="Write something here.", too_long="", **kwargs):
        messages = {"null_characters_not_allowed": NULL}
        if required:
            messages["required"] = required
        if too_long:
            messages["max_length"] = too_long
        super().__init__(required=bool(required), error_messages=messages, **kwargs)

    def to_python(self, value):
        line = " ".join(super().to_python(value).translate(_TURNERS).split())
        return line if says_something(line) else ""


class Markdown(forms.CharField):
    """The text of a post, with line ends as one newline; at most MOST_BODY characters."""

    widget = TextBox

    def __init__(self, *, required="Write something here.", **kwargs):
        messages = {
            "required": required,
            "null_characters_not_allowed": NULL,
        }
        kwargs.setdefault("max_length", MOST_BODY)
        super().__init__(strip=False, error_messages=messages, **kwargs)

    def widget_attrs(self, widget):
        # the browser would cut a long paste without a word: the form says so instead
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def run_validators(self, value):
        if len(value) > self.max_length:
            words = (
                f"This is {len(value):,} characters; {self.max_length:,} is the most. Shorten it, or post it in parts."
            )
            raise forms.ValidationError(words, code="max_length")
        super().run_validators(value)

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        return text if says_something(text) else ""
