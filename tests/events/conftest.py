import datetime as dt

import pytest

from tests.factories import MemberFactory, events
from tests.horizon import desk as admin


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
def core(cora, client_of):
    """A client of the core team, with the admin set up."""
    admin.set_up()
    return client_of(cora)
