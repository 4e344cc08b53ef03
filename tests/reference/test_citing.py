"""What stands on the law is asked to look again when it changes, and its owners are told once."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core import outbox
from notifications.models import Notice
from reference import citing as registry
from reference.actions import citing
from reference.actions.provisions import NotYet, WordsNeeded, mark_changed, reached
from reference.actions.refusals import NotAllowed
from reference.models import Citation
from tests.factories import PostFactory, ThreadFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def provisions_of(post):
    return [one.provision for one in Citation.objects.of(post)]


def test_cite_makes_the_citations_exactly_these(answer_citing, bob, crime, children, secrecy):
    post = answer_citing(crime, children, by=bob)
    assert provisions_of(post) == [children, crime]
    citing.cite(target=post, provisions=[crime, secrecy], owner=bob)
    assert provisions_of(post) == [secrecy, crime]
    citing.cite(target=post, provisions=[], owner=bob)
    assert provisions_of(post) == []


def test_what_stays_cited_keeps_the_day_it_was_checked_and_takes_the_new_owner(
    answer_citing, alice, bob, crime, children
):
    post = answer_citing(crime, by=bob, checked=dt.date(2025, 3, 3))
    citing.cite(target=post, provisions=[crime, children], owner=alice, today=dt.date(2026, 1, 1))
    assert {(one.provision, one.checked_on, one.owner) for one in Citation.objects.of(post)} == {
        (crime, dt.date(2025, 3, 3), alice),
        (children, dt.date(2026, 1, 1), alice),
    }


def test_citing_the_same_again_writes_nothing(answer_citing, bob, crime, django_assert_num_queries):
    post = answer_citing(crime, by=bob)
    with django_assert_num_queries(3):  # a savepoint's two, and one look
        citing.cite(target=post, provisions=[crime], owner=bob)


def test_needing_check_and_needs_check_agree(answer_citing, bob, cora, crime, children):
    """Every order of checking and marking, on days before, on and after."""
    day = timezone.localdate() - dt.timedelta(days=5)
    days = [day + dt.timedelta(days=shift) for shift in (-1, 0, 1)]
    before = [answer_citing(crime, by=bob, checked=on) for on in days]
    mark_changed(by=cora, provision=crime, what="A word fell out.", on=day)
    after = [answer_citing(crime, by=bob, checked=on) for on in days]
    never = answer_citing(children, by=bob)
    found = {post: Citation.objects.of(post).get() for post in [*before, *after, never]}
    flagged = set(Citation.objects.needing_check())
    assert {one for one in found.values() if one.needs_check()} == flagged
    # looked at before the marking counts on its day too; after it only a day from before does
    assert [one in flagged for one in found.values()] == [True, True, False, True, False, False, False]


def test_confirm_clears_the_mark_also_on_the_day_of_the_marking(answer_citing, bob, cora, crime):
    post = answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="New words.")
    assert citing.confirm(by=bob, target=post) == 1
    one = Citation.objects.of(post).get()
    assert (one.needs_check(), one.checked_by, one.checked_on) == (False, bob, timezone.localdate())
    mark_changed(by=cora, provision=crime, what="And again, the same day.")
    assert Citation.objects.of(post).get().needs_check()


def test_confirm_by_one_provision_leaves_the_others(answer_citing, bob, cora, crime, children):
    post = answer_citing(crime, children, by=bob)
    for provision in (crime, children):
        mark_changed(by=cora, provision=provision, what="New words.")
    assert citing.confirm(by=bob, target=post, provision=crime) == 1
    assert [one.needs_check() for one in Citation.objects.of(post)] == [True, False]


def test_only_owner_moderators_and_core_team_say_still_right(answer_citing, cast, crime):
    post = answer_citing(crime, by=cast["bob"])
    allowed = {}
    for name, person in cast.items():
        try:
            citing.still_right(by=person, citation=Citation.objects.of(post).get())
            allowed[name] = True
        except NotAllowed:
            allowed[name] = False
    assert allowed == {"alice": False, "bob": True, "charlie": False, "morag": True, "cora": True, "anyone": False}


def test_has_perm_says_the_same(answer_citing, cast, crime):
    one = Citation.objects.of(answer_citing(crime, by=cast["bob"])).get()
    assert {name for name, person in cast.items() if person.has_perm("reference.confirm", one)} == {
        "bob",
        "morag",
        "cora",
    }
    assert {name for name, person in cast.items() if person.has_perm("reference.keep")} == {"cora"}


@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "morag"])
def test_only_the_core_team_marks_a_law_as_changed(cast, crime, name):
    with pytest.raises(NotAllowed):
        mark_changed(by=cast[name], provision=crime, what="New words.")
    crime.refresh_from_db()
    assert crime.changed_on is None


def test_a_marking_needs_words_and_a_day_that_has_come(cora, crime):
    with pytest.raises(WordsNeeded):
        mark_changed(by=cora, provision=crime, what="  ")
    with pytest.raises(NotYet):
        mark_changed(by=cora, provision=crime, what="To come.", on=timezone.localdate() + dt.timedelta(days=1))


def test_a_marking_is_logged_with_what_when_and_how_many(answer_citing, bob, cora, crime):
    answer_citing(crime, by=bob)
    assert mark_changed(by=cora, provision=crime, what="New words.", on=dt.date(2026, 2, 5)) == 1
    entry = ModelLogEntry.objects.get(action="reference.mark_changed")
    assert (entry.user, entry.data) == (cora, {"what": "New words.", "on": "2026-02-05", "items": 1})


def test_each_owner_is_told_once_however_much_they_own(answer_citing, alice, bob, cora, crime, children):
    for _ in range(3):
        answer_citing(crime, by=bob)
    answer_citing(crime, by=alice)
    answer_citing(children, by=cora)
    mark_changed(by=cora, provision=crime, what="New words.")
    outbox.drain()
    told = Notice.objects.filter(kind="reference.law_changed")
    assert {(one.recipient, one.count, one.url) for one in told} == {
        (bob, 1, "/gateways/mine/"),
        (alice, 1, "/gateways/mine/"),
    }


def test_who_looked_after_the_change_is_not_told(answer_citing, bob, cora, crime):
    answer_citing(crime, by=bob, checked=dt.date(2026, 3, 1))
    mark_changed(by=cora, provision=crime, what="New words.", on=dt.date(2026, 2, 5))
    outbox.drain()
    assert Notice.objects.count() == 0


def test_what_was_taken_away_reaches_nobody(answer_citing, alice, bob, morag, cora, crime, thread):
    from forum.actions import editing, moderating

    removed, deleted, kept = (answer_citing(crime, by=owner) for owner in (bob, alice, cora))
    moderating.remove(by=morag, post=removed, why="It tells of a real case.")
    editing.delete(by=alice, post=deleted)
    Notice.objects.all().delete()
    assert reached(crime, on=timezone.localdate()) == (1, 1)
    assert mark_changed(by=morag_as_core(morag), provision=crime, what="New words.") == 1
    outbox.drain()
    assert [one.recipient for one in Notice.objects.filter(kind="reference.law_changed")] == [cora]
    assert kept


def morag_as_core(morag):
    """Somebody of the core team who owns nothing."""
    morag.role = morag.Role.CORE_TEAM
    morag.save()
    return morag


def test_a_marking_carried_out_twice_tells_once(answer_citing, bob, cora, crime):
    answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="New words.")
    from reference.jobs import tell_owners

    for _ in range(2):
        tell_owners(provision=crime.pk, marking=crime.change_no, by=cora.pk)
    assert [one.count for one in Notice.objects.all()] == [1]


def test_a_second_change_is_a_second_event_of_the_one_unread_notice(answer_citing, bob, cora, crime):
    answer_citing(crime, by=bob)
    for what in ("First.", "Second."):
        mark_changed(by=cora, provision=crime, what=what)
        outbox.drain()
    assert [one.count for one in Notice.objects.all()] == [2]


def test_the_notice_is_read_once_everything_is_right(answer_citing, bob, cora, crime):
    first, second = answer_citing(crime, by=bob), answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="New words.")
    outbox.drain()
    citing.confirm(by=bob, target=first)
    assert Notice.objects.unread().count() == 1
    citing.confirm(by=bob, target=second)
    assert Notice.objects.unread().count() == 0


def test_the_mail_says_what_changed_and_how_much_to_check(answer_citing, bob, cora, crime, mailoutbox):
    from notifications.kinds import get

    answer_citing(crime, by=bob)
    answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="Housing bodies may share too.", on=dt.date(2026, 2, 5))
    outbox.drain()
    notice = Notice.objects.get()
    kind = get("reference.law_changed")
    mail = kind.mail(notice)
    assert mail.subject == "The law changed: Crime and Disorder Act 1998, s.115"
    assert [(item.who, item.detail, item.text) for item in mail.items] == [
        (
            "Crime and Disorder Act 1998, s.115",
            "changed on 5 February 2026",
            (
                "Housing bodies may share too.\n\n2 things you own cite it. "
                "Have a look, and say whether it is still right."
            ),
        )
    ]
    assert str(kind.sentence(notice)) == (
        "The law changed: <strong>Crime and Disorder Act 1998, s.115</strong>. 2 things you own cite it: please check"
    )
    for post in (one.target for one in Citation.objects.all()):
        citing.confirm(by=bob, target=post)
    assert kind.mail(Notice.objects.get()) is None


def test_reached_counts_things_and_owners(answer_citing, alice, bob, crime):
    assert reached(crime, on=timezone.localdate()) == (0, 0)
    for owner in (alice, bob, bob):
        answer_citing(crime, by=owner)
    assert reached(crime, on=timezone.localdate()) == (3, 2)
    assert reached(crime, on=dt.date(2020, 1, 1)) == (0, 0)


def test_citing_things_are_listed_for_who_may_see_them(answer_citing, cast, crime, space, members_space, group_space):
    """A canary in each kind of room: 3 rooms × 6 people."""
    rooms = {"public": space, "members": members_space, "group": group_space}
    for name, room in rooms.items():
        answer_citing(crime, by=cast["bob"], of=ThreadFactory(title=f"Canary {name}", author=cast["alice"], space=room))
    citations = list(Citation.objects.of_provision(crime))
    seen = {
        person: sorted(item.title.removeprefix("Canary ") for _one, item in registry.with_items(citations, viewer))
        for person, viewer in cast.items()
    }
    everything, outside = ["group", "members", "public"], ["members", "public"]
    assert seen == {
        "alice": everything, "bob": everything, "charlie": ["public"], "morag": outside, "cora": outside,
        "anyone": ["public"],
    }  # fmt: skip


def test_a_kind_nobody_registered_is_not_listed(crime, bob, space):
    citing.cite(target=space, provisions=[crime], owner=bob)
    citations = list(Citation.objects.of(space))
    assert (registry.with_items(citations, bob), registry.cache_names(citations)) == ([], set())


def test_a_provision_that_is_cited_can_not_be_deleted(answer_citing, bob, crime):
    from django.db.models import ProtectedError

    answer_citing(crime, by=bob)
    with pytest.raises(ProtectedError):
        crime.delete()


def test_of_many_reads_many_in_one_query(bob, crime, thread, django_assert_num_queries):
    from forum.models import Post

    posts = [PostFactory(thread=thread, author=bob) for _ in range(3)]
    for post in posts:
        citing.cite(target=post, provisions=[crime], owner=bob)
    with django_assert_num_queries(1):
        found = [(one.target_id, one.provision.title) for one in Citation.objects.of_many(Post, [p.pk for p in posts])]
    assert sorted(found) == [(post.pk, "Crime and Disorder Act 1998, s.115") for post in posts]
