"""How people and titles are written."""

import pytest

from events import words


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Nia Prosser", "Dear Nia Prosser,"),
        ("An Nguyen", "Dear An Nguyen,"),
        ("A", "Dear A,"),
        ("A guest from the council", "Hello,"),
        ("An officer of the county", "Hello,"),
        ("The Records Office", "Hello,"),
        ("", "Hello,"),
    ],
)
def test_a_mail_begins_with_a_name_and_never_with_what_somebody_is(name, begins):
    assert words.dear(name) == begins
