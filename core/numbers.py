"""Whole numbers as people write and paste them."""

import re

from django import forms

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[,\u0020\u00a0\u2009\u202f'’])\d{3})(?:(?P=mark)\d{3})*")


class CountField(forms.IntegerField):
    """A whole number: “1200”, “1,200” or “1 200”. What has its comma anywhere else is refused in words.

    Its box is one for text with a telephone's digits: a browser's box for numbers throws away what is pasted with a
    comma, and sends nothing, which may mean “no limit”.
    """

    widget = forms.TextInput

    def __init__(self, *, error_messages=None, **kwargs):
        said = {"invalid": "Write a whole number, such as 20 or 1,200."} | (error_messages or {})
        super().__init__(error_messages=said, **kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value):
        if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
            value = re.sub(r"[^\d+-]", "", value)
        return super().to_python(value)
