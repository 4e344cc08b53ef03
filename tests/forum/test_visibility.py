"""Who sees what: lists and single pages agree, and what is private shows nowhere."""

import itertools

import pytest

from forum import querysets
from forum.actions import moderating, posting
from forum.models import Space, Thread
from forum.permissions import can_view_space, can_view_thread, viewable
from members.models import Member
from tests.factories import MemberFactory, PostFactory, SpaceFactory, ThreadFactory

pytestmark = pytest.mark.django_db

CANARY = "Zanzibarquokka"


@pytest.fixture
def people(cast, charity):
    """The cast, and one member of each standing, some of them with a role."""
    standings = {
        f"{standing.value} {role.value}": MemberFactory(standing=standing, role=role, organisation=charity)
        for standing, role in itertools.product(Member.Standing, Member.Role)
    }
    return cast | standings


@pytest.fixture
def threads(alice, bob, morag, space, members_space, group_space):
    """Every kind of space × open, locked, removed."""
    others = SpaceFactory(name="Other group", visibility="group", people=[morag])
    made = []
    for room in (space, members_space, group_space, others):
        made += [
            ThreadFactory(space=room, author=alice),
            ThreadFactory(space=room, author=bob, locked=True),
            ThreadFactory(space=room, author=alice),
        ]
        gone = {"by": morag, "removed_by": "moderator", "why": "Why", "now": made[-1].created_at}
        moderating.bury(made[-1], made[-1].posts.get(), **gone)
        Thread.objects.filter(pk=made[-1].pk).update(removed_at=made[-1].created_at)
    return made


def test_lists_and_single_pages_agree_on_who_sees_what(people, threads):
    """30 people × 12 threads and 4 spaces."""
    assert (len(people), len(threads), Space.objects.count()) == (30, 12, 4)
    for name, member in people.items():
        seen = set(Thread.objects.visible_to(member).values_list("pk", flat=True))
        may = {thread.pk for thread in Thread.objects.all() if can_view_thread(member, thread)}
        assert {thread.pk for thread in viewable(member, Thread.objects.select_related("space"))} == may
        assert (name, seen) == (name, may)
        rooms = set(Space.objects.visible_to(member))
        assert (name, rooms) == (name, {room for room in Space.objects.all() if can_view_space(member, room)})


def test_everyone_s_page_is_as_the_rule_says(client_of, people, threads):
    """30 people × 12 threads, each asked for its page, with the right slug and a wrong one."""
    for member in people.values():
        client = client_of(member)
        signs_in = not member.is_authenticated or member.is_active
        for thread in Thread.objects.select_related("space"):
            status = client.get(thread.get_absolute_url()).status_code
            expected = 200 if signs_in and can_view_thread(member, thread) else 404
            assert (str(member), thread.pk, status) == (str(member), thread.pk, expected)


@pytest.fixture
def secret(alice, bob, group_space):
    """A thread in alice and bob's group, with a canary in its title, topic, posts and slug."""
    thread = ThreadFactory(
        title=f"{CANARY} in the title?",
        space=group_space,
        author=alice,
        topics=[CANARY],
        body=f"{CANARY} in the opening.",
    )
    post = posting.answer(by=bob, thread=thread, body=f"{CANARY} in the answer.")
    posting.comment(by=alice, on=post, body=f"{CANARY} in a comment.")
    return Thread.objects.get(pk=thread.pk)


def addresses(thread) -> list[str]:
    number, slug = thread.pk, thread.slug
    topic = CANARY.lower()
    return [
        "/forum/", "/forum/unanswered/", "/forum/answered/", "/forum/mine/", "/forum/following/", "/forum/unread/",
        "/forum/topics/", f"/forum/topics/{topic}/", f"/forum/?topic={topic}", f"/forum/?space={thread.space.slug}",
        f"/forum/spaces/{thread.space.slug}/", f"/forum/{number}/", f"/forum/{number}/{slug}/", f"/forum/{number}/x/",
        f"/forum/{number}/{slug}/?post=2", f"/forum/{number}/{slug}/?sort=helpful", f"/forum/{number}/row/",
        f"/forum/{number}/new/?after=0", f"/forum/{number}/posts/?after=0", f"/forum/{number}/posts/2/comment/",
        f"/forum/{number}/posts/2/edit/", f"/forum/{number}/posts/2/delete/", f"/forum/{number}/posts/2/history/",
        f"/forum/{number}/posts/2/remove/", f"/forum/{number}/moderate/lock/",
    ]  # fmt: skip


OUTSIDERS = ["charlie", "morag", "cora", "anyone"]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_of_a_private_group_shows_to_an_outsider(client_of, cast, alice, thread, secret, who):
    """25 addresses × 4 people, cold and warm; alice sees the canary, so the test can fail."""
    inside, outside = client_of(alice), client_of(cast[who])
    seen = 0
    for address in addresses(secret) * 2:
        seen += CANARY.lower() in inside.get(address).content.decode().lower()
        response = outside.get(address)
        text = response.content.decode() + str(response.headers.get("Location", ""))
        asked_for = "next=" in text and address in text  # the sign-in page repeats the address that was asked for
        shown = text.lower().replace(address.lower(), "") if asked_for or CANARY.lower() in address else text.lower()
        assert (address, CANARY.lower() in shown) == (address, False)
        assert response.status_code in {200, 302, 404}
    assert seen > 20


@pytest.mark.parametrize("who", ["charlie", "morag", "cora"])
def test_acts_on_what_one_can_t_see_are_404_not_403(client_of, cast, secret, who):
    number, client = secret.pk, client_of(cast[who])
    acts = ["answer/", "follow/", "us-too/", "unaccept/", "moderate/lock/", "posts/2/helpful/", "posts/2/accept/",
            "posts/2/comment/", "posts/2/edit/", "posts/2/delete/", "posts/2/remove/", "posts/2/restore/"]  # fmt: skip
    data = {"why": "x", "body": "x", "follow": "following", "helpful": "yes", "us_too": "yes"}
    assert {act: client.post(f"/forum/{number}/{act}", data).status_code for act in acts} == dict.fromkeys(acts, 404)


def test_private_threads_are_in_no_outsider_s_counts(cast, secret):
    for who in OUTSIDERS:
        member = cast[who]
        assert list(querysets.topics_with_totals(member)) == []
        if member.is_authenticated:
            assert querysets.counts_for(member) == {"following": 0, "mine": 0, "unanswered": 0, "newest": 0}
    ThreadFactory(space=secret.space, topics=[CANARY])
    assert querysets.counts_for(cast["bob"])["unanswered"] == 1
    assert querysets.counts_for(cast["cora"])["unanswered"] == 0


def test_leaving_a_group_takes_its_threads_away_at_once(client_of, bob, secret):
    client = client_of(bob)
    assert client.get(secret.get_absolute_url()).status_code == 200
    client.post(f"/forum/{secret.pk}/follow/", {"follow": "following"})
    secret.space.memberships.filter(member=bob).delete()
    assert client.get(secret.get_absolute_url()).status_code == 404
    for address in ("/forum/", "/forum/following/", "/forum/unread/"):
        assert CANARY not in client.get(address).content.decode()
    assert querysets.counts_for(bob)["following"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_kept_public_page_is_gone_when_its_thread_is_removed(client_of, morag, bob, space, settings):
    settings.ANONYMOUS_CACHE = True
    thread = ThreadFactory(title=f"{CANARY}?", space=space)
    PostFactory(thread=thread, author=bob)
    client = client_of(None)
    pages = ["/forum/", thread.get_absolute_url(), f"/forum/spaces/{space.slug}/"]
    assert [CANARY in client.get(page).content.decode() for page in pages * 2] == [True] * 6
    moderating.remove(by=morag, post=thread.posts.get(number=1), why="It named a person.")
    assert [CANARY in client.get(page).content.decode() for page in pages] == [False] * 3


@pytest.mark.django_db(transaction=True)
def test_a_kept_public_page_shows_a_new_answer_at_once(client_of, bob, thread, settings, django_assert_num_queries):
    settings.ANONYMOUS_CACHE = True
    client = client_of(None)
    client.get(thread.get_absolute_url())
    with django_assert_num_queries(0):
        client.get(thread.get_absolute_url())
    posting.answer(by=bob, thread=thread, body=CANARY)
    assert CANARY in client.get(thread.get_absolute_url()).content.decode()
