"""The frame round every page, robots.txt, the gallery and the state of the site."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import worker
from core.models import Heartbeat
from tests.horizon import desk as admin


def test_the_frame_costs_the_anonymous_no_query(client, db):
    client.get("/design/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/design/").status_code == 200
    assert len(queries) == 0


def test_every_page_of_the_footer_exists_once_the_site_is_set_up(client, db):
    from cms.actions.first_pages import make_first_pages
    from cms.querysets.frame import FOOTER

    make_first_pages()
    codes = {url: client.get(url).status_code for _, links in FOOTER for _, url in links}
    assert {url for url, code in codes.items() if code not in {200, 302}} == set()


def test_robots_are_kept_from_private_and_endless_pages(client, db):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [line for line in response.content.decode().splitlines() if "admin" in line] == ["Disallow: /admin/"]


def test_healthz_tells_when_a_part_stopped(client, db):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["parts"]["worker"]["ok"] is False
    for part in [*worker.part_names(), "scheduler"]:
        Heartbeat.objects.update_or_create(part=part, defaults={"seen_at": timezone.now()})
    response = client.get("/healthz")
    assert (response.status_code, response.json()["ok"]) == (200, True)
    assert "no-cache" in response.headers["Cache-Control"]


def test_everyone_has_their_own_name_in_the_frame(client_of, alice, bob, cora):
    """The frame is put together from parts that are kept: none of them is another reader's."""
    people = [alice, bob, cora, alice]
    pages = [client_of(member).get("/forum/").content.decode() for member in people]
    found = [[one.handle for one in (alice, bob, cora) if f"/people/{one.handle}/" in page] for page in pages]
    assert found == [[member.handle] for member in people]
    assert [("Core team admin" in page) for page in pages] == [False, False, True, False]
    tokens = [page.split('name="csrfmiddlewaretoken" value="')[1][:64] for page in pages]
    assert len(set(tokens)) == 4


def test_a_section_is_marked_where_one_is(client_of, alice, space):
    client = client_of(alice)
    for path in ("/forum/", "/design/", "/forum/"):
        marked = 'href="/forum/" aria-current="true"' in client.get(path).content.decode()
        assert marked == (path == "/forum/")


def test_who_may_not_see_a_page_is_told_of_no_lost_words_unless_they_sent_some(client_of, alice):
    admin.set_up()
    member = client_of(alice)
    answers = (member.get("/admin/", follow=True), member.post("/admin/events/", {"words": "All of them"}, follow=True))
    assert [one.status_code for one in answers] == [403, 403]
    read, _sent = (one.content.decode() for one in answers)
    assert ("This page is open only to some members." in read, "Nothing you wrote" in read) == (True, False)
