from django import forms

from forum.actions.citing import MOST
from reference.models import Provision


class CiteForm(forms.Form):
    """The provisions of law an answer stands on."""

    provisions = forms.TypedMultipleChoiceField(
        label="Which law does this answer stand on?",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Choose {MOST} at most. Untick one that does not belong.",
        error_messages={"invalid_choice": "One of these is not in the list any more. Choose again."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {row.pk: row for row in Provision.objects.order_by("law", "provision")}
        self.fields["provisions"].choices = [(pk, row.title) for pk, row in self.rows.items()]

    def clean_provisions(self) -> list[Provision]:
        chosen = [self.rows[pk] for pk in self.cleaned_data["provisions"]]
        if len(chosen) > MOST:
            raise forms.ValidationError(f"Choose {MOST} at most; you have {len(chosen)}.")
        return chosen
