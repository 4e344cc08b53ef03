"""Pages kept for the anonymous: under their own addresses and parameters, never under any that a stranger makes up."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import caching

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def queries(client, thread, settings):
    """`queries(address)` → how many the page cost just now: none when it was kept."""
    settings.ANONYMOUS_CACHE = True
    cache.clear()

    def ask(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    return ask


@pytest.mark.parametrize(
    "address",
    ["/forum/", "/forum/?page=n-", "/forum/?kind=question", "/partners/", "/partners/?q=council", "{thread}?post=1"],
)
def test_a_page_is_kept_under_its_own_parameters(queries, thread, address):
    address = address.format(thread=thread.get_absolute_url())
    assert queries(address) > 0
    assert queries(address) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/forum/?made=up",
        "/forum/?kind=question&made=up",
        "/forum/?kind=question&kind=concern",
        "/forum/?=1",
        "/forum/?" + "kind=" + "x" * 300,
        "/partners/?made=up",
        "{thread}?made=up",
        "{thread}?post=1&post=1",
        "{thread}?%00=1",
        "{thread}?p%6Fsts=1",
    ],
)
def test_nothing_is_kept_under_parameters_a_stranger_made_up(queries, thread, address):
    address = address.format(thread=thread.get_absolute_url())
    queries(address)
    assert queries(address) > 0


def test_made_up_values_fill_no_more_than_so_much(queries, monkeypatch):
    monkeypatch.setattr(caching, "VARIANTS", 3)
    addresses = [f"/partners/?q=council{number}" for number in range(6)]
    for address in addresses:
        queries(address)
    assert [queries(address) == 0 for address in addresses] == [True, True, True, False, False, False]
    queries("/partners/")
    assert queries("/partners/") == 0  # the address itself has a place of its own


def test_a_page_that_reads_its_parameters_in_a_copy_is_only_not_kept(rf):
    request = rf.get("/x/?page=1&other=2")
    request.GET = caching.AskedFor(request.GET)
    assert (request.GET.get("page"), request.GET.copy()["other"]) == ("1", "2")
    assert (request.GET.urlencode(), request.GET.dict()) == ("page=1&other=2", {"page": "1", "other": "2"})
    assert request.GET.asked == {"page"}


def test_too_many_parameters_are_refused_inside_the_headers(client, settings):
    settings.ANONYMOUS_CACHE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = True, 10
    response = client.get("/partners/?" + "&".join(f"p{number}=1" for number in range(20)))
    assert response.status_code == 400
    assert "Content-Security-Policy" in response.headers
