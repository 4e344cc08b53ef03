"""A post goes, its thread, or who may read it, while the worker tells of it: nobody is locked out, or told by then."""

import threading
import time

import pytest
from django.db import transaction

from core import outbox
from forum import jobs, notices
from forum.actions import asking, discussing, editing, following, moderating, posting, spaces, writing
from forum.models import Post, Space, Thread
from notifications.models import Notice
from tests.factories import MemberFactory
from tests.parts.crowd import all_at_once, second_comes_before_the_first_is_committed, somebody_waits

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("told_first", [True, False])
def test_a_whole_thread_that_goes_while_followers_are_told_of_a_post_in_it_leaves_no_notice(alice, space, told_first):
    thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="We were asked.")
    follower = MemberFactory()
    following.follow_thread(by=follower, thread=thread, follow="following")
    post = posting.answer(by=alice, thread=thread, body="One more thing.")
    acts = [
        lambda: transaction.atomic(jobs.fan_out_post)(post=post.pk),
        lambda: bool(editing.delete(by=alice, post=thread.posts.get(number=1))),
    ]
    results = second_comes_before_the_first_is_committed(*acts if told_first else reversed(acts))
    assert sorted(results, key=bool) == [None, True]
    assert Thread.objects.get().is_removed()
    assert not Notice.objects.unread().filter(recipient=follower).exists()


def hide(thread):
    """What the thread is about is for few now."""
    with transaction.atomic():
        writing.hold_spaces()
        discussing.follow_audiences({writing.lock_thread(thread.pk): "few"})
    return True


def close(thread):
    """The thread's space becomes a private group, without anybody in it."""
    with transaction.atomic():
        writing.hold_spaces()
        space = Space.objects.get(pk=thread.space_id)
        space.visibility = Space.Visibility.GROUP
        space.save()
        spaces.changed(space)
    return True


@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("shut", [hide, close])
def test_what_is_shut_to_followers_while_they_are_told_of_it_leaves_them_no_notice(thread, bob, shut, told_first):
    follower = MemberFactory()
    following.follow_thread(by=follower, thread=thread, follow="following")
    post = posting.answer(by=bob, thread=thread, body="One more thing.")
    acts = [lambda: transaction.atomic(jobs.fan_out_post)(post=post.pk), lambda: shut(thread)]
    results = second_comes_before_the_first_is_committed(*acts if told_first else reversed(acts))
    assert sorted(results, key=bool) == [None, True]
    assert not Notice.objects.unread().filter(recipient=follower).exists()


def test_an_asker_who_is_shut_out_while_they_are_answered_is_left_no_notice(thread, alice, bob):
    acts = (lambda: bool(posting.answer(by=bob, thread=thread, body="Yes.")), lambda: close(thread))
    assert second_comes_before_the_first_is_committed(*acts) == [True, True]
    assert not Notice.objects.unread().filter(recipient=alice).exists()


def test_a_moderator_who_removes_a_post_while_followers_are_told_of_it_locks_nobody_out(thread, bob, morag):
    follower = MemberFactory()
    following.follow_thread(by=follower, thread=thread, follow="following")
    posting.answer(by=bob, thread=thread, body="First.")
    outbox.drain()
    assert Notice.objects.unread().filter(recipient=follower).exists()
    post = posting.answer(by=bob, thread=thread, body="A name.")
    held = threading.Event()

    def tell():
        with transaction.atomic():
            found, _is_searched = jobs._still_there(post.pk)
            held.set()
            until = time.monotonic() + 3
            while not somebody_waits() and time.monotonic() < until:
                time.sleep(0.02)
            notices.fan_out_post(found)

    def remove():
        assert held.wait(timeout=30)
        moderating.remove(by=morag, post=post, why="A name in it.")

    assert all_at_once([tell, remove]) == [None, None]
    assert not Post.objects.get(pk=post.pk).is_visible()
    assert Notice.objects.unread().get(recipient=follower).count == 1
