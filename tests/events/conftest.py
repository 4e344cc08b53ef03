import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import events


@pytest.fixture
def event(db):
    """An event in a month with 20 places in the room."""
    return events.event()


@pytest.fixture
def hybrid(db):
    """An event in a month with 20 places in the room and 50 online."""
    return events.event("Asking the regulator", online=50)


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
