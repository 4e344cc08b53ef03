"""Dates known to the day, the month or the year: read as people write them, and never said to be more."""

import contextlib
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.dates import FIRST_YEAR, HOW, LAST_YEAR, PartialDate, PartialDateField, PartialDateFormField, words_of

days = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)).map(PartialDate.of)
months = st.builds(PartialDate, st.integers(FIRST_YEAR, LAST_YEAR), st.integers(1, 12))
years = st.builds(PartialDate, st.integers(FIRST_YEAR, LAST_YEAR))
dates = st.one_of(days, months, years)


@given(dates)
def test_what_is_written_in_words_or_as_iso_is_read_back_as_it_was(date):
    assert (PartialDate.parse(date.words()), PartialDate.parse(str(date))) == (date, date)


@given(dates)
def test_the_database_gives_back_what_was_put_in(date):
    field = PartialDateField()
    assert field.from_db_value(field.get_prep_value(date), None, None) == date
    assert len(field.get_prep_value(date)) <= field.max_length


@given(dates)
def test_it_spans_its_own_days_and_no_others(date):
    day_before, day_after = date.first - dt.timedelta(days=1), date.last + dt.timedelta(days=1)
    if date.month is None:
        assert (day_before.year, date.first.year, date.last.year, day_after.year) == (
            date.year - 1, date.year, date.year, date.year + 1,
        )  # fmt: skip
    elif date.day is None:
        assert (date.first.month, date.last.month) == (date.month, date.month)
        assert (day_before.month, day_after.month) != (date.month, date.month)
    else:
        assert date.first == date.last
    assert date.is_day == (date.day is not None)


@given(days)
def test_a_day_written_with_slashes_is_day_first(date):
    assert PartialDate.parse(f"{date.day}/{date.month}/{date.year}") == date


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_the_field(text):
    field = PartialDateFormField(required=False)
    with contextlib.suppress(ValidationError):
        found = field.clean(text)
        assert found is None or field.clean(found.words()) == found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("14 March 2027", "14 March 2027"), ("14th march 2027", "14 March 2027"),
        (" 1st  Sept. 2027 ", "1 September 2027"),
        ("March 2027", "March 2027"), ("mar 2027", "March 2027"), ("2027", "2027"), ("2027-3", "March 2027"),
        ("2027-03-14", "14 March 2027"), ("14/3/2027", "14 March 2027"), ("14.03.2027", "14 March 2027"),
        ("29 February 2028", "29 February 2028"),
    ],
)  # fmt: skip
def test_people_may_write_it_in_many_ways(typed, said):
    assert PartialDate.parse(typed).words() == said


@pytest.mark.parametrize(
    "typed",
    ["29 February 2027", "31/4/2027", "2027-13", "next year", "14 2027", "1100", "3000", "", "March", "2027-", "14/3"],
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError, match=r"Write a day|no such day"):
        PartialDate.parse(typed)


@pytest.mark.parametrize(
    ("month", "last"), [("2027-02", 28), ("2028-02", 29), ("2100-02", 28), ("2027-04", 30), ("2027-12", 31)]
)
def test_a_month_counts_until_its_last_day(month, last):
    assert PartialDate.parse(month).last.day == last


def test_a_day_without_its_month_is_none():
    with pytest.raises(ValueError, match="Write a day"):
        PartialDate(2027, None, 3)


def test_the_form_of_a_model_lets_people_write_the_longest_of_them():
    field = PartialDateField(blank=True).formfield()
    assert field.widget.attrs["maxlength"] == "30"
    assert field.clean("14 September 2027") == PartialDate(2027, 9, 14)


def test_no_date_has_words_too():
    assert (words_of(None), words_of(dt.date(2027, 3, 14)), words_of(PartialDate(2027, 3))) == (
        "No date yet", "14 March 2027", "March 2027",
    )  # fmt: skip


def test_a_slip_in_a_year_has_words_and_stops_no_list():
    assert (words_of(dt.date(27, 3, 14)), words_of(dt.date(9999, 12, 31))) == ("14 March 27", "31 December 9999")


def test_the_form_says_what_it_could_not_read_and_shows_a_date_in_words():
    field = PartialDateFormField(required=False)
    with pytest.raises(ValidationError) as refused:
        field.clean("soonish")
    assert refused.value.messages == [f"“soonish” is no date we can read. {HOW}"]
    assert field.prepare_value(PartialDate(2027, 3, 14)) == "14 March 2027"
    assert field.has_changed(PartialDate(2027, 3), "2027-03") is False
    assert field.has_changed(PartialDate(2027, 3), "14 March 2027") is True
