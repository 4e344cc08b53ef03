"""The API says what anyone may read, and not a word more, whoever asks."""

import pytest
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from tests.cms import desk
from tests.cms.test_privacy import picture

CANARY = "kvxqapi"


@pytest.fixture
def home(cora):
    return desk.make_desk()


@pytest.fixture
def world(home):
    """A public and a hidden one of everything."""
    shut = Collection.get_first_root_node().add_child(name=f"{CANARY} collection")
    CollectionViewRestriction.objects.create(collection=shut, restriction_type="login")
    public = desk.story("Open story")
    for kind in ("login", "groups", "password"):
        PageViewRestriction.objects.create(page=desk.story(f"{CANARY} {kind}"), restriction_type=kind)
    desk.story(f"{CANARY} draft", live=False)
    open_file, open_image = desk.document("Open file"), picture(name="open.png")
    desk.document(f"{CANARY} file", shut)
    picture(shut, name=f"{CANARY}.png")
    return {"pages": public.pk, "documents": open_file.pk, "images": open_image.pk}


def test_lists_hold_what_is_public_for_everybody_alike(world, client_of, cast):
    for viewer in cast.values():
        client = client_of(viewer)
        pages = client.get("/api/v2/pages/?limit=20&fields=*").json()
        assert "Open story" in {item["title"] for item in pages["items"]}
        for kind in ("pages", "documents", "images"):
            assert CANARY not in client.get(f"/api/v2/{kind}/?limit=20&fields=*").content.decode()
        assert client.get("/api/v2/documents/").json()["meta"]["total_count"] == 1
        assert client.get("/api/v2/images/").json()["meta"]["total_count"] == 1


def test_what_is_hidden_is_404_by_id_by_path_by_search_and_by_its_place_in_the_tree(world, client):
    from wagtail.models import Page

    from core.models import CustomDocument, CustomImage

    hidden = Page.objects.filter(title__startswith=CANARY)
    assert hidden.count() == 4
    for page in hidden:
        for url in (
            f"/api/v2/pages/{page.pk}/",
            f"/api/v2/pages/find/?id={page.pk}",
            f"/api/v2/pages/find/?html_path={page.get_url()}",
        ):
            answer = client.get(url)
            assert (answer.status_code, CANARY in answer.content.decode()) == (404, False), url
        for way in ("child_of", "ancestor_of", "descendant_of"):
            assert CANARY not in client.get(f"/api/v2/pages/?{way}={page.pk}").content.decode()
    assert client.get(f"/api/v2/pages/?search={CANARY}").json()["meta"]["total_count"] == 0
    assert client.get(f"/api/v2/pages/?title={CANARY} draft").json()["meta"]["total_count"] == 0
    for model, kind in ((CustomDocument, "documents"), (CustomImage, "images")):
        one = model.objects.exclude(pk=world[kind]).get()
        assert client.get(f"/api/v2/{kind}/{one.pk}/").status_code == 404
        assert client.get(f"/api/v2/{kind}/find/?id={one.pk}").status_code == 404


def test_it_is_json_and_read_only(world, client_of, cora):
    client = client_of(cora)
    for kind, pk in world.items():
        assert client.get(f"/api/v2/{kind}/{pk}/").headers["Content-Type"] == "application/json"
        assert (
            client.get(f"/api/v2/{kind}/{pk}/?format=api", headers={"Accept": "text/html"}).headers["Content-Type"]
            == "application/json"
        )
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(f"/api/v2/{kind}/{pk}/").status_code == 405
            assert getattr(client, method)(f"/api/v2/{kind}/").status_code == 405


@pytest.mark.parametrize(
    "query",
    ["?limit=-1", "?limit=x", "?offset=999999999999999999999", "?type=x.Y", "?type=members.Member", "?order=password",
     "?fields=owner(password)", "?fields=%00", "?child_of=x", "?search=%00", "?search=%27%22%28", "?locale=xx",
     "?owner__password=x", "?html_path=%00", "?descendant_of=9999999999999999999999"],
)  # fmt: skip
def test_hostile_questions_get_a_plain_refusal(world, client, query):
    for path in ("/api/v2/pages/", "/api/v2/pages/find/", "/api/v2/documents/", "/api/v2/images/"):
        answer = client.get(path + query)
        assert answer.status_code in {200, 302, 400, 404}, (path, query)
        assert (
            "password"
            not in answer.content.decode().replace("owner__password", "").replace("unknown fields: password", "")
            or answer.status_code == 400
        )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v2/pages/?offset=²", 400),
        ("/api/v2/pages/?search=story&search_operator=xor", 400),
        (f"/documents/{'9' * 5000}/x", 404),
    ],
)
def test_what_a_stranger_makes_up_is_refused_and_breaks_nothing(world, client, address, status):
    assert client.get(address).status_code == status
