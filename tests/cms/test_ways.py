"""Where a page stood is remembered, and only believed while it stands there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.factories import knowledge


@pytest.fixture
def page(db):
    knowledge.make_site()
    return knowledge.story("The list")


def status(client, url: str) -> int:
    return client.get(url).status_code


def test_a_page_that_moved_is_at_its_new_address_only(client_of, bob, page):
    client, before = client_of(bob), page.url
    assert [status(client, before) for _ in range(2)] == [200, 200]
    page.slug = "another-list"
    page.save_revision().publish()
    assert (status(client, before), status(client, "/stories/another-list/")) == (404, 200)
    other = knowledge.story("The list")
    assert other.url == before
    assert client.get(before).context["page"].pk == other.pk


def test_a_page_that_was_taken_down_or_made_private_is_not_there(client_of, charlie, page):
    client = client_of(charlie)
    assert [status(client, page.url) for _ in range(2)] == [200, 200]
    shut = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    assert status(client, page.url) == 404
    shut.delete()
    assert status(client, page.url) == 200
    page.unpublish()
    assert status(client, page.url) == 404


def test_what_is_shut_is_asked_once_for_a_page(client_of, bob, page):
    client = client_of(bob)
    client.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        assert status(client, page.url) == 200
    assert sum("pageviewrestriction" in query["sql"] for query in queries) == 1
    assert len(queries) <= 16
