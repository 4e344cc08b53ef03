"""Who was signed out while they wrote loses not a word of it: the page that says so sends it again."""

import uuid

import pytest

from forum.models import Draft, Post
from reference.models import Provision
from tests.parts.typed import HERE, SIGN_IN, form_of, opened, sign_in

pytestmark = pytest.mark.django_db
WORDS = 'We asked the fire service first.\n\nThey said "yes" & <sent> a form.'


@pytest.fixture
def tab(client_of):
    """A browser that minds the tokens of forms: `tab(bob)` → a client with bob signed in."""
    return lambda member: client_of(member, enforce_csrf_checks=True)


@pytest.fixture
def about_law(space):
    """Where one talks about a provision of law."""
    law = Provision.objects.create(law="Data Act 2030", provision="s.1", slug="data-act-2030-s-1", kind="power")
    return f"/forum/about/provision/{law.pk}/"


@pytest.mark.parametrize("act", ["answer", "comment", "edit", "ask", "discuss", "draft"])
def test_whoever_was_signed_out_signs_in_and_sends_it_again(tab, alice, thread, space, about_law, act):
    client = tab(alice)
    at = f"/forum/{thread.pk}/"
    page, address = {
        "answer": (thread.get_absolute_url(), f"{at}answer/"),
        "comment": (f"{at}posts/1/comment/", f"{at}posts/1/comment/"),
        "edit": (f"{at}posts/1/edit/", f"{at}posts/1/edit/"),
        "ask": ("/forum/ask/", "/forum/ask/"),
        "discuss": (about_law, about_law),
        "draft": (f"{at}posts/1/comment/", "/forum/drafts/save/"),
    }[act]
    more = (
        {"title": "May we?", "space": space.pk, "kind": "question", "topics": "fire"} if act in {"ask", "edit"} else {}
    )
    fields = opened(client, page, body=WORDS, **more)
    del client.cookies["sessionid"]

    said = client.post(address, fields, **HERE)
    assert (said.status_code, said.headers["Cache-Control"]) == (403, "private, no-store")
    assert "You are signed out" in said.content.decode()
    where, sent = form_of(said)
    assert where == address
    assert {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"} == {
        name: str(value) for name, value in fields.items() if name != "csrfmiddlewaretoken"
    }
    assert form_of(client.post(where, sent, **HERE))[1]["body"] == WORDS  # pressed too early: the same page again

    sign_in(client, alice)
    once_more = client.post(where, sent, **HERE)
    assert once_more.status_code == 403
    assert "You are signed in as <b>Alice Amory</b>." in once_more.content.decode()
    where, sent = form_of(once_more)
    assert client.post(where, sent, **HERE).status_code == 302
    found = Draft.objects.get().fields if act == "draft" else vars(Post.objects.latest("pk"))
    if act == "edit":
        found = vars(thread.posts.get(number=1))
    assert found["body"].replace("\r\n", "\n") == WORDS


def test_cookies_that_are_all_gone_lose_nothing_either(tab, bob, thread):
    client = tab(bob)
    fields = opened(client, thread.get_absolute_url(), body=WORDS)
    client.cookies.clear()
    where, sent = form_of(client.post(f"/forum/{thread.pk}/answer/", fields, **HERE))
    said = client.post(where, sent, **HERE)
    assert "You are signed out" in said.content.decode()
    assert form_of(said)[1]["body"] == WORDS


def test_who_signs_in_next_on_the_same_machine_is_shown_nothing(tab, bob, morag, thread):
    client = tab(bob)
    fields = opened(client, thread.get_absolute_url(), body="canary-words of bob", once_key=str(uuid.uuid4()))
    del client.cookies["sessionid"]
    client.post(f"/forum/{thread.pk}/answer/", fields, **HERE)
    sign_in(client, morag)
    for address in (thread.get_absolute_url(), "/forum/drafts/", "/forum/ask/"):
        assert "canary-words" not in client.get(address).content.decode()
    assert not Draft.objects.exists()


def test_a_form_without_words_is_only_asked_to_sign_in(client, thread):
    for fields in ({}, {"body": " \n "}, {"once_key": str(uuid.uuid4())}):
        response = client.post(f"/forum/{thread.pk}/answer/", fields)
        assert (response.status_code, response["Location"]) == (302, f"{SIGN_IN}?next=/")


def test_a_short_word_is_words_too(client, thread):
    assert form_of(client.post(f"/forum/{thread.pk}/answer/", {"body": "Yes"}))[1]["body"] == "Yes"
