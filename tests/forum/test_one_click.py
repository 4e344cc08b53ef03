"""One click in a mail program stops what that mail is about: of new threads, the follow that brings them."""

import pytest

from core import outbox
from core.models import Topic
from forum import notices
from forum.actions import asking, following, moderating
from forum.models import Thread
from members.models import Member
from notifications import inbox, stopping
from notifications.models import Notice
from tests.factories import SpaceFactory
from tests.forum.test_told_of import mails, unread

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def a_new_thread(by, space, **more) -> Thread:
    number = Thread.objects.count() + 1
    thread = asking.ask(by=by, space=space, kind="question", title=f"New one number {number}?", body="Body.", **more)
    outbox.drain()
    return thread


def one_click(client, member) -> str:
    """What the mail program does with the last mail to a member; the words of what was stopped."""
    path = mails(member)[-1].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    answer = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    return answer.context["done"]


def test_it_ends_the_follow_of_the_space(alice, bob, space, client):
    other = SpaceFactory(name="Another one")
    for one in (space, other):
        following.follow_space(by=bob, space=one, follow="following")
    a_new_thread(alice, space)
    assert one_click(client, bob) == "Stop following Lawful sharing"
    inbox.read_all(bob)
    a_new_thread(alice, space)
    assert unread(bob) == []
    a_new_thread(alice, other)
    assert len(unread(bob)) == 1


def test_it_ends_those_of_its_topics_where_one_of_them_was_the_reason(alice, bob, space, client):
    consent = Topic.objects.create(name="Consent")
    following.follow_topic(by=bob, topic=consent, follow="following")
    a_new_thread(alice, space, topics_named=["Consent"])
    assert one_click(client, bob) == "Stop following consent"
    inbox.read_all(bob)
    a_new_thread(alice, space, topics_named=["Consent"])
    assert unread(bob) == []


def test_it_ends_what_brought_the_mail_though_the_thread_is_elsewhere_now(
    alice, bob, morag, space, members_space, client_of
):
    consent, police = (Topic.objects.create(name=name) for name in ("Consent", "Police"))
    for topic in (consent, police):
        following.follow_topic(by=bob, topic=topic, follow="following")
    thread = a_new_thread(alice, space, topics_named=["Consent"])
    mails(bob)
    moderating.retag(by=morag, thread=thread, topics=["Police"], why="It is about them.")
    assert one_click(client_of(bob), bob) == "Stop following consent"
    assert [follow.topic for follow in bob.topic_follows.all()] == [police]
    for one in (space, members_space):
        following.follow_space(by=bob, space=one, follow="following")
    moved = a_new_thread(alice, space)
    mails(bob)
    Thread.objects.filter(pk=moved.pk).update(space=members_space)
    assert one_click(client_of(bob), bob) == "Stop following Lawful sharing"
    assert [follow.space for follow in bob.space_follows.all()] == [members_space]


def test_what_is_muted_stays_so(alice, bob, space, client):
    following.follow_space(by=bob, space=space, follow="following")
    a_new_thread(alice, space)
    mails(bob)
    following.follow_space(by=bob, space=space, follow="muted")
    one_click(client, bob)
    assert bob.space_follows.get().follow == "muted"


def test_the_mail_that_waits_does_not_go(alice, bob, space, client):
    following.follow_space(by=bob, space=space, follow="following")
    a_new_thread(alice, space)
    client.post(stopping.url_for(Notice.objects.get(recipient=bob)))
    assert mails(bob) == []


def test_who_no_longer_takes_part_may_stop_it_too(alice, bob, space, client):
    following.follow_space(by=bob, space=space, follow="following")
    a_new_thread(alice, space)
    mails(bob)
    Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.WAITING)
    one_click(client, bob)
    assert not bob.space_follows.exists()


def test_all_else_can_be_chosen_and_names_nothing_to_strangers(alice, bob, group_space, client, client_of):
    following.follow_space(by=bob, space=group_space, follow="following")
    thread = a_new_thread(alice, group_space)
    url = stopping.url_for(Notice.objects.get(recipient=bob))
    said = [dict(one.get(url).context["choices"]) for one in (client_of(bob), client)]
    assert [list(words) for words in said] == [["follow", "thread", "kind", "all"]] * 2
    assert [words["follow"] for words in said] == [
        "Stop following Pilot group",
        "Stop following the space that it is in",
    ]
    client.post(url, {"scope": "thread"})
    assert (bob.space_follows.count(), bob.readings.get(thread=thread).follow) == (1, "muted")


def test_who_looks_after_a_page_mutes_what_is_said_to_it(alice, bob, thread, client):
    thread.readings.create(member=bob, follow="following")
    notices._tell("forum.new_thread", thread, thread.posts.get(), recipients=notices._unmuted(thread, [bob.pk]),
                  why="keeper")  # fmt: skip
    assert one_click(client, bob) == f"Stop telling me about “{thread.title}”"
