"""What members hear of a thread: each thing once, in its own words, and nothing that was read, muted or taken back."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone

from core import outbox
from forum.actions import accepting, asking, editing, following, moderating, posting
from notifications import inbox, kinds
from notifications.delivery.mail import send_due
from notifications.models import Notice
from tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def asked(alice, space):
    return asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")


@pytest.fixture
def carol(council):
    return MemberFactory(display_name="Carol Cope", handle="carol", organisation=council)


@pytest.fixture
def followed(asked, bob):
    """A thread that bob follows, as he answered it."""
    posting.answer(by=bob, thread=asked, body="BOBS WORDS")
    outbox.drain()
    return asked


def mails(person) -> list:
    """All mail to a person, once what is due has gone."""
    send_due(now=timezone.now() + dt.timedelta(minutes=5))
    return [one for one in mail.outbox if one.to == [person.email]]


def unread(person) -> list[Notice]:
    return list(Notice.objects.unread().filter(recipient=person))


def line(person) -> tuple[str, str, str]:
    """The one unread line of a person's bell: its words, why they hear of it, and the post it leads to."""
    (notice,) = unread(person)
    kinds.prefetch([notice])
    words = re.sub("<.*?>", "", kinds.get(notice.kind).sentence(notice))
    return words, notice.why, notice.url.rpartition("#")[2]


class TestAcceptance:
    def test_its_mail_has_the_accepted_words_and_an_identity_of_its_own(self, followed, alice, bob, carol):
        answer = followed.posts.get(author=bob)
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        assert len(mails(bob)) == 1
        accepting.accept(by=alice, post=answer)
        first, second = mails(bob)
        assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
        assert "BOBS WORDS" in second.body
        assert "CAROLS WORDS" not in second.body

    def test_what_comes_after_it_is_mailed_too(self, followed, alice, bob, carol):
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        assert len(mails(bob)) == 1
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        _, second = mails(bob)
        assert "CAROLS WORDS" in second.body
        assert "BOBS WORDS" not in second.body

    def test_what_stood_there_before_and_was_read_is_not_mailed_with_it(self, followed, alice, bob, carol):
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        inbox.read_all(bob)
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        posting.answer(by=carol, thread=followed, body="MORE OF CAROL")
        outbox.drain()
        (only,) = mails(bob)
        assert [words in only.body for words in ("BOBS WORDS", "MORE OF CAROL", "CAROLS WORDS")] == [True, True, False]

    def test_taken_back_it_was_never_told(self, followed, alice, bob):
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        accepting.unaccept(by=alice, thread=followed)
        assert unread(bob) == mails(bob) == []

    def test_moved_to_another_it_is_told_to_that_one_alone(self, followed, alice, bob, carol):
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        inbox.read_all(bob)
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        accepting.accept(by=alice, post=theirs)
        assert unread(bob) == []
        assert [one.kind for one in unread(carol)] == ["forum.accepted"]

    def test_taken_back_what_else_is_new_stays(self, followed, alice, bob, carol):
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        accepting.unaccept(by=alice, thread=followed)
        assert [(one.kind, one.count) for one in unread(bob)] == [("forum.new_post", 1)]
        (only,) = mails(bob)
        assert "accepted" not in only.body
        assert "CAROLS WORDS" in only.body

    def test_a_post_that_the_worker_has_not_told_of_yet_is_told_and_mailed_too(self, followed, alice, bob, carol):
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        outbox.drain()
        assert line(bob)[0] == "Alice Amory accepted your answer to May we share it?; and 1 more post"
        (only,) = mails(bob)
        assert [words in only.body for words in ("BOBS WORDS", "CAROLS WORDS")] == [True, True]

    def test_taken_back_nobody_hears_of_their_own_words(self, followed, alice, bob, carol):
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        accepting.unaccept(by=alice, thread=followed)
        assert line(bob) == ("Carol Cope replied to May we share it?", "following", f"post-{theirs.number}")

    def test_taken_back_a_mention_stays_a_mention(self, followed, alice, bob, carol):
        posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
        outbox.drain()
        before = line(bob)
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        assert line(bob) != before
        accepting.unaccept(by=alice, thread=followed)
        assert line(bob) == before
        assert before[:2] == ("Carol Cope mentioned you in May we share it?", "mentioned")

    @pytest.mark.parametrize("read", [True, False])
    def test_one_that_was_mailed_is_told_by_the_bell_alone_the_next_time(self, followed, alice, bob, read):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        assert len(mails(bob)) == 1
        if read:
            inbox.read_all(bob)
        for _ in range(2):
            accepting.unaccept(by=alice, thread=followed)
            accepting.accept(by=alice, post=answer)
        assert [one.kind for one in unread(bob)] == ["forum.accepted"]
        assert len(mails(bob)) == 1

    def test_what_comes_after_such_a_one_is_mailed_without_it(self, followed, alice, bob, carol):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        assert len(mails(bob)) == 1
        accepting.unaccept(by=alice, thread=followed)
        accepting.accept(by=alice, post=answer)
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        _, second = mails(bob)
        assert ["BOBS WORDS" in second.body, "CAROLS WORDS" in second.body] == [False, True]

    def test_nor_with_what_else_is_unread_there(self, followed, alice, bob, carol):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        assert len(mails(bob)) == 1
        accepting.unaccept(by=alice, thread=followed)
        accepting.accept(by=alice, post=answer)
        posting.answer(by=carol, thread=followed, body="MORE OF CAROLS")
        outbox.drain()
        _, second = mails(bob)
        assert ["BOBS WORDS" in second.body, "MORE OF CAROLS" in second.body] == [False, True]

    def test_a_mail_that_the_server_put_off_has_told_nobody(self, followed, alice, bob):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        Notice.objects.filter(recipient=bob).update(mailing_item_id=99, mail_leased_until=None)
        accepting.unaccept(by=alice, thread=followed)
        accepting.accept(by=alice, post=answer)
        assert len(mails(bob)) == 1

    def test_one_that_was_never_mailed_is_mailed_the_next_time(self, followed, alice, bob):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        accepting.unaccept(by=alice, thread=followed)
        accepting.accept(by=alice, post=answer)
        assert len(mails(bob)) == 1

    def test_one_that_was_mailed_before_its_post_was_put_back_is_not_mailed_again(self, followed, alice, bob, morag):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        before = len(mails(bob))
        moderating.remove(by=morag, post=answer, why="A name in it.")
        moderating.restore(by=morag, post=answer, why="There was none.")
        accepting.unaccept(by=alice, thread=followed)
        accepting.accept(by=alice, post=answer)
        assert not [one for one in mails(bob)[before:] if "accepted" in one.body]


class TestMentions:
    def test_one_put_into_an_older_post_is_mailed(self, followed, alice, bob, carol):
        old = posting.answer(by=alice, thread=followed, body="Who knows?")
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        before = len(mails(bob))
        editing.edit(by=alice, post=old, body="Who knows? @bob")
        later = mails(bob)[before:]
        assert len(later) == 1
        assert "Who knows? @bob" in later[0].body
        assert "CAROLS WORDS" not in later[0].body

    def test_two_before_the_mail_are_both_told_and_mailed(self, followed, alice, bob, carol):
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        inbox.read_all(bob)
        editing.edit(by=alice, post=followed.posts.get(number=1), body="ALICE EDITS @bob")
        editing.edit(by=carol, post=theirs, body="CAROL EDITS @bob")
        words = "You were mentioned in May we share it?; and 1 more post, the last by Carol Cope"
        assert line(bob) == (words, "mentioned", "post-1")
        (only,) = mails(bob)
        assert [words in only.body for words in ("ALICE EDITS", "CAROL EDITS")] == [True, True]

    def test_one_beside_an_acceptance_is_mailed_with_it(self, followed, alice, bob, carol):
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        inbox.read_all(bob)
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        editing.edit(by=carol, post=theirs, body="CAROL EDITS @bob")
        assert line(bob)[0] == "Alice Amory accepted your answer to May we share it?; and 1 more post"
        (only,) = mails(bob)
        assert [words in only.body for words in ("BOBS WORDS", "CAROL EDITS")] == [True, True]

    def test_a_post_that_the_worker_has_not_told_of_yet_is_told_and_mailed_too(self, followed, alice, bob, carol):
        posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        editing.edit(by=alice, post=followed.posts.get(number=1), body="We were asked. @bob")
        outbox.drain()
        (only,) = mails(bob)
        assert [words in only.body for words in ("We were asked", "CAROLS WORDS")] == [True, True]

    def test_it_names_who_did_it(self, followed, alice, bob, carol, client_of):
        old = posting.answer(by=alice, thread=followed, body="Who knows?")
        posting.answer(by=carol, thread=followed, body="Not me.")
        outbox.drain()
        inbox.read_all(bob)
        editing.edit(by=alice, post=old, body="Who knows? @bob")
        assert (
            "Alice Amory</strong> mentioned you" in client_of(bob).get("/notifications/?show=unread").content.decode()
        )


class TestReadOrMutedMeanwhile:
    def test_who_read_a_post_before_the_worker_came_is_not_told(self, followed, bob, carol, client_of):
        posting.answer(by=carol, thread=followed, body="Something")
        assert client_of(bob).get(followed.get_absolute_url()).status_code == 200
        outbox.drain()
        assert unread(bob) == mails(bob) == []

    def test_who_read_a_new_thread_before_the_worker_came_is_not_told(self, alice, bob, space, client_of):
        following.follow_space(by=bob, space=space, follow="following")
        thread = asking.ask(by=alice, space=space, kind="question", title="New one here?", body="Body.")
        client_of(bob).get(thread.get_absolute_url())
        outbox.drain()
        assert unread(bob) == []

    def test_a_thread_muted_before_the_worker_came_is_not_told(self, alice, bob, space):
        following.follow_space(by=bob, space=space, follow="following")
        thread = asking.ask(by=alice, space=space, kind="question", title="New one here?", body="Body.")
        following.follow_thread(by=bob, thread=thread, follow="muted")
        outbox.drain()
        assert unread(bob) == []

    def test_muting_stops_the_mail_that_waits(self, followed, bob, carol):
        posting.answer(by=carol, thread=followed, body="Something")
        outbox.drain()
        following.follow_thread(by=bob, thread=followed, follow="muted")
        assert mails(bob) == []

    def test_so_does_the_switch_of_a_kind(self, followed, bob, carol, client_of):
        posting.answer(by=carol, thread=followed, body="Something")
        outbox.drain()
        client_of(bob).post("/notifications/preferences/stop/", {"kind": "forum.new_post"})
        assert mails(bob) == []

    def test_the_switch_beside_a_notice_comes_back_to_the_notices(self, followed, alice, client_of):
        sent = {"follow": "muted", "next": "/notifications/"}
        assert client_of(alice).post(f"/forum/{followed.pk}/follow/", sent).url == "/notifications/"


class TestTakenBack:
    def test_a_title_that_was_changed_is_told_nowhere(self, alice, bob, space, client_of):
        following.follow_space(by=bob, space=space, follow="following")
        thread = asking.ask(by=alice, space=space, kind="question", title="May we share Jo Smith’s news?", body="Body.")
        outbox.drain()
        editing.edit(by=alice, post=thread.posts.get(number=1), body="Body.", title="May we share news?")
        assert "Smith" not in client_of(bob).get("/notifications/").content.decode()
        (only,) = mails(bob)
        assert not re.search("smith", only.subject + only.body + only.alternatives[0][0], re.IGNORECASE)
        assert f"{thread.pk}/may-we-share-news/?post=1" in only.body

    def test_who_wrote_what_was_removed_is_not_named(self, followed, alice, morag, client_of):
        spam = MemberFactory(display_name="Spammy McSpam")
        posted = posting.answer(by=spam, thread=followed, body="spam")
        moderating.remove(by=morag, post=posted, why="Spam")
        (told,) = unread(alice)
        assert told.count == 1
        assert "Spammy" not in client_of(alice).get("/notifications/").content.decode() + mails(alice)[0].body

    def test_the_line_names_and_leads_to_what_is_left(self, followed, alice, bob, carol):
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        assert line(alice)[0] == "2 new posts in May we share it?, the last by Carol Cope"
        editing.delete(by=bob, post=followed.posts.get(author=bob))
        assert line(alice) == ("Carol Cope answered May we share it?", "asker", f"post-{theirs.number}")

    def test_what_was_never_told_is_not_counted(self, asked, alice, bob, carol):
        following.follow_thread(by=alice, thread=asked, follow="default")
        first = posting.answer(by=bob, thread=asked, body="One.")
        outbox.drain()
        before = line(alice)
        posting.comment(by=carol, on=first, body="Hm.")
        last = posting.answer(by=carol, thread=asked, body="Two.")
        outbox.drain()
        editing.delete(by=carol, post=last)
        assert line(alice) == before

    def test_an_accepted_answer_or_a_mention_that_was_removed_is_no_longer_told(
        self, followed, alice, bob, carol, morag
    ):
        answer = followed.posts.get(author=bob)
        accepting.accept(by=alice, post=answer)
        mention = posting.answer(by=carol, thread=followed, body="What do you say, @bob?")
        posting.answer(by=alice, thread=followed, body="More")
        outbox.drain()
        key = f"thread:{followed.pk}"
        moderating.remove(by=morag, post=answer, why="A name in it.")
        assert [(one.kind, one.count) for one in unread(bob) if one.group_key == key] == [("forum.mentioned", 2)]
        moderating.remove(by=morag, post=mention, why="A name in it.")
        told = [(one.kind, one.why, one.count) for one in unread(bob) if one.group_key == key]
        assert told == [("forum.new_post", "following", 1)]

    def test_a_post_that_went_is_not_counted_beside_an_acceptance(self, followed, alice, bob, carol):
        accepting.accept(by=alice, post=followed.posts.get(author=bob))
        theirs = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        outbox.drain()
        editing.delete(by=carol, post=theirs)
        assert line(bob)[0] == "Alice Amory accepted your answer to May we share it?"

    def test_it_costs_the_same_however_many_were_told(self, followed, carol, django_assert_max_num_queries):
        for _ in range(30):
            following.follow_thread(by=MemberFactory(), thread=followed, follow="following")
        post = posting.answer(by=carol, thread=followed, body="CAROLS WORDS")
        posting.answer(by=carol, thread=followed, body="MORE OF CAROL")
        outbox.drain()
        with django_assert_max_num_queries(18):
            editing.delete(by=carol, post=post)
        assert Notice.objects.unread().filter(kind="forum.new_post", count=1).count() == 31

    def test_when_all_of_it_is_removed_nothing_is_told(self, followed, alice, bob, carol, morag):
        first = followed.posts.get(author=bob)
        posting.comment(by=carol, on=first, body="Indeed.")
        last = posting.answer(by=bob, thread=followed, body="One more.")
        for post in (last, first):
            moderating.remove(by=morag, post=post, why="Off topic.")
        moderating.remove(by=morag, post=followed.posts.get(author=carol), why="Off topic.")
        assert unread(alice) == mails(alice) == []


def test_who_started_a_thread_is_named_also_when_others_replied(alice, bob, carol, space):
    following.follow_space(by=bob, space=space, follow="following")
    thread = asking.ask(by=alice, space=space, kind="question", title="New one here?", body="Body.")
    outbox.drain()
    following.follow_thread(by=bob, thread=thread, follow="following")
    posting.answer(by=carol, thread=thread, body="CAROLS WORDS")
    outbox.drain()
    assert line(bob) == ("Alice Amory started New one here?; and 1 more post", "space", "post-1")
