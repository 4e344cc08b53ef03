"""Editing and deleting one’s own posts, and their history."""

import pytest

from forum.actions import editing, posting
from forum.models import Thread
from tests.forum.test_thread_page import page, url


def test_an_author_edits_and_the_history_is_there_for_all(client_of, alice, thread):
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/1/edit/"
    assert "A partner asked us for a list." in page(client.get(address))
    fields = {"title": "May we tell them?", "body": "New words.", "topics": "consent, Fire"}
    response = client.post(address, fields)
    thread = Thread.objects.get(pk=thread.pk)
    assert response.url == url(thread, "?post=1#post-1")
    assert sorted(thread.topics.names()) == ["consent", "fire"]
    text = page(client_of(None).get(f"/forum/{thread.pk}/posts/1/history/"))
    assert ("New words." in text, "A partner asked us for a list." in text) == (True, True)
    assert "May we tell the fire service who needs help to get out?" in text
    assert f"/forum/{thread.pk}/posts/1/history/" in page(client_of(None).get(url(thread)))


def test_an_edit_that_is_wrong_comes_back_as_typed(client_of, alice, thread):
    response = client_of(alice).post(
        f"/forum/{thread.pk}/posts/1/edit/", {"title": "", "body": "Kept words", "topics": ""}
    )
    assert "Write your question in one line." in page(response)
    assert "Kept words</textarea>" in page(response)


def test_what_is_gone_has_no_history(client_of, bob, alice, thread):
    post = posting.answer(by=bob, thread=thread, body="A secret.")
    editing.edit(by=bob, post=post, body="Another.")
    editing.delete(by=bob, post=post)
    assert client_of(alice).get(f"/forum/{thread.pk}/posts/2/history/").status_code == 404


def test_deleting_asks_first_and_leaves_a_tombstone(client_of, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    client, address = client_of(bob), f"/forum/{thread.pk}/posts/2/delete/"
    assert "Delete this answer?" in page(client.get(address))
    assert thread.posts.visible().count() == 2
    assert client.post(address).url == url(thread, "?post=2#post-2")
    assert thread.posts.visible().count() == 1


def test_deleting_a_question_nobody_answered_leads_to_the_list(client_of, alice, thread):
    assert client_of(alice).post(f"/forum/{thread.pk}/posts/1/delete/").url == "/forum/"
    assert client_of(alice).get(url(thread)).status_code == 404


NOT_MINE = ["posts/2/edit/", "posts/2/delete/"]


@pytest.mark.parametrize("act", NOT_MINE)
@pytest.mark.parametrize("who", ["alice", "charlie", "morag", "cora"])
def test_only_its_author_changes_a_post(client_of, cast, bob, thread, act, who):
    posting.answer(by=bob, thread=thread, body="Yes.")
    for method in ("get", "post"):
        response = getattr(client_of(cast[who]), method)(f"/forum/{thread.pk}/{act}", {"body": "Mine now"})
        assert response.status_code == 403
    assert thread.posts.get(number=2).body == "Yes."
