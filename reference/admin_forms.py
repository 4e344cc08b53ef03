"""Forms of the admin: provisions, marking one as changed."""

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm

from core.dates import DayFormField
from reference.finder import BODIES, PURPOSES
from reference.models import Provision
from reference.spellings import slug_for


def _ticks(label: str, choices: dict[str, str], hint: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices.items()), required=False, widget=forms.CheckboxSelectMultiple, help_text=hint
    )


class ProvisionAdminForm(WagtailAdminModelForm):
    """A provision. The days of a check and the address are filled in when they are left empty."""

    slug = forms.SlugField(
        label="Address", required=False, max_length=120, help_text="The end of its address. Left empty, we make one."
    )  # fmt: skip
    who = _ticks("Who may use it", BODIES, "For the finder. “Someone else” fits whatever a reader answers.")
    whom = _ticks("Whom it lets them share with", BODIES, "For the finder.")
    purposes = _ticks("What for", PURPOSES, "For the finder: with none, it is never offered there.")

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or slug_for(self.data.get("law", ""), self.data.get("provision", "")) or "law"
        if Provision.objects.exclude(pk=self.instance.pk).filter(slug=slug).exists():
            raise forms.ValidationError("Another provision has this address. Write a different one.")
        return slug

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("in_force_from"), cleaned.get("in_force_to")
        if begins and ends and ends < begins:
            self.add_error("in_force_to", "This is before the day it came into force.")
        if cleaned.get("replaced_by") and cleaned["replaced_by"].pk == self.instance.pk:
            self.add_error("replaced_by", "It can’t be replaced by itself. Choose another provision.")
        return cleaned

    def save(self, commit=True):
        self.instance.edited_at = timezone.now()
        if "checked" in self.changed_data and self.instance.checked != Provision.Checked.NO:
            self.instance.checked_by = self.for_user
            if "checked_on" not in self.changed_data:
                self.instance.checked_on = timezone.localdate()
        return super().save(commit=commit)


class TermAdminForm(WagtailAdminModelForm):
    """A term with its other names."""

    slug = forms.SlugField(
        label="Address", required=False, max_length=90, help_text="The end of its address. Left empty, we make one."
    )  # fmt: skip

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or slugify(self.data.get("term", ""))[:90] or "term"
        if type(self.instance).objects.exclude(pk=self.instance.pk).filter(slug=slug).exists():
            raise forms.ValidationError("Another term has this address. Write a different one.")
        return slug


class MarkForm(forms.Form):
    """What changed in the law, and when."""

    what = forms.CharField(
        label="What changed?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two plain sentences. Shown on its page, and to everyone who owns something that cites it.",
        error_messages={"required": "Say what changed, so that people know what to look for."},
    )  # fmt: skip
    on = DayFormField(
        label="On which day?", initial=timezone.localdate,
        help_text="Such as 29 April 2026. Whatever was looked at after that day is left alone.",
        error_messages={"required": "Say when it changed."},
    )  # fmt: skip
