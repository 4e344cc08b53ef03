"""Helpful, us too, accept, follow: buttons of plain forms."""

import re

import pytest

from forum.actions import posting, reacting
from forum.models import Post, Thread
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(bob, thread):
    return posting.answer(by=bob, thread=thread, body="Yes.")


def url(thread, query="") -> str:
    return f"/forum/{thread.pk}/{thread.slug}/{query}"


def pressed(client, thread, name) -> list[tuple[str, str]]:
    """(value sent, aria-pressed) of each button `name` on the thread's page."""
    text = client.get(url(thread)).content.decode()
    return re.findall(rf'name="{name}" value="(\w+)" aria-pressed="(\w+)"', text)


def test_helpful_is_said_and_taken_back(client_of, alice, thread, answer):
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/2/helpful/"
    assert pressed(client, thread, "helpful") == [("yes", "false")]
    for _ in range(2):  # pressed twice, or in two tabs: said once
        assert client.post(address, {"helpful": "yes"}).url == url(thread, "?post=2#post-2")
    answer.refresh_from_db()
    assert (answer.helpful_count, pressed(client, thread, "helpful")) == (1, [("no", "true")])
    client.post(address, {"helpful": "no"})
    answer.refresh_from_db()
    assert (answer.helpful_count, pressed(client, thread, "helpful")) == (0, [("yes", "false")])


def test_us_too_is_said_for_the_organisation_and_counted_by_sector(client_of, bob, charity, thread):
    client, address = client_of(bob), f"/forum/{thread.pk}/us-too/"
    colleague = MemberFactory(organisation=charity)
    assert client.post(address, {"us_too": "yes"}).url == url(thread)
    assert pressed(client_of(colleague), thread, "us_too") == [("no", "true")]
    reacting.us_too(by=MemberFactory(), thread=thread)
    text = client.get(url(thread)).content.decode()
    assert "2 organisations in 2 sectors" in text
    client_of(colleague).post(address, {"us_too": "no"})
    assert Thread.objects.get(pk=thread.pk).us_too_count == 1


def test_us_too_names_no_organisation(client_of, bob, charity, thread):
    reacting.us_too(by=bob, thread=thread)
    assert charity.name not in client_of(None).get(url(thread)).content.decode()


def test_the_asker_accepts_and_takes_it_back(client_of, alice, thread, answer):
    client = client_of(alice)
    assert client.post(f"/forum/{thread.pk}/posts/2/accept/").url == url(thread)
    assert Thread.objects.get(pk=thread.pk).accepted_answer == answer
    assert "Undo accept" in client.get(url(thread)).content.decode()
    client.post(f"/forum/{thread.pk}/unaccept/")
    assert Thread.objects.get(pk=thread.pk).accepted_answer is None


ACTS = {
    "posts/2/helpful/": {"helpful": "yes"},
    "us-too/": {"us_too": "yes"},
    "posts/2/accept/": {},
    "unaccept/": {},
    "follow/": {"follow": "following"},
}
# who may do what to alice's question with bob's answer
MAY = {
    "posts/2/helpful/": {"alice", "morag", "cora"},
    "us-too/": {"bob", "cora"},
    "posts/2/accept/": {"alice"},
    "unaccept/": {"alice"},
    "follow/": {"alice", "bob", "morag", "cora"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "morag", "cora", "anyone"])
def test_who_may_press_what(client_of, cast, thread, answer, act, who):
    response = client_of(cast[who]).post(f"/forum/{thread.pk}/{act}", ACTS[act])
    if who == "anyone":
        assert (response.status_code, response.url.startswith("/accounts/login/")) == (302, True)
    elif who in MAY[act]:
        assert (response.status_code, response.url.startswith(url(thread))) == (302, True)
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_never_done_by_a_link(client_of, alice, thread, answer, act):
    assert client_of(alice).get(f"/forum/{thread.pk}/{act}").status_code == 405


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_its_token_is_refused(client_of, alice, thread, answer, act):
    assert client_of(alice, enforce_csrf_checks=True).post(f"/forum/{thread.pk}/{act}", ACTS[act]).status_code == 403


def test_a_removed_answer_takes_no_reactions(client_of, alice, morag, thread, answer):
    from forum.actions import moderating

    moderating.remove(by=morag, post=answer, why="It named a person.")
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/2/helpful/", {"helpful": "yes"}, follow=True)
    # from a page opened before: back in the thread it says why, and nothing is counted
    assert "That post was deleted or removed meanwhile." in response.content.decode()
    assert (response.redirect_chain, Post.objects.get(pk=answer.pk).helpful_count) == (
        [(url(thread, "?post=2#post-2"), 302)],
        0,
    )


def test_too_many_reactions_get_a_plain_429(client_of, alice, thread, answer, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"react": (0, 3600)}
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/2/helpful/", {"helpful": "yes"})
    assert response.status_code == 429


@pytest.mark.parametrize(("follow", "words"), [("following", "Following"), ("muted", "Muted"), ("default", "Follow")])
def test_following_a_thread_is_a_menu_of_three(client_of, bob, thread, follow, words):
    client = client_of(bob)
    assert client.post(f"/forum/{thread.pk}/follow/", {"follow": follow}).url == url(thread)
    assert bob.readings.get(thread=thread).follow == follow
    now = re.search(r"follow__now[^>]*>.*?</svg>\s*(\w+)", client.get(url(thread)).content.decode(), re.S)
    assert now[1] == words


def test_following_a_space_and_a_topic(client_of, bob, thread):
    thread.topics.add("consent")
    client = client_of(bob)
    client.post(f"/forum/spaces/{thread.space.slug}/follow/", {"follow": "following"})
    client.post("/forum/topics/consent/follow/", {"follow": "muted"})
    assert (bob.space_follows.get().follow, bob.topic_follows.get().follow) == ("following", "muted")
    assert "Following" in client.get(f"/forum/spaces/{thread.space.slug}/").content.decode()
    assert "Muted" in client.get("/forum/topics/consent/").content.decode()


@pytest.mark.parametrize("follow", ["", "nonsense"])
def test_following_in_an_unknown_way_is_refused_plainly(client_of, bob, thread, follow):
    assert client_of(bob).post(f"/forum/{thread.pk}/follow/", {"follow": follow}).status_code == 400
