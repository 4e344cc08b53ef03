"""Telling members: one unread notice each, whatever happens how often, in a fixed number of statements."""

import datetime as dt

import pytest
from django.db.models import Case, Value, When
from django.utils import timezone

from members.models import Member
from notifications import inbox
from notifications.models import Notice, Preference
from tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

WAIT = dt.timedelta(seconds=90)


def tell(*members, kind="test.told", item=None, **more):
    fields = {"group_key": "thing:1", "subject": "A thing", "url": "/thing/1/", "why": "follower", "item_id": item}
    people = Member.objects.filter(pk__in=[member.pk for member in members])
    return inbox.notify(kind, recipients=people, **(fields | more))


def told(member, **filters):
    return list(member.notices.filter(**filters).order_by("pk"))


def test_several_events_make_one_unread_notice_with_a_count(alice):
    assert tell(alice, item=1, url="/thing/1/?post=1") == 1
    assert tell(alice, item=2, url="/thing/1/?post=2") == 1
    (notice,) = told(alice)
    assert (notice.count, notice.item_id, notice.last_item_id, notice.url) == (2, 1, 2, "/thing/1/?post=1")


def test_the_same_item_told_for_two_reasons_counts_once(alice):
    tell(alice, item=4)
    tell(alice, item=4, kind="test.loud", why="named")
    (notice,) = told(alice)
    assert (notice.count, notice.kind, notice.why) == (1, "test.loud", "named")


def test_the_kind_that_matters_most_words_the_notice(alice, bob):
    tell(alice, item=1, kind="test.loud", why="named", actor=bob)
    tell(alice, item=2)
    (notice,) = told(alice)
    assert (notice.kind, notice.why, notice.actor, notice.priority, notice.count) == ("test.loud", "named", bob, 20, 2)


def test_after_reading_a_new_event_makes_a_new_notice(alice):
    tell(alice, item=1)
    assert inbox.read(alice, "thing:1") == 1
    tell(alice, item=2)
    assert [(notice.is_unread(), notice.item_id) for notice in told(alice)] == [(False, 1), (True, 2)]


def test_other_things_make_other_notices(alice):
    tell(alice)
    tell(alice, group_key="thing:2")
    assert inbox.unread_count(alice) == 2


def test_each_event_raises_the_inbox_number_of_those_told_and_of_nobody_else(alice, bob):
    tell(alice)
    tell(alice)
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.inbox_no, bob.inbox_no) == (2, 0)


def test_reading_raises_it_too_but_only_if_something_was_unread(alice, django_assert_num_queries):
    tell(alice)
    inbox.read(alice, "thing:1")
    with django_assert_num_queries(1):
        inbox.read(alice, "thing:1")
    alice.refresh_from_db()
    assert alice.inbox_no == 2


def test_one_statement_serves_several_reasons(alice, bob):
    why = Case(When(pk=alice.pk, then=Value("asker")), default=Value("follower"))
    assert tell(alice, bob, why=why) == 2
    assert {notice.recipient: notice.why for notice in Notice.objects.all()} == {alice: "asker", bob: "follower"}


@pytest.mark.parametrize("count", [3, 300])
def test_telling_takes_two_statements_whatever_the_number(db, django_assert_num_queries, council, count):
    Member.objects.bulk_create(
        Member(email=f"m{n}@example.org", handle=f"m{n}", display_name=f"M {n}", organisation=council)
        for n in range(count)
    )
    for _ in range(2):
        with django_assert_num_queries(2):
            assert inbox.notify(
                "test.told", recipients=Member.objects.all(), group_key="thing:1", subject="x", url="/", why="follower"
            ) == count  # fmt: skip
    assert Notice.objects.filter(count=2).count() == count


def test_a_recipient_found_twice_is_told_once(alice):
    doubled = Member.objects.filter(pk=alice.pk) | Member.objects.filter(notice_preferences__kind="x", pk=alice.pk)
    for kind in ("a", "b", "c"):
        Preference.objects.create(member=alice, kind=kind)
    doubled = Member.objects.filter(notice_preferences__kind__in="abc")
    inbox.notify("test.told", recipients=doubled, group_key="thing:1", subject="x", url="/", why="follower")
    assert [notice.count for notice in told(alice)] == [1]


def test_nobody_who_may_not_sign_in_is_told(alice):
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    assert tell(alice) == 0


CHOICES = [
    # kind's own, all mail off → bell, mail
    ("test.told", None, False, (True, True)),
    ("test.told", None, True, (True, False)),
    ("test.told", (True, "none"), False, (True, False)),
    ("test.told", (False, "at_once"), False, (False, True)),
    ("test.told", (False, "at_once"), True, None),
    ("test.told", (False, "none"), False, None),
    ("test.told", (True, "at_once"), True, (True, False)),
    ("test.quiet", None, False, None),
    ("test.quiet", (True, "none"), False, (True, False)),
    ("test.quiet", (False, "at_once"), False, (False, True)),
]


@pytest.mark.parametrize("kind, choice, all_mail_off, expected", CHOICES)
def test_each_choice_of_channels_is_honoured(alice, kind, choice, all_mail_off, expected):
    if choice:
        Preference.objects.create(member=alice, kind=kind, bell=choice[0], mail=choice[1])
    if all_mail_off:
        Preference.objects.create(member=alice, kind="*", mail="none")
    Preference.objects.create(member=alice, kind="test.other", bell=False, mail="none")
    tell(alice, kind=kind)
    notices = told(alice)
    assert [(notice.in_bell, notice.mail_due_at is not None) for notice in notices] == ([expected] if expected else [])


def test_mail_waits_ninety_seconds_and_urgent_mail_not_at_all(alice, bob):
    now = timezone.now()
    tell(alice, now=now)
    tell(bob, kind="test.loud", why="named", now=now)
    assert [told(member)[0].mail_due_at for member in (alice, bob)] == [now + WAIT, now]


def test_a_second_event_does_not_put_the_mail_off(alice):
    now = timezone.now()
    tell(alice, item=1, now=now)
    tell(alice, item=2, now=now + WAIT / 2)
    assert told(alice)[0].mail_due_at == now + WAIT


def test_an_event_while_the_mail_is_on_its_way_makes_another_due(alice):
    now = timezone.now()
    tell(alice, item=1, now=now)
    Notice.objects.update(mail_leased_until=now + WAIT * 2, mailing_item_id=1)
    tell(alice, item=2, now=now + WAIT)
    assert told(alice)[0].mail_due_at == now + WAIT * 2


def test_an_event_after_the_mail_makes_another_due(alice):
    now = timezone.now()
    tell(alice, item=1, now=now)
    Notice.objects.update(mail_due_at=None, mailed_at=now, mailed_item_id=1)
    tell(alice, item=2, now=now + WAIT)
    assert told(alice)[0].mail_due_at == now + WAIT * 2


def test_reading_cancels_the_mail(alice):
    tell(alice)
    inbox.read_all(alice)
    assert told(alice)[0].mail_due_at is None


def test_what_was_seen_is_new_again_with_the_next_event(alice):
    tell(alice, item=1)
    assert inbox.see(alice) == 1
    assert inbox.see(alice) == 0
    tell(alice, item=2)
    assert inbox.see(alice) == 1


def test_the_bell_counts_only_what_it_shows_and_at_most_a_hundred(alice, django_assert_num_queries):
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(recipient=alice, kind="test.told", group_key=f"thing:{n}", subject="x", url="/", why="", in_bell=n != 3)
        for n in range(5)
    )
    assert inbox.unread_count(alice) == 4
    Notice.objects.bulk_create(
        Notice(recipient=alice, kind="test.told", group_key=f"other:{n}", subject="x", url="/", why="", created_at=now)
        for n in range(150)
    )
    with django_assert_num_queries(1):
        assert inbox.unread_count(alice) == 100


def test_what_someone_may_no_longer_see_is_taken_back(alice, bob):
    tell(alice, bob)
    tell(bob, group_key="thing:2")
    assert inbox.withdraw("thing:1", members=Member.objects.filter(pk=bob.pk)) == 1
    assert [notice.group_key for notice in told(bob)] == ["thing:2"]
    assert [notice.group_key for notice in told(alice)] == ["thing:1"]


def test_titles_and_addresses_too_long_are_cut(alice):
    tell(alice, subject="x" * 500, url="/" + "y" * 500)
    assert (len(told(alice)[0].subject), len(told(alice)[0].url)) == (200, 300)


def test_a_hint_goes_to_the_tabs_of_those_told_after_the_commit(
    alice, bob, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("core.live.announce", sent.append)
    monkeypatch.setattr(inbox, "HINT_SIZE", 2)
    people = [alice, bob, MemberFactory()]
    with django_capture_on_commit_callbacks(execute=True):
        tell(*people)
        assert sent == []
    ids = sorted(member.pk for member in people)
    assert sorted(pk for hint in sent for pk in hint["members"]) == ids
    assert [len(hint["members"]) for hint in sent] == [2, 1]


class TestList:
    """Notices that list what they told of, so that one of it can be taken back."""

    EVENTS = [("test.told", 5, "follower"), ("test.loud", 3, "named"), ("test.told", 7, "asker"), ("test.loud", 7, "x")]

    def say(self, alice, events):
        for kind, item, why in events:
            tell(alice, kind=kind, item=item, why=why, url=f"/{item}/", listed=True)

    def saying(self, alice):
        fields = ("kind", "why", "priority", "count", "url", "item_id", "last_item_id", "in_bell")
        return list(alice.notices.values_list(*fields))

    def take_back(self, item, **more):
        return inbox.take_back("thing:1", item, urls=lambda items: {item: f"/{item}/" for item in items}, **more)

    @pytest.mark.parametrize("item", [5, 3, 7])
    def test_what_is_taken_back_might_never_have_been_told(self, alice, item):
        self.say(alice, [one for one in self.EVENTS if one[1] != item])
        expected = self.saying(alice)
        alice.notices.all().delete()
        self.say(alice, self.EVENTS)
        assert self.take_back(item) == 1
        assert self.saying(alice) == expected

    def test_one_reason_may_be_taken_back_of_two(self, alice):
        self.say(alice, self.EVENTS[:3])
        expected = self.saying(alice)
        self.say(alice, self.EVENTS[3:])
        assert self.saying(alice) == expected
        self.take_back(7, kind="test.loud")
        assert self.saying(alice) == expected

    def test_a_notice_that_tells_of_nothing_else_goes(self, alice, bob):
        self.say(alice, self.EVENTS[:1])
        assert self.take_back(5) == 1
        assert self.saying(alice) == []
        assert self.take_back(5) == 0

    def test_what_was_read_stays_as_it_was(self, alice):
        self.say(alice, self.EVENTS)
        inbox.read_all(alice)
        before = self.saying(alice)
        assert self.take_back(7) == 0
        assert self.saying(alice) == before

    def test_numbers_come_never_again(self, alice):
        self.say(alice, self.EVENTS)
        self.take_back(7)
        self.say(alice, [("test.told", 8, "follower")])
        (notice,) = told(alice)
        assert ([one.number for one in notice.events()], notice.mail_mark()) == ([1, 2, 5], 5)

    def test_a_very_long_one_forgets_its_oldest(self, alice):
        self.say(alice, [("test.told", item, "follower") for item in range(1, 601)])
        (notice,) = told(alice)
        events = notice.events()
        assert (notice.count, events[-1].item, notice.told_number) == (600, 600, 600)
        assert 100 < len(events) < 500
        assert [one.number for one in events] == [one.item for one in events]
        assert len(notice.told) < 9000
        self.take_back(600)
        assert told(alice)[0].count == 599

    @pytest.mark.parametrize("count", [3, 300])
    def test_taking_back_costs_the_same_however_many_were_told(self, db, django_assert_num_queries, council, count):
        Member.objects.bulk_create(
            Member(email=f"m{n}@example.org", handle=f"m{n}", display_name=f"M {n}", organisation=council)
            for n in range(count)
        )
        for item in (1, 2):
            with django_assert_num_queries(2):
                inbox.notify(
                    "test.told", recipients=Member.objects.all(), group_key="thing:1", subject="x", url="/",
                    why="follower", item_id=item, listed=True,
                )  # fmt: skip
        with django_assert_num_queries(3):
            assert self.take_back(1) == count
        assert Notice.objects.filter(count=1, item_id=2).count() == count

    def read(self, alice, *shown, meanwhile=()):
        """Whether `alice`, who was shown these items, read any of them; `meanwhile` are told after it was looked up."""
        more = list(meanwhile)

        def unshown(items):
            self.say(alice, [more.pop()] if more else [])
            return {item: f"/{item}/" for item in items if item not in shown}

        return inbox.read_as_shown(alice, "thing:1", unshown=unshown)

    @pytest.mark.parametrize("item", [5, 3, 7])
    def test_what_was_shown_might_never_have_been_told(self, alice, item):
        self.say(alice, [one for one in self.EVENTS if one[1] != item])
        expected = self.saying(alice)
        alice.notices.all().delete()
        self.say(alice, self.EVENTS)
        assert self.read(alice, item)
        assert self.saying(alice) == expected

    def test_shown_all_of_it_a_notice_is_read_and_shown_nothing_it_is_as_it_was(self, alice):
        self.say(alice, self.EVENTS)
        before = self.saying(alice)
        assert not self.read(alice, 1, 2)
        assert (self.saying(alice), inbox.unread_count(alice)) == (before, 1)
        assert self.read(alice, 3, 5, 7)
        assert (self.saying(alice), inbox.unread_count(alice)) == (before, 0)

    def test_what_is_told_while_it_is_read_stays_unless_it_was_shown_too(self, alice):
        self.say(alice, self.EVENTS)
        assert self.read(alice, 3, 5, 7, meanwhile=[("test.told", 9, "asker"), ("test.told", 8, "asker")])
        assert [[one.item for one in notice.events()] for notice in told(alice, read_at=None)] == [[8, 9]]
        assert self.read(alice, 8, 9, 10, meanwhile=[("test.told", 10, "asker")])
        assert inbox.unread_count(alice) == 0
