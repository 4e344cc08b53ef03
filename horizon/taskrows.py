"""The rows of tasks in the editor of a briefing: the key of each, which organisations ticked, comes back with it."""

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from members.models import Sector


class KeepsKey:
    """Mixed into the form of a row: its key goes to the browser and comes back, as a row may have no other name.

    One that was added in a draft, or taken out and brought back, has no number until the page is published.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # a row that is new has none, and gets its own from the model
        kept = {} if self.instance._state.adding and not kwargs.get("instance") else {"initial": self.instance.key}
        self.fields["key"] = forms.UUIDField(required=False, widget=forms.HiddenInput, **kept)

    def _post_clean(self):
        super()._post_clean()
        if key := self.cleaned_data.get("key"):
            self.instance.key = key


def sector_choices() -> list[tuple[str, str]]:
    """Every sector: its slug, and its name."""
    return list(Sector.objects.values_list("slug", "name"))


def sectors_field() -> forms.MultipleChoiceField:
    """For which sectors a task is: slugs."""
    return forms.MultipleChoiceField(
        label="For whom", choices=sector_choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Nothing chosen: for everybody the briefing speaks to.",
    )  # fmt: skip


class TasksPanel(InlinePanel):
    """The list of tasks."""

    def get_form_options(self):
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        of_rows = formset.get("form", WagtailAdminModelForm)
        formset["form"] = type("TaskForm", (KeepsKey, of_rows), {"sectors": sectors_field()})
        return options
