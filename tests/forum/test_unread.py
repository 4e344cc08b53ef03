"""What is new to a reader: the marks in lists, the line in a thread, and what never moves them."""

import datetime as dt
import html
import re

import pytest
from django.utils import timezone

from forum.actions import accepting, editing, moderating, posting, reacting
from forum.models import Thread
from forum.pages.rows import is_unread
from tests.factories import PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(bob):
    """Bob counts as new what came in the last week."""
    bob.caught_up_at = timezone.now() - dt.timedelta(days=7)
    bob.save()
    return bob


def url(thread, query="") -> str:
    return f"/forum/{thread.pk}/{thread.slug}/{query}"


def marks(client) -> dict[str, str]:
    """Title → what the list says is new in it; only threads with something new."""
    rows = re.findall(r'<li class="thread-row.*?</li>', client.get("/forum/").content.decode(), re.S)
    found = {}
    for row in rows:
        new = re.search(r'<span class="new">([^<]+)</span>', row)
        assert ("thread-row--unread" in row) == bool(new)
        if new:
            found[html.unescape(re.search(r'thread-row__title"><a [^>]*>(.*?)</a>', row)[1])] = new[1]
    return found


def line(response) -> int | None:
    """The number of the post under the unread line."""
    found = re.search(
        r'id="new">New since you were last here</p>\s*<\w+ [^>]*id="post-(\d+)', response.content.decode()
    )
    return int(found[1]) if found else None


def test_a_thread_never_opened_is_new_until_it_is_read(client_of, bob, thread):
    client = client_of(bob)
    assert marks(client) == {thread.title: "New"}
    client.get(url(thread))
    assert marks(client) == {}


def test_others_posts_above_the_mark_are_counted(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    posting.comment(by=alice, on=thread.posts.get(number=1), body="I forgot to say.")
    posting.answer(by=alice, thread=thread, body="And also this.")
    assert marks(client) == {thread.title: "2 new"}


def test_the_line_stands_above_the_first_unread_post_and_goes_when_it_is_read(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    for word in ("One.", "Two."):
        posting.answer(by=alice, thread=thread, body=word)
    first = client.get(url(thread))
    assert line(first) == 2
    assert re.findall(r'post--new" id="post-(\d+)"', first.content.decode()) == ["2", "3"]
    assert line(client.get(url(thread))) is None


def test_the_first_visit_has_no_line(client_of, alice, bob, thread):
    posting.answer(by=alice, thread=thread, body="One.")
    assert line(client_of(bob).get(url(thread))) is None


def test_a_new_comment_is_marked_where_it_stands(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    posting.comment(by=alice, on=thread.posts.get(number=1), body="A note.")
    text = client.get(url(thread)).content.decode()
    assert re.search(r'id="post-2">\s*<span id="new"></span><span class="new">New</span>', text)


def test_a_row_with_news_leads_to_the_first_of_them(client_of, alice, bob, thread):
    for _ in range(25):
        PostFactory(thread=thread, author=alice)
    bob.readings.create(thread=thread, last_read_number=23)
    client = client_of(bob)
    assert f'href="{url(thread)}?at=new#new"' in client.get("/forum/").content.decode()
    assert line(client.get(url(thread, "?at=new"))) == 24


def test_a_page_reads_only_up_to_where_it_ends(client_of, alice, bob, thread):
    posts = [PostFactory(thread=thread, author=alice) for _ in range(25)]
    PostFactory(thread=thread, author=alice, parent=posts[0])  # number 27, shown on page 1
    client = client_of(bob)
    client.get(url(thread))
    assert bob.readings.get(thread=thread).last_read_number == 21
    client.get(url(thread, "?page=2"))
    assert bob.readings.get(thread=thread).last_read_number == 27
    client.get(url(thread))
    assert bob.readings.get(thread=thread).last_read_number == 27


def test_a_part_of_the_most_helpful_order_reads_nothing_and_all_of_it_everything(client_of, alice, bob, thread):
    for _ in range(21):
        PostFactory(thread=thread, author=alice)
    client = client_of(bob)
    client.get(url(thread, "?sort=helpful"))
    assert not bob.readings.filter(thread=thread).exists()
    short = ThreadFactory()
    PostFactory(thread=short)
    client.get(url(short, "?sort=helpful"))
    assert bob.readings.get(thread=short).last_read_number == 2


def test_own_posts_never_hide_what_is_unread_above_them(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    posting.answer(by=alice, thread=thread, body="Unseen.")
    posting.answer(by=bob, thread=thread, body="Mine, written meanwhile.")
    assert marks(client) == {thread.title: "1 new"}
    assert line(client.get(url(thread))) == 2


def test_changes_of_state_make_nothing_unread(client_of, alice, bob, morag, thread):
    answer = posting.answer(by=alice, thread=thread, body="One.")
    other = posting.answer(by=morag, thread=thread, body="Two.")
    client = client_of(bob)
    client.get(url(thread))
    before = Thread.objects.values_list("last_activity_at").get(pk=thread.pk)
    accepting.accept(by=alice, post=other)
    reacting.helpful(by=bob, post=answer)
    reacting.us_too(by=bob, thread=thread)
    moderating.retag(by=morag, thread=thread, topics=["consent"], why="It is about that.")
    moderating.lock(by=morag, thread=thread, why="It is settled.")
    moderating.remove(by=morag, post=answer, why="It named a person.")
    moderating.restore(by=morag, post=answer, why="It did not.")
    assert marks(client) == {}
    assert Thread.objects.values_list("last_activity_at").get(pk=thread.pk) == before


@pytest.mark.django_db(transaction=True)
def test_what_was_quiet_since_the_floor_is_not_new(client_of, alice, bob, space):
    old = ThreadFactory(space=space, created_at=timezone.now() - dt.timedelta(days=30))
    assert marks(client_of(bob)) == {}
    posting.answer(by=alice, thread=old, body="It is alive again.")
    assert marks(client_of(bob)) == {old.title: "New"}


def test_the_adjective_and_its_twin_agree(alice, bob, thread, space):
    """`unread_by` and `is_unread` over a thread unread, read, quiet and revived."""
    read = ThreadFactory(space=space)
    bob.readings.create(thread=read, last_read_number=1)
    ThreadFactory(space=space, created_at=timezone.now() - dt.timedelta(days=30))
    half = ThreadFactory(space=space)
    bob.readings.create(thread=half, last_read_number=1)
    posting.answer(by=alice, thread=half, body="One.")
    unread = set(Thread.objects.unread_by(bob))
    assert {one for one in Thread.objects.with_marks_of(bob) if is_unread(one, bob)} == unread == {thread, half}


def test_reading_writes_once_and_then_no_more(client_of, bob, thread, django_capture_on_commit_callbacks):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(bob)
    client.get(url(thread))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(thread))
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_reading_the_thread_reads_its_notice(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    assert alice.notices.filter(read_at=None).count() == 1
    client_of(alice).get(url(thread))
    assert alice.notices.filter(read_at=None).count() == 0


@pytest.mark.engines
def test_what_is_gone_is_not_counted(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    for body in ("One.", "Two.", "Three."):
        posting.answer(by=alice, thread=thread, body=body)
    for number in (2, 3):
        editing.delete(by=alice, post=thread.posts.get(number=number))
    assert marks(client) == {thread.title: "1 new"}


@pytest.mark.engines
def test_who_has_only_their_own_post_left_above_their_mark_has_read_the_thread(client_of, alice, bob, morag, thread):
    for person in (bob, morag):
        client_of(person).get(url(thread))
    posting.answer(by=alice, thread=thread, body="Unseen, and soon gone.")
    posting.answer(by=bob, thread=thread, body="Mine.")
    editing.delete(by=alice, post=thread.posts.get(number=2))
    assert marks(client_of(bob)) == {}
    assert not Thread.objects.unread_by(bob).exists()
    assert marks(client_of(morag)) == {thread.title: "1 new"}


def test_posts_that_came_in_are_read_as_far_as_they_are_shown(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get(url(thread))
    first = PostFactory(thread=thread, author=alice)
    for _ in range(44):
        PostFactory(thread=thread, author=alice)
    PostFactory(thread=thread, author=alice, parent=first)
    shown = [
        re.findall(r'id="post-(\d+)"', client.get(f"/forum/{thread.pk}/posts/?after={after}").content.decode())
        for after in (1, 41)
    ]
    assert [[int(number) for number in part] for part in shown] == [[*range(2, 42)], [*range(42, 48)]]
    assert bob.readings.get(thread=thread).last_read_number == 47
