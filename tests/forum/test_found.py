"""Search learns what people write when they write it, through the worker, as on a running site."""

import datetime as dt
import threading
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connections, transaction
from django.utils import timezone

from core import outbox
from core.models import OutboxItem
from forum import jobs, notices
from forum.actions import asking, editing, following, posting
from forum.models import Thread
from forum.models.thread import SEARCHED
from notifications.models import Notice
from tests.factories import MemberFactory, ThreadFactory


@pytest.fixture
def carl():
    return MemberFactory(handle="carl", display_name="Carl")


@pytest.fixture
def finds(client_of, bob):
    """`finds(word, thread)`: whether bob finds the thread by it, once the worker has done what is due."""

    def look(word: str, thread) -> bool:
        outbox.drain()
        return f"/forum/{thread.pk}/" in client_of(bob).get(f"/search/?q={word}").content.decode()

    return look


@pytest.mark.engines
@pytest.mark.django_db
def test_a_question_is_found_by_its_answers_and_comments_as_soon_as_they_are_posted(alice, bob, space, acts, finds):
    with acts():
        thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="The zebrafinch list.")
    assert finds("zebrafinch", thread)
    with acts():
        answer = posting.answer(by=bob, thread=thread, body="See the wombat code.")
    assert finds("wombat", thread)
    with acts():
        posting.comment(by=alice, on=answer, body="And the capybara rules.")
    assert finds("capybara", thread)
    with acts():
        editing.delete(by=bob, post=answer)
    assert not finds("wombat", thread)


@pytest.mark.django_db
def test_a_post_whose_words_are_not_searched_costs_no_index(alice, bob, thread, acts):
    with acts():
        posts = [posting.answer(by=bob, thread=thread, body=f"Answer {number}") for number in range(SEARCHED)]
    outbox.drain()
    asked = Thread.objects.filter(pk=thread.pk)
    assert asked.values_list(*(post.whether_searched() for post in posts[-2:])).get() == (True, False)
    OutboxItem.objects.all().delete()
    with acts():
        posting.answer(by=bob, thread=thread, body="One more")
    jobs.fan_out_post(post=thread.posts.get(number=SEARCHED + 2).pk)
    assert not OutboxItem.objects.filter(kind="forum.index").exists()


@pytest.mark.django_db
def test_what_an_older_release_left_out_is_found_after_the_upgrade(alice, bob, space, finds):
    thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="The list.")
    asking.ask(by=alice, space=space, kind="question", title="And this?", body="The other list.")
    posting.answer(by=bob, thread=thread, body="See the wombat code.")
    OutboxItem.objects.all().delete()
    import_module("forum.migrations.0014_find_answers").index_anew(apps, None)
    assert [item.payload for item in OutboxItem.objects.all()] == [{"thread": thread.pk}]
    assert finds("wombat", thread)


@pytest.mark.django_db
def test_after_the_upgrade_nobody_waits_to_be_told_until_every_thread_was_looked_at(alice, bob, carl, space):
    threads = ThreadFactory.create_batch(60, space=space, author=alice)
    Thread.objects.update(highest_number=2)
    following.follow_thread(by=carl, thread=threads[0], follow="following")
    OutboxItem.objects.all().delete()
    with time_machine.travel(timezone.now(), tick=False):
        import_module("forum.migrations.0014_find_answers").index_anew(apps, None)
        posting.answer(by=bob, thread=threads[0], body="Yes.")
        outbox.drain()
    assert Notice.objects.filter(recipient=carl).exists()
    later = OutboxItem.objects.waiting()
    assert later.filter(kind="forum.index").count() == 40
    assert later.count() == OutboxItem.objects.due(now=timezone.now() + dt.timedelta(minutes=1)).count()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_of_a_post_that_is_deleted_while_they_are_told(thread, bob, carl):
    following.follow_thread(by=carl, thread=thread, follow="following")
    post = posting.answer(by=bob, thread=thread, body="Soon gone.")

    def delete():
        editing.delete(by=bob, post=post)
        connections.close_all()

    with transaction.atomic():
        found, _is_searched = jobs._still_there(post.pk)
        deleting = threading.Thread(target=delete)
        deleting.start()
        deleting.join(0.5)  # it waits
        notices.fan_out_post(found)
    deleting.join()
    assert not Notice.objects.filter(recipient=carl).exists()
