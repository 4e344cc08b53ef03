"""The page of all topics: what it lists, and what it costs. A topic's own page, also before anybody asks."""

import re

import pytest

from core.models import Topic
from forum.models import TopicFollow
from tests.factories import PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def test_the_topics_page_costs_the_same_with_one_and_with_three(client_of, alice, space, django_assert_max_num_queries):
    client, counted = client_of(alice), []
    client.get("/forum/topics/")
    for names in (["consent"], ["retention", "fraud"]):
        ThreadFactory(space=space, topics=names)
        with django_assert_max_num_queries(5) as queries:
            client.get("/forum/topics/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_topics_page_lists_topics_under_their_letters_with_true_counts(client_of, space):
    ThreadFactory(space=space, topics=["consent", "retention"])
    ThreadFactory(space=space, topics=["consent"])
    page = client_of(None).get("/forum/topics/").content.decode()
    found = re.findall(r'<a href="/forum/topics/([\w-]+)/">[^<]+</a> <span class="quiet">(\d+)', page)
    assert found == [("consent", "2"), ("retention", "1")]


def page_of(client, topic: str) -> tuple[int, str]:
    """The status of a topic's page, and its empty state if that is what it shows."""
    response = client.get(f"/forum/topics/{topic}/")
    found = re.search(r'<div class="empty"><h2>(.*?)</h2>', response.content.decode())
    return response.status_code, found[1] if found else ""


def test_what_a_member_knows_about_has_its_page_before_anybody_asks(client_of, alice, bob):
    bob.expertise.add("food banks")
    for reader in (None, alice, bob):
        assert page_of(client_of(reader), "food-banks") == (200, "Nothing about it yet")
    assert (
        '/forum/ask/?topic=food-banks">Ask about it</a>'
        in client_of(alice).get("/forum/topics/food-banks/").content.decode()
    )
    assert 'value="Food banks"' not in client_of(alice).get("/forum/ask/?topic=food-banks").content.decode()
    assert 'value="food banks"' in client_of(alice).get("/forum/ask/?topic=food-banks").content.decode()


def test_a_topic_without_threads_can_be_followed_and_stays_open_to_its_followers(client_of, alice, bob):
    bob.expertise.add("homelessness")
    assert client_of(alice).post("/forum/topics/homelessness/follow/", {"follow": "following"}).status_code == 302
    bob.expertise.clear()
    assert page_of(client_of(alice), "homelessness") == (200, "Nothing about it yet")
    assert page_of(client_of(None), "homelessness") == (404, "")
    assert page_of(client_of(bob), "homelessness") == (404, "")


def test_an_empty_topic_offers_nothing_to_sort_and_says_what_its_reader_may_do(client_of, alice, bob, space):
    bob.expertise.add("food")
    ThreadFactory(space=space, topics=["consent"], author=bob)
    client = client_of(alice)
    before, other = client.get("/forum/topics/food/"), client.get("/forum/topics/consent/")
    client.post("/forum/topics/food/follow/", {"follow": "following"})
    after = client.get("/forum/topics/food/").content.decode()
    assert "or follow the topic" in before.content.decode()
    assert ("or follow the topic" in after, "You follow the topic" in after) == (False, True)
    for words in ("Mark all as read", "Any kind"):
        assert (words in after, words in other.content.decode()) == (False, True)


@pytest.mark.parametrize(
    ("audience", "standing", "open_to"),
    [
        ("everyone", "vouched", ["anyone", "charlie", "alice", "bob", "cora"]),
        ("members", "vouched", ["alice", "bob", "cora"]),
        ("nobody", "vouched", ["bob", "cora"]),
        ("everyone", "waiting", ["bob", "cora"]),
        ("everyone", "banned", ["cora"]),
    ],
)
def test_what_somebody_hides_that_they_know_about_is_not_owned_up_to(client_of, cast, audience, standing, open_to):
    bob = cast["bob"]
    bob.expertise.add("canary")
    bob.show_expertise, bob.standing = audience, standing
    bob.save()
    readers = [name for name in ("anyone", "charlie", "alice", "bob", "cora") if standing != "banned" or name != "bob"]
    found = [name for name in readers if page_of(client_of(cast[name]), "canary")[0] == 200]
    assert found == open_to


def test_a_topic_of_private_threads_alone_answers_like_one_that_is_not_there(
    client_of, alice, charlie, morag, group_space
):
    ThreadFactory(space=group_space, topics=["canary"])
    Topic.objects.create(name="unused")
    TopicFollow.objects.create(member=alice, topic=Topic.objects.get(name="canary"), follow="following")
    for reader in (None, charlie, morag):
        pages = [client_of(reader).get(f"/forum/topics/{slug}/") for slug in ("canary", "unused", "nevers")]
        assert [page.status_code for page in pages] == [404, 404, 404]
        differs = r'csrfmiddlewaretoken" value="\w+"|canary|unused|nevers'
        assert len({re.sub(differs, "", page.content.decode()) for page in pages}) == 1
    assert page_of(client_of(alice), "canary") == (200, "")


def test_every_topic_a_byline_names_leads_to_its_page(client_of, forget, bob, thread):
    bob.expertise.add("food banks")
    PostFactory(thread=thread, author=bob)
    address = thread.get_absolute_url()
    assert 'href="/forum/topics/food-banks/"' in client_of(None).get(address).content.decode()
    bob.standing = "left"
    bob.save()
    forget()
    assert 'href="/forum/topics/food-banks/"' not in client_of(None).get(address).content.decode()
    assert page_of(client_of(None), "food-banks")[0] == 404
