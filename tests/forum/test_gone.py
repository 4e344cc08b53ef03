"""What somebody wrote in a post that is gone is read by them, and by nobody else but moderators."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from forum.actions import asking, editing, moderating, posting
from tests.forum.test_thread_page import page, url

pytestmark = pytest.mark.django_db
SECRET = "marmalade"
WHY = "It names a family."


@pytest.fixture
def removed(bob, morag, thread):
    """An answer of bob's, once edited, that a moderator removed."""
    post = posting.answer(by=bob, thread=thread, body=f"First {SECRET}.")
    editing.edit(by=bob, post=post, body=f"The **{SECRET}** family.\n\nAnd more.")
    outbox.drain()
    moderating.remove(by=morag, post=post, why=WHY)
    outbox.drain()
    return f"/forum/{thread.pk}/posts/{post.number}/gone/"


def test_its_author_is_led_to_what_they_wrote_and_copies_it(client_of, bob, thread, removed):
    client = client_of(bob)
    assert f'<a href="{removed}">Read what you wrote</a>' in page(client.get(url(thread)))
    said = page(client.get(removed))
    assert f"<p>The <strong>{SECRET}</strong> family.</p>" in said
    assert f"readonly>\nThe **{SECRET}** family.\n\nAnd more.</textarea>" in said
    assert "Only you and moderators can read this" in said
    assert f"Their reason: “{WHY}”" in said


@pytest.mark.parametrize("who", ["alice", "charlie", "morag", "cora"])
def test_nobody_else_opens_that_page(client_of, cast, removed, who):
    assert client_of(cast[who]).get(removed).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client_of, removed):
    assert client_of(None).get(removed).url.startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "anyone"])
def test_its_words_are_nowhere_else(client_of, cast, thread, removed, who):
    client = client_of(cast[who] if who != "anyone" else None)
    number = thread.pk
    addresses = [
        url(thread), url(thread, "?sort=helpful"), f"/forum/{number}/posts/?after=1", f"/forum/{number}/new/?after=1",
        f"/forum/{number}/row/", f"/forum/{number}/posts/2/history/", "/forum/feed/", "/forum/", "/notifications/",
        f"/search/?q={SECRET}", "/people/bob/", "/forum/topics/", "/api/v2/pages/",
    ]  # fmt: skip
    seen = {address: client.get(address).content.decode() for address in addresses}
    # what was searched for stands in the search box
    search = seen.pop(f"/search/?q={SECRET}")
    assert {address for address, text in seen.items() if SECRET in text} == set()
    assert (f"The {SECRET}" in search, thread.title in search) == (False, False)


def test_what_is_kept_for_all_readers_does_not_hold_them(client_of, bob, alice, thread, removed):
    from django.core.cache import cache

    client_of(bob).get(url(thread))
    client_of(bob).get(removed)
    assert SECRET not in str(cache._cache)


def test_one_s_own_deleted_words_are_for_oneself_alone(client_of, cast, bob, thread):
    post = posting.answer(by=bob, thread=thread, body=SECRET)
    editing.delete(by=bob, post=post)
    address = f"/forum/{thread.pk}/posts/2/gone/"
    assert f"<p>{SECRET}</p>" in page(client_of(bob).get(address))
    assert "Only you can read this" in page(client_of(bob).get(address))
    for who in ("alice", "morag", "cora"):
        assert client_of(cast[who]).get(address).status_code == 404
        assert SECRET not in page(client_of(cast[who]).get(url(thread)))


class TestAWholeThread:
    def test_its_asker_reads_the_question_and_nobody_s_answer(self, client_of, alice, bob, morag, thread):
        posting.answer(by=bob, thread=thread, body=SECRET)
        moderating.remove(by=morag, post=thread.posts.get(number=1), why=WHY)
        said = page(client_of(alice).get(f"/forum/{thread.pk}/posts/1/gone/"))
        assert ("A partner asked us for a list." in said, thread.title in said, SECRET in said) == (True, True, False)
        assert f'href="{thread.get_absolute_url()}"' not in said
        for number in (1, 2):
            assert client_of(bob).get(f"/forum/{thread.pk}/posts/{number}/gone/").status_code == 404

    def test_it_stands_among_their_own(self, client_of, alice, bob, morag, thread):
        moderating.remove(by=morag, post=thread.posts.get(number=1), why=WHY)
        said = page(client_of(alice).get("/forum/mine/"))
        assert f'<a href="/forum/{thread.pk}/posts/1/gone/">{thread.title}</a>' in said
        assert "A moderator removed it on" in said

    def test_what_it_is_about_being_private_hides_it_too(self, client_of, alice, thread):
        editing.delete(by=alice, post=thread.posts.get(number=1))
        type(thread).objects.filter(pk=thread.pk).update(withheld_at="2026-01-01T00:00:00Z")
        assert client_of(alice).get(f"/forum/{thread.pk}/posts/1/gone/").status_code == 404
        assert thread.title not in page(client_of(alice).get("/forum/mine/"))


def test_a_page_of_what_is_there_leads_there(client_of, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    assert client_of(bob).get(f"/forum/{thread.pk}/posts/2/gone/").url == url(thread, "?post=2#post-2")


def test_who_no_longer_takes_part_reads_no_name_that_members_alone_may_read(client_of, bob, cora, space):
    thread = asking.ask(by=bob, space=space, kind="discussion", title="Thanks", body="To @cora.")
    cora.show_name = "members"
    cora.save()
    editing.delete(by=bob, post=thread.posts.get())
    bob.standing = "waiting"
    bob.save()
    said = page(client_of(bob).get(f"/forum/{thread.pk}/posts/1/gone/"))
    assert '<div class="sheet prose"><p>To @a member.</p>' in said


def test_the_list_of_one_s_own_costs_the_same_for_one_and_for_three(client_of, alice, space):
    client, costs = client_of(alice), []
    client.get("/forum/mine/")
    for many in (1, 2):
        for number in range(many):
            one = asking.ask(by=alice, space=space, kind="question", title=f"Gone {many} {number}", body="Words.")
            editing.delete(by=alice, post=one.posts.get())
        client.get("/forum/mine/")
        with CaptureQueriesContext(connection) as made:
            client.get("/forum/mine/")
        costs.append(len(made))
    assert costs[0] == costs[1]
