"""Search shows each person only what they may read, by no part of the page more."""

import pytest
from django.contrib.auth.models import AnonymousUser

from forum.models import Thread
from portal.search import SOURCES, search
from tests.factories import MemberFactory, OrganisationFactory, PostFactory, ThreadFactory

CANARY = "quillback"


@pytest.mark.engines
def test_search_shows_each_person_only_what_they_may_read(
    cast, space, members_space, group_space, alice, indexed, found
):
    for room in (space, members_space, group_space):
        ThreadFactory(title=f"{CANARY} in {room.name}", space=room, author=alice, topics=[f"{CANARY} {room.name}"])
    indexed()
    public, members, group = (f"{CANARY} in {room.name}" for room in (space, members_space, group_space))
    expected = {
        "anyone": [public],
        "charlie": [public],
        "alice": [public, members, group],
        "bob": [public, members, group],
        "morag": [public, members],
        "cora": [public, members],
    }
    for name, person in cast.items():
        assert sorted(found(CANARY, person)["questions"]) == sorted(expected[name]), name


def test_a_hidden_thread_leaks_by_no_part_of_the_page(client, group_space, alice, indexed):
    ThreadFactory(
        title="Kestrelgate", space=group_space, author=alice, body=f"All on {CANARY}.", topics=["kestrelwatch"]
    )
    indexed()
    for query in ("kestrelgate", CANARY, "kestrelwatch", "kestrelwach", "xyzzy"):
        page = client.get("/search/", {"q": query}).content.decode().lower().replace(query, "")
        assert "kestrel" not in page
        assert CANARY not in page


@pytest.mark.engines
def test_removed_threads_and_posts_are_not_found(space, alice, bob, morag, indexed, found):
    gone = ThreadFactory(title=f"{CANARY} gone", space=space, author=alice)
    kept = ThreadFactory(title="Kept", space=space, author=alice)
    post = PostFactory(thread=kept, author=bob, body=f"{CANARY} was said here")
    indexed()
    assert sorted(found(CANARY, morag)["questions"]) == ["Kept", f"{CANARY} gone"]
    Thread.objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    type(post).objects.filter(pk=post.pk).update(removed_at=post.created_at, removed_by="moderator")
    indexed()
    for viewer in (None, alice, morag):
        assert found(CANARY, viewer)["questions"] == []


def test_an_excerpt_never_shows_a_removed_post_even_before_the_index_knows(client, space, alice, bob, indexed):
    kept = ThreadFactory(title="Kept", space=space, author=alice)
    post = PostFactory(thread=kept, author=bob, body=f"{CANARY} was said here")
    indexed()
    type(post).objects.filter(pk=post.pk).update(removed_at=post.created_at, removed_by="moderator")
    assert "was said here" not in client.get("/search/", {"q": CANARY}).content.decode()


@pytest.mark.parametrize("field", ["job_title", "organisation", "expertise"])
def test_a_member_is_found_only_by_what_they_show(field, cast, council, indexed, found):
    hidden = OrganisationFactory(name=f"{CANARY} trust")
    member = MemberFactory(
        display_name="Sasha Reed",
        job_title=f"{CANARY} lead",
        organisation=hidden,
        knows=[f"{CANARY} law"],
        show_job_title="nobody",
        show_organisation="nobody",
        show_expertise="nobody",
    )
    who = {"nobody": [], "members": ["alice", "bob", "cora", "morag"], "everyone": sorted(cast)}
    for audience, people in who.items():
        setattr(member, f"show_{field}", audience)
        member.save()
        indexed()
        finders = sorted(name for name, person in cast.items() if found(CANARY, person)["people"] == ["Sasha Reed"])
        assert finders == people, audience


def test_members_who_hide_their_name_or_do_not_take_part_are_not_found(cast, indexed, found, charity):
    MemberFactory(display_name=f"{CANARY} Shy", organisation=charity, show_name="members")
    MemberFactory(display_name=f"{CANARY} Banned", organisation=charity, standing="banned")
    indexed()
    seen = {name: found(CANARY, person)["people"] for name, person in cast.items()}
    shy = [f"{CANARY} Shy"]
    assert seen == {"anyone": [], "charlie": [], "alice": shy, "bob": shy, "morag": shy, "cora": shy}


def test_what_is_shown_of_a_member_in_results_is_what_they_show(client, charity, indexed):
    MemberFactory(display_name="Sasha Reed", organisation=charity, job_title=CANARY, show_job_title="members")
    indexed()
    page = client.get("/search/", {"q": "Sasha"}).content.decode()
    assert "Sasha" in page
    assert CANARY not in page


def test_organisations_that_applied_or_left_are_the_core_teams_to_find(cast, indexed, found):
    for status in ("applied", "left", "partner", "observer", "replaced"):
        OrganisationFactory(name=f"{CANARY} {status}", status=status, editor_note="plover")
    indexed()
    listed = [f"{CANARY} {status}" for status in ("observer", "partner", "replaced")]
    for name, person in cast.items():
        expected = sorted([*listed, f"{CANARY} applied", f"{CANARY} left"]) if name == "cora" else listed
        assert sorted(found(CANARY, person)["partners"]) == expected, name
        assert found("plover", person)["partners"] == []


@pytest.mark.engines
def test_what_is_put_together_for_readers_alike_is_right_for_each(
    cast, space, members_space, group_space, alice, council, indexed, found
):
    """The SQL of `visible` is kept for all readers of a kind: each must get just what `visible` says of them."""
    for number, room in enumerate((space, members_space, group_space)):
        ThreadFactory(title=f"{CANARY} {number}", space=room, author=alice)
    for audience in ("everyone", "members"):
        MemberFactory(display_name=f"{CANARY} {audience}", organisation=council, show_name=audience)
    stranger = MemberFactory(display_name="Outside the group", organisation=council)
    indexed()
    for _ in range(2):
        for person in [*cast.values(), stranger]:
            result = search(CANARY, person or AnonymousUser())
            for source in SOURCES:
                if source.visible:
                    pks = {entry.pk for entry in source.visible(person or AnonymousUser())}
                    assert set(result.pks[source.name]) <= pks
            assert len(result.pks["questions"]) == source_count(person, CANARY)


def source_count(person, word: str) -> int:
    """How many threads with `word` in the title somebody may read."""
    return Thread.objects.visible_to(person or AnonymousUser()).filter(removed_at=None, title__startswith=word).count()


@pytest.mark.engines
def test_nobody_gets_what_was_remembered_of_another(space, group_space, alice, charlie, indexed):
    ThreadFactory(title=f"{CANARY} one", space=group_space, author=alice)
    stranger = MemberFactory(display_name="Like Alice, but outside")
    indexed()
    assert [len(search(CANARY, one).pks["questions"]) for one in (alice, stranger, alice, charlie)] == [1, 0, 1, 0]
