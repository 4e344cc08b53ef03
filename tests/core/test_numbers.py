"""Whole numbers are understood as people write them, and refused in words where they could mean two things."""

import pytest
from django.core.exceptions import ValidationError

from core.numbers import CountField


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1200", 1200), ("1,200", 1200), (" 1,200 ", 1200), ("1 200", 1200), ("1\u00a0200", 1200), ("1\u202f200", 1200),
        ("12,345,678", 12345678), ("1’200", 1200), ("0", 0), ("20", 20),
    ],
)  # fmt: skip
def test_thousands_may_be_set_apart(typed, meant):
    assert CountField().clean(typed) == meant


@pytest.mark.parametrize(
    "typed", ["1,2", "1,20", "12,00", "1,2000", ",200", "1.5", "1,200 500", "1,200.50", "many", "1-2"]
)
def test_what_could_mean_two_things_is_asked_again(typed):
    with pytest.raises(ValidationError, match="Write a whole number, such as 20 or 1,200"):
        CountField().clean(typed)


def test_the_box_takes_what_is_pasted_and_bounds_are_still_asked():
    field = CountField(min_value=1, max_value=5000)
    html = field.get_bound_field(_form(field), "places").as_widget()
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
    with pytest.raises(ValidationError):
        field.clean("20,000")


def test_a_number_sent_back_as_it_was_is_no_change():
    assert not CountField().has_changed(1200, "1,200")


def _form(field):
    from django import forms

    return type("Form", (forms.Form,), {"places": field})()
