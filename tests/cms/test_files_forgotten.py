"""What pages keep of files and people goes as soon as these go, by whichever button of the admin."""

import pickle

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.models import Collection, CollectionViewRestriction

from core import caching
from core.models import CustomImage
from members import roles
from tests.cms.test_blocks import PIXEL
from tests.factories import ThreadFactory, knowledge

pytestmark = pytest.mark.django_db


def test_files_moved_many_at_once_take_their_templates_along(reads, acts, client_of, alice, charlie, cora):
    """Wagtail moves them with one UPDATE, of which no signal tells."""
    roles.set_up_groups()
    roles.follow_role(cora)
    cora.is_superuser = True
    cora.save()
    knowledge.guidance("Open guidance", topics=["fire"])
    template = knowledge.template("A letter for members")
    template.topics.add("fire")
    shelf = Collection.get_first_root_node().add_child(name="Shelf")
    CollectionViewRestriction.objects.create(collection=shelf, restriction_type="login")
    with acts():
        caching.touch("site", "pages", "templates")
    for person in (alice, charlie, None):
        assert template.title in reads(person, "/topics/fire/")
    document = template.versions.get().document
    with acts():
        address = f"/admin/bulk/core/customdocument/add_to_collection/?id={document.pk}"
        client_of(cora).post(address, {"collection": shelf.pk, "next": "/admin/documents/"})
    document.refresh_from_db()
    assert document.collection == shelf
    assert [template.title in reads(person, "/topics/fire/") for person in (alice, charlie, None)] == [
        True, False, False
    ]  # fmt: skip


@pytest.mark.parametrize("make", [knowledge.story, knowledge.news, knowledge.guidance])
def test_a_deleted_picture_is_shown_to_strangers_no_more(reads, acts, alice, settings, make):
    settings.ANONYMOUS_CACHE = True
    page = make("Nightly matching")
    picture = CustomImage.objects.create(title="Dot", file=ImageFile(ContentFile(PIXEL, name="kvxdot.png")))
    picture.contextual_alt_text, picture.decorative = "A dot", False
    with acts():
        setattr(page, page.streams[0], [("image", {"image": picture, "caption": "As it was"})])
        page.save_revision().publish()
    for person in (None, alice):
        assert "kvxdot" in reads(person, page.url)
    with acts():
        picture.delete()
    assert ["kvxdot" in reads(person, page.url) for person in (None, alice)] == [False, False]


def test_nothing_that_is_kept_of_a_topic_holds_an_account(reads, monkeypatch, alice, bob, space):
    """Who wrote a thread is a line of words: neither their address nor their password lies in the cache."""
    alice.set_password("kvx secret of hers")
    alice.save()
    thread = ThreadFactory(author=alice, space=space, title="May we tell them?")
    thread.topics.add("fire")
    kept = []
    usual = caching.remember
    monkeypatch.setattr(caching, "remember", lambda values, *rest: (kept.append(values), usual(values, *rest)))
    assert thread.title in reads(bob, "/topics/fire/")
    said = b"".join(pickle.dumps(values) for values in kept)
    assert thread.title.encode() in said
    assert (alice.email.encode() in said, alice.password.encode() in said) == (False, False)
