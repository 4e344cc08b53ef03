"""What is said of a page that is not public stays so: its space is opened, or it is made private meanwhile."""

import pytest

from core import live, outbox
from forum import about
from forum.actions import discussing
from forum.actions.refusals import NotAllowed
from forum.models import Thread
from members import roles
from tests.factories import SpaceFactory, ThreadFactory, knowledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(talked_about):
    return talked_about


def seen(client):
    """What strangers read in the forum and on its pages."""
    addresses = ["/forum/", Thread.objects.get().get_absolute_url(), "/forum/feed/", "/search/?q=canary"]
    return [address for address in addresses if b"CANARY" in client.get(address).content]


@pytest.fixture
def open_up(acts, client_of, cora):
    """Make a space public in the admin."""

    def open_up(space):
        roles.set_up_groups()
        roles.follow_role(cora)
        form = {"name": space.name, "slug": space.slug, "purpose": "Talk.", "order": 0, "visibility": "public"}
        form |= {"may_start": "readers", "target_hours": 8, "mail_policy": "full"}
        form |= {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        with acts():
            client_of(cora).post(f"/admin/snippets/forum/space/edit/{space.pk}/", form)
        space.refresh_from_db()
        assert space.is_public()

    return open_up


def test_a_members_space_that_is_opened_keeps_what_was_said_of_their_pages_to_them(
    client, client_of, bob, page, members_space, make_private, open_up
):
    make_private(page)
    other = SpaceFactory(name="Another of theirs", visibility="members")
    open_up(members_space)
    assert seen(client) == []
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (other, None)
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200


def test_the_last_members_space_that_is_opened_shows_nothing_of_their_pages(
    client, page, members_space, make_private, open_up
):
    make_private(page)
    open_up(members_space)
    assert seen(client) == []
    assert Thread.objects.get().is_withheld()


@pytest.mark.parametrize("hidden", [True, False])
def test_tabs_that_show_it_are_asked_again_who_may_hear_of_it(page, members_space, make_private, monkeypatch, hidden):
    heard: list = []
    monkeypatch.setattr(live, "announce", heard.append)
    make_private(page, "groups" if hidden else "login")
    assert {"topic": f"thread.{Thread.objects.get().pk}", "access_changed": True} in heard


def test_other_threads_of_a_space_that_is_opened_are_open(client, bob, page, members_space, open_up):
    thread = ThreadFactory(author=bob, space=members_space, title="Who has done this?")
    open_up(members_space)
    assert client.get(thread.get_absolute_url()).status_code == 200


@pytest.fixture
def written_late(bob, space):
    """`written_late(page)` → bob's first words about it, as he sends them: he looked at it before `change`."""

    def write(page, change):
        looked_at = about.look_up("page", page.pk, bob)
        change()
        return discussing.say(by=bob, about=looked_at, body="CANARY said.")

    return write


def test_first_words_about_a_page_made_private_meanwhile_are_for_members(
    client, client_of, bob, written_late, members_space, make_private, acts
):
    page = knowledge.news("CANARY has flown")
    with acts():
        thread = written_late(page, lambda: make_private(page)).thread
    outbox.drain()
    assert seen(client) == []
    assert Thread.objects.get().space == members_space
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", ["login", "groups"])
def test_first_words_that_nobody_may_read_any_more_are_refused(written_late, make_private, kind):
    """For members there is no space; some groups have none of their own."""
    page = knowledge.news("CANARY has flown")
    with pytest.raises(NotAllowed):
        written_late(page, lambda: make_private(page, kind))
    assert not Thread.objects.exists()
