"""Words in quotation marks, and where their sentence ends."""

import pytest

from core.quoting import ended, quoted


@pytest.mark.parametrize(
    ("text", "said"),
    [("Names a person.", "“Names a person.”"), ("Why us?", "“Why us?”"), ("Spam", "“Spam”."), ("A “b”", "“A ‘b’”.")],
)
def test_a_sentence_that_ends_in_a_quotation_stops_once(text, said):
    assert quoted(text, ".") == said


def test_a_sentence_ends_once():
    assert [ended(text) for text in ("Spam", "Spam.", "Spam?", "Spam…")] == ["Spam.", "Spam.", "Spam?", "Spam…"]


def test_what_is_quoted_within_a_title_stands_in_single_marks():
    assert quoted("Lunch: “in writing”") == "“Lunch: ‘in writing’”"
