from django import forms

from reference.finder import BODIES, PURPOSES


class FinderForm(forms.Form):
    """Three questions; sent by GET, so that an answer has an address."""

    who = forms.ChoiceField(
        label="Who are you?", choices=[("", "Choose one"), *BODIES.items()],
        error_messages={"required": "Say who you are.", "invalid_choice": "Choose who you are from the list."},
    )  # fmt: skip
    whom = forms.ChoiceField(
        label="Whom do you want to share with?", choices=[("", "Choose one"), *BODIES.items()],
        error_messages={"required": "Say whom you want to share with.", "invalid_choice": "Choose whom from the list."},
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label="What for?", choices=[("", "Choose one"), *PURPOSES.items()],
        error_messages={"required": "Say what you want to share for.", "invalid_choice": "Choose from the list."},
    )  # fmt: skip
