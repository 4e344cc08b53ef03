import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import MemberFactory, events


@pytest.fixture
def event(db):
    """An event in a month with 20 places in the room."""
    return events.event()


@pytest.fixture
def hybrid(db):
    """An event in a month with 20 places in the room and 50 online."""
    return events.event("Asking the regulator", online=50)


@pytest.fixture
def on_now(db):
    """An event that began an hour ago, in the room and online."""
    return events.event(starts_in=-dt.timedelta(hours=1), in_person=20, online=20)


@pytest.fixture
def dora(council):
    """A member with a place."""
    return MemberFactory(display_name="Dora Dene", handle="dora", organisation=council)


@pytest.fixture
def sam(charity):
    """A member who speaks."""
    return MemberFactory(display_name="Sam Sedge", handle="sam", organisation=charity)


@pytest.fixture
def talk(event, sam, dora):
    """Sam's talk at an event at which dora has a place."""
    events.booking(event, dora)
    return events.session(event, "Write it down", room="Hall", speakers=[events.speaker("Sam Sedge", member=sam)])


@pytest.fixture
def cold_and_warm(client_of, forget, settings):
    """`cold_and_warm(path, alice)` → queries of the page made anew, and of the same once it is kept."""
    settings.ANONYMOUS_CACHE = True

    def count(path: str, person=None) -> tuple[int, int]:
        client = client_of(person)
        client.get(path)
        forget()
        made = []
        for _time in ("cold", "warm"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            made.append(len(queries))
        return made[0], made[1]

    return count
