"""Who asked hears when the answer they accepted is gone, and when it is back: once each, with the way on."""

import pytest
from django.utils import timezone

from core import outbox
from forum.actions import accepting, asking, editing, following, moderating, posting, reading
from forum.models import Thread
from notifications import inbox
from notifications.choices import choose
from notifications.models import Notice
from tests.forum.test_told_by_moderators import mails, opened

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

WHY = "It names a family."
OPEN = "Your question is open again: accept another answer, or ask on."
DELETED = f"The answer you accepted to May we share it? was deleted by the person who wrote it. {OPEN}"
REMOVED = f"A moderator removed the answer you accepted to May we share it? {OPEN}"
BACK = "The answer you had accepted to May we share it? is back, and accepted again."


@pytest.fixture
def answer(alice, bob, space):
    """Bob's, accepted by alice, who has heard of everything so far."""
    thread = asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")
    post = posting.answer(by=bob, thread=thread, body="Yes.")
    reading.read_up_to(by=alice, thread=thread, number=post.number)
    accepting.accept(by=alice, post=post)
    outbox.drain()
    Notice.objects.all().delete()
    alice.refresh_from_db()
    return post


def has_seen(person):
    Notice.objects.filter(recipient=person).update(seen_at=timezone.now())


def test_deleted_by_its_author(answer, alice, bob, cora, bell, client_of):
    editing.delete(by=bob, post=answer)
    assert bell(alice) == [DELETED]
    assert bell(bob) == bell(cora) == []
    assert opened(client_of, alice).request["PATH_INFO"] == answer.thread.get_absolute_url()


def test_removed_by_a_moderator(answer, alice, bob, morag, bell):
    moderating.remove(by=morag, post=answer, why=WHY)
    assert bell(alice) == [REMOVED]
    assert bell(bob) == [f"A moderator removed your answer to May we share it? Their reason: {WHY}"]


def test_by_mail(answer, alice, bob):
    editing.delete(by=bob, post=answer)
    (said,) = mails(alice)
    assert said.subject == "Open again: May we share it?"
    assert DELETED in said.body
    assert answer.thread.get_absolute_url() in said.body
    assert "Bob" not in said.body + said.alternatives[0][0]


def test_no_mail_leads_to_a_title_that_was_taken_back(answer, alice, bob, morag):
    opening = answer.thread.posts.get(number=1)
    editing.edit(by=alice, post=opening, title="May we share Mabel’s letter?", body="We were asked.", topics=[])
    moderating.remove(by=morag, post=answer, why=WHY)
    editing.edit(by=alice, post=opening, title="May we share it?", body="We were asked.", topics=[])
    said = [mail.body + mail.alternatives[0][0] for mail in mails(alice) + mails(bob)]
    assert ["mabel" in one.lower() for one in said] == [False, False]


def test_the_thread_is_waiting_again(answer, bob, client_of):
    editing.delete(by=bob, post=answer)
    thread = Thread.objects.get(pk=answer.thread_id)
    assert (thread.is_answered(), thread.is_unanswered()) == (False, True)


def test_an_asker_who_took_it_away_themself_is_not_told(alice, morag, space, bell):
    for by in (alice, morag):
        thread = asking.ask(by=by, space=space, kind="question", title="Mine", body="Words.")
        own = posting.answer(by=by, thread=thread, body="I found out.")
        accepting.accept(by=by, post=own)
        if by == alice:
            editing.delete(by=by, post=own)
        else:
            moderating.remove(by=by, post=own, why=WHY)
    assert bell(alice) == bell(morag) == []


def test_nobody_is_told_of_an_answer_that_was_not_accepted(answer, alice, cora, bell):
    other = posting.answer(by=cora, thread=answer.thread, body="No.")
    inbox.read_all(alice)
    Notice.objects.all().delete()
    editing.delete(by=cora, post=other)
    assert bell(alice) == []


def test_nor_of_one_whose_thread_went_with_it(answer, alice, bob, bell):
    editing.delete(by=alice, post=answer.thread.posts.get(number=1))
    editing.delete(by=bob, post=answer)
    assert bell(alice) == []


def test_a_thread_that_is_removed_takes_the_notice_along(answer, alice, bob, morag, bell):
    editing.delete(by=bob, post=answer)
    moderating.remove(by=morag, post=answer.thread.posts.get(number=1), why=WHY)
    assert bell(alice) == [f"A moderator removed your question May we share it? Their reason: {WHY}"]


class TestBackAgain:
    def test_before_they_heard_nothing_is_told(self, answer, alice, bob, bell):
        editing.delete(by=bob, post=answer)
        editing.put_back(by=bob, post=answer)
        assert not Notice.objects.filter(kind="forum.lost").exists()
        assert mails(alice) == mails(bob) == []

    @pytest.mark.parametrize("moderated", [False, True])
    def test_after_they_heard_it_is_told(self, answer, alice, bob, morag, bell, client_of, moderated):
        if moderated:
            moderating.remove(by=morag, post=answer, why=WHY)
        else:
            editing.delete(by=bob, post=answer)
        client_of(alice).get(answer.thread.get_absolute_url())
        has_seen(alice)
        if moderated:
            moderating.restore(by=morag, post=answer, why="It was invented.")
        else:
            editing.put_back(by=bob, post=answer)
        told = Notice.objects.unread().get(recipient=alice, kind="forum.lost")
        assert BACK in bell(alice)
        assert told.url.endswith("?post=2#post-2")
        assert "Accepted again: May we share it?" in [one.subject for one in mails(alice)]

    def test_where_another_was_accepted_meanwhile_nothing_is(self, answer, alice, bob, cora, bell):
        other = posting.answer(by=cora, thread=answer.thread, body="No.")
        editing.delete(by=bob, post=answer)
        alice.refresh_from_db()
        accepting.accept(by=alice, post=other)
        has_seen(alice)
        editing.put_back(by=bob, post=answer)
        assert not Notice.objects.unread().filter(recipient=alice, kind="forum.lost").exists()


def test_accepting_another_reads_the_notice_and_its_mail_stays_away(answer, alice, bob, cora, bell):
    other = posting.answer(by=cora, thread=answer.thread, body="No.")
    inbox.read_all(alice)
    editing.delete(by=bob, post=answer)
    alice.refresh_from_db()
    accepting.accept(by=alice, post=other)
    assert not Notice.objects.unread().filter(recipient=alice).exists()
    assert mails(alice) == []


def test_who_muted_the_thread_or_switched_it_off_is_not_told(answer, alice, bob, space, bell):
    following.mute(by=alice, number=answer.thread_id)
    other = asking.ask(by=alice, space=space, kind="question", title="Another", body="Words.")
    second = posting.answer(by=bob, thread=other, body="Yes.")
    accepting.accept(by=alice, post=second)
    Notice.objects.all().delete()
    choose(alice, "forum.lost", bell=False, mail="none")
    for post in (answer, second):
        editing.delete(by=bob, post=post)
    assert bell(alice) == mails(alice) == []


def test_the_preferences_have_a_row_for_it(client_of, alice):
    page = client_of(alice).get("/notifications/preferences/").content.decode()
    assert "The answer you accepted is deleted or removed, or comes back" in page
    assert 'name="mail:forum.lost"' in page


def test_the_bell_offers_to_mute_the_thread(answer, alice, bob, client_of):
    editing.delete(by=bob, post=answer)
    page = client_of(alice).get("/notifications/").content.decode()
    assert f'action="/forum/{answer.thread_id}/follow/"' in page
