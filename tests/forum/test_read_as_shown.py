"""A notice of a thread is read as far as its reader was shown what it tells of: the rest stays, and its mail goes."""

import pytest

from core import outbox
from forum.actions import accepting, editing, following, moderating, posting
from forum.models import Reading, Thread
from forum.pages.threads import place_of, thread_page
from forum.querysets import thread_for_page
from forum.views.threads import read
from notifications import inbox
from notifications.models import Notice
from tests.factories import MemberFactory, PostFactory
from tests.forum.test_told_of import line, mails, unread

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def long(thread, alice, bob) -> Thread:
    """Three pages of answers by bob, all of which alice has read: numbers 2 to 46."""
    for _ in range(45):
        PostFactory(thread=thread, author=bob)
    Reading.objects.create(member=alice, thread=thread, last_read_number=46, follow="following")
    return thread


@pytest.fixture
def opens(client_of):
    def open_page(member, thread, query=""):
        assert client_of(member).get(thread.get_absolute_url() + query).status_code == 200

    return open_page


def test_a_page_above_what_is_new_reads_nothing_of_it(long, alice, bob, opens):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    before = line(alice)
    opens(alice, long)
    assert line(alice) == before
    assert "BOBS WORDS" in mails(alice)[0].body


@pytest.mark.parametrize("query", ["?page=3", "?post=47", "?at=new"])
def test_the_page_that_shows_it_reads_it(long, alice, bob, opens, query):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    opens(alice, long, query)
    assert unread(alice) == mails(alice) == []


@pytest.mark.parametrize("act", ["posts/46/helpful/", "follow/"])
def test_an_act_in_place_shows_one_post_and_reads_no_other(client_of, long, alice, bob, act):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    before = line(alice)
    said = {"helpful": "yes", "follow": "following"}
    client_of(alice).post(f"/forum/{long.pk}/{act}", said, follow=True, headers={"X-In-Place": "yes"})
    client_of(alice).get(f"/forum/{long.pk}/{long.slug}/?at=new", headers={"X-In-Place": "yes"})
    assert line(alice) == before
    assert Reading.objects.get(member=alice, thread=long).last_read_number == 46
    assert "BOBS WORDS" in mails(alice)[0].body


def test_what_comes_while_the_page_is_made_stays_unread_and_is_mailed(thread, alice, bob):
    posting.answer(by=bob, thread=thread, body="THE FIRST")
    alice.refresh_from_db()
    known = thread_for_page(alice, thread.pk)
    page = thread_page(known, alice, place_of(known, alice, {}))
    late = posting.answer(by=bob, thread=thread, body="THE SECOND")
    read(alice, known, page.body.read_to)
    assert line(alice) == (f"Bob Barley answered {thread.title}", "asker", f"post-{late.number}")
    (only,) = mails(alice)
    assert [words in only.body for words in ("THE FIRST", "THE SECOND")] == [False, True]


def test_of_several_what_was_shown_is_told_no_more(long, alice, bob, opens):
    editing.edit(by=bob, post=long.posts.get(number=3), body="What do you say, @alice?")
    last = posting.answer(by=bob, thread=long, body="BOBS WORDS")
    assert unread(alice)[0].count == 2
    opens(alice, long)
    assert line(alice) == (f"Bob Barley answered {long.title}", "asker", f"post-{last.number}")
    (only,) = mails(alice)
    assert [words in only.body for words in ("@alice", "BOBS WORDS")] == [False, True]
    opens(alice, long, "?page=3")
    assert unread(alice) == []


def test_a_notice_of_several_leads_to_the_first_and_keeps_what_stands_further_on(long, alice, bob, client_of):
    first = posting.answer(by=bob, thread=long, body="BOBS FIRST WORDS")
    for words in [*["IN BETWEEN"] * 20, "BOBS LAST WORDS"]:
        posting.answer(by=bob, thread=long, body=words)
    client = client_of(alice)
    (notice,) = unread(alice)
    assert f"#post-{first.number}" in notice.url
    client.get(f"/notifications/{notice.pk}/open/", follow=True)
    (left,) = unread(alice)
    assert [words in mail.body for mail in mails(alice) for words in ("FIRST", "BETWEEN")] == [False, True]
    client.get(f"/notifications/{left.pk}/open/", follow=True)
    assert unread(alice) == []


def test_a_mention_further_down_is_not_read_by_the_first_page_though_its_post_was_read(long, alice, bob, opens):
    editing.edit(by=bob, post=long.posts.get(number=46), body="What do you say, @alice?")
    opens(alice, long)
    assert line(alice)[1:] == ("mentioned", "post-46")
    opens(alice, long, "?post=46")
    assert unread(alice) == []


def test_an_accepted_answer_is_read_on_the_first_page_which_shows_it(long, alice, bob, opens):
    accepting.accept(by=alice, post=long.posts.get(number=45))
    opens(bob, long)
    assert unread(bob) == []


def test_a_comment_is_read_where_it_is_shown_though_the_thread_goes_on(long, alice, bob, opens):
    posting.comment(by=bob, on=long.posts.get(number=1), body="A word on that.")
    last = posting.answer(by=bob, thread=long, body="BOBS WORDS")
    outbox.drain()
    opens(alice, long)
    assert [(one.count, one.url.rpartition("#")[2]) for one in unread(alice)] == [(1, f"post-{last.number}")]


def test_what_was_told_at_once_and_shown_is_not_told_again_by_a_worker_that_comes_late(long, alice, bob, opens):
    posting.comment(by=bob, on=long.posts.get(number=1), body="A word on that.")
    last = posting.answer(by=bob, thread=long, body="BOBS WORDS")
    opens(alice, long)
    before = line(alice)
    outbox.drain()
    assert line(alice) == before == (f"Bob Barley answered {long.title}", "asker", f"post-{last.number}")
    assert unread(alice)[0].count == 1


def test_in_the_most_helpful_order_what_is_shown_is_read_and_no_more(long, alice, bob, opens):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    editing.edit(by=bob, post=long.posts.get(number=1 + 1), body="What do you say, @alice?")
    opens(alice, long, "?sort=helpful")
    assert line(alice)[1:] == ("asker", "post-47")


def test_what_the_page_brings_in_while_it_is_open_is_read(long, alice, bob, client_of):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    client_of(alice).get(f"/forum/{long.pk}/posts/?after=46")
    assert unread(alice) == []


def test_what_a_moderator_did_to_a_post_is_told_until_it_is_opened(long, bob, morag, opens):
    moderating.remove(by=morag, post=long.posts.get(number=46), why="A name in it.")
    opens(bob, long)
    assert [one.kind for one in unread(bob)] == ["forum.removed"]


def test_a_notice_of_an_older_release_that_has_no_list_is_read_whole(long, alice, bob, opens):
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    Notice.objects.update(told="", told_number=0)
    opens(alice, long)
    assert unread(alice) == []


def test_who_follows_is_told_no_more_of_what_they_read_before_the_worker_came(long, bob, opens):
    carol = MemberFactory()
    following.follow_thread(by=carol, thread=long, follow="following")
    posting.answer(by=bob, thread=long, body="One.")
    opens(carol, long, "?page=3")
    posting.answer(by=bob, thread=long, body="Two.")
    outbox.drain()
    assert line(carol)[2] == "post-48"


def test_who_follows_hears_nothing_of_what_they_were_shown_when_the_worker_comes_before_the_page_is_done(long, bob):
    carol = MemberFactory()
    following.follow_thread(by=carol, thread=long, follow="following")
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    carol.refresh_from_db()
    inbox.may_be_unread(carol, "")  # a page's bell has asked
    known = thread_for_page(carol, long.pk)
    page = thread_page(known, carol, place_of(known, carol, {"page": "3"}))
    outbox.drain()
    assert len(unread(carol)) == 1
    read(carol, known, page.body.read_to)
    assert unread(carol) == mails(carol) == []
    assert inbox.bell_count(carol) == 0


def test_reading_costs_no_more_than_it_did(long, alice, bob, django_assert_num_queries):
    editing.edit(by=bob, post=long.posts.get(number=3), body="What do you say, @alice?")
    posting.answer(by=bob, thread=long, body="BOBS WORDS")
    known = thread_for_page(alice, long.pk)
    known.my_number = 99
    alice.refresh_from_db()
    inbox.may_be_unread(alice, "")  # a page's bell has asked
    for number, queries in [(1, 2), (21, 4), (21, 2), (47, 4), (47, 0)]:
        inbox.may_be_unread(alice, "")
        with django_assert_num_queries(queries):
            read(alice, known, number)
    assert unread(alice) == []
