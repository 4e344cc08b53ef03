"""A page is made private: what was said about it in public follows it."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps as django_apps
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, PageViewRestriction

from cms.models import NewsIndexPage
from core import outbox
from forum import about
from forum.actions import discussing, editing, moderating, posting
from forum.models import Post, Space, Thread
from members import roles
from notifications import inbox
from tests.factories import SpaceFactory, events, knowledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(talked_about):
    return talked_about


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


@pytest.fixture
def delete(client_of, cora, django_capture_on_commit_callbacks):
    """Delete a page, by code or in the admin."""

    def delete(page, in_admin=False):
        roles.set_up_groups()
        with django_capture_on_commit_callbacks(execute=True):
            if in_admin:
                client_of(cora).post(f"/admin/pages/{page.pk}/delete/")
            else:
                page.delete()
        assert not Page.objects.filter(pk=page.pk).exists()

    return delete


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


def test_who_started_it_is_told_no_more_that_it_was_locked(morag, page, make_private):
    thread = Thread.objects.get()
    moderating.lock(by=morag, thread=thread, why="It is settled.")
    assert inbox.unread_count(thread.author) == 1
    make_private(page, "groups")
    assert inbox.unread_count(thread.author) == 0


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


@pytest.mark.parametrize("in_admin", [True, False])
@pytest.mark.parametrize("of_its_section", [True, False])
def test_deleted_it_gives_back_nothing(client, page, make_private, delete, of_its_section, in_admin):
    private = page.get_parent() if of_its_section else page
    make_private(private, "groups")
    delete(private, in_admin)
    outbox.drain()
    assert seen(client) == []
    assert Thread.objects.get().is_withheld()


def test_deleted_it_leaves_its_thread_to_members(client, client_of, bob, page, members_space, make_private, delete):
    make_private(page)
    delete(page)
    outbox.drain()
    assert seen(client) == []
    assert client_of(bob).get(Thread.objects.get().get_absolute_url()).status_code == 200


def test_a_private_event_that_is_deleted_gives_back_no_talk_of_its_sessions(client, alice, space, make_private, delete):
    event = events.event("An evening", starts_in=dt.timedelta(days=20))
    talk = events.session(event, "CANARY talk")
    discussing.say(by=alice, about=about.look_up("session", talk.pk, alice), body="CANARY said.")
    make_private(event, "groups")
    delete(event)
    outbox.drain()
    assert seen(client) == []


def test_all_its_restrictions_lifted_at_once_bring_its_thread_back(client, page, make_private):
    before = seen(client)
    make_private(page, "groups")
    PageViewRestriction.objects.filter(page=page).delete()
    assert seen(client) == before


# --- What an older release left behind -------------------------------------------------------------


def as_it_was_left(thread):
    """Nothing marks it as hidden for its page: the older release did not write that down."""
    Thread.objects.filter(pk=thread.pk).update(withheld_at=None)


@pytest.mark.parametrize("removed_first", [True, False])
def test_what_an_older_release_hid_is_restored_for_nobody_else(client, morag, page, make_private, removed_first):
    acts = [lambda: remove(morag), lambda: make_private(page, "groups")]
    for act in acts if removed_first else reversed(acts):
        act()
    as_it_was_left(Thread.objects.get())
    restore(morag)
    outbox.drain()
    assert seen(client) == []
    assert Thread.objects.get().is_withheld()


def test_what_an_older_release_removed_is_restored_for_members(
    client, client_of, bob, morag, page, members_space, make_private
):
    remove(morag)
    make_private(page)
    Thread.objects.update(space=Space.objects.get(visibility="public"))  # it left removed ones where they stood
    restore(morag)
    outbox.drain()
    assert seen(client) == []
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (members_space, None)
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200


def upgraded():
    import_module("forum.migrations.0009_threads_withheld_and_removed_so_far").note_withheld(django_apps, None)
    return Thread.objects.get()


def test_the_upgrade_reads_in_the_log_what_was_hidden_whatever_became_of_the_page(
    client, morag, page, make_private, delete
):
    make_private(page, "groups")
    remove(morag)
    as_it_was_left(Thread.objects.get())
    delete(page)
    thread = upgraded()
    assert thread.is_withheld()
    assert thread.withheld_at != thread.removed_at  # lifted, it is still removed
    restore(morag)
    outbox.drain()
    assert seen(client) == []


def test_the_upgrade_knows_what_only_its_page_hid(alice, bob, page, make_private, make_public):
    thread = Thread.objects.get()
    posting.answer(by=bob, thread=thread, body="So it has.")
    editing.delete(by=alice, post=Post.objects.get(number=1))
    make_private(page, "groups")
    as_it_was_left(thread)
    assert upgraded().is_withheld()
    make_public(page)
    assert not Thread.objects.get().is_removed()


def test_the_upgrade_leaves_what_was_removed_alone(morag, page, make_private, make_public):
    make_private(page, "groups")
    make_public(page)
    remove(morag)
    assert not upgraded().is_withheld()
