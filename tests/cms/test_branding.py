"""The admin is this community's: its name, mark and words; its pages answer to who may see them and to nobody else."""

import re

import pytest

from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory

FOR_WRITERS = ["/admin/", "/admin/account/", "/admin/member_chooser/", "/admin/reports/workflow/"]
FOR_THE_CORE_TEAM = [
    "/admin/pages/",
    "/admin/redirects/", "/admin/redirects/add/", "/admin/collections/", "/admin/images/", "/admin/documents/",
]  # fmt: skip


@pytest.fixture
def author(council):
    return MemberFactory(display_name="Wren Writer", handle="wren", organisation=council, role=Member.Role.AUTHOR)


@pytest.fixture
def home(cora, morag, author):
    return desk.make_desk()


def test_it_bears_the_sites_name_mark_and_colours(client_of, cora, home):
    page = client_of(cora).get("/admin/").content.decode()
    assert "<title>Dashboard - Folkmoot</title>" in page
    assert 'href="/static/img/favicon.svg"' in page
    assert 'href="/static/css/pages/admin.css"' in page
    assert 'class="folkmoot-mark' in page
    assert "Wagtail 8" not in page
    assert "guide.wagtail.org" not in page


def test_signing_in_goes_through_our_own_page(client, home):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [*FOR_WRITERS, *FOR_THE_CORE_TEAM])
def test_the_core_team_gets_every_page(client_of, cora, home, path):
    assert client_of(cora).get(path).status_code == 200


def test_authors_get_their_own_and_no_more(client_of, author, morag, home):
    for writer in (author, morag):
        client = client_of(writer)
        assert {path: client.get(path).status_code for path in FOR_WRITERS} == dict.fromkeys(FOR_WRITERS, 200)
        refused = {
            path: client.get(path).status_code
            for path in FOR_THE_CORE_TEAM
            if path not in {"/admin/images/", "/admin/documents/"}
        }
        assert set(refused.values()) == {302}, refused


def test_members_and_strangers_get_none(client_of, alice, charlie, home):
    for viewer in (None, alice, charlie):
        client = client_of(viewer)
        for path in [*FOR_WRITERS, *FOR_THE_CORE_TEAM]:
            assert client.get(path).status_code == 302
            assert client.get(path, follow=True).status_code == (200 if viewer is None else 403)


def test_every_page_of_the_tree_is_edited_previewed_and_shown(client_of, cora, home):
    pages = [desk.national(), desk.local(), desk.story(), desk.news(), desk.plain("Plain"), home]
    client = client_of(cora)
    for page in pages:
        edit = client.get(f"/admin/pages/{page.pk}/edit/")
        assert edit.status_code == 200, page
        preview = client.get(f"/admin/pages/{page.pk}/view_draft/")
        assert preview.status_code == 200, page
        assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]


def test_the_user_bar_is_there_for_who_writes_and_for_nobody_else(client_of, cora, author, alice, home):
    page = desk.plain("Plain")
    shown = {
        name: "wagtail-userbar" in client_of(viewer).get(page.get_url()).content.decode()
        for name, viewer in {"cora": cora, "author": author, "alice": alice, "anyone": None}.items()
    }
    assert shown == {"cora": True, "author": True, "alice": False, "anyone": False}


def edit_links(client, address: str) -> list[str]:
    """Where “Edit this page” leads to, before the title of a page."""
    page = client.get(address).content.decode()
    before = page[page.index('<main id="main"') : page.index("<h1")]
    assert page.count("edit-page") == before.count("edit-page")
    return re.findall(r'<p class="edit-page"><a class="text-action" href="([^"]*)">', before)


def test_edit_this_page_stands_before_the_title_for_who_may_edit_it_and_for_nobody_else(
    client, client_of, cora, morag, author, alice, home
):
    news = desk.news()
    theirs = desk.national(owner=author, live=False)
    theirs.save_revision().publish()
    for page in (desk.national(), desk.story(), news, desk.plain("Plain"), home, theirs):
        found = {
            name: edit_links(client_of(viewer), page.get_url())
            for name, viewer in {"cora": cora, "author": author, "alice": alice, "anyone": None}.items()
        }
        may = page.permissions_for_user(author).can_edit()
        edit = [f"/admin/pages/{page.pk}/edit/"]
        assert found == {"cora": edit, "author": edit if may else [], "alice": [], "anyone": []}, page
    # what is kept for the public has none, whoever came first
    for viewer in (cora, None, None):
        kept = edit_links(client_of(viewer), news.get_url())
    assert kept == []


def test_a_preview_does_not_offer_to_edit_what_is_being_edited(client_of, cora, home):
    draft = client_of(cora).get(f"/admin/pages/{desk.news().pk}/view_draft/").content.decode()
    assert "edit-page" not in draft


def test_the_waiting_panel_lists_who_waits(client_of, cora, charlie, home):
    page = client_of(cora).get("/admin/").content.decode()
    assert "1 person waits to be vouched for" in page
    assert f"/admin/users/{charlie.pk}/decide/vouch/" in page


def test_writers_find_the_way_in_from_the_menu(client_of, cora, author, alice, home):
    words = {}
    for name, viewer in {"cora": cora, "author": author, "alice": alice}.items():
        page = client_of(viewer).get("/forum/").content.decode()
        words[name] = [one for one in ("Core team admin", "Write and edit") if one in page]
    assert words == {"cora": ["Core team admin"], "author": ["Write and edit"], "alice": []}
