"""Comments and changes to one's own posts are kept while they are typed, as questions and answers are."""

import re
import uuid

import pytest

from forum.actions import drafting, editing, moderating, posting
from forum.models import Draft, Place, Post
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db
SAVE, DISCARD, LIST, PUT_BACK = (f"/forum/drafts/{name}" for name in ("save/", "discard/", "", "put-back/"))


@pytest.fixture
def answered(thread, bob):
    """bob's answer to alice's question."""
    return posting.answer(by=bob, thread=thread, body="We asked the fire service first.")


def address(post: Post, act: str) -> str:
    return f"/forum/{post.thread_id}/posts/{post.number}/{act}/"


def kept(client, post, what, *, status=200, version=0, **fields) -> dict:
    """Save as the script does: `what` is "on" for a comment on the post, "edits" for a change of it."""
    sent = {"quiet": "1", "draft_version": version, "thread": post.thread_id, what: post.number} | fields
    response = client.post(SAVE, sent)
    assert response.status_code == status
    return response.json() if status in {200, 412} else {}


def changed(post, **fields) -> dict:
    return {"known": post.version(), "body": "We asked the fire service, and then"} | fields


def test_a_comment_half_written_is_there_again_in_place_and_on_its_page(client_of, alice, answered):
    client = client_of(alice)
    assert kept(client, answered, "on", body="Which station")["version"] == 1
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        html = client.get(address(answered, "comment"), **headers).content.decode()
        assert ">\nWhich station</textarea>" in html
        assert "Draft saved at" in html
        assert 'name="draft_version" value="1"' in html


def test_a_change_half_written_is_there_again_and_says_so(client_of, bob, answered):
    client = client_of(bob)
    kept(client, answered, "edits", **changed(answered))
    html = client.get(address(answered, "edit")).content.decode()
    assert ">\nWe asked the fire service, and then</textarea>" in html
    assert "You began to change this and did not save it." in html
    client.post(DISCARD, {"thread": answered.thread_id, "edits": answered.number})
    html = client.get(address(answered, "edit")).content.decode()
    assert ">\nWe asked the fire service first.</textarea>" in html
    assert "You began to change" not in html


def test_of_an_opening_its_title_and_topics_are_kept_too(client_of, alice, thread):
    opening = thread.posts.get()
    kept(client_of(alice), opening, "edits", **changed(opening, title="May we tell them?", topics="consent, fire"))
    form = client_of(alice).get(address(opening, "edit")).context["form"]
    assert [form[name].value() for name in ("title", "topics")] == ["May we tell them?", "consent, fire"]


def test_each_has_its_own(client_of, bob, answered):
    client, thread = client_of(bob), answered.thread
    opening = thread.posts.get(number=1)
    kept(client, opening, "on", body="A comment on the question")
    kept(client, answered, "on", body="A comment on my answer")
    kept(client, answered, "edits", **changed(answered))
    client.post(SAVE, {"quiet": "1", "thread": thread.pk, "body": "Another answer"})
    client.post(SAVE, {"quiet": "1", "title": "A question"})
    assert Draft.objects.count() == 5
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Another answer</textarea>" in page
    html = client.get(LIST).content.decode()
    for words in ("A comment, saved", "A change to your answer, saved", "An answer, saved", "A new question, saved"):
        assert words in html
    assert f'href="{address(answered, "edit")}"' in html
    assert f'href="{address(opening, "comment")}"' in html


def test_what_is_posted_is_no_draft_any_more_and_the_others_stay(bob, answered):
    for place in (Place.comment(answered), Place.edit(answered), Place.answer(answered.thread)):
        fields = {"body": "x", "known": answered.version()}
        drafting.save_draft(by=bob, place=place, fields=fields, version=0)
    posting.comment(by=bob, on=answered, body="x")
    assert [draft.place.on for draft in bob.drafts.all()] == [None, None]
    editing.edit(by=bob, post=answered, body="x", known=answered.version())
    assert [draft.place for draft in bob.drafts.all()] == [Place.answer(answered.thread)]


def test_who_deletes_a_post_has_nothing_left_to_change(bob, answered):
    drafting.save_draft(by=bob, place=Place.edit(answered), fields=changed(answered), version=0)
    editing.delete(by=bob, post=answered)
    assert not Draft.objects.exists()


@pytest.mark.engines
def test_a_save_that_comes_after_the_edit_does_not_bring_it_back(client_of, bob, answered):
    late = changed(answered)
    editing.edit(by=bob, post=answered, body="We asked the fire service, and then waited.", known=answered.version())
    told = kept(client_of(bob), answered, "edits", status=412, **late)
    assert told["words"].startswith("Not kept: you changed this post in another tab.")
    assert not Draft.objects.exists()


def test_a_save_that_comes_after_the_comment_does_not_bring_it_back(client_of, alice, answered):
    key = uuid.uuid4()
    posting.comment(by=alice, on=answered, body="Which?", once_key=key)
    told = kept(client_of(alice), answered, "on", body="Which", once_key=str(key))
    assert told == {"version": None, "words": "This is posted already."}
    assert not Draft.objects.exists()


def test_topics_that_a_moderator_changed_stop_no_draft(client_of, alice, morag, thread):
    opening = thread.posts.get()
    fields = changed(opening)
    moderating.retag(by=morag, thread=thread, topics=["consent"], why="Easier to find so")
    assert kept(client_of(alice), opening, "edits", **fields)["version"] == 1


def test_a_change_of_what_changed_meanwhile_is_shown_beside_it(client_of, bob, answered):
    client = client_of(bob)
    kept(client, answered, "edits", **changed(answered))
    Draft.objects.update(fields=changed(answered, known="2020-01-01T00:00:00+00:00"))
    form = client.get(address(answered, "edit")).context["form"]
    response = client.post(address(answered, "edit"), {name: form[name].value() for name in form.fields})
    assert response.status_code == 409
    assert "Save again to put yours in its place." in response.content.decode()


def test_two_tabs_with_one_comment_are_told(client_of, alice, answered):
    client = client_of(alice)
    kept(client, answered, "on", body="From one", tab="one", step="1")
    kept(client, answered, "on", body="From two", tab="two", step="1", status=409)
    response = client.post(
        SAVE, {"thread": answered.thread_id, "on": answered.number, "body": "From two", "draft_version": "0"}
    )
    html = response.content.decode()
    assert (response.status_code, "From one" in html, "From two" in html) == (409, True, True)
    assert f'name="on" value="{answered.number}"' in html
    assert f'href="{address(answered, "comment")}"' in html


@pytest.mark.parametrize("what", ["on", "edits"])
def test_what_is_thrown_away_comes_back_whole(client_of, bob, answered, what):
    client = client_of(bob)
    kept(client, answered, what, **changed(answered))
    before = Draft.objects.values("thread", "on", "edits", "fields", "version", "saved_at").get()
    landed = client.post(DISCARD, {"thread": answered.thread_id, what: answered.number, "next": LIST}, follow=True)
    assert not Draft.objects.exists()
    sealed = re.search(r'name="draft" value="([^"]+)"', landed.content.decode())
    back = client.post(PUT_BACK, {"draft": sealed[1]}, follow=True)
    assert Draft.objects.values("thread", "on", "edits", "fields", "version", "saved_at").get() == before
    assert back.redirect_chain == [(address(answered, {"on": "comment", "edits": "edit"}[what]), 302)]


def test_only_its_author_keeps_changes_of_a_post(client_of, alice, answered):
    kept(client_of(alice), answered, "edits", **changed(answered), status=404)
    discard = {"thread": answered.thread_id, "edits": answered.number}
    assert client_of(alice).post(DISCARD, discard).status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.parametrize("what", ["on", "edits"])
def test_a_post_one_may_not_read_or_that_is_not_there_takes_no_draft(client_of, cora, answered, group_space, what):
    hidden = ThreadFactory(space=group_space).posts.get()
    kept(client_of(cora), hidden, what, body="Let me in", status=404)
    answered.number = 99
    kept(client_of(cora), answered, what, body="Nobody there", status=404)
    assert not Draft.objects.exists()


def test_nobody_sees_another_s(client_of, alice, morag, answered):
    kept(client_of(alice), answered, "on", body="canary-comment")
    for path in (address(answered, "comment"), LIST, answered.thread.get_absolute_url()):
        assert "canary-comment" not in client_of(morag).get(path).content.decode()


def test_words_about_a_post_that_is_gone_can_still_be_copied(client_of, alice, bob, answered):
    kept(client_of(alice), answered, "on", body=" ".join(f"word{number}" for number in range(40)))
    editing.delete(by=bob, post=answered)
    html = client_of(alice).get(LIST).content.decode()
    assert "The post it belongs to is gone: copy what you need." in html
    assert "word39" in html
    assert address(answered, "comment") not in html


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_whatever_it_holds(client_of, alice, space, django_assert_max_num_queries, many):
    for _ in range(many):
        opening = ThreadFactory(space=space, author=alice).posts.get()
        drafting.save_draft(by=alice, place=Place.comment(opening), fields={"body": "x"}, version=0)
        drafting.save_draft(by=alice, place=Place.edit(opening), fields=changed(opening), version=0)
    client = client_of(alice)
    client.get(LIST)
    with django_assert_max_num_queries(7):
        assert client.get(LIST).content.decode().count("draft-list__item") == 2 * many
