"""Every page of the site: it comes, its markup is valid, its headers are strict, the anonymous leave no trace."""

import pytest

from forum.models import Thread
from tests.architecture.addresses import PAGES
from tests.architecture.markup import troubles
from tests.parts import cast

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Pages on which somebody who is not signed in sends a form: they carry a token, and so are never kept.
FORMS_FOR_ANYONE = ("/accounts/",)


@pytest.fixture
def world(db):
    """The people and threads of the running test site, in the test's own database."""
    people = cast.make_people()
    cast.make_forum(people)
    cast.make_home()
    return people


@pytest.fixture
def visit(world, client_of):
    """`visit("forum:ask")` → the response of a page, looked at by whom the table says."""

    def look(name: str):
        page = PAGES[name]
        return client_of(world.get(page.by)).get(path_of(page.path))

    return look


def path_of(template: str) -> str:
    """A page's path on the cast's site."""
    threads = Thread.objects.order_by("pk")
    known = {"answered": threads.filter(accepted_answer__isnull=False), "waiting": threads.filter(answer_count=0)}
    parts = {name: f"{found.first().pk}/{found.first().slug}" for name, found in known.items()}
    return template.format(**parts)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_comes_and_is_valid(visit, name):
    response = visit(name)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert troubles(response.content.decode()) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_strict_headers(visit, name):
    headers = visit(name).headers
    assert {key: headers.get(key) for key in HEADERS} == HEADERS
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.by])
def test_pages_of_the_signed_in_are_kept_by_nobody(visit, name):
    assert visit(name).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "name", [name for name, page in PAGES.items() if not page.by and not page.path.startswith(FORMS_FOR_ANYONE)]
)
def test_pages_for_the_anonymous_carry_no_token_and_set_no_cookie(visit, name):
    response = visit(name)
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert dict(response.cookies) == {}


def test_error_pages_are_valid_too(world, client_of):
    for path, status in [("/forum/999999999/", 404), ("/nothing/here/", 404)]:
        response = client_of().get(path)
        assert response.status_code == status
        assert troubles(response.content.decode()) == []


def test_the_checker_sees_what_is_wrong():
    """The other tests of this file mean nothing if the checker is blind."""
    bad = (
        "<!doctype html><html lang='en'><head><title></title></head><body><main><h1>A</h1><h3 id=x>B</h3>"
        "<p id=x><div></p><a href='#gone'></a><form method=post><input name=q></form><img src=a.png></main>"
        "</body></html>"
    )
    found = " | ".join(troubles(bad))
    for words in (
        "no title", "h3 straight after h1", "id “x” 2 times", "without words", "0 tokens", "no label",
        "no alt", "language", "which is not there", "line 1",
    ):  # fmt: skip
        assert words in found, words
