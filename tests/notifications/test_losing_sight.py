"""Who no longer takes part is not told, by a number on the bell, of what they can't open."""

import pytest

from core import outbox
from forum.actions import moderating, posting
from members import actions, seen
from members.models import Member
from notifications import inbox
from tests.factories import ThreadFactory
from tests.notifications import conftest
from tests.notifications.test_inbox import tell

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def heard(alice, bob, morag, space, members_space, group_space):
    """Alice, who has unread notices of a public thread, and of three that only members may read."""
    for place in (space, members_space, group_space):
        posting.answer(by=bob, thread=ThreadFactory(author=alice, space=place), body="Yes.")
    removed = posting.answer(by=alice, thread=ThreadFactory(author=bob, space=members_space), body="A name.")
    moderating.remove(by=morag, post=removed, why="A name in it.")
    outbox.drain()
    assert len(unread(alice)) == 4
    return alice


def unread(member) -> list[str]:
    return list(member.notices.unread().order_by("pk").values_list("group_key", flat=True))


def moves(member):
    actions.change_organisation(by=member, organisation=None, unlisted="Elsewhere Ltd")
    outbox.drain()


def test_only_what_anybody_may_read_is_still_counted(heard, client_of):
    first, *_ = unread(heard)
    moves(heard)
    assert unread(heard) == [first]
    assert inbox.unread_count(heard) == 1
    assert client_of(heard).get("/notifications/").content.decode().count("/open/") == 1


def test_open_tabs_look_again_and_no_mail_goes_of_the_others(heard):
    before = Member.objects.get(pk=heard.pk).inbox_no
    moves(heard)
    assert Member.objects.get(pk=heard.pk).inbox_no == before + 1
    assert heard.notices.filter(mail_due_at__isnull=False).count() == 1


def test_what_was_read_stays_in_the_list_of_what_was_told(heard):
    inbox.read_all(heard)
    moves(heard)
    assert heard.notices.count() == 4


def test_nothing_is_taken_from_who_takes_part(heard):
    tell(heard, item=1)
    conftest.HIDDEN.add("thing:1")
    seen.otherwise(heard)
    outbox.drain()
    assert len(unread(heard)) == 5


@pytest.mark.parametrize("count", [1, 5])
def test_it_costs_the_same_with_one_and_with_many(alice, bob, members_space, django_assert_num_queries, count):
    for _ in range(count):
        posting.answer(by=bob, thread=ThreadFactory(author=alice, space=members_space), body="Yes.")
    Member.objects.filter(pk=alice.pk).update(standing="waiting")
    alice.refresh_from_db()
    with django_assert_num_queries(6):
        inbox.withdraw_unseen(alice)
    assert unread(alice) == []
