import datetime as dt

import pytest

from tests.factories import events, events_live


@pytest.fixture
def event(db):
    """One that is on."""
    return events.event("The courage to share", starts_in=dt.timedelta(hours=-1))


@pytest.fixture
def vote(event):
    """Open, of one question."""
    return events_live.vote(event)
