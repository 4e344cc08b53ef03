"""A notice that was read stays in the list when its post goes: it says so, and unnames nobody."""

import pytest
from django.utils import timezone

from core import outbox
from forum.actions import asking, editing, following, moderating, posting
from notifications.models import Notice

pytestmark = pytest.mark.django_db
TITLE = "May we share it?"


@pytest.fixture
def question(alice, space):
    return asking.ask(by=alice, space=space, kind="question", title=TITLE, body="We were asked.")


def go(post):
    """It is read by whoever was told of it; then its author deletes it."""
    outbox.drain()
    Notice.objects.update(read_at=timezone.now(), seen_at=timezone.now())
    editing.delete(by=post.author, post=post)


def test_of_an_answer(question, alice, bob, bell):
    go(posting.answer(by=bob, thread=question, body="Yes."))
    assert bell(alice) == [f"An answer has gone from {TITLE}"]


def test_of_a_reply(alice, bob, space, bell):
    thread = asking.ask(by=alice, space=space, kind="discussion", title=TITLE, body="What do you say?")
    go(posting.answer(by=bob, thread=thread, body="Yes."))
    assert bell(alice) == [f"A reply has gone from {TITLE}"]


def test_of_a_comment_and_a_mention(question, alice, bob, cora, bell):
    answer = posting.answer(by=alice, thread=question, body="I found out.")
    go(posting.comment(by=bob, on=answer, body="Ask @cora."))
    assert bell(alice) == [f"A comment on your post has gone from {TITLE}"]
    assert bell(cora) == [f"A post that mentioned you has gone from {TITLE}"]


def test_of_what_a_moderator_removed_in_a_thread_they_follow(question, bob, cora, morag, bell):
    following.follow_thread(by=cora, thread=question, follow="following")
    post = posting.answer(by=bob, thread=question, body="Yes.")
    outbox.drain()
    Notice.objects.update(read_at=timezone.now(), seen_at=timezone.now())
    moderating.remove(by=morag, post=post, why="Spam.")
    assert bell(cora) == [f"An answer has gone from {TITLE}"]


def test_of_several_of_which_the_last_went(question, alice, bob, morag, bell):
    posting.answer(by=morag, thread=question, body="Perhaps.")
    go(posting.answer(by=bob, thread=question, body="Yes."))
    assert bell(alice) == [f"2 new posts in {TITLE}, the last of them gone"]


def test_of_a_new_thread_with_more_posts_of_which_the_first_went(alice, bob, cora, space, bell):
    following.follow_space(by=cora, space=space, follow="following")
    thread = asking.ask(by=alice, space=space, kind="question", title=TITLE, body="We were asked.")
    outbox.drain()
    following.follow_thread(by=cora, thread=thread, follow="following")
    posting.answer(by=bob, thread=thread, body="Yes.")
    go(thread.posts.get(number=1))
    assert bell(cora) == [f"{TITLE} was started; and 1 more post"]
