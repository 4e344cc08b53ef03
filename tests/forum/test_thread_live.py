"""What comes into a thread page while it is open."""

import html
import re

import pytest

from core import live
from forum.actions import accepting, asking, editing, moderating, posting, reacting
from tests.factories import ThreadFactory
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
    assert f'hx-get="/forum/{thread.pk}/posts/?after=1&accepted=0"' in text
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


def take_back(thread, answer):
    accepting.unaccept(by=thread.author, thread=thread)


def delete(thread, answer):
    editing.delete(by=answer.author, post=answer)


def accept_another(thread, answer):
    other = posting.answer(by=answer.author, thread=thread, body="Or so.")
    accepting.accept(by=thread.author, post=other)


GONE = "This question no longer has an accepted answer. Show it as it is now"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (take_back, GONE),
        (delete, GONE),
        (accept_another, "Another answer was accepted. Show the question as it is now"),
    ],
)
def test_an_open_page_is_told_that_its_accepted_answer_is_no_longer(client_of, bob, charlie, thread, change, words):
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    accepting.accept(by=thread.author, post=answer)
    client = client_of(charlie)
    bar = bar_of(client.get(url(thread)))
    assert words not in page(client.get(bar))
    change(thread, answer)
    assert words in page(client.get(bar))
    assert words in page(client.get(bar.replace("/new/", "/posts/")))  # bringing in replies does not unsay it
    assert words not in page(client.get(bar_of(client.get(url(thread)))))


def test_an_open_page_is_told_that_an_answer_was_accepted_and_of_new_replies_beside_it(client_of, alice, bob, thread):
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    client = client_of(bob)
    bar = bar_of(client.get(url(thread)))
    accepting.accept(by=alice, post=answer)
    posting.comment(by=alice, on=answer, body="Thank you.")
    text = page(client.get(bar))
    assert "An answer was accepted. Show the question as it is now" in text
    assert f'hx-get="/forum/{thread.pk}/posts/?after=2&accepted=0"' in html.unescape(text)


@pytest.mark.parametrize("known", ["", "&accepted=", "&accepted=x", "&accepted=" + "9" * 30])
def test_a_page_of_an_older_release_is_told_nothing_of_acceptance(client_of, bob, thread, known):
    accepting.accept(by=thread.author, post=posting.answer(by=bob, thread=thread, body="Yes."))
    assert "accepted." not in page(client_of(bob).get(f"/forum/{thread.pk}/new/?after=2{known}"))


def bar_of(shown) -> str:
    return html.unescape(re.search(r'data-live-url="(/forum/\d+/new/[^"]+)"', shown.content.decode())[1])


def test_an_open_list_is_told_nothing_new_when_the_newest_thread_is_removed(client_of, alice, bob, morag, thread):
    newest = asking.ask(by=bob, space=thread.space, kind="question", title="Is this spam?", body="It is.")
    moderating.remove(by=morag, post=newest.posts.get(), why="It is spam.")
    for person in (alice, morag):
        text = page(client_of(person).get("/forum/"))
        topic, known = re.search(r'data-topic="(space\.\d+)" data-event-no="(\d+)"', text).groups()
        news = page(client_of(person).get(html.unescape(re.search(r'data-live-url="(/forum/news/[^"]+)"', text)[1])))
        assert live.last_events(person, [topic])[topic] <= int(known)
        assert f'data-topic="{topic}" data-event-no="{known}"' in news


@pytest.mark.parametrize("many", [1, 8])
def test_notices_of_a_private_group_cost_the_same_however_many(
    client_of, alice, bob, group_space, many, django_assert_max_num_queries
):
    for _ in range(many):
        posting.answer(by=bob, thread=ThreadFactory(author=alice, space=group_space), body="Yes.")
    client = client_of(alice)
    client.get("/notifications/")
    for path, queries, most in (("/notifications/", 7, 20), ("/notifications/popover/", 6, 5)):
        with django_assert_max_num_queries(queries):
            assert client.get(path).content.decode().count("Bob Barley") == min(many, most)
