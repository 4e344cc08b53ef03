"""Similar questions as a step before posting, without JavaScript, and what each of them is offered for."""

import pytest
from django.urls import reverse
from wagtail.search import index

from forum.models import Draft, Post, Thread
from tests.factories import PostFactory, ThreadFactory
from tests.parts.asking import ASK, errors_of, sent_by, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_before(space):
    thread = ThreadFactory(title="May we give the fire service a list of people with oxygen at home?", space=space)
    index.insert_or_update_object(thread)
    return thread


def test_without_javascript_similar_questions_are_a_step_before_posting(client_of, alice, space, asked_before):
    client = client_of(alice)
    fields = sent_by(client.get(ASK)) | typed(space)
    step = client.post(ASK, fields)
    assert step.status_code == 200
    html = step.content.decode()
    assert "Has this already been answered?" in html
    assert asked_before.get_absolute_url() in html
    assert Thread.objects.count() == 1
    posted = client.post(ASK, sent_by(step))
    thread = Thread.objects.latest("pk")
    assert posted["Location"] == thread.get_absolute_url()
    assert thread.posts.get().body == "They asked us **on Monday**.\n\nWe are a charity."
    assert sorted(thread.topics.names()) == ["consent", "fire safety"]


def test_the_question_can_be_changed_at_that_step(client_of, alice, space, asked_before):
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    again = client.post(ASK, sent_by(step) | {"do": "edit"})
    assert errors_of(again) == []
    kept = sent_by(again)
    assert (kept["title"], kept["topics"], kept["space"]) == (
        "May we send the list of home oxygen users to the fire service?", "Fire  Safety, consent", str(space.pk),
    )  # fmt: skip


def test_the_question_can_be_thrown_away_at_that_step(client_of, alice, space, asked_before):
    Draft.objects.create(member=alice, fields={"title": "May we send the list"})
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    there = asked_before.get_absolute_url()
    assert f'formaction="{reverse("forum:drafts-discard")}" name="next" value="{there}"' in step.content.decode()
    response = client.post(reverse("forum:drafts-discard"), sent_by(step) | {"next": there})
    assert (response.status_code, response["Location"]) == (302, there)
    assert not Draft.objects.exists()
    assert Thread.objects.count() == 1


def test_the_step_is_left_out_when_nothing_fits_or_when_the_matches_were_seen(client_of, alice, space, asked_before):
    client = client_of(alice)
    other = client.post(ASK, typed(space, title="Who pays for the training room in spring?"))
    assert other.status_code == 302
    fields = typed(space)
    seen = client.post(ASK, fields | {"seen_similar": fields["title"]})
    assert seen.status_code == 302
    changed = client.post(ASK, typed(space, seen_similar="May we send a list?"))
    assert changed.status_code == 200


def test_the_step_comes_again_only_for_questions_it_has_not_shown(client_of, alice, space, asked_before):
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    again = client.post(ASK, sent_by(step) | {"do": "edit"})
    other_words = sent_by(again) | {"title": "Could we send the list of oxygen users to the fire service?", "body": ""}
    wrong = client.post(ASK, other_words)
    assert errors_of(wrong) == ["Say a little more: what happened, and what have you tried?"]
    fields = sent_by(wrong) | {"body": "They asked."}
    later = ThreadFactory(title="Could we send the fire service our oxygen list of users?", space=space)
    index.insert_or_update_object(later)
    step = client.post(ASK, fields)
    html = step.content.decode()
    assert (later.get_absolute_url() in html, asked_before.get_absolute_url() in html) == (True, False)
    third = client.post(ASK, sent_by(step) | {"title": "May we send oxygen lists to the fire service?"})
    assert third.status_code == 302


@pytest.mark.parametrize("seen", ["x", "0,,-2", "-1", "9" * 30, "½", "1" * 5000])
def test_a_broken_list_of_what_was_seen_only_brings_the_step(client_of, alice, space, asked_before, seen):
    response = client_of(alice).post(ASK, typed(space, seen_matches=seen))
    assert "Has this already been answered?" in response.content.decode()


def test_the_fragment_marks_the_title_as_seen(client_of, alice, space, asked_before):
    title = "Is the fire service allowed our oxygen list?"
    html = client_of(alice).get(reverse("forum:ask-similar"), {"q": title}).content.decode()
    assert asked_before.get_absolute_url() in html
    assert f'id="id_seen_similar" form="ask-form" value="{title}"' in html
    assert "1 question looks like yours" in html


@pytest.mark.parametrize(
    ("kind", "replies", "instead"),
    [
        ("question", 1, "This answers it. Discard my question"),
        ("question", 0, "This asks the same. Discard my question"),
        ("discussion", 1, "This helps me. Discard my question"),
    ],
)
def test_what_is_like_it_is_offered_for_what_it_is(client_of, alice, bob, space, kind, replies, instead):
    title = "May we send the list of home oxygen users to the fire service?"
    thread = ThreadFactory(kind=kind, title=title, author=bob, space=space)
    for _ in range(replies):
        PostFactory(thread=thread, author=alice, kind=Post.Kind.ANSWER)
    index.insert_or_update_object(thread)
    found = client_of(alice).get("/forum/ask/similar/", {"title": title}).content.decode()
    step = client_of(alice).post(ASK, typed(space)).content.decode()
    assert [instead in page for page in (found, step)] == [True, True]
