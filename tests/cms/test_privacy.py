"""A page or file that is not for you is not there: in lists, by its address, by its tag, by its picture."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.models import GuidanceIndexPage, StandardPage
from core.models import CustomDocument, CustomImage
from members import roles
from members.models import Member
from members.pages import (
    document_visible_to,
    documents_visible_to,
    page_visible_to,
    pages_visible_to,
)
from tests.cms import desk
from tests.factories import MemberFactory

RESTRICTIONS = ("none", "login", "groups", "password")


@pytest.fixture
def home(db):
    return desk.make_desk()


@pytest.fixture
def people(cast):
    """Everybody, an author, a superuser, and one of a group."""
    pilots = Group.objects.create(name="Pilots")
    inside = MemberFactory(display_name="Iris Inside", handle="iris")
    inside.groups.add(pilots)
    shut_out = MemberFactory(display_name="Shut Out", handle="shut", standing=Member.Standing.WAITING)
    shut_out.groups.add(pilots)
    chief = MemberFactory(display_name="Chief", handle="chief", is_superuser=True)
    roles.set_up_groups()
    return cast | {"iris": inside, "shut": shut_out, "chief": chief}


def restrict(model, kind: str, **on):
    restriction = model.objects.create(restriction_type=kind, password="green" if kind == "password" else "", **on)
    if kind == "groups":
        restriction.groups.add(Group.objects.get(name="Pilots"))
    return restriction


# who takes part passes "login"; who also is in the group, or a superuser, passes "groups"; nobody a password
PASSES = {
    "none": {"anyone", "alice", "bob", "charlie", "morag", "cora", "iris", "shut", "chief"},
    "login": {"alice", "bob", "morag", "cora", "iris", "chief"},
    "groups": {"iris", "chief"},
    "password": set(),
}


def test_lists_single_pages_and_addresses_agree_for_everybody(home, people, client_of):
    """People × pages × restrictions: the list, its object twin and what the address answers say the same."""
    pages = {}
    for kind in RESTRICTIONS:
        pages[kind] = desk.plain(f"Page {kind}")
        if kind != "none":
            restrict(PageViewRestriction, kind, page=pages[kind])
    pages["draft"] = desk.plain("Page draft", live=False)
    checked = 0
    for name, viewer in people.items():
        listed = set(pages_visible_to(Page.objects.all(), viewer).values_list("pk", flat=True))
        for kind, page in pages.items():
            wanted = kind != "draft" and name in PASSES[kind]
            client = client_of(viewer)
            answers = {
                "list": page.pk in listed,
                "page": page_visible_to(page, viewer),
                "address": client.get(page.get_url()).status_code == 200,
                "head": client.head(page.get_url()).status_code == 200,
            }
            assert set(answers.values()) == {wanted}, (name, kind, answers)
            checked += 1
    assert checked == 9 * 5


def test_a_restriction_above_counts_below_and_both_must_be_passed(home, people):
    page = desk.national("Under a closed library")
    restrict(PageViewRestriction, "login", page=GuidanceIndexPage.objects.get())
    restrict(PageViewRestriction, "groups", page=page)
    who = {name for name, viewer in people.items() if page_visible_to(page, viewer)}
    assert who == {"iris", "chief"}
    for name, viewer in people.items():
        assert pages_visible_to(Page.objects.filter(pk=page.pk), viewer).exists() == (name in who)


def test_invisible_is_404_and_never_a_way_to_sign_in(home, client, client_of, people):
    page = desk.plain("Only for members")
    restrict(PageViewRestriction, "login", page=page)
    for viewer in (None, people["charlie"]):
        answer = client_of(viewer).get(page.get_url())
        assert (answer.status_code, answer.headers.get("Location")) == (404, None)
        assert "Only for members" not in answer.content.decode()
    assert {"private", "no-store"} <= set(
        client_of(people["alice"]).get(page.get_url()).headers["Cache-Control"].split(", ")
    )


def test_reading_which_pages_costs_two_queries_however_many_there_are(home, people):
    def count(many: int) -> int:
        for number in range(many):
            restrict(PageViewRestriction, ("login", "groups")[number % 2], page=desk.story(f"Story {many} {number}"))
        with CaptureQueriesContext(connection) as queries:
            list(pages_visible_to(Page.objects.all(), people["alice"]))
        return len(queries)

    assert (count(1), count(3)) == (2, 2)
    with CaptureQueriesContext(connection) as queries:
        page_visible_to(desk.StoryPage.objects.first(), people["iris"])
    assert len([query for query in queries if "restriction" in query["sql"]]) == 1


def test_documents_agree_in_lists_and_by_their_addresses(home, people, client_of):
    root = Collection.get_first_root_node()
    documents = {}
    for kind in RESTRICTIONS:
        collection = root.add_child(name=kind)
        if kind != "none":
            restrict(CollectionViewRestriction, kind, collection=collection)
        inner = collection.add_child(name=f"{kind} inner")
        documents[kind, "outer"] = desk.document(kind, collection)
        documents[kind, "inner"] = desk.document(kind, inner)
    # collections stand in the order of their names: a new one moves the places of others
    documents = {key: CustomDocument.objects.get(pk=file.pk) for key, file in documents.items()}
    for (name, viewer), ((kind, _), file) in itertools.product(people.items(), documents.items()):
        wanted = name in PASSES[kind]
        assert documents_visible_to(CustomDocument.objects.filter(pk=file.pk), viewer).exists() == wanted
        assert document_visible_to(file, viewer) == wanted
        assert (client_of(viewer).get(file.url).status_code == 200) == wanted, (name, kind)


def test_a_private_files_hash_is_not_confirmed_to_outsiders(home, people, client_of):
    collection = Collection.get_first_root_node().add_child(name="Private")
    restrict(CollectionViewRestriction, "login", collection=collection)
    file = desk.document("Secret", collection)
    tag = f'"{file.get_file_hash()}"'
    assert client_of(people["alice"]).get(file.url, headers={"If-None-Match": tag}).status_code == 304
    for viewer in (None, people["charlie"]):
        answer = client_of(viewer).get(file.url, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.headers.get("ETag")) == (404, None)
    assert client_of(people["alice"]).get(file.url).headers["Cache-Control"] == "private, no-store"


def test_files_are_saved_not_shown_and_never_guessed_at(home, client):
    file = desk.document("Open")
    answer = client.get(file.url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    for path in (f"/media/{file.file.name}", f"/media/documents/{file.filename}", "/media/", "/media/../config/env.py"):
        assert client.get(path).status_code == 404


def picture(collection=None, name="mark.png") -> CustomImage:
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "PNG")
    data.seek(0)
    fields = {"collection": collection} if collection else {}
    return CustomImage.objects.create(title="Mark", file=ImageFile(data, name=name), **fields)


def test_pictures_are_shown_to_those_who_may_see_their_collection(home, client, client_of, people):
    open_one = picture().get_rendition("width-20")
    answer = client.get(open_one.url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    collection = Collection.get_first_root_node().add_child(name="Private")
    restrict(CollectionViewRestriction, "login", collection=collection)
    shut = picture(collection).get_rendition("width-20")
    codes = {name: client_of(viewer).get(shut.url).status_code for name, viewer in people.items()}
    assert {name for name, code in codes.items() if code == 200} == PASSES["login"]
    assert client_of(people["alice"]).get(shut.url).headers["Cache-Control"] == "private, no-store"


def test_originals_are_only_for_those_who_choose_pictures(home, client_of, people):
    file = picture().file
    codes = {name: client_of(viewer).get(file.url).status_code for name, viewer in people.items()}
    assert {name for name, code in codes.items() if code == 200} == {"cora", "chief"}


def test_a_writer_gets_pictures_of_their_own_collection_and_no_private_ones(home, client_of, people):
    """The admin of a moderator or author offers one collection; an address is no way to the others."""
    root = Collection.get_first_root_node()
    own = picture(collection=root.get_children().get(name="For pages"))
    shut = picture(collection=root.add_child(name="Pilots only"))
    restrict(CollectionViewRestriction, "groups", collection=shut.collection)
    codes = {
        name: [
            client_of(people["morag"]).get(url).status_code for url in (one.file.url, one.get_rendition("width-10").url)
        ]
        for name, one in (("own", own), ("shut", shut))
    }  # fmt: skip
    assert codes == {"own": [200, 200], "shut": [404, 404]}


@pytest.mark.parametrize("page_type", [GuidanceIndexPage, StandardPage])
def test_only_members_and_groups_can_be_chosen_in_the_admin(cora, home, client_of, page_type):
    page = page_type.objects.first()
    form = client_of(cora).get(f"/admin/pages/{page.pk}/privacy/").json()["html"]
    assert 'value="login"' in form
    assert 'value="groups"' in form
    assert 'value="password"' not in form
    collection = Collection.get_first_root_node().add_child(name="Files")
    form = client_of(cora).get(f"/admin/collections/{collection.pk}/privacy/").json()["html"]
    assert 'value="login"' in form
    assert 'value="password"' not in form


def test_wagtails_ways_round_are_closed(home, client):
    page = desk.plain("Kept by a password")
    restriction = restrict(PageViewRestriction, "password", page=page)
    for path in (
        f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/",
        f"/documents/authenticate_with_password/{restriction.pk}/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"password": "green", "return_url": page.get_url()}).status_code == 404
    assert client.get("/_util/login/").headers["Location"] == "/accounts/login/"
    assert client.post("/_util/login/", {"username": "x", "password": "y"}).headers["Location"] == "/accounts/login/"


def test_who_is_not_signed_in_is_asked_one_query(home):
    with CaptureQueriesContext(connection) as queries:
        pages_visible_to(Page.objects.all(), AnonymousUser())
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("guide.pdf", b"%PDF-1.7 words", True),
        ("guide.pdf", b"<html><script>alert(1)</script>", False),
        ("guide.docx", b"PK\x03\x04 words", False),
        ("guide.docx", b"MZ\x90 a program", False),
        ("list.csv", b"name,post\n", True),
        ("list.csv", b"\xef\xbb\xbfname", True),
        ("list.csv", b" \n<!doctype html>", False),
        ("list.txt", b"\x7fELF\x00", False),
        ("page.html", b"<p>Words</p>", False),
        ("picture.svg", b"<svg onload=alert(1)>", False),
    ],
)
def test_a_file_is_taken_by_what_it_is_not_by_its_name(cora, home, client_of, name, content, taken):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, content)
    root = Collection.get_first_root_node()
    client_of(cora).post("/admin/documents/add/", {"title": "A file", "file": file, "collection": root.pk})
    assert CustomDocument.objects.filter(title="A file").exists() == taken


def test_a_file_that_is_put_away_is_gone_from_kept_pages(home, client, settings, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    file = desk.document("Minutes kvxq")
    page = desk.national(body=[("download", {"document": file, "title": "", "note": ""})])
    assert ["Minutes kvxq" in client.get(page.url).content.decode() for _ in range(2)] == [True, True]
    shut = Collection.get_first_root_node().add_child(name="Shut")
    restrict(CollectionViewRestriction, "login", collection=shut)
    with django_capture_on_commit_callbacks(execute=True):
        file.collection = shut
        file.save()
    assert "Minutes kvxq" not in client.get(page.url).content.decode()
