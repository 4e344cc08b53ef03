import pytest


@pytest.fixture
def bell(client_of):
    """`bell(alice)` → what her inbox says, without markup."""

    def read(person) -> list[str]:
        rows = client_of(person).get("/notifications/").context["notices"]
        return [str(row.html).replace("<strong>", "").replace("</strong>", "") for row in rows]

    return read
