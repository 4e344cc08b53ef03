"""Answering and commenting on a thread page, without a script."""

import re

import pytest

from forum.actions import moderating, posting
from forum.models import Post
from tests.forum.test_thread_page import page, url


def send(client, thread, **fields):
    form = client.get(url(thread)).content.decode()
    key = re.search(r'name="once_key" value="([^"]+)"', form)[1]
    return client.post(f"/forum/{thread.pk}/answer/", {"once_key": key, **fields})


def test_a_member_answers_and_lands_on_the_answer(client_of, bob, thread):
    response = send(client_of(bob), thread, body="Yes, under section 4.")
    post = thread.posts.get(number=2)
    assert (post.author, post.body, post.kind) == (bob, "Yes, under section 4.", "answer")
    assert response.url == url(thread, "?post=2#post-2")


def test_the_same_form_sent_twice_makes_one_answer(client_of, bob, thread):
    client = client_of(bob)
    form = client.get(url(thread)).content.decode()
    fields = {"once_key": re.search(r'name="once_key" value="([^"]+)"', form)[1], "body": "Yes."}
    places = {client.post(f"/forum/{thread.pk}/answer/", fields).url for _ in range(2)}
    assert (places, thread.posts.count()) == ({url(thread, "?post=2#post-2")}, 2)


@pytest.mark.parametrize(
    ("body", "error"),
    [("", "Write your answer first."), ("  \n ", "Write your answer first."), ("a\x00b", "Take out the character"),
     ("long " * 5000, "is the most. Shorten it")],
)  # fmt: skip
def test_an_answer_that_can_t_be_posted_comes_back_as_typed(client_of, bob, thread, body, error):
    response = send(client_of(bob), thread, body=body)
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert error in page(response)
    assert body.strip().replace("\x00", "\x00") in page(response)


def test_the_preview_button_shows_the_answer_and_posts_nothing(client_of, bob, thread):
    response = send(client_of(bob), thread, body="Yes, **ask**.", do="preview")
    assert "<strong>ask</strong>" in page(response)
    assert "Yes, **ask**." in page(response)
    assert thread.posts.count() == 1


@pytest.mark.parametrize("what", ["answer", "edit"])
def test_too_many_previews_get_a_plain_429_and_keep_what_was_typed(client_of, alice, thread, settings, what):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"preview": (1, 600)}
    client = client_of(alice)
    address = f"/forum/{thread.pk}/answer/" if what == "answer" else f"/forum/{thread.pk}/posts/1/edit/"
    fields = {"body": "Yes, **ask**.", "title": thread.title, "topics": "", "do": "preview"}
    first, second = client.post(address, fields), client.post(address, fields)
    assert (first.status_code, second.status_code) == (200, 429)
    assert ["<strong>ask</strong>" in page(response) for response in (first, second)] == [True, False]
    assert "Yes, **ask**.</textarea>" in page(second)
    assert "You have looked at it many times in a short time." in page(second)


def test_too_many_answers_get_a_plain_429_and_keep_what_was_typed(client_of, bob, thread, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (0, 3600)}
    response = send(client_of(bob), thread, body="Yes, I typed this.")
    assert response.status_code == 429
    assert "Yes, I typed this." in page(response)


def test_a_draft_of_an_answer_is_there_when_one_comes_back(client_of, bob, thread):
    bob.drafts.create(thread=thread, fields={"body": "Half a thought"})
    assert "Half a thought</textarea>" in page(client_of(bob).get(url(thread)))


@pytest.mark.parametrize(
    ("who", "words"),
    [("charlie", "as soon as the core team has confirmed where you work"), ("anyone", "Sign in to answer")],
)
def test_who_can_t_answer_yet_reads_why(client_of, cast, thread, who, words):
    response = client_of(cast[who]).get(url(thread))
    assert words in page(response)
    assert f"/forum/{thread.pk}/answer/" not in page(response)


def test_a_locked_thread_says_so_and_has_no_form(client_of, bob, morag, thread):
    moderating.lock(by=morag, thread=thread, why="It is settled.")
    assert "A moderator has locked this thread" in page(client_of(bob).get(url(thread)))
    assert send_raw(client_of(bob), thread).status_code == 403
    assert "This thread is locked. As a moderator you can still answer." in page(client_of(morag).get(url(thread)))


def send_raw(client, thread):
    return client.post(f"/forum/{thread.pk}/answer/", {"body": "Yes."})


def test_a_member_comments_on_a_page_of_its_own(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/2/comment/"
    form = client.get(address)
    assert "Comment on this answer" in page(form)
    key = re.search(r'name="once_key" value="([^"]+)"', form.content.decode())[1]
    for _ in range(2):
        response = client.post(address, {"body": "Thank you.", "once_key": key})
    note = thread.posts.get(number=3)
    assert (note.kind, note.parent.number, note.author) == ("comment", 2, alice)
    assert response.url == url(thread, "?post=3#post-3")
    assert Post.objects.filter(thread=thread).count() == 3


def test_with_a_script_the_comment_form_comes_alone(client_of, alice, thread):
    response = client_of(alice).get(f"/forum/{thread.pk}/posts/1/comment/", headers={"HX-Request": "true"})
    assert response.content.decode().strip().startswith("<form")


def test_forms_of_comments_and_the_answer_stand_on_one_page_with_ids_of_their_own(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    client, fragment = client_of(alice), {"HX-Request": "true"}
    parts = [page(client.get(url(thread)))] + [
        page(client.get(f"/forum/{thread.pk}/posts/{number}/comment/", headers=fragment)) for number in (1, 2)
    ]
    ids = [one for part in parts for one in re.findall(r' id="([^"]+)"', part)]
    assert sorted(ids) == sorted(set(ids))
    labels = [re.findall(r'<label class="field__label" for="([^"]+)"', part) for part in parts]
    assert labels == [["id_body"], ["comment_1_body"], ["comment_2_body"]]
    for number, part in enumerate(parts[1:], start=1):
        field = f'<textarea name="body" cols="40" rows="3" required aria-describedby="comment_{number}_body_helptext"'
        assert f'{field} id="comment_{number}_body">' in part
        assert f'id="comment_{number}_body_helptext"' in part
    wrong = page(client.post(f"/forum/{thread.pk}/posts/2/comment/", {"body": ""}))
    assert 'aria-describedby="comment_2_body_helptext comment_2_body_error"' in wrong
    assert wrong.count('id="comment_2_body_error"') == wrong.count('<a href="#comment_2_body">') == 1


def test_an_empty_comment_comes_back_with_its_error(client_of, alice, thread):
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/1/comment/", {"body": ""})
    assert "Write your comment first." in page(response)
    assert thread.posts.count() == 1


def test_too_many_comments_get_a_plain_429_and_keep_what_was_typed(client_of, alice, thread, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (0, 3600)}
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/1/comment/", {"body": "Typed words"})
    assert (response.status_code, thread.posts.count()) == (429, 1)
    assert "Typed words</textarea>" in page(response)
    assert "You can post again in" in page(response)
