"""Two tabs of the admin that change the same thing: the later save is told what the earlier one changed.

A form says which state it was opened on: the moment, and a mark of each field. No model needs a version for it.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models import Model
from django.forms.models import model_to_dict
from django.utils.functional import cached_property
from wagtail.log_actions import registry

from core.clock import clock
from core.dates import PartialDate, words_of

AGAIN = "What you typed is still here. Save again to put it in its place."


class _Opened(forms.CharField):
    """The state a form was opened on. It is no change of its own."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=10_000, widget=forms.HiddenInput, **kwargs)

    def has_changed(self, initial, data):
        return False


@dataclass(frozen=True)
class _Row:
    """A row of a form within the form, with what can be changed of it there."""

    row: Model
    values: dict

    def __str__(self):
        """“Consultation closes (on: 3 March 2027, kind: Deadline)”."""
        said = []
        for field in self.row._meta.concrete_fields:
            value = getattr(self.row, field.name)
            if field.name in self.values and value not in (None, "", False) and str(value) != str(self.row):
                value = words_of(value) if isinstance(value, PartialDate | dt.date) else value
                shown = getattr(self.row, f"get_{field.name}_display", lambda value=value: value)()
                said.append(str(field.verbose_name) if value is True else f"{field.verbose_name}: {shown}")
        return f"{self.row} ({', '.join(said)})" if said else str(self.row)

    @property
    def pk(self) -> str:
        return f"{self.row.pk} {self.values}"


class KnowingForm(forms.ModelForm):
    """Beside a model form of the admin (`KnowingMixin`): refuses to write over what was changed since it was opened."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.marks = {name: _mark(value) for name, value in self._as_it_is()}
        self.fields["as_opened"] = _Opened(initial=self._state())

    def _as_it_is(self) -> Iterable[tuple[str, object]]:
        """What is stored, by the name of its field, or of its rows."""
        for name, field in self.fields.items():
            yield name, self.get_initial_for_field(field, name)
        for name, rows in getattr(self, "formsets", {}).items():
            yield name, [_Row(one, model_to_dict(one, list(rows.form.base_fields))) for one in rows.queryset]

    def _state(self) -> str:
        return " ".join([str(int(time.time())), *(f"{name}:{mark}" for name, mark in self.marks.items())])

    def clean(self):
        data = super().clean()
        opened, *marks = self.cleaned_data.get("as_opened", "").split() or ["0"]
        known = dict(mark.split(":", 1) for mark in marks if ":" in mark)
        rows = getattr(self, "formsets", {})
        differ = {name for name, mark in self.marks.items() if known.get(name, mark) != mark}
        if theirs := differ & {*self.changed_data, *rows}:
            self.add_error(None, f"{self._who(opened)} What it says now: {self._say(theirs)}. {AGAIN}")
            self.data = self.data.copy()
            self.data[self.add_prefix("as_opened")] = self._state()
        return data

    def _say(self, names: set[str]) -> str:
        now = dict(self._as_it_is())
        said = []
        for name in self.marks:
            if name in names:
                field = self.fields.get(name)
                label = (field.label if field else None) or name.replace("_", " ").capitalize()
                said.append(f"{label}: {_words(field, now[name]) or 'nothing'}")
        return "; ".join(said)

    def _who(self, opened: str) -> str:
        """Who changed it, as the admin's log has it, if that was since it was opened."""
        last = registry.get_logs_for_instance(self.instance).select_related("user").first()
        if last is None or last.user is None or last.timestamp.timestamp() < _moment(opened):
            return "Somebody changed this since you opened it."
        if last.user == getattr(self, "for_user", None):
            return f"You changed this in another tab, at {clock(last.timestamp)}."
        return f"{last.user} changed this since you opened it, at {clock(last.timestamp)}."


def _moment(opened: str) -> int:
    return int(opened) if opened.isdecimal() and len(opened) < 12 else 0


def _mark(value) -> str:
    if isinstance(value, list | tuple) or hasattr(value, "all"):
        value = sorted(str(getattr(one, "pk", one)) for one in (value.all() if hasattr(value, "all") else value))
    value = "" if value is None else getattr(value, "pk", value)
    return hashlib.blake2s(str(value).encode(), digest_size=6).hexdigest()


def _words(field: forms.Field | None, value) -> str:
    """What is stored, as a person would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(sorted(str(one) for one in value))
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.filter(pk=value).first() or "") if value else ""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.widget.choices).get(value, value) or "")
    return f"“{value}”" if value not in (None, "") else ""


class KnowingMixin:
    """Before `generic.EditView`: its form knows the state it was opened on, and saves come one after the other."""

    def get_form_class(self):
        return self._knowing

    @cached_property
    def _knowing(self):
        plain = super().get_form_class()
        return type(plain)(plain.__name__, (KnowingForm, plain), {})

    def post(self, request, *args, **kwargs):
        self.get_object()  # 404, 403
        with transaction.atomic():
            # its key stays: who writes something that belongs to it does not wait, and may hold what this comes to
            self.model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=self.object_pk)
            self.object = self.get_object()
            return super().post(request, *args, **kwargs)
