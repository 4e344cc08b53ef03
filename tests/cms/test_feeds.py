"""Atom feeds of stories, guidance and news: well formed, newest first, and only what anyone may see."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.cms import desk
from tests.factories import MemberFactory, knowledge

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def home(db):
    return desk.make_desk()


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def titles(client, url):
    return [entry.findtext(f"{ATOM}title") for entry in read(client, url).findall(f"{ATOM}entry")]


def test_news_is_in_its_feed_newest_first_with_its_author(client, home):
    desk.news("Old <b>& tired", date=dt.date(2026, 1, 1))
    desk.news("New", date=dt.date(2026, 2, 1), author=MemberFactory(display_name="Open Writer", job_title=""))
    desk.news("Newest", date=dt.date(2026, 3, 1), author=MemberFactory(display_name="Shy Writer", show_name="members"))
    assert titles(client, "/news/feed/") == ["Newest", "New", "Old <b>& tired"]
    feed = client.get("/news/feed/").content.decode()
    assert "Open Writer" in feed
    assert "Shy Writer" not in feed
    assert "http://testserver/news/new/" in feed


def test_stories_and_guidance_have_feeds(client, home):
    desk.story("A story")
    desk.national("A code")
    assert titles(client, "/stories/feed/") == ["A story"]
    assert titles(client, "/guidance/feed/") == ["A code"]


@pytest.mark.parametrize("url", ["/stories/feed/", "/guidance/feed/", "/news/feed/"])
def test_nothing_private_or_unpublished_is_in_a_feed(client_of, charlie, home, url):
    make = {"/stories/feed/": desk.story, "/guidance/feed/": desk.national, "/news/feed/": desk.news}[url]
    make("For all")
    PageViewRestriction.objects.create(page=make("For members"), restriction_type="login")
    make("A draft", live=False)
    for person in (None, charlie):
        assert titles(client_of(person), url) == ["For all"]


def test_an_empty_site_has_empty_feeds(client, db):
    assert titles(client, "/stories/feed/") == []


@pytest.mark.parametrize("url", ["/stories/feed/", "/news/feed/"])
def test_a_feed_costs_the_same_however_long(client, home, url):
    make = desk.story if "stories" in url else desk.news

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    def add(number):
        page = make(f"Piece {number}")
        page.topics.add("shared", f"own {number}")
        page.save()

    add(1)
    one = count()
    add(2)
    add(3)
    assert count() == one


def test_a_feed_is_kept_until_something_is_published(client, settings, home, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    page = desk.news("First")
    titles(client, "/news/feed/")
    with CaptureQueriesContext(connection) as queries:
        titles(client, "/news/feed/")
    assert len(queries) == 0
    page.title = "Renamed"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert titles(client, "/news/feed/") == ["Renamed"]


def test_signs_that_xml_forbids_break_no_feed(home, client):
    """Word writes a soft line break as one, and a form lets it through."""
    desk.news("Two\x0blines")
    template = knowledge.template("Sharing protocol")
    template.versions.update(change_note="What is\x0bnew")
    knowledge.ProvisionFactory(law="Sharing Act 2020", provision="s.1", purpose="Share\x0bit")
    assert titles(client, "/news/feed/") == ["Twolines"]
    assert read(client, "/templates/feed/").findtext(f"{ATOM}entry/{ATOM}summary") == "What isnew"
    assert titles(client, "/gateways/feed/") == ["Sharing Act 2020, s.1"]
