"""The page of a thread: what is on it, where a link lands, what may be done from it, also without a script."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions import accepting, asking, editing, moderating, posting
from forum.models import Post
from forum.models.thread import ACTS
from forum.urls import urlpatterns
from tests.factories import MemberFactory, PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def page(response) -> str:
    return html.unescape(response.content.decode())


def numbers(response) -> list[int]:
    """The numbers of the posts on a page, comments too, from the top."""
    return [int(number) for number in re.findall(r'id="post-(\d+)"', response.content.decode())]


def answers(thread, count, by):
    return [PostFactory(thread=thread, author=by) for _ in range(count)]


def url(thread, query="") -> str:
    return f"/forum/{thread.pk}/{thread.slug}/{query}"


def test_anyone_reads_a_public_thread(client_of, thread, bob):
    posting.answer(by=bob, thread=thread, body="Yes, **ask first**.")
    response = client_of(None).get(url(thread))
    assert response.status_code == 200
    assert numbers(response) == [1, 2]
    assert f'<h1 class="thread-title">{thread.title}</h1>' in page(response)
    assert "<strong>ask first</strong>" in page(response)
    assert "Sign in to answer" in page(response)
    assert '<form id="act"' not in page(response)
    assert "not legal advice" in page(response)


def test_a_wrong_or_missing_slug_leads_to_the_right_one_with_the_query(client_of, thread):
    for wrong in (f"/forum/{thread.pk}/", f"/forum/{thread.pk}/another/"):
        assert client_of(None).get(wrong + "?post=1").url == url(thread, "?post=1")


def test_words_with_addresses_of_their_own_are_no_slugs(space):
    taken = {re.match(r"<number:number>/([a-z-]+)/$", str(path.pattern)) for path in urlpatterns}
    assert {match[1] for match in taken if match} == ACTS
    assert ThreadFactory(title="New!", space=space).slug == "new-thread"


@pytest.mark.parametrize("address", ["/forum/999999999/x/", "/forum/0/", "/forum/9999999999999999999/x/"])
def test_a_thread_that_does_not_exist_is_a_404(client_of, db, address):
    assert client_of(None).get(address).status_code == 404


def test_twenty_answers_stand_on_a_page_by_number(client_of, alice, bob, thread):
    answers(thread, 45, bob)
    client = client_of(alice)
    assert numbers(client.get(url(thread))) == list(range(1, 22))
    assert numbers(client.get(url(thread, "?page=2"))) == list(range(22, 42))
    assert numbers(client.get(url(thread, "?page=3"))) == list(range(42, 47))
    assert client.get(url(thread, "?page=4")).status_code == 404
    assert client.get(url(thread, "?page=nonsense")).status_code == 200


def test_a_link_to_a_post_lands_on_its_page(client_of, alice, bob, thread):
    posts = answers(thread, 45, bob)
    client = client_of(alice)
    for post in (posts[0], posts[19], posts[20], posts[44]):
        assert post.number in numbers(client.get(url(thread, f"?post={post.number}")))
    note = PostFactory(thread=thread, author=alice, parent=posts[30])
    assert numbers(client.get(url(thread, f"?post={note.number}")))[:2] == [22, 23]
    assert note.number in numbers(client.get(url(thread, f"?post={note.number}")))


def test_the_accepted_answer_stands_under_the_question_and_its_place_says_so(client_of, alice, bob, thread):
    _first, _second, third = answers(thread, 3, bob)
    accepting.accept(by=alice, post=third)
    response = client_of(bob).get(url(thread))
    assert numbers(response) == [1, 4, 2, 3]
    assert 'id="post-4-here"' in page(response)
    assert "Alice Amory accepted this on" in page(response)
    assert "You accepted this on" in page(client_of(alice).get(url(thread)))


def test_an_accepted_answer_of_page_three_stands_on_page_one_and_in_full_on_its_own(client_of, alice, bob, thread):
    posts = answers(thread, 45, bob)
    accepting.accept(by=alice, post=posts[44])
    client = client_of(alice)
    assert numbers(client.get(url(thread))) == [1, 46, *range(2, 22)]
    assert numbers(client.get(url(thread, "?page=2"))) == list(range(22, 42))
    assert numbers(client.get(url(thread, "?page=3"))) == list(range(42, 47))


def test_most_helpful_is_an_order_of_its_own_in_steps(client_of, alice, bob, thread):
    posts = answers(thread, 25, bob)
    Post.objects.filter(pk=posts[24].pk).update(helpful_count=3)
    Post.objects.filter(pk=posts[10].pk).update(helpful_count=2)
    client = client_of(alice)
    first = client.get(url(thread, "?sort=helpful"))
    expected = [posts[24].number, posts[10].number, *(p.number for p in posts if p not in (posts[24], posts[10]))]
    assert numbers(first) == [1, *expected[:20]]
    after = html.unescape(re.search(r'href="[^"]*(\?sort=helpful&amp;after=[^"#]+)', first.content.decode())[1])
    assert numbers(client.get(url(thread, after))) == expected[20:]


def folded(response) -> list[int]:
    """The numbers of the comments that are folded away."""
    fold = re.search(r"<details class=\"details comments__rest\".*?</details>", response.content.decode(), re.DOTALL)
    return [int(number) for number in re.findall(r'id="post-(\d+)"', fold[0])] if fold else []


def test_comments_stand_under_their_post_five_and_the_others_folded_each_once(client_of, alice, bob, thread):
    answer = PostFactory(thread=thread, author=bob)
    notes = [PostFactory(thread=thread, author=alice, parent=answer).number for _ in range(7)]
    later = PostFactory(thread=thread, author=bob)
    client = client_of(alice)
    usual = client.get(url(thread))
    assert numbers(usual) == [1, 2, *notes, later.number]
    assert folded(usual) == notes[5:]
    assert "<summary>2 more comments</summary>" in page(usual)
    full = client.get(url(thread, "?comments=2"))
    assert numbers(full) == [1, 2, *notes, later.number]
    assert folded(full) == []


def test_what_is_new_to_you_is_not_folded_away(client_of, alice, bob, thread):
    answer = PostFactory(thread=thread, author=bob)
    notes = [PostFactory(thread=thread, author=bob, parent=answer).number for _ in range(6)]
    thread.readings.create(member=alice, last_read_number=notes[2])  # two of the new ones are not folded
    assert '<details class="details comments__rest" open>' in page(client_of(alice).get(url(thread)))
    assert '<details class="details comments__rest">' in page(client_of(None).get(url(thread)))


def test_of_very_many_comments_a_page_holds_a_part_and_leads_to_all(client_of, bob, thread, monkeypatch):
    monkeypatch.setattr("forum.pages.posts.MOST_COMMENTS", 6)
    answer = PostFactory(thread=thread, author=bob)
    notes = [PostFactory(thread=thread, author=bob, parent=answer).number for _ in range(8)]
    usual = client_of(None).get(url(thread))
    assert numbers(usual) == [1, 2, *notes[:6]]
    assert "All 8 comments" in page(usual)
    assert "Only the first 6 of 8 comments are printed" in page(usual)
    assert numbers(client_of(None).get(url(thread, "?comments=2"))) == [1, 2, *notes]


def test_a_deleted_and_a_removed_answer_leave_their_tombstones(client_of, alice, bob, morag, thread):
    gone, removed, kept = answers(thread, 3, bob)
    editing.delete(by=bob, post=gone)
    moderating.remove(by=morag, post=removed, why="It named a person.")
    text = page(client_of(alice).get(url(thread)))
    assert "This answer was deleted by the person who wrote it." in text
    assert "This answer was removed by a moderator on" in text
    assert "It named a person." in text
    assert [post.body in text for post in (gone, removed, kept)] == [False, False, True]


def test_moderators_read_what_was_removed_and_nobody_what_was_deleted(client_of, bob, morag, thread):
    gone, removed = answers(thread, 2, bob)
    editing.delete(by=bob, post=gone)
    moderating.remove(by=morag, post=removed, why="It named a person.")
    text = page(client_of(morag).get(url(thread)))
    assert (gone.body in text, removed.body in text) == (False, True)
    assert f"/forum/{thread.pk}/posts/{removed.number}/restore/" in text


def test_the_page_costs_the_same_with_one_answer_and_with_twenty(
    client_of, alice, bob, thread, forget, django_assert_max_num_queries
):
    """Ten queries at most; seventeen for the first reader after a change, session and similar questions included."""
    client, counted = client_of(alice), []
    for count in (1, 19):
        for post in answers(thread, count, bob):
            PostFactory(thread=thread, author=MemberFactory(knows=["consent"]), parent=post)
        client.get(url(thread))
        forget()
        with django_assert_max_num_queries(17) as cold:
            client.get(url(thread))
        with django_assert_max_num_queries(10) as warm:
            client.get(url(thread))
        counted.append((len(cold), len(warm)))
    assert counted[0] == counted[1]


def test_a_link_to_a_post_costs_no_more_than_the_thread(client_of, alice, bob, thread):
    """Once one reader came by it, however far down it leads; a later answer is led to all the same."""
    client, last = client_of(alice), answers(thread, 45, bob)[-1]
    addresses = [url(thread), url(thread, f"?post={last.number}"), url(thread, "?post=999999")]
    for address in [*addresses, *addresses[:2]]:
        client.get(address)
    counted = []
    for address in addresses:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counted.append(len(seen))
    assert len(set(counted)) == 1
    later = posting.answer(by=bob, thread=thread, body="And one more.")
    assert later.number in numbers(client.get(url(thread, f"?post={later.number}")))


def test_a_shared_body_holds_no_token_and_no_marks(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    for who in (None, alice, bob):
        text = page(client_of(who).get(url(thread)))
        assert "\0" not in text
    body = next(value for key, value in _kept().items() if f"thread:{thread.pk}:" in key)
    assert "csrf" not in body.html


def _kept() -> dict:
    import pickle

    return {key: pickle.loads(value) for key, value in cache._cache.items()}


def test_what_one_reader_is_shown_never_reaches_another(client_of, alice, bob, thread):
    """The body is shared: buttons for one's own posts are not."""
    posting.answer(by=bob, thread=thread, body="Yes.")
    texts = {
        who: page(client_of(member).get(url(thread)))
        for who, member in (("alice", alice), ("bob", bob), ("anyone", None))
    }
    edit = f"/forum/{thread.pk}/posts/2/edit/"
    helpful = f"/forum/{thread.pk}/posts/2/helpful/"
    accept = f"/forum/{thread.pk}/posts/2/accept/"
    assert {who: (edit in text, helpful in text, accept in text) for who, text in texts.items()} == {
        "alice": (False, True, True),
        "bob": (True, False, False),
        "anyone": (False, False, False),
    }
    assert "Bob Barley</a> (you)" in texts["bob"]
    assert "(you)" not in texts["anyone"]


def test_when_it_was_asked_is_said_as_when_it_was_answered(client_of, alice, bob, space):
    with time_machine.travel(dt.datetime(2026, 11, 23, 10, 12, tzinfo=dt.UTC), tick=False):
        thread = asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")
        posting.answer(by=bob, thread=thread, body="Yes.")
    text = page(client_of(None).get(url(thread)))
    assert re.findall(r">(\w+ 23 Nov, 10:12)</time>", text) == ["Mon 23 Nov, 10:12"] * 2


@pytest.mark.parametrize(("kind", "word"), [("question", "answer"), ("success", "reply")])
def test_links_to_a_post_say_what_it_is(client_of, alice, bob, space, kind, word):
    thread = asking.ask(by=alice, space=space, kind=kind, title="We may share it", body="We were asked.")
    posting.answer(by=bob, thread=thread, body="Yes.")
    text = page(client_of(None).get(url(thread)))
    assert re.findall(r"> to this (\w+)</span>", text) == ["thread", word]
