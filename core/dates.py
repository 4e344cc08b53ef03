"""Dates that are not known to the day: a day, a month or a whole year."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_WORDS = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]+)\.?,?\s+(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_MOMENT = re.compile(
    r"(?P<day>.+?)(?:T|,? at |, ?| )"
    r"(?P<time>(?=\d+(?:[:.]| ?[ap]m))(?P<hour>\d{1,2})"
    r"(?:[:.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)? ?(?P<half>am|pm)?)",
    re.IGNORECASE,
)
HOW = "Write a day (14 March 2027), a month (March 2027) or a year (2027)."
FIRST_YEAR, LAST_YEAR = 1200, 2199
A_DAY = "Write it like 31 January 2027."
FAR = f"That is too far off. Write a year up to {LAST_YEAR}."
LONG_AGO = "That is too long ago. Write the year in full, with four numbers."
A_MOMENT = "Write it like 31 January 2027, 14:30."
LONGEST = 30  # letters in which a date may be written


@dataclass(frozen=True)
class PartialDate:
    """A day, a month (`day` None) or a year (`month` None too). Raises ValueError for one there is not."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self):
        if not FIRST_YEAR <= self.year <= LAST_YEAR or (self.day is not None and self.month is None):
            raise ValueError(HOW)
        try:
            dt.date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise ValueError(f"There is no such day. {HOW}") from None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """What somebody typed: “2027”, “2027-03”, “March 2027”, “14 March 2027”, “14/3/2027”. Raises ValueError."""
        text = " ".join(text.lower().split())
        if found := _ISO.fullmatch(text):
            return cls(*(int(part) if part else None for part in found.groups()))  # type: ignore[arg-type]
        if found := _SLASHES.fullmatch(text):
            day, month, year = map(int, found.groups())
            return cls(year, month, day)
        if (found := _WORDS.fullmatch(text)) and found[2] in MONTHS:
            return cls(int(found[3]), MONTHS[found[2]], int(found[1]) if found[1] else None)
        raise ValueError(HOW)

    @classmethod
    def of(cls, day: dt.date) -> "PartialDate":
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> dt.date:
        """Its first day: 1 March 2027 for March 2027."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """Its last day, which a month or a year counts from: 31 March 2027 for March 2027."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_day(self) -> bool:
        return self.day is not None

    def words(self) -> str:
        """“14 March 2027”, “March 2027”, “2027”."""
        parts = [str(self.day) if self.day else "", calendar.month_name[self.month] if self.month else ""]
        return " ".join(part for part in (*parts, str(self.year)) if part)

    def __str__(self) -> str:
        """As ISO 8601 has it: “2027-03-14”, “2027-03”, “2027”."""
        text = f"{self.year:04}"
        for part in (self.month, self.day):
            text += f"-{part:02}" if part is not None else ""
        return text


def words_of(day: PartialDate | dt.date | None, *, none: str = "No date yet") -> str:
    """A date in words, known to the day or not; `none` for None. Any day there is: forms let slips in years through."""
    if day is None:
        return none
    return f"{day.day} {calendar.month_name[day.month]} {day.year}" if isinstance(day, dt.date) else day.words()


class PartialDateFormField(forms.CharField):
    """One line in which a day, a month or a year is written as people write it."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.words() if isinstance(value, PartialDate) else value

    def to_python(self, value):
        if isinstance(value, PartialDate) or value is None:
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return PartialDate.parse(text)
        except ValueError:
            raise ValidationError(f"“{text}” is no date we can read. {HOW}", code="invalid") from None

    def run_validators(self, value):
        if not isinstance(value, PartialDate):
            super().run_validators(value)

    def has_changed(self, initial, data):
        """Whether the date is another one, however it is spelled."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class DayFormField(forms.DateField):
    """One line in which a day is written as people write it: “31 January 2027”, “31/1/2027”, “2027-01-31”.

    No calendar opens beside it: one that does takes words for today, and says nothing.
    """

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def prepare_value(self, value):
        return words_of(value) if isinstance(value, dt.date) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return super().to_python(value)
        text = str(value).strip()
        try:
            day = PartialDate.parse(text)
        except ValueError:
            raise ValidationError(self._why_not(text), code="invalid") from None
        if not day.is_day:
            raise ValidationError(f"“{text}” is no day. {A_DAY}", code="invalid")
        return day.first

    @staticmethod
    def _why_not(text: str) -> str:
        year = re.fullmatch(r"(?:.*[^0-9])?(\d{4})|(\d{4})-\d+-\d+", text)
        if year and (written := int(year[1] or year[2])) > LAST_YEAR:
            return FAR
        return LONG_AGO if year and written < FIRST_YEAR else f"“{text[:LONGEST]}” is no day we can read. {A_DAY}"


class MomentFormField(forms.DateTimeField):
    """One line in which a day and a time are written as people write them: “31 January 2027, 14:30”,
    “31/1/2027 2.30pm”, “2027-01-31 14:30”. It says so beside the field, and no calendar opens that would
    take words for this very minute. What stands in Wagtail's own dialogs is made the same line.
    """

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, *, widget=None, help_text="", **kwargs):
        attrs = getattr(widget, "attrs", {})  # of Wagtail's dialogs, whose scripts find their fields by them
        super().__init__(
            widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
            help_text=f"{help_text} {A_MOMENT}".strip(),
            **kwargs,
        )

    def prepare_value(self, value):
        value = super().prepare_value(value)  # in the reader's time zone
        return f"{words_of(value.date())}, {value:%H:%M}" if isinstance(value, dt.datetime) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):  # a moment as well
            return super().to_python(value)
        text = " ".join(str(value).split())
        found = _MOMENT.fullmatch(text)
        if not found:
            raise ValidationError(self._why_no_moment(text), code="invalid")
        return from_current_timezone(dt.datetime.combine(DayFormField().to_python(found["day"]), _time_of(found)))

    @staticmethod
    def _why_no_moment(text: str) -> str:
        try:
            PartialDate.parse(text)
        except ValueError:
            return f"“{text[:LONGEST]}” is no day and time we can read. {A_MOMENT}"
        return f"“{text}” needs a time of day. {A_MOMENT}"


def _time_of(found: re.Match) -> dt.time:
    """The time of day that was typed: “14:30”, “14.30”, “2:30pm”, “2pm”. Raises ValidationError."""
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = (found["half"] or "").lower()
    there_is = (1 <= hour <= 12) if half else hour < 24
    if not there_is or minute > 59 or second > 59:
        raise ValidationError(f"There is no such time of day as “{found['time'].strip()}”. {A_MOMENT}", code="invalid")
    return dt.time(hour % 12 + 12 * (half == "pm") if half else hour, minute, second)


class PartialDateField(models.CharField):
    """A `PartialDate` or None, kept as ISO 8601 text of 4, 7 or 10 letters ("" for None).

    Text sorts a month before its days. What is to be compared with a day wants `first` or `last` in a column.
    """

    description = "A day, a month or a year"
    # a model's attribute is a PartialDate or None: the type checker would take it for a text
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return PartialDate.parse(value) if value else None

    def to_python(self, value):
        if not value or isinstance(value, PartialDate):
            return value or None
        if isinstance(value, dt.date):
            return PartialDate.of(value)
        try:
            return PartialDate.parse(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def get_prep_value(self, value):
        value = self.to_python(value)
        return str(value) if value else ""

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value, model_instance):
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def run_validators(self, value):
        return None  # a PartialDate is always short enough

    def formfield(self, **kwargs):
        # as people write it, not as it is kept: “14 September 2027”
        defaults = {"form_class": PartialDateFormField, "empty_value": None, "max_length": LONGEST}
        return super().formfield(**(defaults | kwargs))
