"""Who hears of a post or a whole thread that its author deleted and put back: who has not read it, nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from forum.actions import asking, editing, following, moderating, posting, reading
from forum.models import Thread
from notifications import inbox
from notifications.models import Notice
from tests.forum.test_thread_page import url
from tests.forum.test_unread import marks

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def heard(person) -> list[tuple[str, int]]:
    return [(one.kind, one.count) for one in Notice.objects.unread().filter(recipient=person)]


@pytest.fixture
def asked(alice, bob, cora, space):
    """Alice asked, cora follows."""
    thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="We were asked.")
    posting.answer(by=cora, thread=thread, body="Perhaps.")
    outbox.drain()
    Notice.objects.all().delete()
    return thread


def test_who_has_not_read_it_hears_of_it_as_if_it_were_new(client_of, alice, bob, cora, asked):
    post = posting.answer(by=bob, thread=asked, body="Yes.")
    outbox.drain()
    editing.delete(by=bob, post=post)
    assert heard(alice) == heard(cora) == []
    editing.put_back(by=bob, post=post)
    outbox.drain()
    assert (heard(alice), heard(cora)) == ([("forum.answered", 1)], [("forum.new_post", 1)])
    assert heard(bob) == []


def test_who_has_read_it_does_not_hear_of_it_again(client_of, alice, bob, cora, asked):
    post = posting.answer(by=bob, thread=asked, body="As @cora says.")
    outbox.drain()
    for reader in (alice, cora):
        client_of(reader).get(url(asked))
    editing.delete(by=bob, post=post)
    editing.put_back(by=bob, post=post)
    outbox.drain()
    assert heard(alice) == heard(cora) == []


def test_so_they_do_when_a_moderator_put_it_back(client_of, alice, bob, cora, morag, asked):
    """Also who was told nothing yet: it was removed, by mistake, before the worker came."""
    read = posting.answer(by=bob, thread=asked, body="As @cora says.")
    outbox.drain()
    for reader in (alice, cora):
        client_of(reader).get(url(asked))
    unseen = posting.answer(by=bob, thread=asked, body="And as @morag says.")
    for post in (read, unseen):
        moderating.remove(by=morag, post=post, why="A name in it.")
    outbox.drain()
    assert heard(alice) == heard(cora) == heard(morag) == []
    for post in (read, unseen):
        moderating.restore(by=morag, post=post, why="There was none.")
    outbox.drain()
    assert (heard(alice), heard(cora)) == ([("forum.answered", 1)], [("forum.new_post", 1)])
    assert heard(morag) == [("forum.mentioned", 1)]


def test_the_mentioned_hear_of_it_as_such(alice, bob, cora, asked):
    post = posting.answer(by=bob, thread=asked, body="As @cora says.")
    editing.delete(by=bob, post=post)
    editing.put_back(by=bob, post=post)
    outbox.drain()
    assert (heard(cora), heard(alice)) == ([("forum.mentioned", 1)], [("forum.answered", 1)])


# --- who had only their own words above what was gone -----------------------------------------------


@pytest.fixture
def unseen(client_of, alice, bob, asked):
    """Alice's second post, which bob has not read: above it stands nothing but his own."""
    client_of(bob).get(url(asked))
    post = posting.answer(by=alice, thread=asked, body="Unseen, and soon gone.")
    posting.answer(by=bob, thread=asked, body="Mine.")
    editing.delete(by=alice, post=post)
    outbox.drain()
    assert marks(client_of(bob)) == {}
    return post


def comes_back(post) -> None:
    editing.put_back(by=post.author, post=post)
    outbox.drain()


def test_who_has_only_their_own_above_it_has_it_unread_and_hears_of_it(client_of, bob, asked, unseen):
    comes_back(unseen)
    assert marks(client_of(bob)) == {asked.title: "1 new"}
    assert heard(bob) == [("forum.new_post", 1)]
    client_of(bob).get(url(asked))
    assert (marks(client_of(bob)), heard(bob)) == ({}, [])


def test_so_they_do_when_they_looked_while_it_was_gone(client_of, bob, asked, unseen):
    client_of(bob).get(url(asked))
    comes_back(unseen)
    assert marks(client_of(bob)) == {asked.title: "1 new"}
    assert heard(bob) == [("forum.new_post", 1)]


def test_so_they_do_when_they_wrote_on_and_a_second_one_went(client_of, alice, bob, asked, unseen):
    second = posting.answer(by=alice, thread=asked, body="Unseen, too.")
    posting.answer(by=bob, thread=asked, body="Mine again.")
    editing.delete(by=alice, post=second)
    comes_back(unseen)
    assert marks(client_of(bob)) == {asked.title: "1 new"}
    comes_back(second)
    assert marks(client_of(bob)) == {asked.title: "2 new"}
    assert heard(bob) == [("forum.new_post", 2)]


def test_when_what_stood_last_goes_after_what_stood_below_their_own_nothing_is_new(client_of, alice, bob, asked):
    client_of(bob).get(url(asked))
    below = posting.answer(by=alice, thread=asked, body="Unseen.")
    posting.answer(by=bob, thread=asked, body="Mine.")
    last = posting.answer(by=alice, thread=asked, body="Unseen, too.")
    outbox.drain()
    for gone in (below, last):
        assert marks(client_of(bob)) != {}
        editing.delete(by=alice, post=gone)
    assert marks(client_of(bob)) == {}
    comes_back(last)
    assert marks(client_of(bob)) == {asked.title: "1 new"}
    comes_back(below)
    assert marks(client_of(bob)) == {asked.title: "2 new"}


def test_what_they_had_read_stays_read(client_of, alice, bob, asked, unseen):
    read = asked.posts.get(number=2)
    editing.delete(by=read.author, post=read)
    comes_back(read)
    assert (marks(client_of(bob)), heard(bob)) == ({}, [])


def test_what_they_read_since_does_not_become_new_again(client_of, alice, bob, asked, unseen):
    posting.answer(by=alice, thread=asked, body="Read.")
    client_of(bob).get(url(asked))
    comes_back(unseen)
    assert marks(client_of(bob)) == {}


def test_a_moderator_who_puts_it_back_leaves_it_as_unread_as_it_was(client_of, alice, bob, morag, asked, unseen):
    comes_back(unseen)
    moderating.remove(by=morag, post=unseen, why="A name in it.")
    assert marks(client_of(bob)) == {}
    moderating.restore(by=morag, post=unseen, why="There was none.")
    outbox.drain()
    assert marks(client_of(bob)) == {asked.title: "1 new"}
    assert Thread.objects.unread_by(bob).get() == asked
    assert heard(bob) == [("forum.new_post", 1)]


# --- a whole thread --------------------------------------------------------------------------------


@pytest.fixture
def alone(alice, bob, cora, morag, space):
    """Alice asked, and wrote on: she mentions bob, then cora, then both. Morag follows. Then she deleted all of it."""
    thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="What do you say, @bob?")
    following.follow_thread(by=morag, thread=thread, follow="following")
    second = posting.answer(by=alice, thread=thread, body="And you, @cora?")
    posting.comment(by=alice, on=second, body="@bob, @cora: by Friday.")
    gone = posting.answer(by=alice, thread=thread, body="Nor do I know, @morag.")
    outbox.drain()
    editing.delete(by=alice, post=gone)
    return thread


def test_the_mentioned_in_all_of_a_thread_hear_of_it_again(alice, bob, cora, morag, alone):
    before = {one: heard(one) for one in (bob, cora, morag)}
    assert before == {bob: [("forum.mentioned", 2)], cora: [("forum.mentioned", 2)], morag: [("forum.new_post", 2)]}
    opening = editing.delete(by=alice, post=alone.posts.get(number=1))
    assert [heard(one) for one in (alice, bob, cora, morag)] == [[]] * 4
    comes_back(opening)
    assert {one: heard(one) for one in (bob, cora, morag)} == before
    assert heard(alice) == []
    assert bob.notices.unread().get().url.endswith("#post-1")
    assert cora.notices.unread().get().url.endswith("#post-2")


def test_of_a_thread_as_far_as_they_have_not_read_it(client_of, alice, bob, cora, morag, alone):
    client_of(bob).get(url(alone))
    reading.read_up_to(by=cora, thread=alone, number=2)
    comes_back(editing.delete(by=alice, post=alone.posts.get(number=1)))
    assert (heard(bob), heard(cora)) == ([], [("forum.mentioned", 1)])


def test_an_opening_that_comes_back_over_replies_tells_nobody_of_those(alice, bob, cora, alone):
    posting.answer(by=bob, thread=alone, body="Yes, @cora.")
    outbox.drain()
    inbox.read_all(cora)
    inbox.read_all(alice)
    comes_back(editing.delete(by=alice, post=alone.posts.get(number=1)))
    assert (heard(alice), heard(cora)) == ([], [])


def test_to_put_back_a_thread_of_many_posts_costs_no_more_than_one_of_few(alice, bob, space):
    costs = []
    for posts in (2, 12):
        thread = asking.ask(by=alice, space=space, kind="question", title="May we?", body="What do you say, @bob?")
        for _ in range(posts):
            posting.answer(by=alice, thread=thread, body="And one more thing.")
        opening = editing.delete(by=alice, post=thread.posts.get(number=1))
        with CaptureQueriesContext(connection) as asked_for:
            editing.put_back(by=alice, post=opening)
        costs.append(len(asked_for))
    assert costs[0] == costs[1]
