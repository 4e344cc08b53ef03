"""Who switched one kind of notice off still hears of the same post for the other reason they have, and once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from forum import notices
from forum.actions import asking, following, posting
from notifications import inbox
from notifications.choices import choose
from tests.forum.test_told_of import asked, carol, followed, line, mails, unread

__all__ = ["asked", "carol", "followed"]
pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def off(member, *kinds):
    for kind in kinds:
        choose(member, kind, bell=False, mail="none")


def test_a_mention_in_a_thread_they_follow(followed, bob, carol):
    off(bob, "forum.mentioned")
    posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
    outbox.drain()
    assert line(bob)[:2] == ("Carol Cope replied to May we share it?", "following")
    assert len(mails(bob)) == 1


def test_an_answer_to_what_they_asked_and_follow(followed, alice, carol):
    inbox.read_all(alice)
    off(alice, "forum.answered")
    posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
    outbox.drain()
    assert line(alice)[:2] == ("Carol Cope replied to May we share it?", "following")


def test_a_comment_on_what_they_wrote_in_a_thread_they_follow(followed, bob, carol):
    off(bob, "forum.commented")
    posting.comment(by=carol, on=followed.posts.get(author=bob), body="CAROLS WORDS")
    outbox.drain()
    assert line(bob)[:2] == ("Carol Cope replied to May we share it?", "following")


def test_a_mention_in_a_new_thread_of_a_space_they_follow(alice, bob, space):
    off(bob, "forum.mentioned")
    following.follow_space(by=bob, space=space, follow="following")
    asking.ask(by=alice, space=space, kind="question", title="New one here?", body="What do you say, @bob?")
    outbox.drain()
    assert line(bob)[:2] == ("Alice Amory started New one here?", "space")


def test_both_off_nothing(followed, bob, carol):
    off(bob, "forum.mentioned", "forum.new_post")
    posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
    outbox.drain()
    assert unread(bob) == mails(bob) == []


@pytest.mark.parametrize("read", [True, False])
def test_who_was_told_at_once_is_not_told_again_by_the_worker(followed, alice, bob, carol, read):
    inbox.read_all(alice)
    posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
    if read:
        inbox.read_all(alice)
        inbox.read_all(bob)
    outbox.drain()
    told = [] if read else [("forum.answered", 1)]
    assert [(one.kind, one.count) for one in unread(alice)] == told
    assert [one.why for one in unread(bob)] == ([] if read else ["mentioned"])
    assert unread(carol) == []


def test_the_worker_tells_in_five_statements(followed, bob, carol):
    post = posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
    post.refresh_from_db()
    with CaptureQueriesContext(connection) as seen:
        notices.fan_out_post(post)
    assert len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 5
