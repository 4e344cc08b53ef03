from django import forms

from horizon.models import Category


class FollowForm(forms.Form):
    """What is to be followed, or not any more (`on` empty): one of three."""

    development = forms.SlugField(required=False, max_length=120)
    topic = forms.SlugField(required=False, max_length=100, allow_unicode=True)
    category = forms.ChoiceField(required=False, choices=Category.choices)
    on = forms.BooleanField(required=False)

    def named(self) -> dict[str, str]:
        """What was named, by kind. Only for a valid form."""
        return {name: self.cleaned_data[name] for name in ("development", "topic", "category") if self.data.get(name)}
