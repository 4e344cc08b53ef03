"""Every page of the site: it comes, its markup is valid, its headers are strict, the anonymous leave no trace."""

import pytest
from django.db import transaction

from tests.architecture.addresses import PAGES
from tests.architecture.markup import troubles
from tests.parts import cast

pytestmark = pytest.mark.django_db  # without it no test database is set up

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Its forms are only there to be looked at; a mail program posts without cookies, by a signed address.
WITHOUT_TOKENS = {"portal:gallery", "notifications:stop"}
# Pages on which somebody who is not signed in sends a form: they carry a token, and so are never kept.
# What people without an account fill in: their address, a file, a vote, a question to a speaker.
FORMS_FOR_ANYONE = ("/accounts/", "/events/guests/", "/events/upload/", "/events/vote/", "/events/{asked}/")


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The people, threads and pages of the running test site, made once for all tests here and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield cast.make()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db):
    """The same; what a test writes is taken back after it."""
    return made


@pytest.fixture(scope="module")
def seen() -> dict:
    """The pages looked at, by name: one look serves all tests here."""
    return {}


@pytest.fixture
def visit(world, seen, client_of):
    """`visit("forum:ask")` → the response of a page, looked at by whom the table says."""
    places = cast.places()

    def look(name: str):
        if name not in seen:
            page = PAGES[name]
            seen[name] = client_of(world.get(page.by)).get(page.path.format(**places))
        return seen[name]

    return look


@pytest.mark.parametrize("name", PAGES)
def test_every_page_comes_and_is_valid(visit, name):
    response = visit(name)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert troubles(response.content.decode(), tokens=name not in WITHOUT_TOKENS) == []


def test_every_page_has_strict_headers(visit):
    for name in PAGES:
        headers = visit(name).headers
        assert {key: headers.get(key) for key in HEADERS} == HEADERS, name
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'", name
        assert policy["script-src"] == policy["style-src"] == "'self'", name
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", name
        assert policy["form-action"] == "'self'", name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        assert "geolocation=()" in headers["Permissions-Policy"], name


def test_pages_of_the_signed_in_are_kept_by_nobody(visit):
    signed_in = [name for name, page in PAGES.items() if page.by]
    assert {name: visit(name).headers["Cache-Control"] for name in signed_in} == dict.fromkeys(
        signed_in, "private, no-store"
    )


def test_pages_for_the_anonymous_carry_no_token_and_set_no_cookie(visit):
    for name, page in PAGES.items():
        if page.by or page.path.startswith(FORMS_FOR_ANYONE):
            continue
        response = visit(name)
        assert "csrfmiddlewaretoken" not in response.content.decode(), name
        assert dict(response.cookies) == {}, name


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
