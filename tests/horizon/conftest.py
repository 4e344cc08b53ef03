import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def cold_and_warm(client_of, forget):
    """`cold_and_warm(path, alice)` → queries of the page made anew, and of the same once it is kept."""

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
