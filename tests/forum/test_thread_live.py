"""What comes into a thread page while it is open."""

import re

from forum.actions import posting, reacting
from tests.forum.test_thread_page import answers, numbers, page, url


def test_the_live_bar_counts_others_posts_and_brings_them_in(client_of, alice, bob, thread):
    client = client_of(alice)
    client.get(url(thread))
    bar = f"/forum/{thread.pk}/new/?after=1&inline"
    assert "live-bar__show" not in page(client.get(bar))
    posting.answer(by=bob, thread=thread, body="First.")
    posting.answer(by=bob, thread=thread, body="Second.")
    posting.answer(by=alice, thread=thread, body="My own.")
    text = page(client.get(bar))
    assert "2 new replies. Show them" in text
    assert f'hx-get="/forum/{thread.pk}/posts/?after=1"' in text
    fetched = client.get(f"/forum/{thread.pk}/posts/?after=1")
    assert numbers(fetched) == [2, 3, 4]
    assert f"/forum/{thread.pk}/new/?after=4" in page(fetched)
    assert alice.readings.get(thread=thread).last_read_number == 4


def test_fetching_from_above_a_gap_reads_nothing_in_it(client_of, alice, bob, thread):
    answers(thread, 5, bob)
    alice.readings.create(thread=thread, last_read_number=1)
    client_of(alice).get(f"/forum/{thread.pk}/posts/?after=4")
    assert alice.readings.get(thread=thread).last_read_number == 1


def test_a_comment_that_comes_in_says_what_it_is_on(client_of, alice, bob, thread):
    posting.comment(by=bob, on=thread.posts.get(number=1), body="A note.")
    assert "A comment on post 1" in page(client_of(alice).get(f"/forum/{thread.pk}/posts/?after=1"))


def test_the_page_stays_right_when_somebody_finds_an_answer_helpful(client_of, alice, bob, thread):
    post = posting.answer(by=bob, thread=thread, body="Yes.")
    client = client_of(alice)
    client.get(url(thread))
    reacting.helpful(by=alice, post=post)
    assert re.search(r'value="no" aria-pressed="true">.*?Helpful 1</button>', page(client.get(url(thread))), re.S)


def test_posts_that_come_in_bring_the_counts_along(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    came = client_of(alice).get(f"/forum/{thread.pk}/posts/?after=1").content.decode()
    assert '<h2 id="answers-count" hx-swap-oob="true">1 answer</h2>' in came
    assert '<span id="thread-count" hx-swap-oob="true">1 answer</span>' in came
    assert '<span id="thread-state" hx-swap-oob="true"></span>' in came
    page = client_of(alice).get(thread.get_absolute_url()).content.decode()
    assert [page.count(f'id="{name}"') for name in ("answers-count", "thread-count", "thread-state")] == [1, 1, 1]
