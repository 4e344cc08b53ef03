"""Atom feeds of the public lists."""

from xml.etree import ElementTree

import pytest

from forum.actions import asking, posting
from tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/forum/feed/", "/forum/unanswered/feed/", "/forum/answered/feed/"]


def titles(response):
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return [one.findtext(f"{ATOM}title") for one in ElementTree.fromstring(response.content).iter(f"{ATOM}entry")]


def test_a_list_has_a_feed_of_its_threads(client, thread):
    assert titles(client.get("/forum/feed/")) == [thread.title]
    assert titles(client.get("/forum/unanswered/feed/")) == [thread.title]
    assert titles(client.get("/forum/answered/feed/")) == []
    assert titles(client.get(f"/forum/spaces/{thread.space.slug}/feed/")) == [thread.title]


def test_a_feed_holds_nothing_private_whoever_asks(client, client_of, alice, members_space, group_space):
    for space in (members_space, group_space):
        asking.ask(by=alice, space=space, kind="question", title="CANARY", body="CANARY", topics_named=["hush"])
    addresses = [*FEEDS, "/forum/topics/hush/feed/"]
    for reader in (client, client_of(alice)):
        assert [titles(reader.get(address)) for address in addresses] == [[]] * 4
        for space in (members_space, group_space):
            assert reader.get(f"/forum/spaces/{space.slug}/feed/").status_code == 404


def test_the_feed_of_a_topic_tells_nothing_of_topics_that_are_not_public(client, alice, members_space):
    asking.ask(by=alice, space=members_space, kind="question", title="A", body="B", topics_named=["hush"])
    private, unknown = client.get("/forum/topics/hush/feed/"), client.get("/forum/topics/hash/feed/")
    assert (
        private.content.decode().replace("hush", "hash").split("<updated>")[0]
        == (unknown.content.decode().split("<updated>")[0])
    )


def test_no_text_can_break_a_feed(client, alice, space):
    asking.ask(by=alice, space=space, kind="question", title="A \x0b\x1f\ufffe<b>]]>&", body="\x0c \x01 ]]> <x>")
    assert len(titles(client.get("/forum/feed/"))) == 1


def test_lists_name_their_feeds(client, thread):
    for address in ("/forum/", "/forum/unanswered/", f"/forum/spaces/{thread.space.slug}/"):
        assert 'type="application/atom+xml" title=' in client.get(address).content.decode()
        assert f'href="{address}feed/"' in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_costs_the_same_for_one_thread_and_for_three(client, alice, bob, django_assert_max_num_queries, count):
    space = SpaceFactory()
    for number in range(count):
        thread = asking.ask(
            by=alice, space=space, kind="question", title=f"Q{number}", body="Why?", topics_named=[f"t{number}"]
        )
        posting.answer(by=bob, thread=thread, body="Because.")
    with django_assert_max_num_queries(3):
        client.get("/forum/feed/")
