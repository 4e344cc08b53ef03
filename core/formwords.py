"""What a form says of a field left empty or of an address that is none: which field it is, and what to do."""

from django import forms

_DEFAULT = str(forms.Field.default_error_messages["required"])


def speak_plainly(form: forms.BaseForm) -> None:
    """Name the field wherever a form would say Django's own words; what a field says for itself stays.

    Call it when the labels are settled.
    """
    for name, field in form.fields.items():
        label = str(field.label or name.replace("_", " ")).removeprefix("Your ").rstrip("?")
        if str(field.error_messages.get("required", "")) == _DEFAULT:
            field.error_messages["required"] = _left_empty(field, label)
        if isinstance(field, forms.EmailField):
            field.error_messages.setdefault("invalid", "Write the whole e-mail address, such as name@example.org.")


def _left_empty(field: forms.Field, label: str) -> str:
    if isinstance(field, forms.ChoiceField):
        return f"Choose one: {label[:1].lower()}{label[1:]}."
    return f"Write your {label[:1].lower()}{label[1:]}."
