"""What the preferences page says one follows and mutes."""

import pytest

from forum.actions import following
from forum.noticekinds import follow_lists
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db
PREFERENCES = "/notifications/preferences/"


def shown(member):
    return [(one.title, follow.title, follow.state) for one in follow_lists(member) for follow in one.follows]


def test_everything_followed_or_muted_is_listed(bob, thread, space):
    thread.topics.add("consent")
    following.follow_space(by=bob, space=space, follow="following")
    following.follow_topic(by=bob, topic=thread.topics.get(), follow="muted")
    following.follow_thread(by=bob, thread=thread, follow="muted")
    assert shown(bob) == [
        ("Spaces you follow or mute", "Lawful sharing", "Following"),
        ("Topics you follow or mute", "consent", "Muted"),
        ("Threads you follow or mute", thread.title, "Muted"),
    ]


def test_what_one_may_no_longer_read_is_not_named(bob, group_space):
    hidden = ThreadFactory(space=group_space, title="What the group decided")
    following.follow_thread(by=bob, thread=hidden, follow="following")
    following.follow_space(by=bob, space=group_space, follow="following")
    assert len(shown(bob)) == 2
    bob.space_memberships.all().delete()
    assert shown(bob) == []


def test_its_switch_ends_it_and_comes_back_to_the_page(client_of, bob, thread):
    following.follow_thread(by=bob, thread=thread, follow="muted")
    [[follow]] = [one.follows for one in follow_lists(bob)]
    client = client_of(bob)
    assert follow.title in client.get(PREFERENCES).content.decode()
    assert client.post(follow.switch.url, follow.switch.fields).headers["Location"] == PREFERENCES
    assert shown(bob) == []


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_site(client_of, bob, thread, back):
    to = client_of(bob).post(f"/forum/{thread.pk}/follow/", {"follow": "following", "back": back}).headers["Location"]
    assert to == thread.get_absolute_url()
