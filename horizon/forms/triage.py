"""What the core team says to a signal."""

from django import forms
from wagtail.admin.widgets import AdminAutoHeightTextInput

from horizon.models import Development


class DeclineForm(forms.Form):
    """Take it no further, and say why."""

    reason = forms.CharField(
        label="Why we take it no further", max_length=1000, widget=AdminAutoHeightTextInput,
        help_text="The sender reads this.", error_messages={"required": "Say why, in words the sender will read."},
    )  # fmt: skip


class AddToForm(forms.Form):
    """It belongs to a development we have."""

    development = forms.ModelChoiceField(
        label="The development it belongs to", queryset=Development.objects.none(), empty_label="Choose one",
        error_messages={"required": "Choose the development it belongs to."},
    )  # fmt: skip
    outcome = forms.CharField(
        label="What you tell the sender", required=False, max_length=1000, widget=AdminAutoHeightTextInput,
        help_text="Left empty, we thank them and say that it belongs to something we have our eye on.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["development"].queryset = Development.objects.order_by("title")  # type: ignore[attr-defined]
