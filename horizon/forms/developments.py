"""The form of a development in the admin."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import SlugInput

from core.dates import PartialDate, PartialDateFormField
from horizon.editing import say_plainly
from horizon.models import Development
from horizon.models.sources import TO_COME
from horizon.querysets.alike import Alike, alike
from members.models import Duty
from members.owners import offer_owners

# What is said where something is missing, by list of the form; "" for the form itself.
REQUIRED = {
    "": {
        "title": "Write a title.",
        "summary": "Say in plain words what changes.",
        "category": "Choose what kind of change it is.",
        "impact": "Choose a number from 1 to 5.",
    },
    "milestones": {"what": "Say what happens then.", "kind": "Choose what kind of date it is."},
    "sources": {"title": "Write what the source is called."},
}


class DevelopmentForm(WagtailAdminModelForm):
    """A development with its steps and sources. One that looks like another has to be called another by its editor."""

    slug = forms.SlugField(
        label="Address", required=False, max_length=120, widget=SlugInput,
        help_text="The end of its address. Left empty, we make one.",
    )  # fmt: skip
    duties = forms.MultipleChoiceField(
        label="Whose work it is", choices=Duty.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Members with one of these parts see it first.",
    )  # fmt: skip
    since = PartialDateFormField(
        label="Since", required=False,
        help_text="Only with a new stage: the day, month or year it came to it. Empty if you don’t know.",
    )  # fmt: skip
    another = forms.BooleanField(label="It is another one: save it all the same", required=False)

    class Meta(WagtailAdminModelForm.Meta):
        help_texts = {"topics": "What people would look for, with commas between."}

    found_alike: list[Alike] = []
    deferred = False  # a preview is not stopped by what only matters when it is saved

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_owners(self)
        say_plainly(self, REQUIRED)

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or slugify(self.data.get("title", ""))[:120].strip("-") or "change"
        if Development.objects.exclude(pk=self.instance.pk).filter(slug=slug).exists():
            raise forms.ValidationError("Another development has this address. Write a different one.")
        return slug

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("since") and self.instance.pk and "stage" not in self.changed_data:
            self.add_error("since", "Choose the new stage too, or leave this empty.")
        if cleaned.get("checked_on") and cleaned["checked_on"] > timezone.localdate():
            self.add_error("checked_on", TO_COME)
        return cleaned

    def is_valid(self):
        """Also asks whether we have it already, once everything else is right; only of what is new in it."""
        valid = super().is_valid()
        if not valid or self.deferred or self.cleaned_data.get("another"):
            return valid
        title, provisions, days = self._news()
        if not title and not (provisions and days):
            return True
        self.found_alike = alike(title, provisions=provisions, days=days, but=self.instance.pk)
        if self.found_alike:
            self.add_error("another", self._ask())
        return not self.found_alike

    def _news(self) -> tuple[str, list[int], list[PartialDate]]:
        """The title, law and dates, if any of them was changed: who saves the rest is not asked again."""
        steps = self.formsets["milestones"]
        changed = {"title", "provisions"} & set(self.changed_data)
        if self.instance.pk and not changed and not steps.has_changed():
            return "", [], []
        days = [
            form.cleaned_data["on"]
            for form in steps.forms
            if form not in steps.deleted_forms and form.cleaned_data.get("on")
        ]
        title = self.cleaned_data["title"] if "title" in changed or not self.instance.pk else ""
        return title, [law.pk for law in self.cleaned_data["provisions"]], days

    def _ask(self) -> SafeString:
        links = format_html_join(
            " ",
            '<br><a href="{}" target="_blank">{}</a>: {}',
            (
                (
                    reverse("wagtailsnippets_horizon_development:edit", args=[one.development.pk]),
                    one.development,
                    one.why,
                )
                for one in self.found_alike
            ),
        )
        return format_html("We may have it already. Look before you save it:{}", links)

    def defer_required_fields(self):
        self.deferred = True
        super().defer_required_fields()

    def save(self, commit=True):
        if "checked" in self.changed_data and "checked_on" not in self.changed_data:
            if self.instance.checked != Development.Checked.NOT_YET:
                self.instance.checked_on = timezone.localdate()
        return super().save(commit=commit)
