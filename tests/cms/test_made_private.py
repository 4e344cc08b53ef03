"""A page is made private: what was said about it in public follows it."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import PageViewRestriction

from forum import about
from forum.actions import discussing
from forum.models import Thread
from tests.factories import knowledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(alice, space):
    page = knowledge.news("CANARY has flown")
    discussing.say(by=alice, about=about.look_up("page", page.pk, alice), body="CANARY said.")
    return page


@pytest.fixture
def make_private(django_capture_on_commit_callbacks):
    """Restrict a page, and throw away what is kept, as on commit."""

    def make(page, kind="login"):
        with django_capture_on_commit_callbacks(execute=True):
            restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
            if kind == "groups":
                restriction.groups.add(Group.objects.create(name="Few"))

    return make


def seen(client):
    """What strangers read in the forum and on its pages."""
    thread = Thread.objects.get()
    addresses = ["/forum/", f"/forum/{thread.pk}/{thread.slug}/", "/forum/feed/", "/search/?q=canary"]
    return [address for address in addresses if b"CANARY" in client.get(address).content]


def test_its_thread_moves_to_the_members_space(client, client_of, bob, page, members_space, make_private):
    assert len(seen(client)) == 4 - 1  # the index of search is the worker's
    make_private(page.get_parent())
    assert seen(client) == []
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (members_space, None)
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("to_a_group", [True, False])
def test_without_a_space_as_private_it_is_hidden(client, client_of, bob, morag, page, make_private, to_a_group):
    make_private(page, "groups" if to_a_group else "login")
    assert seen(client) == []
    address = Thread.objects.get().get_absolute_url()
    assert client_of(bob).get(address).status_code == 404
    assert client_of(morag).get(address).status_code == 200


def test_it_is_written_down(page, members_space, make_private):
    from wagtail.log_actions import registry

    make_private(page)
    entries = registry.get_logs_for_instance(Thread.objects.get())
    assert [(entry.action, entry.data["to"]) for entry in entries] == [("forum.move", members_space.name)]


def test_threads_about_other_pages_stay(alice, page, members_space, make_private):
    other = knowledge.news("Open to all")
    thread = discussing.say(by=alice, about=about.look_up("page", other.pk, alice), body="Hello.").thread
    make_private(page)
    assert Thread.objects.visible_to(AnonymousUser()).get() == thread
