"""A form whose token does not fit: its page holds what was typed, and says nothing that is not known."""

import pytest
from bs4 import BeautifulSoup

from tests.architecture.markup import troubles

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = {"HTTP_ORIGIN": "http://testserver"}, {"HTTP_ORIGIN": "https://evil.example"}
TYPED = {"body": "Ask the <police> first.\n\nThen us.", "once_key": "a1b2", "why": "Said", "place": "Room 4, Basildon"}


@pytest.fixture
def sent(client_of, bob):
    """`sent(fields, …)` → the page that comes of a form with an old token, as bob sees it."""

    def send(fields, path="/forum/1/answer/", **options):
        response = client_of(bob, enforce_csrf_checks=True).post(path, fields, **options)
        assert (response.status_code, response.headers["Cache-Control"]) == (403, "private, no-store")
        assert troubles(response.content.decode()) == []
        return BeautifulSoup(response.content.decode(), "html5lib").select_one("main")

    return send


def boxes(page) -> dict[str, str]:
    found = page.select("textarea")
    assert all(box.has_attr("readonly") for box in found)
    return {box["name"]: box.text for box in found}


def test_what_was_typed_stands_there_to_be_copied(sent):
    page = sent(TYPED)
    assert boxes(page) == {name: TYPED[name] for name in ("body", "why", "place")}
    assert page.select("form") == []
    assert "open too long" not in page.text


def test_where_it_came_from_a_page_of_ours_a_press_sends_it_again(sent):
    page = sent(TYPED, path="/forum/1/answer/?x=1", **HERE)
    form = page.select_one("form")
    assert form["action"] == "/forum/1/answer/?x=1"
    assert boxes(page) == {name: TYPED[name] for name in ("body", "why", "place")}
    assert page.select_one("[name=once_key]")["value"] == "a1b2"
    assert "You are signed in as Bob Barley." in page.text


@pytest.mark.parametrize(
    "came", [
        ELSEWHERE,
        {"HTTP_ORIGIN": "null"},
        # older browsers say where a form came from in another way, and over https alone
        {"HTTP_REFERER": "https://evil.example/", "secure": True},
        {"HTTP_REFERER": "http://evil.example/", "secure": True},
    ]
)  # fmt: skip
def test_words_of_another_site_are_not_said_here(sent, came):
    page = sent(TYPED, **came)
    assert (boxes(page), page.select("form")) == ({}, [])
    assert "Basildon" not in page.text


@pytest.mark.parametrize(
    "fields", [{"login": "a b", "password": "seven green lanterns"}, {"title": "x y", "password1": "z"}]
)
def test_nothing_that_came_with_a_password_is_repeated(sent, fields):
    page = sent(fields, **HERE)
    assert (boxes(page), page.select("form")) == ({}, [])
    assert "lanterns" not in str(page)


def test_a_file_can_t_be_sent_again_but_the_words_are_there(sent):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = sent(TYPED | {"slides": SimpleUploadedFile("a.pdf", b"x")}, **HERE)
    assert (boxes(page)["place"], page.select("form")) == ("Room 4, Basildon", [])


def test_what_one_may_not_do_here_holds_the_words_too(client_of, charlie):
    response = client_of(charlie).post("/forum/drafts/save/", TYPED)
    page = BeautifulSoup(response.content.decode(), "html5lib").select_one("main")
    assert (response.status_code, page.select_one("h1").text) == (403, "You can’t do that here")
    assert boxes(page)["body"] == TYPED["body"]


def test_marks_and_choices_alone_are_no_words(sent):
    page = sent({"once_key": "a1b2", "space": "3", "body": "  "}, **HERE)
    assert (boxes(page), page.select("form")) == ({}, [])
