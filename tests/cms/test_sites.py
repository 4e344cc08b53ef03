"""The site of a page is known without asking each time, and never another than Wagtail would find."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from cms.models import HomePage, StandardPage
from cms.sites import only_site
from tests.factories import knowledge
from tests.factories.published import put_below


@pytest.fixture
def page(db):
    return put_below(knowledge.make_site(), words("House rules", "house-rules"))


def words(title: str, slug: str) -> StandardPage:
    return StandardPage(title=title, slug=slug, body="<p>Be kind.</p>")


def asked_for_sites(client, path: str) -> int:
    """How often a warm page asks for the table of sites."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return sum('FROM "wagtailcore_site"' in query["sql"] for query in queries)


def test_a_warm_page_does_not_ask_which_site_it_is_on(page, client_of, alice):
    for path in (page.url, "/"):
        assert asked_for_sites(client_of(alice), path) == 0


def test_the_first_page_is_read_as_it_is(page, client_of, alice):
    client = client_of(alice)
    client.get("/")
    HomePage.objects.update(headline="Written past everything")
    assert "Written past everything" in client.get("/").content.decode()
    HomePage.objects.update(live=False)
    assert client.get("/").status_code == 404


def test_a_second_site_is_found_at_its_own_address_at_once(
    page, client_of, alice, settings, django_capture_on_commit_callbacks
):
    settings.ALLOWED_HOSTS = ["*"]
    client = client_of(alice)
    assert client.get(page.url, headers={"host": "other.example.org"}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        Site.objects.create(hostname="other.example.org", port=80, root_page=page)
    assert only_site() is None
    assert client.get(page.url, headers={"host": "other.example.org"}).status_code == 404
    assert client.get(page.url).status_code == 200


def test_a_site_that_begins_elsewhere_does_so_at_once(page, client_of, alice, django_capture_on_commit_callbacks):
    client = client_of(alice)
    below = put_below(page, words("Manners", "manners"))
    assert client.get("/house-rules/manners/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        Site.objects.update_or_create(is_default_site=True, defaults={"root_page": page})
    assert client.get("/house-rules/manners/").status_code == 404
    below.refresh_from_db()
    assert client.get("/manners/").status_code == 200


def test_a_site_for_one_address_alone_is_left_to_wagtail(page):
    Site.objects.update(is_default_site=False)
    assert only_site() is None


def test_who_changes_what_they_were_given_changes_nobody_elses(page):
    mine = only_site()
    assert mine is not None
    mine.site_name = "Mine"
    mine.root_page.title = "Mine too"
    assert only_site().site_name != "Mine"
    assert only_site().root_page.title != "Mine too"


def test_a_first_page_without_pages_is_not_kept(db, client_of, alice, django_capture_on_commit_callbacks):
    home = knowledge.make_site()
    for below in home.get_children():
        below.delete()
    client = client_of(alice)
    assert client.get("/house-rules/").status_code == 404
    HomePage.objects.get().add_child(instance=words("House rules", "house-rules"))
    assert client.get("/house-rules/").status_code == 200
