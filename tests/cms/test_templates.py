"""Templates: their versions stay, followers hear what changed, and a private one is named to nobody else."""

import datetime as dt
import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction

from cms.actions import templates as acts
from cms.models import Template, TemplateFollow, TemplateVersion
from cms.querysets.templates import followers_who_may_fetch, template_visible_to
from core import outbox
from core.models import CustomDocument, OutboxItem
from members import roles
from notifications.models import Notice
from portal.demo import docx, files
from tests.factories import MemberFactory, knowledge


def numbers(response):
    """The versions a page shows, newest first."""
    context = response.context
    return [version.number for version in (context["newest"], *context["older"])]


def private(version, restriction="login", groups=()):
    """The version's document moved to a collection that is not for everybody."""
    shut = Collection.get_first_root_node().add_child(name=f"Shut {version.pk}")
    rule = CollectionViewRestriction.objects.create(collection=shut, restriction_type=restriction, password="x")
    rule.groups.set(groups)
    version.document.collection = shut
    version.document.save()
    return version


def add_version(template, note="The law has a box of its own.", **fields):
    number = template.versions.count() + 1
    document = CustomDocument.objects.create(
        title=f"{template.title} {number}", file=ContentFile(b"words", name=f"{template.slug}-{number}.docx")
    )
    return TemplateVersion.objects.create(
        template=template, number=number, document=document, change_note=note, **fields
    )


def tell(template):
    """As when a version was added in the admin, and the worker got round to it."""
    told = acts.changed(template=template)
    outbox.drain()
    return told


# --- Pages -------------------------------------------------------------------------------------------


def test_a_template_shows_its_versions_newest_first_with_what_changed(client, db):
    knowledge.template("Sharing protocol", versions=3, fixed_parts="Keep the order.", free_parts="The rest is yours.")
    response = client.get("/templates/sharing-protocol/")
    assert numbers(response) == [3, 2, 1]
    page = response.content.decode()
    for words in ("What is new in version 3.", "What is new in version 1.", "Keep the order.", "The rest is yours."):
        assert words in page
    assert "TXT" in page
    assert "27\xa0bytes" in page


def test_an_old_version_says_which_is_the_newest_and_every_change_since(client, db):
    knowledge.template("Sharing protocol", versions=4)
    response = client.get("/templates/sharing-protocol/2/")
    assert [version.number for version in response.context["newer"]] == [4, 3]
    page = " ".join(response.content.decode().split())
    assert "You have version 2." in page
    assert "What is new in version 3." in page
    for number in (2, 4):
        assert f'href="/templates/sharing-protocol/{number}/download/"' in page
    assert "This is the newest version." in client.get("/templates/sharing-protocol/4/").content.decode()


@pytest.mark.parametrize(
    "path", ["other/", "sharing-protocol/9/", "sharing-protocol/9/download/", "sharing-protocol/0/"]
)
def test_what_is_not_there_is_a_404(client, db, path):
    knowledge.template("Sharing protocol")
    assert client.get(f"/templates/{path}").status_code == 404


def test_an_empty_list_says_what_to_do(client, db):
    assert "No templates yet" in client.get("/templates/").content.decode()


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_queries_do_not_grow_with_templates_or_versions(request, client_of, db, who):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> list[int]:
        for number in range(many):
            made = knowledge.template(f"Protocol {many} {number}", versions=many)
            made.topics.add(f"topic {number}")
        client, found = client_of(viewer), []
        for path in ("/templates/", f"/templates/protocol-{many}-0/", f"/templates/protocol-{many}-0/1/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    one, three = count(1), count(3)
    assert one == three
    assert max(three) <= 16


# --- Who may see what --------------------------------------------------------------------------------


def test_a_private_version_is_neither_shown_nor_named_nor_served_to_others(client_of, db, bob, charlie):
    template = knowledge.template("Sharing protocol", versions=2)
    TemplateVersion.objects.filter(template=template, number=2).update(change_note="Canary words.")
    private(template.versions.get(number=2))
    hidden = private(knowledge.template("Canary template").versions.get())
    for viewer in (None, charlie):
        client = client_of(viewer)
        assert numbers(client.get("/templates/sharing-protocol/")) == [1]
        assert "This is the newest version." in client.get("/templates/sharing-protocol/1/").content.decode()
        for path in (
            "/templates/",
            "/templates/sharing-protocol/",
            "/templates/sharing-protocol/1/",
            "/a-z/",
            "/topics/",
        ):
            assert "anary" not in client.get(path).content.decode()
        for path in ("sharing-protocol/2/", "sharing-protocol/2/download/", "canary-template/", "canary-template/1/"):
            assert client.get(f"/templates/{path}").status_code == 404
        assert client.get(hidden.document.url).status_code == 404
    assert numbers(client_of(bob).get("/templates/sharing-protocol/")) == [2, 1]
    assert client_of(bob).get("/templates/canary-template/1/download/", follow=True).status_code == 200


def test_lists_pages_and_followers_agree_on_who_may_fetch_a_template(db, cast, django_assert_num_queries):
    pilots = Group.objects.create(name="Pilots")
    cast["iris"] = MemberFactory(display_name="Iris Inside", handle="iris")
    cast["iris"].groups.add(pilots)
    compared = 0
    for restriction in ("none", "login", "groups", "password"):
        template = knowledge.template(f"Template {restriction}")
        version = template.versions.get()
        if restriction != "none":
            private(version, restriction, [pilots])
        for name, viewer in cast.items():
            if name != "anyone":
                TemplateFollow.objects.create(template=template, member=viewer)
        told = set(followers_who_may_fetch(version))
        for name, viewer in cast.items():
            listed = Template.objects.visible_to(viewer).filter(pk=template.pk).exists()
            assert listed == template_visible_to(template, viewer), (name, restriction)
            if name != "anyone":
                assert (viewer in told) == (listed and viewer.is_taking_part()), (name, restriction)
            compared += 1
    assert compared == 28


def test_a_version_for_later_is_not_shown_before_its_hour(client, db, bob):
    template = knowledge.template("Sharing protocol")
    acts.follow(by=bob, template=template, follow=True)
    later = timezone.now() + dt.timedelta(hours=2)
    version = add_version(template, published_at=later)
    acts.changed(template=template)
    outbox.drain()
    assert numbers(client.get("/templates/sharing-protocol/")) == [1]
    assert Notice.objects.filter(url=version.get_absolute_url()).count() == 0
    assert OutboxItem.objects.get(payload={"version": version.pk}).due_at == later


# --- Keeping them ------------------------------------------------------------------------------------


def test_a_version_stays_as_it_is_but_for_its_note(db):
    template = knowledge.template("Sharing protocol", versions=2)
    first, second = template.versions.order_by("number")
    first.change_note = "Put more plainly."
    first.full_clean()
    first.document = second.document
    with pytest.raises(ValidationError):
        first.full_clean()


def test_a_template_may_not_take_the_address_of_the_feed(db):
    with pytest.raises(ValidationError):
        Template(title="Feed", slug="feed", summary="Words.").full_clean()


def form_of(template, versions):
    """What the admin's form sends: `versions` are (row, new or not, deleted or not)."""
    data = {
        "title": template.title, "slug": template.slug, "summary": template.summary,
        "fixed_parts": "", "free_parts": "",
        "topics": "fire, housing", "keeper": "", "review_on": "",
        "versions-TOTAL_FORMS": len(versions), "versions-INITIAL_FORMS": sum(1 for one in versions if one.get("id")),
        "versions-MIN_NUM_FORMS": 1, "versions-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for place, version in enumerate(versions):
        data |= {f"versions-{place}-{name}": value for name, value in version.items()}
    return data


def row_of(version, **changes):
    at = timezone.localtime(version.published_at)
    return {
        "id": version.pk, "document": version.document_id, "change_note": version.change_note,
        "published_at": f"{at:%Y-%m-%d %H:%M}", **changes,
    }  # fmt: skip


def test_the_core_team_adds_a_version_in_the_admin_and_followers_hear(client_of, db, cora, bob):
    roles.set_up_groups()
    template = knowledge.template("Sharing protocol")
    tell(template)
    acts.follow(by=bob, template=template, follow=True)
    first = template.versions.get()
    document = CustomDocument.objects.create(title="Two", file=ContentFile(b"two", name="two.docx"))
    new = {"id": "", "document": document.pk, "change_note": "Shorter.", "published_at": "2026-01-05 09:00"}
    path = f"/admin/snippets/cms/template/edit/{template.pk}/"
    assert client_of(cora).get(path).status_code == 200
    response = client_of(cora).post(path, form_of(template, [row_of(first, change_note="Said better."), new]))
    assert response.status_code == 302
    outbox.drain()
    found = list(template.versions.order_by("number").values_list("number", "change_note"))
    assert found == [(1, "Said better."), (2, "Shorter.")]
    assert [notice.recipient for notice in Notice.objects.all()] == [bob]
    assert sorted(template.topics.names()) == ["fire", "housing"]
    # saved again, nothing is told twice
    client_of(cora).post(path, form_of(template, [row_of(one) for one in template.versions.all()]))
    outbox.drain()
    assert Notice.objects.get().count == 1


def test_two_editors_who_add_a_version_from_the_same_form_make_two(client_of, db, cora):
    """The second was opened before the first was saved: it adds the next number, and breaks nothing."""
    roles.set_up_groups()
    template = knowledge.template("Sharing protocol")
    first = template.versions.get()
    path = f"/admin/snippets/cms/template/edit/{template.pk}/"
    for words in ("Shorter.", "Clearer."):
        document = CustomDocument.objects.create(title=words, file=ContentFile(b"two", name="two.docx"))
        new = {"id": "", "document": document.pk, "change_note": words, "published_at": "2026-01-05 09:00"}
        assert client_of(cora).post(path, form_of(template, [row_of(first), new])).status_code == 302
    found = list(template.versions.order_by("number").values_list("number", "change_note"))
    assert found == [(1, "What is new in version 1."), (2, "Shorter."), (3, "Clearer.")]


def test_the_admin_refuses_to_take_a_version_away_or_to_change_its_file(client_of, db, cora):
    roles.set_up_groups()
    template = knowledge.template("Sharing protocol", versions=2)
    first, second = template.versions.order_by("number")
    path = f"/admin/snippets/cms/template/edit/{template.pk}/"
    for rows in (
        [row_of(second), row_of(first, DELETE="on")],
        [row_of(second), row_of(first, document=second.document_id)],
    ):
        response = client_of(cora).post(path, form_of(template, rows))
        assert response.status_code == 200
        assert "people have copies of it" in response.content.decode()
    assert list(template.versions.order_by("number").values_list("document", flat=True)) == [
        first.document_id,
        second.document_id,
    ]


def test_a_template_with_versions_is_not_deleted_in_the_admin(client_of, db, cora, bob):
    roles.set_up_groups()
    template = knowledge.template("Sharing protocol")
    path = f"/admin/snippets/cms/template/delete/{template.pk}/"
    assert client_of(cora).post(path).url == "/admin/snippets/cms/template/"
    assert Template.objects.count() == 1
    assert client_of(bob).post(path).status_code in {302, 403}


def test_a_kept_page_shows_a_new_version(client, settings, db, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    template = knowledge.template("Sharing protocol")
    for path in ("/templates/", "/templates/sharing-protocol/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) == 0
    with django_capture_on_commit_callbacks(execute=True):
        add_version(template)
        acts.changed(template=template)
    assert numbers(client.get("/templates/sharing-protocol/")) == [2, 1]
    with django_capture_on_commit_callbacks(execute=True):
        private(template.versions.get(number=2))
    assert numbers(client.get("/templates/sharing-protocol/")) == [1]


# --- The demo's documents ----------------------------------------------------------------------------


def test_the_demos_documents_are_whole_and_the_same_each_time():
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    made = 0
    for template in files.toml("knowledge/templates.toml")["template"]:
        for version in template["versions"]:
            data = docx.document(template["title"], version["document"])
            assert data == docx.document(template["title"], version["document"])
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                assert package.testzip() is None
                parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
            text = " ".join(node.text or "" for node in parts["word/document.xml"].iter(f"{word}t"))
            assert text.startswith(template["title"])
            for block in version["document"]:
                for words in (block.get("text"), block.get("caption"), *block.get("items", []), *block.get("head", [])):
                    assert words is None or words in text
            made += 1
    assert made >= 13


# --- The feed ----------------------------------------------------------------------------------------


def test_the_feed_tells_of_new_versions_to_those_who_may_fetch_them(client_of, db, bob):
    template = knowledge.template("Sharing protocol", versions=2)
    TemplateVersion.objects.filter(number=2).update(change_note="Canary words.")
    private(template.versions.get(number=2))
    atom = "{http://www.w3.org/2005/Atom}"

    def titles(viewer):
        feed = ElementTree.fromstring(client_of(viewer).get("/templates/feed/").content)
        return [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]

    assert titles(None) == ["Sharing protocol, version 1"]
    assert titles(bob) == ["Sharing protocol, version 2", "Sharing protocol, version 1"]
    assert b"anary" not in client_of(None).get("/templates/feed/").content
