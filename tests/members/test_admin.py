import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from wagtail.models import Site
from wagtail.users.models import UserProfile

from members import actions
from members.models import Member
from tests.factories import MemberFactory
from tests.members.test_deciding import MEMBERS, decide

Standing = Member.Standing


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_only_those_who_write_get_in(client_of, cast, who, admin_groups):
    admin_groups()
    client = client_of(cast[who])
    for url in ("/admin/", MEMBERS, "/admin/organisation/", decide(cast["bob"], "vouch"), "/admin/pages/"):
        assert client.get(url, follow=True).status_code == 403
    assert client.post(decide(cast["bob"], "ban"), {"why": "Because."}, follow=True).status_code == 403
    cast["bob"].refresh_from_db()
    assert cast["bob"].standing == Standing.VOUCHED


@pytest.mark.parametrize("role", ["author", "moderator"])
def test_who_writes_gets_in_but_keeps_neither_people_nor_the_directory(client_of, cast, role, admin_groups):
    writer = MemberFactory(display_name="Wren Writer", handle="wren", role=role)
    admin_groups()
    client = client_of(writer)
    assert client.get("/admin/").status_code == 200
    site = Site.objects.get(is_default_site=True).pk
    closed = ("/admin/organisation/", f"/admin/settings/cms/sitesettings/{site}/", "/admin/redirects/")
    for url in (MEMBERS, *closed, decide(cast["bob"], "vouch")):
        assert client.get(url).headers["Location"] == "/admin/", url
    client.post(decide(cast["bob"], "ban"), {"why": "Because."})
    cast["bob"].refresh_from_db()
    assert cast["bob"].standing == Standing.VOUCHED


def test_a_stranger_signs_in_on_our_own_page_and_comes_back(client, cora, admin_groups):
    from tests.factories.members import PASSWORD

    admin_groups()
    page = client.get(MEMBERS, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fusers%2F"
    response = client.post("/accounts/login/", {"login": cora.email, "password": PASSWORD, "next": MEMBERS})
    assert response.headers["Location"] == MEMBERS
    assert client.get(MEMBERS).status_code == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/admin/", "/admin/login/", "/forum/"])
def test_the_admins_sign_in_leads_only_into_the_admin(core_client, wanted):
    assert core_client.get("/admin/login/", {"next": wanted}).headers["Location"] == "/admin/"


def test_wagtails_own_sign_in_takes_no_passwords(client, cora):
    response = client.post("/admin/login/", {"username": cora.email, "password": "seven green lanterns"})
    assert response.headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "url",
    [
        "/admin/", MEMBERS, f"{MEMBERS}?standing=waiting", f"{MEMBERS}?q=charlie", "/admin/organisation/",
        "/admin/organisation/new/", "/admin/sector/", "/admin/sector/new/", "/admin/topic/", "/admin/account/",
        "/admin/images/", "/admin/documents/", "/admin/pages/", "/admin/reports/site-history/",
        "/admin/collections/", "/admin/redirects/", "/admin/snippets/forum/space/",
    ],
)  # fmt: skip
def test_every_page_of_the_admin_opens_for_the_core_team(core_client, charlie, url):
    assert core_client.get(url).status_code == 200


def test_a_member_and_their_history_open(core_client, cora, charlie):
    actions.decline(by=cora, member=charlie, why="Not there.")
    page = core_client.get(f"{MEMBERS}edit/{charlie.pk}/")
    assert "Not there." in page.content.decode()
    assert "Declined: Not there." in core_client.get(f"{MEMBERS}history/{charlie.pk}/").content.decode()


def test_a_page_can_be_edited_published_and_its_history_read(core_client):
    from wagtail.models import Page

    home = Page.objects.filter(depth=2).first()
    assert core_client.get(f"/admin/pages/{home.pk}/edit/").status_code == 200
    assert core_client.get(f"/admin/pages/{home.pk}/history/").status_code == 200


@pytest.mark.parametrize("url", ["new/", "delete/{}/", "add/", "{}/delete/"])
def test_nobody_adds_or_deletes_a_member_there(core_client, alice, url):
    answer = core_client.post(MEMBERS + url.format(alice.pk), {"email": "x@example.org"})
    assert answer.status_code in {302, 404}
    assert Member.objects.count() == 2


@pytest.mark.parametrize("bulk", ["delete", "set_active_state", "assign_role"])
def test_wagtails_bulk_acts_on_users_do_nothing(core_client, alice, bulk):
    group = Group.objects.get(name="Core team")
    sent = {"mark_as_active": "False", "role": group.pk}
    core_client.post(f"/admin/bulk/members/member/{bulk}/?id={alice.pk}", sent)
    alice.refresh_from_db()
    assert (alice.is_active, list(alice.groups.all())) == (True, [])


def test_the_core_team_cannot_touch_passwords_roles_or_superusers_through_the_form(core_client, alice):
    before = (alice.password, alice.role, alice.email)
    core_client.post(
        f"{MEMBERS}edit/{alice.pk}/",
        {
            "display_name": "Alice Bell", "job_title": "", "organisation": alice.organisation_id, "bio": "",
            "expertise": "housing",
            "password1": "hacked hacked", "password2": "hacked hacked",
            "is_superuser": "on", "role": "core_team", "email": "evil@example.org",
        },
    )  # fmt: skip
    alice.refresh_from_db()
    assert alice.display_name == "Alice Bell"
    assert ((alice.password, alice.role, alice.email), alice.is_superuser) == (before, False)


def test_a_superuser_is_edited_by_superusers_only(core_client):
    chief = Member.objects.create_superuser("chief@example.org", "seven green lanterns", display_name="Chief")
    assert core_client.get(f"{MEMBERS}edit/{chief.pk}/").status_code == 302
    for verb in ("ban", "role"):
        assert core_client.post(decide(chief, verb), {"why": "x", "role": "member"}).headers["Location"] == "/admin/"
    chief.refresh_from_db()
    assert (chief.standing, chief.role) == (Standing.VOUCHED, Member.Role.CORE_TEAM)


def test_the_list_of_members_takes_the_same_queries_for_one_and_for_three(core_client, council):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert core_client.get(MEMBERS).status_code == 200
        return len(captured)

    MemberFactory(organisation=council)
    queries()
    one = queries()
    for _more in range(2):
        MemberFactory(organisation=council)
    assert queries() == one


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_carries_no_formulas(core_client, cora, start, kind):
    evil = f'{start}HYPERLINK("https://evil.example")'
    MemberFactory(display_name="Mallory", handle="mallory", job_title=evil)
    answer = b"".join(core_client.get(f"{MEMBERS}?export={kind}&q=mallory").streaming_content)
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.decode(), newline="")))
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer)).active.values)
    # XML reads a carriage return as a new line
    assert [(row[0], row[3].replace("\n", "\r")) for row in rows[1:]] == [("Mallory", f"'{evil}")]


def test_how_the_admin_looks_can_be_saved_without_a_name_nobody_asked_for(core_client, cora):
    page = core_client.get("/admin/account/").content.decode()
    assert "name_email-first_name" not in page
    assert 'href="/account/"' in page
    sent = {"theme-theme": "dark", "theme-contrast": "system", "theme-density": "default",
            "theme-keyboard_shortcuts": "on"}  # fmt: skip
    response = core_client.post("/admin/account/", sent)
    assert (response.status_code, response.url) == (302, "/admin/account/")
    assert UserProfile.objects.get(user=cora).theme == "dark"
