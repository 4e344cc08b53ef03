"""A question is answered, everything else is replied to: forms, buttons and what is said after fit the kind."""

import uuid

import pytest
from wagtail.search import index

from tests.factories import PostFactory, ThreadFactory
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db
QUESTION, OTHERS = "question", ["discussion", "concern", "success"]


def said_after(client, path: str, **fields) -> list[str]:
    response = client.post(path, {"once_key": uuid.uuid4()} | fields, follow=True)
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_question_takes_replies(client_of, alice, bob, space, kind):
    thread = ThreadFactory(kind=kind, author=alice, space=space)
    client = client_of(bob)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert ("Your reply</label>" in page, "Post reply" in page, "Your answer" in page) == (True, True, False)
    empty = client.post(f"/forum/{thread.pk}/answer/", {"body": " "}).content.decode()
    assert ("Write your reply first." in empty, "Your reply</label>" in empty) == (True, True)
    assert said_after(client, f"/forum/{thread.pk}/answer/", body="We found the same.") == ["Your reply is posted."]


def test_a_question_takes_answers(client_of, bob, thread):
    client = client_of(bob)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert ("Your answer</label>" in page, "Post answer" in page, "Your reply" in page) == (True, True, False)
    assert "Write your answer first." in client.post(f"/forum/{thread.pk}/answer/", {"body": " "}).content.decode()
    assert said_after(client, f"/forum/{thread.pk}/answer/", body="You may.") == [
        "Your answer is posted. The person who asked has been told."
    ]


@pytest.mark.parametrize(("kind", "invited"), [(QUESTION, "Sign in to answer"), ("concern", "Sign in to reply")])
def test_a_visitor_is_invited_in_the_same_words(client, alice, space, kind, invited):
    thread = ThreadFactory(kind=kind, author=alice, space=space)
    assert f"{invited}</a>" in client.get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (QUESTION, "Your question is posted. We tell you as soon as someone answers."),
        ("discussion", "Your discussion is posted. We tell you as soon as someone replies."),
        ("concern", "Your concern is posted. We tell you as soon as someone replies."),
        ("success", "Your success is posted. We tell you as soon as someone replies."),
    ],
)
def test_what_is_started_is_called_by_its_kind(client_of, alice, space, kind, words):
    fields = {"title": "A look at our month", "body": "It went like this.", "space": space.pk, "kind": kind}
    assert said_after(client_of(alice), "/forum/ask/", topics="", **fields) == [words]


def test_the_button_of_the_ask_form_knows_every_kind(client_of, alice, space):
    page = client_of(alice).get("/forum/ask/").content.decode()
    for kind in (QUESTION, *OTHERS):
        assert f'<span class="by-kind by-kind--{kind}">{kind}</span>' in page


def test_the_first_words_about_a_page_start_a_discussion_and_the_next_are_replies(client_of, alice, bob, space):
    path = f"/forum/about/provision/{ProvisionFactory().pk}/"
    first = client_of(alice).get(path).content.decode()
    assert ("Start the discussion" in first, "Post reply" in first) == (True, False)
    assert "What you want to say</label>" in first
    assert "Write what you want to say first." in client_of(alice).post(path, {"body": ""}).content.decode()
    assert said_after(client_of(alice), path, body="Has anyone used this?") == [
        "Your discussion is started. We tell you as soon as someone replies."
    ]
    next_one = client_of(bob).get(path).content.decode()
    assert ("Start the discussion" in next_one, "Post reply" in next_one) == (False, True)
    assert said_after(client_of(bob), path, body="We have.") == ["Your reply is posted."]


@pytest.mark.parametrize(("kind", "words"), [(QUESTION, "answered"), ("discussion", "replied to")])
def test_the_bell_says_it_in_the_same_words(
    client_of, alice, bob, space, kind, words, django_capture_on_commit_callbacks
):
    thread = ThreadFactory(title="A look at our month", kind=kind, author=alice, space=space)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(bob).post(f"/forum/{thread.pk}/answer/", {"body": "Well done.", "once_key": uuid.uuid4()})
    page = client_of(alice).get("/notifications/").content.decode()
    assert f"<strong>Bob Barley</strong> {words} <strong>A look at our month</strong>" in page


@pytest.mark.parametrize(("kind", "words"), [(QUESTION, "1 answer"), ("discussion", "1 reply")])
def test_what_is_said_to_it_has_one_name_in_lists_and_rails(client_of, bob, alice, space, kind, words):
    thread = ThreadFactory(title="May the canary fly home?", kind=kind, author=alice, space=space)
    PostFactory(thread=thread, author=bob)
    other = ThreadFactory(title="Where does the canary fly home to?", space=space)
    for one in (thread, other):
        index.insert_or_update_object(one)
    row = client_of(None).get("/forum/").content.decode()
    rail = client_of(None).get(other.get_absolute_url()).content.decode()
    assert f"<b>1</b> <span>{words.split()[1]}</span>" in row
    assert f'<span class="quiet">{words}</span>' in rail
