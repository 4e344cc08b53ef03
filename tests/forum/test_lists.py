"""The lists of threads: what each holds, what its rows say."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core import caching
from forum.actions import accepting, following, moderating, posting
from members.models import Member
from tests.factories import PostFactory, SpaceFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    """The titles of the rows of a list, from the top."""
    found = re.findall(r'thread-row__title"><a href="[^"]*">(.*?)</a>', response.content.decode())
    return [html.unescape(title) for title in found]


def states(response) -> list[str]:
    """What the box of each row says: "waiting 1 working day waiting"."""
    boxes = re.findall(
        r'<p class="thread-row__state thread-row__state--(\w+)">(.*?)</p>', response.content.decode(), re.S
    )
    return [f"{kind} {' '.join(re.sub(r'<[^>]+>', ' ', words).split())}" for kind, words in boxes]


def badge(response, tab: str) -> str:
    """The count on a tab; "" without one."""
    found = re.search(rf'tabs__tab"[^>]*>{tab}(?: <span class="badge[^>]*>([^<]*))?', response.content.decode())
    return found[1] or ""


@pytest.fixture
def sunday():
    """It is Sunday, when no waiting is counted."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def three(alice, bob, space, sunday):
    """Three threads by alice, oldest first: one answered, one with a reply, one waiting."""
    now = timezone.now()
    made = [
        ThreadFactory(
            title=f"Number {word}?", author=alice, space=space, created_at=now - dt.timedelta(hours=3 - place)
        )
        for place, word in enumerate(["one", "two", "three"])
    ]
    answer = PostFactory(thread=made[0], author=bob, created_at=now - dt.timedelta(hours=2, minutes=50))
    accepting.accept(by=alice, post=answer)
    PostFactory(thread=made[1], author=bob, created_at=now - dt.timedelta(hours=1, minutes=50))
    return made


LISTS = {
    "/forum/": ["Number three?", "Number two?", "Number one?"],
    "/forum/unanswered/": ["Number three?"],
    "/forum/answered/": ["Number one?"],
    "/forum/mine/": [],
    "/forum/following/": ["Number two?", "Number one?"],
    "/forum/unread/": ["Number three?", "Number two?"],
}


@pytest.mark.parametrize("address", LISTS)
def test_each_list_holds_its_own_threads_newest_first(client_of, bob, three, address):
    # bob follows and has read the first, follows the second unread, and never saw the third
    bob.readings.create(thread=three[0], last_read_number=2, follow="following")
    bob.readings.create(thread=three[1], last_read_number=1, follow="following")
    bob.caught_up_at = timezone.now() - dt.timedelta(days=1)
    bob.save()
    assert titles(client_of(bob).get(address)) == LISTS[address]


def test_mine_are_those_i_asked(client_of, alice, three, bob):
    ThreadFactory(author=bob)
    assert titles(client_of(alice).get("/forum/mine/")) == ["Number three?", "Number two?", "Number one?"]


@pytest.mark.parametrize("address", ["/forum/mine/", "/forum/following/", "/forum/unread/"])
def test_my_own_lists_ask_me_to_sign_in(client_of, db, address):
    response = client_of(None).get(address)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")


def test_a_space_and_a_topic_list_only_their_own(client_of, anyone, alice, space):
    other = SpaceFactory(name="Housing")
    ThreadFactory(title="In housing?", space=other, topics=["consent"])
    ThreadFactory(title="In sharing?", space=space, topics=["retention"])
    assert titles(client_of(None).get("/forum/spaces/housing/")) == ["In housing?"]
    assert titles(client_of(None).get("/forum/topics/retention/")) == ["In sharing?"]
    assert titles(client_of(None).get("/forum/?space=housing&topic=consent")) == ["In housing?"]
    assert titles(client_of(None).get("/forum/?space=housing&topic=retention")) == []


def test_a_list_is_narrowed_by_kind(client_of, space):
    ThreadFactory(title="It worked", kind="success")
    ThreadFactory(title="May we?")
    assert titles(client_of(None).get("/forum/?kind=success")) == ["It worked"]
    assert len(titles(client_of(None).get("/forum/?kind=nonsense"))) == 2


@pytest.mark.parametrize("query", ["space=nowhere", "topic=nothing"])
def test_an_unknown_filter_is_a_404(client_of, db, query):
    assert client_of(None).get(f"/forum/?{query}").status_code == 404


def test_following_a_space_or_a_topic_fills_the_list_and_muting_empties_it(client_of, alice, bob, space):
    room = SpaceFactory(name="Housing")
    in_room = ThreadFactory(title="In the room?", space=room)
    tagged = ThreadFactory(title="On the topic?", space=space, topics=["consent"])
    ThreadFactory(title="Neither?", space=space)
    following.follow_space(by=bob, space=room, follow="following")
    following.follow_topic(by=bob, topic=tagged.topics.get(), follow="following")
    assert sorted(titles(client_of(bob).get("/forum/following/"))) == ["In the room?", "On the topic?"]
    following.follow_thread(by=bob, thread=in_room, follow="muted")
    assert titles(client_of(bob).get("/forum/following/")) == ["On the topic?"]
    following.follow_space(by=bob, space=space, follow="muted")
    assert titles(client_of(bob).get("/forum/following/")) == []


# Monday 16 November 2026 at 9:00 to …: the clock counts working hours against the space's own target
WAITS = [
    ({"minutes": 40}, 8, "waiting Just asked"),
    ({"hours": 2}, 8, "waiting 2 hours waiting"),
    ({"hours": 7, "minutes": 59}, 8, "waiting 7 hours waiting"),
    ({"days": 1, "hours": 1}, 16, "waiting 1 working day waiting"),
    ({"days": 1, "hours": 1}, 8, "late 1 working day waiting"),
    ({"days": 3, "hours": 1}, 16, "late 3 working days waiting"),
    ({"hours": 5}, 4, "late 5 hours waiting"),
    ({"days": 6, "hours": 1}, 40, "waiting 5 working days waiting"),  # the weekend does not count
]


@pytest.mark.parametrize(("later", "target", "box"), WAITS)
def test_a_waiting_question_says_how_long_by_working_hours(client_of, later, target, box):
    asked = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
    ThreadFactory(space=SpaceFactory(name="Timed", target_hours=target), created_at=asked)
    with time_machine.travel(asked + dt.timedelta(**later), tick=False):
        assert states(client_of(None).get("/forum/")) == [box]


def test_a_pinned_question_still_says_how_long_it_waits(client_of, three, morag):
    moderating.pin(by=morag, thread=three[2], why="All should read it.")
    for address in ("/forum/", "/forum/unanswered/"):
        response = client_of(None).get(address)
        assert (titles(response)[0], states(response)[0]) == ("Number three?", "waiting Just asked")
        assert response.content.decode().count("</svg>Pinned</span>") == 1


def test_rows_say_answered_replies_and_notice(client_of, alice, three, morag):
    moderating.pin(by=morag, thread=three[1], why="All should read it.")
    response = client_of(None).get("/forum/")
    assert titles(response) == ["Number two?", "Number three?", "Number one?"]
    assert states(response) == ["notice Notice", "waiting Just asked", "answered 1 Answered"]


def test_counts_on_the_tabs_are_true(client_of, bob, three, alice):
    bob.caught_up_at = timezone.now() - dt.timedelta(days=1)
    bob.save()
    bob.readings.create(thread=three[0], last_read_number=1, follow="following")
    own = ThreadFactory(author=bob)
    bob.readings.create(thread=own, last_read_number=1)
    posting.answer(by=alice, thread=own, body="Yes.")
    page = client_of(bob).get("/forum/")
    assert [badge(page, tab) for tab in ("Latest", "Unanswered", "Answered", "Following", "Mine")] == [
        "",
        "1",
        "",
        "1",
        "1",
    ]


def test_counts_stop_at_99(client_of, bob, space):
    bob.caught_up_at = timezone.now() - dt.timedelta(days=1)
    bob.save()
    for _ in range(101):
        ThreadFactory(space=space)
    assert badge(client_of(bob).get("/forum/"), "Unanswered") == "99+"


def test_the_side_list_counts_what_is_new_in_each_space(client_of, bob, three, members_space, space):
    bob.caught_up_at = timezone.now() - dt.timedelta(days=1)
    bob.save()
    ThreadFactory(space=members_space)
    page = client_of(bob).get("/forum/").content.decode()
    side = re.findall(r'<li><a href="[^"]+"[^>]*>([^<]+?)(?: <span class="side-list__count">(\d+)|</a>)', page)
    found = dict(side)
    assert (found["All spaces"], found[space.name], found[members_space.name]) == ("4", "3", "1")


def test_you_could_help_names_waiting_questions_of_others_on_what_one_knows(client_of, alice, bob, space):
    bob.expertise.add("consent")
    ThreadFactory(author=alice, space=space, topics=["consent"])
    ThreadFactory(author=bob, space=space, topics=["consent"])
    page = client_of(bob).get("/forum/").content.decode()
    assert '1 question waiting is about <a href="/forum/unanswered/?topic=consent">consent</a>' in page
    assert "You could help" not in client_of(alice).get("/forum/").content.decode()


def test_marking_all_as_read_empties_unread_until_something_comes(client_of, alice, bob, three):
    bob.caught_up_at = timezone.now() - dt.timedelta(days=1)
    bob.save()
    client = client_of(bob)
    assert len(titles(client.get("/forum/unread/"))) == 3
    assert client.post("/forum/catch-up/").url == "/forum/"
    assert titles(client.get("/forum/unread/")) == []
    posting.answer(by=alice, thread=three[2], body="I found it out.")
    assert titles(client.get("/forum/unread/")) == ["Number three?"]


def test_my_own_row_says_you_and_others_say_my_name(client_of, alice, bob, thread):
    mine = client_of(alice).get("/forum/").content.decode()
    theirs = client_of(bob).get("/forum/").content.decode()
    assert "<span>You, Thornmere District Council</span>" in mine
    assert "<span>Alice Amory, Thornmere District Council</span>" in theirs


def test_a_name_shown_to_members_only_is_not_in_the_public_list(client_of, alice, bob, thread):
    alice.show_name = "members"
    alice.save()
    public, members = (client_of(who).get("/forum/").content.decode() for who in (None, bob))
    assert ("Alice" in public, "AA</span>" in public) == (False, False)
    assert "Alice Amory" in members


EMPTY = {
    "/forum/": "Nothing here yet",
    "/forum/unanswered/": "Nothing is waiting for an answer",
    "/forum/answered/": "No question is answered yet",
    "/forum/mine/": "You have not asked anything yet",
    "/forum/following/": "You follow nothing here yet",
    "/forum/unread/": "You are up to date",
    "/forum/?kind=success": "Nothing fits these filters",
}


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_list_says_what_that_means(client_of, alice, space, address):
    assert f"<h2>{EMPTY[address]}</h2>" in client_of(alice).get(address).content.decode()


@pytest.mark.parametrize("name", ["thread-list", "unanswered", "answered", "mine", "following", "unread"])
def test_a_list_costs_the_same_with_one_row_and_with_three(
    client_of, alice, space, name, forget, django_assert_max_num_queries
):
    """Ten queries at most warm, and thirteen when nothing at all is kept; the same number whatever is listed."""
    client, address, counted = client_of(alice), reverse(f"forum:{name}"), []
    alice.expertise.add("consent")
    for count in (1, 2):
        for _ in range(count):
            made = ThreadFactory(author=alice, space=SpaceFactory(), topics=["consent", "retention"])
            PostFactory(thread=made)
            alice.readings.create(thread=made, follow="following", last_read_number=0)
        client.get(address)
        forget()
        with django_assert_max_num_queries(13) as cold:
            client.get(address)
        with django_assert_max_num_queries(10) as warm:
            client.get(address)
        counted.append((len(cold), len(warm)))
    assert counted[0] == counted[1]


def test_a_row_alone_is_the_row_of_the_list(client_of, bob, thread):
    client = client_of(bob)
    row = client.get(f"/forum/{thread.pk}/row/").content.decode()
    assert row.strip().startswith('<li class="thread-row')
    assert row in client.get("/forum/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_row_changes_with_its_thread_at_once(client_of, alice, bob, thread):
    client = client_of(alice)
    assert states(client.get("/forum/")) == ["waiting Just asked"]
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    assert states(client.get("/forum/")) == ["replies 1 answer"]
    accepting.accept(by=alice, post=answer)
    assert states(client.get("/forum/")) == ["answered 1 Answered"]


@pytest.mark.django_db(transaction=True)
def test_a_renamed_author_is_renamed_in_rows_that_are_kept(client_of, alice, bob, thread):
    client = client_of(bob)
    client.get("/forum/")
    Member.objects.filter(pk=alice.pk).update(display_name="Alice Bell")
    caching.touch("members")
    assert "Alice Bell" in client.get("/forum/").content.decode()


def test_no_page_shows_the_marks_of_shared_parts(client_of, alice, three):
    for who in (None, alice):
        assert b"\0" not in client_of(who).get("/forum/").content


def test_a_space_that_was_deleted_is_in_no_list_at_once(
    client_of, alice, cora, space, django_capture_on_commit_callbacks
):
    cora.is_superuser = True
    cora.save()
    empty = SpaceFactory(name="Never used")
    client = client_of(alice)
    assert "Never used" in client.get("/forum/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client_of(cora).post(reverse("wagtailsnippets_forum_space:delete", args=[empty.pk]))
    assert "Never used" not in client.get("/forum/").content.decode()


def test_a_locked_question_waits_for_nobody_until_it_is_unlocked(client, client_of, bob, morag, thread, forget):
    def waiting() -> list:
        forget()
        told = client_of(bob).get("/forum/unanswered/")
        return [
            titles(told), titles(client.get("/forum/unanswered/")),
            [tab["count"] for tab in told.context["tabs"] if tab["title"] == "Unanswered"],
            thread.title in client.get("/forum/unanswered/feed/").content.decode(),
            type(thread).objects.get(pk=thread.pk).is_unanswered(),
        ]  # fmt: skip

    moderating.lock(by=morag, thread=thread, why="It repeats another.")
    assert waiting() == [[], [], [""], False, False]
    row = client.get("/forum/").content.decode()
    assert ("#lock" in row, "Locked" in row, "waiting</" in row) == (True, True, False)
    moderating.unlock(by=morag, thread=thread, why="It does not.")
    assert waiting() == [[thread.title], [thread.title], ["1"], True, True]


def test_a_question_nobody_has_been_at_work_for_since_says_when_it_was_asked(client_of, space):
    ThreadFactory(space=space, created_at=dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC))  # a Friday evening
    with time_machine.travel(dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC), tick=False):
        assert states(client_of(None).get("/forum/")) == ["waiting Just asked"]
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        assert states(client_of(None).get("/forum/")) == ["waiting Asked Friday"]
