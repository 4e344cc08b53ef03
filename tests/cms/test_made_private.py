"""A page is made private: what was said about it in public follows it."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import PageViewRestriction

from cms.models import NewsIndexPage
from forum import about
from forum.actions import discussing, moderating
from forum.models import Post, Thread
from tests.factories import SpaceFactory, knowledge

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


@pytest.fixture
def make_public(django_capture_on_commit_callbacks):
    """Lift the restrictions of a page again."""

    def make(page):
        with django_capture_on_commit_callbacks(execute=True):
            for restriction in page.view_restrictions.all():
                restriction.delete()

    return make


def remove(by):
    moderating.remove(by=by, post=Post.objects.get(), why="Off topic.")


def restore(by):
    moderating.restore(by=by, post=Post.objects.get(), why="It was on topic.")


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


def test_restoring_does_not_publish_what_is_private_now(client, morag, page, make_private):
    remove(morag)
    make_private(page)
    restore(morag)
    assert seen(client) == []
    assert client.get(Thread.objects.get().get_absolute_url()).status_code == 404


def test_a_thread_that_was_removed_meanwhile_is_restored_in_the_members_space(morag, page, members_space, make_private):
    remove(morag)
    make_private(page)
    restore(morag)
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (members_space, None)


def test_removed_and_restored_a_hidden_thread_stays_hidden(client_of, bob, morag, page, members_space, make_private):
    make_private(page, "groups")
    remove(morag)
    restore(morag)
    thread = Thread.objects.get()
    assert thread.is_removed()
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 404


def test_moderators_read_why_it_is_hidden(client_of, morag, page, make_private):
    make_private(page, "groups")
    html = client_of(morag).get(Thread.objects.get().get_absolute_url()).content.decode()
    assert "What this thread is about was made private. Only moderators see it." in html


def test_public_again_its_hidden_thread_comes_back(client, page, space, make_private, make_public):
    before = seen(client)
    make_private(page, "groups")
    make_public(page)
    assert seen(client) == before
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at, thread.withheld_at) == (space, None, None)


def test_for_members_again_its_hidden_thread_comes_back_to_them_alone(
    client, client_of, bob, page, members_space, make_private, make_public
):
    make_private(page, "groups")
    make_private(page.get_parent())
    make_public(page)
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (members_space, None)
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200
    assert client.get(thread.get_absolute_url()).status_code == 404


def test_what_moved_to_the_members_space_stays_there(page, members_space, make_private, make_public):
    make_private(page)
    make_public(page)
    assert Thread.objects.get().space == members_space


@pytest.mark.parametrize("hidden_first", [True, False])
def test_public_again_a_removed_thread_stays_removed_until_it_is_restored(
    morag, page, hidden_first, make_private, make_public
):
    acts = [lambda: make_private(page, "groups"), lambda: remove(morag)]
    for act in acts if hidden_first else reversed(acts):
        act()
    make_public(page)
    assert Thread.objects.get().is_removed()
    restore(morag)
    assert not Thread.objects.get().is_removed()


def test_a_page_talked_about_anew_meanwhile_keeps_one_thread(bob, page, space, make_private, make_public, morag):
    old = Thread.objects.get()
    make_private(page)
    room = SpaceFactory(name="Opened later", visibility="members")
    new = discussing.say(by=bob, about=about.look_up("page", page.pk, bob), body="Let us begin anew.").thread
    assert new.space == room
    make_public(page)
    old.refresh_from_db()
    assert (old.removed_at, old.about_id) == (None, None)


def test_a_page_moved_into_a_private_section_takes_its_thread_along(
    client, page, make_private, django_capture_on_commit_callbacks
):
    home = page.get_parent().get_parent()
    section = home.add_child(instance=NewsIndexPage(title="For few", slug="for-few", intro="Among us."))
    make_private(section)
    with django_capture_on_commit_callbacks(execute=True):
        page.move(section, pos="last-child")
    assert seen(client) == []


def test_a_page_made_private_while_it_was_down_takes_its_thread_along_when_it_is_back(
    client, page, make_private, django_capture_on_commit_callbacks
):
    page.unpublish()
    make_private(page)
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert seen(client) == []
