"""What the history of an event says when names were erased."""

import pytest
from wagtail.log_actions import log

from tests.factories.events_after import past_event


@pytest.mark.parametrize(("count", "said"), [
    ({"bookings": 3, "certificates": 1}, "3 bookings and 1 certificate"),
    ({"bookings": 1, "questions": 2, "certificates": 0}, "1 booking and 2 questions"),
    ({"bookings": 1200, "questions": 1, "certificates": 2}, "1,200 bookings, 1 question and 2 certificates"),
])  # fmt: skip
def test_the_history_says_of_how_many_and_nothing_of_what_there_was_none(db, count, said):
    entry = log(instance=past_event(), action="events.erase_names", data=count)
    assert str(entry.message) == f"Erased the names of {said}"
