import pytest

from tests.factories import events


@pytest.fixture
def event(on_now):
    """The door is at an event that is on."""
    return on_now


@pytest.fixture
def booking(event, alice):
    """Alice's place."""
    return events.booking(event, alice)
