"""A member's page: each field as its owner chose, and nothing they said under another name."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member, RetiredHandle
from tests.factories import MemberFactory, PostFactory, ThreadFactory

FIELDS = {
    "job_title": "Head of plovers",
    "organisation": "Mardyke Food Bank",
    "bio": "I count birds.",
    "expertise": "wildfowl law",
    "answers": "A question about reeds",
    "email": "sasha@reed.example.org",
}
MEMBERS = ["alice", "bob", "morag", "cora"]


@pytest.fixture
def sasha(charity, space):
    hidden = {f"show_{field}": "nobody" for field in FIELDS}
    member = MemberFactory(
        display_name="Sasha Reed",
        handle="sasha",
        organisation=charity,
        job_title=FIELDS["job_title"],
        bio=FIELDS["bio"],
        email=FIELDS["email"],
        knows=[FIELDS["expertise"]],
        **hidden,
    )
    PostFactory(thread=ThreadFactory(title=FIELDS["answers"], space=space), author=member)
    return member


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_shown_to_whom_its_owner_says(field, cast, client_of, sasha):
    expected = {"nobody": ["cora"], "members": MEMBERS, "everyone": ["anyone", "charlie", *MEMBERS]}
    for audience, people in expected.items():
        Member.objects.filter(pk=sasha.pk).update(**{f"show_{field}": audience})
        cache.clear()
        pages = {name: client_of(person).get("/people/sasha/").content.decode() for name, person in cast.items()}
        seen = {name for name, page in pages.items() if FIELDS[field] in page}
        assert seen == set(people), audience
        others = [words for name, words in FIELDS.items() if name != field]
        assert not any(words in pages["alice"] or words in pages["anyone"] for words in others)


def test_one_sees_all_of_ones_own_page_and_the_way_to_change_it(client_of, sasha, alice):
    page = client_of(sasha).get("/people/sasha/").content.decode()
    assert [words for words in FIELDS.values() if words not in page] == []
    assert "Edit your details" in page
    assert "Edit your details" not in client_of(alice).get("/people/sasha/").content.decode()


@pytest.mark.parametrize(
    ("change", "seen_by"),
    [
        ({}, ["alice", "bob", "charlie", "morag", "cora", "anyone"]),
        ({"show_name": "members"}, MEMBERS),
        ({"standing": "waiting"}, ["cora"]),
        ({"standing": "banned"}, ["cora"]),
        ({"standing": "left", "is_active": False}, ["cora"]),
        ({"standing": "unconfirmed"}, ["cora"]),
    ],
)
def test_who_may_open_the_page(change, seen_by, cast, client_of, sasha):
    Member.objects.filter(pk=sasha.pk).update(**change)
    codes = {name: client_of(person).get("/people/sasha/").status_code for name, person in cast.items()}
    assert {name for name, code in codes.items() if code == 200} == set(seen_by)
    assert set(codes.values()) <= {200, 404}


def test_nobody_is_found_under_a_handle_nobody_has(client, db):
    assert client.get("/people/nobody/").status_code == 404


def test_an_old_handle_leads_to_the_new_page_only_for_those_who_may_open_it(cast, client_of, sasha):
    RetiredHandle.objects.create(handle="sasha-old", member=sasha)
    RetiredHandle.objects.create(handle="erased", member=None)
    response = client_of(None).get("/people/sasha-old/")
    assert (response.status_code, response.url) == (302, "/people/sasha/")
    assert client_of(None).get("/people/erased/").status_code == 404
    Member.objects.filter(pk=sasha.pk).update(show_name="members")
    codes = {name: client_of(person).get("/people/sasha-old/").status_code for name, person in cast.items()}
    assert codes == {"anyone": 404, "charlie": 404, "alice": 302, "bob": 302, "morag": 302, "cora": 302}


def test_answers_are_those_the_reader_may_read_and_that_carry_the_name(
    cast, client_of, sasha, space, members_space, group_space
):
    Member.objects.filter(pk=sasha.pk).update(show_answers="everyone")

    def answer(title, room=space, **post):
        thread = ThreadFactory(title=title, space=room)
        return PostFactory(thread=thread, author=sasha, **post)

    answer("For members", members_space)
    answer("In a group", group_space)
    answer("As a sector", shown_as="sector")
    answer("As a member", shown_as="member")
    gone = answer("Removed")
    type(gone).objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    lost = answer("In a removed thread").thread
    type(lost).objects.filter(pk=lost.pk).update(removed_at=lost.created_at)
    comment = ThreadFactory(title="Only a comment", space=space)
    PostFactory(thread=comment, author=sasha, parent=comment.posts.get())
    seen, counts = {}, {}
    for name, person in cast.items():
        context = client_of(person).get("/people/sasha/").context
        seen[name] = sorted(post.thread.title for post in context["posts"])
        counts[name] = context["counts"]["answers"]
    outside = [FIELDS["answers"]]
    member = sorted([*outside, "For members"])
    inside = sorted([*member, "In a group"])
    assert seen == {
        "anyone": outside,
        "charlie": outside,
        "alice": inside,
        "bob": inside,
        "morag": member,
        "cora": member,
    }
    assert counts == {name: len(titles) for name, titles in seen.items()}


def test_accepted_answers_are_counted(client_of, sasha, space):
    Member.objects.filter(pk=sasha.pk).update(show_answers="everyone")
    thread = ThreadFactory(title="Accepted here", space=space)
    thread.accepted_answer = PostFactory(thread=thread, author=sasha)
    thread.accepted_at = thread.created_at
    thread.save()
    response = client_of(None).get("/people/sasha/")
    assert response.context["counts"] == {"answers": 2, "accepted": 1}


@pytest.mark.parametrize("who", ["anyone", "bob"])
def test_the_number_of_queries_does_not_grow(who, cast, client_of, sasha, space):
    Member.objects.filter(pk=sasha.pk).update(show_answers="everyone", show_expertise="everyone")

    def count(many: int) -> int:
        for number in range(many):
            PostFactory(thread=ThreadFactory(title=f"Asked {many} {number}", space=space), author=sasha)
            sasha.expertise.add(f"topic {many} {number}")
        client = client_of(cast[who])
        client.get("/people/sasha/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/people/sasha/").status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    assert three <= 10


@pytest.mark.parametrize(
    ("shown_to", "words"),
    [
        ("nobody", "Only you and the core team see this"),
        ("members", "Members see this"),
        ("everyone", "Everyone sees this"),
    ],
)
def test_one_s_own_page_says_who_else_sees_the_address(client_of, alice, bob, shown_to, words):
    alice.show_email = shown_to
    alice.save()
    mine, theirs = (client_of(reader).get(alice.get_absolute_url()).content.decode() for reader in (alice, bob))
    assert (alice.email in mine, words in mine, words in theirs) == (True, True, False)


@pytest.mark.django_db(transaction=True)
def test_an_address_that_was_changed_leaves_the_kept_page_at_once(client_of, alice, settings):
    settings.ANONYMOUS_CACHE = True
    old = alice.email
    new = f"new@{old.partition('@')[2]}"
    Member.objects.filter(pk=alice.pk).update(show_email="everyone")
    added = EmailAddress.objects.create(user=alice, email=new, verified=True)
    stranger = client_of(None)
    assert old in stranger.get("/people/alice/").content.decode()
    client_of(alice).post("/accounts/email/", {"action_primary": "", "email": added.email})
    page = stranger.get("/people/alice/").content.decode()
    assert (old in page, new in page) == (False, True)
