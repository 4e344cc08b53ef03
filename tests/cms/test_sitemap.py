"""The sitemap names everything a stranger may read and nothing else; old addresses tell of nothing private."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from reference.models import Provision, Term
from tests.cms import desk
from tests.factories import OrganisationFactory, ThreadFactory
from tests.factories.horizon import DevelopmentFactory

CANARY = "kvxqmap"


@pytest.fixture
def home(cora):
    return desk.make_desk()


@pytest.fixture
def world(home, space, members_space, group_space, alice):
    desk.plain("Open page")
    desk.story("Open story")
    for kind in ("login", "groups", "password"):
        PageViewRestriction.objects.create(page=desk.story(f"{CANARY} {kind}"), restriction_type=kind)
    desk.story(f"{CANARY} draft", live=False)
    ThreadFactory(title="Open question", space=space, author=alice)
    for room in (members_space, group_space):
        ThreadFactory(title=f"{CANARY} in {room.slug}", space=room, author=alice)
    gone = ThreadFactory(title=f"{CANARY} removed", space=space, author=alice)
    type(gone).objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    OrganisationFactory(name="Open body")
    OrganisationFactory(name=f"{CANARY} body", status="applied")
    Provision.objects.create(law="Open Act 1998", provision="s.1", slug="open-act-s1", kind="power")
    DevelopmentFactory(title="Open change")
    DevelopmentFactory(title=f"{CANARY} change", shown=False)
    Term.objects.create(term="Open word", slug="open-word", definition="A word.")


def everything(client) -> list[str]:
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>http://testserver(.*?)</loc>", index)
    assert len(parts) == 10
    return [url for part in parts for url in re.findall(r"<loc>(.*?)</loc>", client.get(part).content.decode())]


def test_everything_public_is_in_it_and_nothing_private(world, client_of, cast):
    for viewer in (None, cast["alice"], cast["cora"]):
        urls = everything(client_of(viewer))
        for part in (
            "/open-page/",
            "/stories/open-story/",
            "open-question/",
            "/partners/open-body/",
            "/gateways/open-act-s1/",
            "/glossary/open-word/",
            "/horizon/developments/open-change/",
        ):
            assert len([url for url in urls if url.endswith(part)]) == 1, part
        assert [url for url in urls if CANARY in url] == []
        assert len(urls) == len(set(urls))


def test_every_address_in_it_answers(world, client):
    codes = {url: client.get(url.removeprefix("http://testserver")).status_code for url in everything(client)}
    assert {url: code for url, code in codes.items() if code != 200} == {}


def test_queries_do_not_grow(world, client, space):
    def count(many):
        for number in range(many):
            ThreadFactory(title=f"Question {many} {number}", space=space)
            desk.plain(f"Page {many} {number}")
        client.get("/sitemap-threads.xml")
        client.get("/sitemap-pages.xml")
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap-threads.xml")
            client.get("/sitemap-pages.xml")
        return len(queries)

    assert count(1) == count(3)


@pytest.mark.parametrize(
    "path", ["/sitemap-nothing.xml", "/sitemap-pages.xml?p=x", "/sitemap-pages.xml?p=99", "/sitemap-pages.xml?p=%00"]
)
def test_parts_that_do_not_exist_are_404(world, client, path):
    assert client.get(path).status_code == 404


def test_robots_are_shown_the_way(client, db):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode().splitlines()


class TestOldAddresses:
    @pytest.fixture
    def renamed(self, home, django_capture_on_commit_callbacks):
        page = desk.plain("Renamed")
        page.slug = "new-name"
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
        return page

    def test_a_new_slug_leaves_a_redirect(self, renamed, client):
        answer = client.get("/renamed/?utm=1")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/new-name/")

    def test_a_redirect_does_not_name_a_page_that_is_private_or_a_draft(self, renamed, client, client_of, alice):
        page = renamed
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        answer = client.get("/renamed/")
        assert (answer.status_code, "new-name" in str(answer.headers) + answer.content.decode()) == (404, False)
        assert client_of(alice).get("/renamed/").status_code == 301
        page.view_restrictions.all().delete()
        page.unpublish()
        assert client_of(alice).get("/renamed/").status_code == 404

    def test_the_core_team_adds_others(self, home, client, client_of, cora):
        assert client_of(cora).get("/admin/redirects/").status_code == 200
        Redirect.objects.create(old_path="/old-guide", redirect_link="/forum/")
        assert client.get("/old-guide/").headers["Location"] == "/forum/"

    @pytest.mark.parametrize("path", ["/%00/", "/%ff/", "/" + "x" * 3000 + "/", "/?a=%00", "/no-such?x=%f0"])
    def test_hostile_addresses_are_404(self, home, client, path):
        assert client.get(path).status_code in {200, 301, 404}


def test_the_index_reads_no_row_of_what_it_counts(world, client):
    """Two numbers for each part, however many threads there are."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/sitemap.xml").status_code == 200
    rows = [one["sql"] for one in queries if "forum_thread" in one["sql"]]
    assert [re.match(r"SELECT (MAX|COUNT)\(", sql) is not None for sql in rows] == [True, True]
