import pytest

from members import roles


@pytest.fixture
def editor(client_of, cora):
    """The core team in the editor."""
    roles.set_up_groups()
    cora.save()
    return client_of(cora)
