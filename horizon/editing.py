"""The editor's form of a briefing: it says what is missing beside where it is to be written, with nothing lost."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm

from members.owners import offer_owners

# Pressing one of these sends a page on its way to readers; saving a draft asks for nothing.
MOVES_ON = ("action-publish", "action-submit", "action-restart-workflow")
# What is said where something is missing, by list of the form; "" for the form itself.
REQUIRED = {
    "": {
        "title": "Write a title.",
        "summary": "Say in a sentence or two what this means.",
        "development": "Choose the development it is about.",
    },
    "answers": {"answer": "Choose yes, no or not yet.", "why": "Say why, in a sentence."},
    "meanings": {"text": "Say what it means for them."},
    "tasks": {"title": "Write what to do."},
    "sources": {"title": "Write what the source is called."},
    "law_changes": {"provision": "Choose the provision.", "what": "Say what changes in it."},
    "links": {"page": "Choose a page."},
    "thread_links": {"thread": "Choose a thread."},
}
PAST = "This day is past. Choose one to come, or leave it empty."
TWICE = "Two answers are for the same readers. Keep one of them."


class BriefingForm(WagtailAdminPageForm):
    """Refuses to publish, schedule or send for approval what has no source, or says not what changes or what to do."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_owners(self)
        say_plainly(self, REQUIRED)
        if "development" in self.fields and self.for_user is not None:
            # what nobody may know of yet is nobody's to choose, by its number either; what was chosen stays
            every = self.fields["development"].queryset
            seen = every.visible_to(self.for_user) | every.filter(pk=self.instance.development_id)
            self.fields["development"].queryset = seen

    def clean(self):
        cleaned = super().clean()
        if "development" in self.errors:
            # the box would show the title of whatever has the number that was sent
            self.data = self.data.copy()
            self.data[self.add_prefix("development")] = ""
        self._one_answer_each()
        if self._moves_on:
            lacking = self.instance.said_too_little(
                sources=self._kept("sources"), tasks=self._kept("tasks"), no_action=cleaned.get("no_action") or "",
                # what is wrong with it says so itself
                changing="changing" in self.errors or bool(cleaned.get("changing", self.instance.changing)),
            )  # fmt: skip
            for name, words in lacking.items():
                self._say(name, words)
            self._days_to_come()
        return cleaned

    def _days_to_come(self) -> None:
        """A task goes out with a day that is past only if it came out before with that day."""
        page, today = self.instance, timezone.localdate()
        out = type(page).objects.filter(pk=page.pk, first_published_at__isnull=False)  # also if taken down since
        known = set(out.values_list("tasks__key", "tasks__due_on"))
        for form in self._rows("tasks"):
            day = getattr(form, "cleaned_data", {}).get("due_on")
            if day and day < today and (form.instance.key, day) not in known:
                form.add_error("due_on", PAST)

    @property
    def _moves_on(self) -> bool:
        approves = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"
        return approves or any(name in self.data for name in MOVES_ON)

    def _rows(self, name: str) -> list:
        """The forms of a list that will be kept: neither empty nor deleted."""
        formset = self.formsets.get(name)
        if formset is None:
            return []
        formset.is_valid()
        gone = set(formset.deleted_forms) if formset.is_valid() else set()
        return [form for form in formset.forms if form not in gone and (form.instance.pk or form.has_changed())]

    def _kept(self, name: str) -> int:
        """How many rows of a list will be kept; a list that is not in the form stays as it is."""
        return len(self._rows(name)) if name in self.formsets else getattr(self.instance, name).count()

    def _one_answer_each(self) -> None:
        rows = [form.cleaned_data for form in self._rows("answers") if hasattr(form, "cleaned_data")]
        readers = Counter(row.get("sector") for row in rows if row.get("answer"))
        if any(many > 1 for many in readers.values()):
            self._say("answers", TWICE)

    def _say(self, name: str, words: str) -> None:
        """Put an error beside a field, or above a list of rows."""
        if name in self.fields:
            self.add_error(name, words)
        elif name in self.formsets:
            self.formsets[name].non_form_errors().data.append(ValidationError(words))
        else:
            self.add_error(None, words)


def say_plainly(form, required: dict[str, dict[str, str]]) -> None:
    """Give the fields of a form and of its lists words for what is missing, by list and field."""
    for name, words in required.items():
        for one in [form] if not name else form.formsets[name].forms if name in form.formsets else ():
            for field, said in words.items():
                if field in one.fields:
                    one.fields[field].error_messages["required"] = said
