"""What moderators do to your words and threads reaches you: by bell and by mail, with their reason, once."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from core import outbox
from forum.actions import asking, following, moderating, posting, reading
from notifications import inbox
from notifications.choices import choose
from notifications.delivery.mail import send_due
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

WHY = "It repeats thread 12, which has the answer. " * 4  # longer than the subject of a notice has room for
WHY = WHY.strip()


@pytest.fixture
def asked(alice, bob, space):
    thread = asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")
    posting.answer(by=bob, thread=thread, body="Yes.")
    outbox.drain()
    Notice.objects.all().delete()
    reading.read_up_to(by=alice, thread=thread, number=2)
    return thread


def mails(person) -> list:
    send_due(now=timezone.now() + dt.timedelta(minutes=5))
    return [one for one in mail.outbox if one.to == [person.email]]


def opened(client_of, person):
    """Where the newest notice of a person leads, and what stands there."""
    client = client_of(person)
    notice = Notice.objects.filter(recipient=person).latest("pk")
    return client.get(f"/notifications/{notice.pk}/open/", follow=True)


class TestLocking:
    def test_who_asked_is_told_with_the_reason_by_bell(self, asked, alice, bob, morag, bell, client_of):
        moderating.lock(by=morag, thread=asked, why=WHY)
        assert bell(alice) == [f"A moderator locked May we share it? Their reason: {WHY}"]
        assert bell(bob) == bell(morag) == []
        assert opened(client_of, alice).request["PATH_INFO"] == asked.get_absolute_url()

    def test_and_by_mail(self, asked, alice, bob, morag):
        moderating.lock(by=morag, thread=asked, why=WHY)
        (said,) = mails(alice)
        assert said.subject == "Locked: May we share it?"
        assert f"A moderator locked May we share it? Their reason: {WHY}" in said.body
        assert "It can still be read, but takes no new answers or comments." in said.body
        assert asked.get_absolute_url() in said.body
        assert "Morag" not in said.body + said.alternatives[0][0]
        assert mails(bob) == mails(morag) == []

    def test_unlocking_is_told_too(self, asked, alice, morag, bell):
        moderating.lock(by=morag, thread=asked, why=WHY)
        assert len(mails(alice)) == 1
        moderating.unlock(by=morag, thread=asked, why="It is another thing after all.")
        assert bell(alice) == ["A moderator unlocked May we share it? Their reason: It is another thing after all."]
        _, said = mails(alice)
        assert said.subject == "Unlocked: May we share it?"
        assert "It takes answers and comments again." in said.body
        assert WHY not in said.body

    def test_what_was_read_stays_as_it_was_told(self, asked, alice, morag, bell):
        moderating.lock(by=morag, thread=asked, why=WHY)
        inbox.read_all(alice)
        moderating.unlock(by=morag, thread=asked, why="No.")
        assert bell(alice) == [
            "A moderator unlocked May we share it? Their reason: No.",
            f"A moderator locked May we share it? Their reason: {WHY}",
        ]  # fmt: skip

    def test_undone_before_anyone_heard_of_it_it_is_not_told(self, asked, alice, morag, bell):
        moderating.lock(by=morag, thread=asked, why=WHY)
        moderating.unlock(by=morag, thread=asked, why="The wrong one.")
        assert bell(alice) == mails(alice) == []

    def test_undone_after_it_was_seen_in_the_bell_it_is_told(self, asked, alice, morag, bell, client_of):
        moderating.lock(by=morag, thread=asked, why=WHY)
        Notice.objects.filter(recipient=alice).update(seen_at=timezone.now())
        moderating.unlock(by=morag, thread=asked, why="It is another question.")
        assert bell(alice) == ["A moderator unlocked May we share it? Their reason: It is another question."]

    def test_locking_what_is_locked_is_no_news(self, asked, alice, morag, cora, bell):
        moderating.lock(by=morag, thread=asked, why=WHY)
        moderating.lock(by=cora, thread=asked, why="Me too.")
        assert bell(alice) == [f"A moderator locked May we share it? Their reason: {WHY}"]

    def test_pinning_and_other_topics_are_told_to_nobody(self, asked, morag):
        moderating.pin(by=morag, thread=asked, why=WHY)
        moderating.retag(by=morag, thread=asked, topics=["consent"], why=WHY)
        assert not Notice.objects.exists()

    def test_a_moderator_is_not_told_of_what_they_did_themself(self, morag, cora, space, bell):
        own = asking.ask(by=morag, space=space, kind="discussion", title="Mine", body="Words.")
        moderating.lock(by=morag, thread=own, why=WHY)
        moderating.remove(by=morag, post=own.posts.get(), why=WHY)
        moderating.restore(by=morag, post=own.posts.get(), why=WHY)
        assert bell(morag) == mails(morag) == []
        moderating.unlock(by=cora, thread=own, why="Cora's reason.")
        assert bell(morag) == ["A moderator unlocked Mine. Their reason: Cora&#x27;s reason."]

    def test_who_muted_the_thread_or_switched_it_off_is_not_told(self, asked, alice, morag, space, bell):
        following.mute(by=alice, number=asked.pk)
        other = asking.ask(by=alice, space=space, kind="question", title="Another", body="Words.")
        choose(alice, "forum.locked", bell=False, mail="none")
        for thread in (asked, other):
            moderating.lock(by=morag, thread=thread, why=WHY)
        assert bell(alice) == mails(alice) == []

    def test_who_left_the_private_group_is_not_told(self, alice, bob, morag, group_space, bell):
        from forum.models import SpaceMembership

        SpaceMembership.objects.create(space=group_space, member=morag)
        own = asking.ask(by=alice, space=group_space, kind="question", title="In the group", body="Words.")
        moderating.lock(by=morag, thread=own, why=WHY)
        SpaceMembership.objects.filter(space=group_space, member=alice).delete()
        assert bell(alice) == mails(alice) == []

    def test_an_unnamed_asker_is_told(self, asked, alice, morag, bell):
        type(asked).objects.filter(pk=asked.pk).update(shown_as="member")
        moderating.lock(by=morag, thread=asked, why=WHY)
        assert bell(alice) == [f"A moderator locked May we share it? Their reason: {WHY}"]

    def test_a_space_that_mails_links_only_mails_no_reason(self, asked, alice, morag, space, bell):
        space.mail_policy = "link"
        space.save()
        moderating.lock(by=morag, thread=asked, why=WHY)
        (said,) = mails(alice)
        assert WHY not in said.body + said.alternatives[0][0]
        assert "A moderator locked May we share it?" in said.body
        assert bell(alice) == [f"A moderator locked May we share it? Their reason: {WHY}"]


class TestRemoving:
    def test_who_asked_is_told_that_their_thread_is_gone(self, asked, alice, bob, morag, bell, client_of):
        moderating.remove(by=morag, post=asked.posts.get(number=1), why=WHY)
        assert bell(alice) == [f"A moderator removed your question May we share it? Their reason: {WHY}"]
        assert bell(bob) == []
        page = opened(client_of, alice)
        assert (page.status_code, page.request["PATH_INFO"]) == (200, f"/forum/{asked.pk}/posts/1/gone/")

    def test_by_mail(self, asked, alice, bob, morag):
        moderating.remove(by=morag, post=asked.posts.get(number=1), why=WHY)
        (said,) = mails(alice)
        assert said.subject == "Removed: May we share it?"
        assert f"A moderator removed your question May we share it? Their reason: {WHY}" in said.body
        assert "Only you and moderators can read it now." in said.body
        assert "Read what you wrote:" in said.body
        assert f"/forum/{asked.pk}/posts/1/gone/" in said.body
        assert asked.get_absolute_url() not in said.body
        assert mails(bob) == mails(morag) == []

    def test_an_answer(self, asked, alice, bob, morag, bell, client_of):
        moderating.remove(by=morag, post=asked.posts.get(number=2), why=WHY)
        assert bell(bob) == [f"A moderator removed your answer to May we share it? Their reason: {WHY}"]
        assert bell(alice) == []
        (said,) = mails(bob)
        assert "See where it stood:" in said.body
        assert f"{asked.get_absolute_url()}?post=2#post-2" in said.body
        assert opened(client_of, bob).status_code == 200

    def test_a_mail_that_may_not_give_the_reason_ends_its_sentence(self, asked, alice, morag, space):
        space.mail_policy = "link"
        space.save()
        moderating.remove(by=morag, post=asked.posts.get(number=1), why=WHY)
        assert len(mails(alice)) == 1
        moderating.restore(by=morag, post=asked.posts.get(number=1), why="It was fine.")
        _, said = mails(alice)
        assert said.body.startswith("A moderator put your question May we share it? back.\n")

    def test_what_is_put_back_is_told(self, asked, alice, morag, bell, client_of):
        moderating.remove(by=morag, post=asked.posts.get(number=1), why=WHY)
        assert len(mails(alice)) == 1
        moderating.restore(by=morag, post=asked.posts.get(number=1), why="It was fine.")
        assert bell(alice) == ["A moderator put your question May we share it? back. Their reason: It was fine."]
        _, said = mails(alice)
        assert said.subject == "Back again: May we share it?"
        assert "It can be read again where it was." in said.body
        assert opened(client_of, alice).request["PATH_INFO"] == asked.get_absolute_url()

    def test_put_back_before_anyone_heard_of_it_it_is_not_told(self, asked, alice, morag, bell):
        moderating.remove(by=morag, post=asked.posts.get(number=1), why=WHY)
        moderating.restore(by=morag, post=asked.posts.get(number=1), why="The wrong one.")
        assert bell(alice) == mails(alice) == []

    def test_who_left_the_private_group_is_not_told(self, alice, bob, morag, group_space, bell):
        from forum.models import SpaceMembership

        SpaceMembership.objects.create(space=group_space, member=morag)
        own = asking.ask(by=alice, space=group_space, kind="question", title="In the group", body="Words.")
        moderating.remove(by=morag, post=own.posts.get(), why=WHY)
        SpaceMembership.objects.filter(space=group_space, member=alice).delete()
        assert bell(alice) == mails(alice) == []


def test_the_preferences_have_a_row_for_each(client_of, alice):
    page = client_of(alice).get("/notifications/preferences/").content.decode()
    assert "A moderator removes something you wrote, or puts it back" in page
    assert "A moderator locks or unlocks a thread you started" in page
    for kind in ("forum.removed", "forum.locked"):
        assert f'name="mail:{kind}"' in page


def test_the_bell_costs_the_same_for_one_and_for_three(asked, alice, morag, space, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = client_of(alice), []
    client.get("/notifications/")
    for many in (1, 2):
        for number in range(many):
            one = asking.ask(by=alice, space=space, kind="question", title=f"Again {many} {number}", body="Words.")
            moderating.lock(by=morag, thread=one, why=WHY)
            two = asking.ask(by=alice, space=space, kind="question", title=f"Gone {many} {number}", body="Words.")
            moderating.remove(by=morag, post=two.posts.get(), why=WHY)
        with CaptureQueriesContext(connection) as made:
            client.get("/notifications/")
        costs.append(len(made))
    assert costs[0] == costs[1]
