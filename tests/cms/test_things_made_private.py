"""A template is for fewer people now, or a change on the Horizon is shown no more: what was said of it follows."""

from importlib import import_module

import pytest
from django.apps import apps as django_apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction

from cms.actions import templates
from cms.models import TemplateVersion
from core import outbox
from core.models import CustomDocument, OutboxItem
from forum import about
from forum.actions import discussing
from forum.models import Thread
from members import roles
from tests.factories import knowledge
from tests.factories.horizon import DevelopmentFactory
from tests.horizon import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """A collection of files that is open to all."""
    return Collection.get_first_root_node().add_child(name="Shelf")


@pytest.fixture
def template(shelf, alice, space):
    """On the shelf, and talked about."""
    template = knowledge.template("CANARY letter")
    CustomDocument.objects.update(collection=shelf)
    discussing.say(by=alice, about=about.look_up("template", template.pk, alice), body="CANARY said.")
    return template


@pytest.fixture
def development(alice, space):
    """Shown, and talked about."""
    one = DevelopmentFactory(title="CANARY order", shown=True)
    discussing.say(by=alice, about=about.look_up("development", one.pk, alice), body="CANARY said.")
    return one


@pytest.fixture
def seen(client, settings):
    """`seen()` → where strangers read it, with whole pages kept for them."""
    settings.ANONYMOUS_CACHE = True

    def seen():
        outbox.drain()
        addresses = ["/forum/", Thread.objects.get().get_absolute_url(), "/forum/feed/", "/search/?q=canary"]
        return [address for address in addresses if b"CANARY" in client.get(address).content]

    return seen


@pytest.fixture
def core(client_of, cora):
    """The core team's editor, with all the rights in the admin."""
    roles.set_up_groups()
    roles.follow_role(cora)
    cora.is_superuser = True
    cora.save()
    return client_of(cora)


def shut(collection, kind="login"):
    return CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind)


def test_a_templates_thread_moves_to_the_members_space(seen, client_of, bob, template, shelf, members_space, acts):
    assert len(seen()) == 4
    with acts():
        shut(shelf)
    assert seen() == []
    thread = Thread.objects.get()
    assert (thread.space, thread.removed_at) == (members_space, None)
    assert client_of(bob).get(thread.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", ["login", "groups"])
def test_without_a_space_as_private_it_is_hidden_until_it_is_open_again(
    seen, client_of, bob, template, shelf, acts, kind
):
    before = seen()
    with acts():
        restriction = shut(shelf, kind)
    assert seen() == []
    assert client_of(bob).get(Thread.objects.get().get_absolute_url()).status_code == 404
    with acts():
        restriction.delete()
    assert seen() == before


def test_its_file_alone_is_moved_to_a_private_collection(seen, template, shelf, acts):
    other = shelf.add_sibling(name="For members")
    shut(other)
    document = CustomDocument.objects.get()
    document.collection = other
    with acts():
        document.save()
    assert seen() == []


def test_its_file_is_moved_with_many(seen, core, template, shelf, acts):
    other = shelf.add_sibling(name="For members")
    shut(other)
    seen()
    with acts():
        address = f"/admin/bulk/core/customdocument/add_to_collection/?id={CustomDocument.objects.get().pk}"
        core.post(address, {"collection": other.pk, "next": "/admin/documents/"})
    assert seen() == []


def test_its_collection_is_moved_into_a_private_one(seen, core, template, shelf, acts):
    other = shelf.add_sibling(name="For members")
    shut(other)
    seen()
    with acts():
        core.post(f"/admin/collections/{shelf.pk}/", {"name": "Shelf", "parent": other.pk})
    shelf.refresh_from_db()
    assert shelf.path.startswith(other.path)
    assert seen() == []


def test_its_only_open_version_is_taken_away(seen, template, shelf, acts):
    other = shelf.add_sibling(name="For members")
    shut(other)
    inside = CustomDocument.objects.create(title="Two", file="two.docx", collection=other)
    TemplateVersion.objects.create(template=template, number=2, document=inside, change_note="New.")
    assert len(seen()) == 4
    template.versions.get(number=1).delete()
    with acts():
        templates.changed(template=template)
    assert seen() == []


def test_it_comes_back_when_its_next_version_is_out(seen, template, shelf, acts):
    shut(shelf)
    assert seen() == []
    opened = CustomDocument.objects.create(title="Two", file="two.docx", collection=shelf.add_sibling(name="Open"))
    hour = timezone.now() - timezone.timedelta(minutes=1)
    TemplateVersion.objects.create(
        template=template, number=2, document=opened, change_note="New.", published_at=hour, told_at=hour
    )
    outbox.put("cms.template_version", version=template.versions.get(number=2).pk)
    with acts():
        outbox.drain()
    assert len(seen()) == 4


def test_threads_about_other_templates_stay(alice, template, shelf):
    other = knowledge.template("Open to all")
    CustomDocument.objects.filter(template_versions__template=other).update(collection=shelf.add_sibling(name="Open"))
    thread = discussing.say(by=alice, about=about.look_up("template", other.pk, alice), body="Hello.").thread
    shut(shelf)
    assert Thread.objects.visible_to(AnonymousUser()).get() == thread


def test_a_renamed_template_is_called_so_beside_its_thread(client, core, template, settings, acts):
    settings.ANONYMOUS_CACHE = True
    address = Thread.objects.get().get_absolute_url()
    client.get(address)
    template.title = "Heron letter"
    template.save()
    with acts():
        templates.changed(template=template)
    assert "Heron letter" in client.get(address).content.decode()


def test_a_change_that_is_shown_no_more_takes_its_thread_along_and_brings_it_back(
    seen, client_of, bob, morag, core, development, acts
):
    before = seen()
    assert len(before) == 4
    with acts():
        core.post(desk.edit_url(development), desk.as_typed(development, shown=""))
    development.refresh_from_db()
    assert not development.shown
    assert seen() == []
    address = Thread.objects.get().get_absolute_url()
    assert [client_of(who).get(address).status_code for who in (bob, morag)] == [404, 200]
    with acts():
        core.post(desk.edit_url(development), desk.as_typed(development, shown="on"))
    assert seen() == before


def test_what_an_older_release_left_in_public_is_hidden_after_the_upgrade(seen, alice, template, development, shelf):
    pages = [knowledge.news("Open to all"), knowledge.news("Open too")]
    opened = {discussing.say(by=alice, about=about.look_up("page", one.pk, alice), body="Hi.").thread for one in pages}
    development.__class__.objects.update(shown=False)
    CollectionViewRestriction.objects.bulk_create(
        [CollectionViewRestriction(collection=shelf, restriction_type="login")]
    )
    assert Thread.objects.visible_to(AnonymousUser()).count() == 4
    OutboxItem.objects.all().delete()
    import_module("cms.migrations.0006_bring_threads_along").look_again(django_apps, None)
    outbox.drain()
    assert set(Thread.objects.visible_to(AnonymousUser())) == opened
