import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, Site
from wagtail.users.models import UserProfile

from core import caching
from core.models import Topic
from events.models.places import Allocation
from members import actions, roles
from members.models import EmailDomain, Member, Organisation
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory, events

Standing = Member.Standing
MEMBERS = "/admin/users/"


def decide(member, verb) -> str:
    return f"{MEMBERS}{member.pk}/decide/{verb}/"


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


def test_the_first_page_says_who_waits(core_client, charlie):
    page = core_client.get("/admin/").content.decode()
    assert "Waiting for you: 1 person to vouch for" in page
    assert f'href="{decide(charlie, "vouch")}"' in page


def test_vouching_and_declining_are_buttons(core_client, charlie, alice, sent):
    page = core_client.get(f"{MEMBERS}edit/{charlie.pk}/").content.decode()
    assert f'href="{decide(charlie, "vouch")}"' in page
    assert f'href="{decide(charlie, "decline")}"' in page
    core_client.post(decide(charlie, "vouch"), {"why": ""})
    charlie.refresh_from_db()
    assert charlie.standing == Standing.VOUCHED
    missing = core_client.post(decide(alice, "decline"), {"why": ""})
    assert missing.context["form"].errors["why"] == ["Write the reason: the person is told it."]
    core_client.post(decide(alice, "decline"), {"why": "Left the council."})
    alice.refresh_from_db()
    assert (alice.standing, alice.standing_why) == (Standing.DECLINED, "Left the council.")


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("who", "verb", "standing"),
    [("charlie", "decline", "banned"), ("alice", "let_back_in", "vouched"), ("charlie", "role", "banned")],
)
def test_a_page_opened_before_somebody_else_decided_leads_back_and_says_so(
    core_client, cast, method, who, verb, standing
):
    member = cast[who]
    if standing == Standing.BANNED:
        actions.ban(by=MemberFactory(role=Member.Role.CORE_TEAM), member=member, why="Threats.")
    answer = getattr(core_client, method)(decide(member, verb), {"why": "Not known there.", "role": "moderator"})
    assert answer.headers["Location"] == f"{MEMBERS}edit/{member.pk}/"
    label = Standing(standing).label
    assert said(answer) == [f"Nothing was changed: the standing of {member.display_name} is “{label}” now."]
    member.refresh_from_db()
    assert (member.standing, member.is_active, member.role) == (standing, standing not in Member.OUT, "member")


def test_the_buttons_are_those_for_their_standing(core_client, cast):
    offered = {}
    for standing in Standing:
        Member.objects.filter(pk=cast["charlie"].pk).update(standing=standing, is_active=standing not in Member.OUT)
        page = core_client.get(f"{MEMBERS}edit/{cast['charlie'].pk}/")
        offered[str(standing)] = [url.split("/")[-2] for url, _verb, _title in page.context["decisions"]]
    assert offered == {
        "unconfirmed": ["ban", "leave"],
        "waiting": ["vouch", "decline", "ban", "leave"],
        "vouched": ["decline", "ban", "leave", "role"],
        "declined": ["vouch", "ban", "leave", "let_back_in"],
        "left": ["let_back_in"],
        "banned": ["let_back_in"],
    }


def test_someone_whose_organisation_is_not_listed_is_given_one_on_the_same_page(core_client, charlie):
    Member.objects.filter(pk=charlie.pk).update(
        organisation=None,
        standing_why="Says they work for “Basildon & Wickford Kitchens”, which is not in the directory.",
    )
    page = core_client.get(decide(charlie, "vouch")).content.decode()
    link = "/admin/organisation/new/?name=Basildon%20%26%20Wickford%20Kitchens"
    assert f'href="{link}"' in page
    assert 'value="Basildon &amp; Wickford Kitchens"' in core_client.get(link).content.decode()
    refused = core_client.post(decide(charlie, "vouch"), {"why": ""})
    assert refused.context["form"].errors == {"organisation": ["Choose the organisation Charlie Crane works for."]}
    body = OrganisationFactory(name="Wickford Kitchens")
    response = core_client.post(decide(charlie, "vouch"), {"why": "", "organisation": body.pk})
    assert response.url == f"{MEMBERS}?standing=waiting"
    charlie.refresh_from_db()
    assert (charlie.standing, charlie.organisation) == (Standing.VOUCHED, body)


def test_the_page_says_since_when_somebody_waits_and_why_their_address_did_not_vouch(core_client, charlie):
    body = charlie.organisation
    Member.objects.filter(pk=charlie.pk).update(email="charlie@gmail.com", date_joined=timezone.now())
    page = core_client.get(decide(charlie, "vouch"))
    assert (
        page.context["about_address"] == "Anyone can have an address at gmail.com, so it says nothing of an employer."
    )
    assert "longer than the working day" not in page.content.decode()
    Member.objects.filter(pk=charlie.pk).update(
        email="charlie@kitchens.org.uk", date_joined=timezone.now() - dt.timedelta(days=9)
    )
    body.email_domains.all().delete()
    page = core_client.get(decide(charlie, "vouch"))
    assert page.context["about_address"] == f"The directory knows no domain of {body}."
    for address in (decide(charlie, "vouch"), "/admin/", f"{MEMBERS}?standing=waiting", f"{MEMBERS}vouch-for-many/"):
        assert "longer than the working day we promise" in core_client.get(address).content.decode(), address


def test_who_waits_again_waits_since_then(charlie):
    Member.objects.filter(pk=charlie.pk).update(date_joined=timezone.now() - dt.timedelta(days=90))
    log(charlie, "members.confirm", data={"was": "vouched", "is": "waiting", "why": ""})
    again = Member.objects.longest_waiting().get(pk=charlie.pk)
    assert (again.waits_since > timezone.now() - dt.timedelta(minutes=1), again.is_kept_waiting()) == (True, False)


def test_an_unknown_verb_or_member_is_404(core_client, alice):
    assert core_client.get(decide(alice, "promote")).status_code == 404
    assert core_client.get(f"{MEMBERS}999999/decide/vouch/").status_code == 404


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


class TestRoles:
    def test_the_admins_groups_follow_the_role(self, core_client, cora, alice, sent):
        core_client.post(decide(alice, "role"), {"role": "core_team", "why": "Joins us in May."})
        alice.refresh_from_db()
        assert (alice.role, [group.name for group in alice.groups.all()]) == ("core_team", ["Core team"])
        for role in ("author", "moderator"):
            actions.give_role(by=cora, member=alice, role=role)
            alice = Member.objects.get(pk=alice.pk)
            assert [group.name for group in alice.groups.all()] == ["Authors"]
            assert alice.has_perm("wagtailadmin.access_admin")
        actions.give_role(by=cora, member=alice, role="member")
        alice = Member.objects.get(pk=alice.pk)
        assert not alice.has_perm("wagtailadmin.access_admin")
        assert list(alice.groups.all()) == []
        assert [letter.to for letter in sent()] == [[alice.email]] * 4

    @pytest.mark.parametrize("who", ["alice", "charlie", "morag"])
    def test_only_the_core_team_gives_roles(self, cast, bob, who):
        with pytest.raises(actions.NotAllowed):
            actions.give_role(by=cast[who], member=bob, role="moderator")

    def test_nobody_changes_their_own(self, cora):
        with pytest.raises(actions.NotAllowed):
            actions.give_role(by=cora, member=cora, role="member")

    def test_who_is_not_vouched_for_gets_none(self, cora, charlie):
        with pytest.raises(actions.NotAllowed):
            actions.give_role(by=cora, member=charlie, role="moderator")

    def test_the_group_can_be_set_up_twice_and_mends_itself(self, cora, alice):
        group = roles.set_up_groups()
        count = (group.permissions.count(), group.page_permissions.count(), group.collection_permissions.count())
        alice.groups.add(group)
        Group.objects.get(name="Core team").permissions.clear()
        GroupPagePermission.objects.filter(group=group).delete()
        group = roles.set_up_groups()
        assert count == (
            group.permissions.count(),
            group.page_permissions.count(),
            group.collection_permissions.count(),
        )
        assert list(group.user_set.all()) == [cora]
        assert min(count) > 5

    def test_it_holds_no_key_to_people_groups_or_deleting_organisations(self, db):
        held = {f"{one.content_type.app_label}.{one.codename}" for one in roles.set_up_groups().permissions.all()}
        assert "wagtailadmin.access_admin" in held
        assert {"members.change_organisation", "members.add_sector", "core.change_topic"} <= held
        assert held & {
            "members.add_member", "members.change_member", "members.delete_member", "members.delete_organisation",
            "auth.change_group", "auth.add_group", "auth.change_permission", "sessions.change_session",
        } == set()  # fmt: skip


class TestOrganisations:
    def sent(self, **changed):
        sector = SectorFactory()
        return {
            "name": "Blackwater Council", "short_name": "", "slug": "", "sector": sector.pk, "type": "", "area": "",
            "status": "partner", "public_note": "", "website": "", "role_mailbox": "", "joined_on": "", "parent": "",
            "replaced_on": "", "editor_note": "For us only", "former_names": "Blackwater RDC\nBlackwater Borough",
            "also_called": "BDC", "domains": "blackwater.gov.uk\n@Mail.Blackwater.example",
        } | changed  # fmt: skip

    def test_are_made_with_names_and_domains_one_a_line(self, core_client):
        response = core_client.post("/admin/organisation/new/", self.sent())
        assert response.status_code == 302, response.context["form"].errors
        body = Organisation.objects.get(name="Blackwater Council")
        assert (body.slug, body.editor_note) == ("blackwater-council", "For us only")
        assert sorted(body.other_names.values_list("name", "kind")) == [
            ("BDC", "alias"), ("Blackwater Borough", "former"), ("Blackwater RDC", "former"),
        ]  # fmt: skip
        assert sorted(body.email_domains.values_list("domain", flat=True)) == [
            "blackwater.gov.uk", "mail.blackwater.example",
        ]  # fmt: skip

    def test_lose_what_is_taken_out_of_the_lines(self, core_client, council):
        council.other_names.create(name="Old", kind="former")
        core_client.post(
            f"/admin/organisation/edit/{council.pk}/",
            self.sent(name=council.name, slug=council.slug, former_names="Older", also_called="", domains=""),
        )
        assert list(council.other_names.values_list("name", flat=True)) == ["Older"]
        assert not council.email_domains.exists()

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            (
                {"domains": "gmail.com"},
                "domains",
                "Anyone can have an address at gmail.com, so it can't vouch for an employer.",
            ),
            ({"domains": "gov.uk"}, "domains", "Many bodies share gov.uk, so it can't vouch for one employer."),
            ({"domains": "jo@x.org"}, "domains", "Write a domain such as essex.gov.uk."),
            (
                {"domains": "thornmere-district-council.example.org"},
                "domains",
                "thornmere-district-council.example.org belongs to Thornmere District Council already.",
            ),
            ({"also_called": "Blackwater RDC"}, "also_called", "“Blackwater RDC” is among the former names already."),
            ({"status": "replaced"}, "successors", "Say which body replaced it."),
        ],
    )
    def test_refuse_what_cannot_be(self, core_client, council, changed, field, words):
        page = core_client.post("/admin/organisation/new/", self.sent(**changed))
        assert page.context["form"].errors[field] == [words]
        assert not EmailDomain.objects.filter(domain__in=["gmail.com", "gov.uk"]).exists()


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


@pytest.fixture
def chief_client(core_client, client_of):
    return client_of(Member.objects.create_superuser("chief@example.org", "seven green lanterns", display_name="Chief"))


@pytest.mark.parametrize("kind", ["organisation", "sector"])
def test_what_others_need_stays_and_it_is_said_what_stands_in_the_way(chief_client, council, alice, kind):
    event = events.event("Sharing for the first time")
    Allocation.objects.create(event=event, organisation=council, places=3, release_on=event.starts_at)
    places = "1 allocation (places kept at “Sharing for the first time”)"
    one, said = {
        "organisation": (council, f"{places} and 1 member (Alice Amory)"),
        "sector": (council.sector, "1 organisation (Thornmere District Council)"),
    }[kind]
    answer = chief_client.post(f"/admin/{kind}/delete/{one.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/admin/{kind}/edit/{one.pk}/", 302)]
    (told,) = answer.context["messages"]
    assert str(told).strip() == f"“{one}” can’t be deleted, because others need it: {said}. Change those first."
    assert type(one).objects.filter(pk=one.pk).exists()


def test_of_many_that_stand_in_the_way_three_are_named(chief_client, council):
    for name in ("Ann", "Ben", "Cleo", "Dan"):
        MemberFactory(display_name=name, organisation=council)
    answer = chief_client.post(f"/admin/organisation/delete/{council.pk}/", follow=True)
    assert "4 members (Ann, Ben, Cleo and others)" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("kind", ["topic", "sector"])
def test_what_is_deleted_goes_from_the_kept_pages(core_client, kind, django_capture_on_commit_callbacks):
    gone = SectorFactory(name="Gone") if kind == "sector" else Topic.objects.create(name="gone")
    before = caching.versions_of(["members", "forum"])
    with django_capture_on_commit_callbacks(execute=True):
        core_client.post(f"/admin/{kind}/delete/{gone.pk}/")
    assert not type(gone).objects.filter(pk=gone.pk).exists()
    after = caching.versions_of(["members", "forum"])
    assert [name for name in before if before[name] != after[name]] == list(before)


def test_how_the_admin_looks_can_be_saved_without_a_name_nobody_asked_for(core_client, cora):
    page = core_client.get("/admin/account/").content.decode()
    assert "name_email-first_name" not in page
    assert 'href="/account/"' in page
    sent = {"theme-theme": "dark", "theme-contrast": "system", "theme-density": "default",
            "theme-keyboard_shortcuts": "on"}  # fmt: skip
    response = core_client.post("/admin/account/", sent)
    assert (response.status_code, response.url) == (302, "/admin/account/")
    assert UserProfile.objects.get(user=cora).theme == "dark"


def new_organisation(client, **fields):
    sent = {"status": "partner", "sector": SectorFactory().pk, "former_names": "", "also_called": "", "domains": ""}
    return client.post("/admin/organisation/new/", sent | fields)


@pytest.mark.parametrize("name", ["Mardyke Food Bank", "mardyke food bank"])
def test_an_organisation_that_is_there_already_is_named_beside_the_name(core_client, name):
    there = OrganisationFactory(name="Mardyke Food Bank", slug="mardyke-food-bank")
    response = new_organisation(core_client, name=name)
    said = f'<a href="/admin/organisation/edit/{there.pk}/">Mardyke Food Bank</a> is in the directory already.'
    assert response.context["form"].errors == {"name": [said]}
    assert said in response.content.decode()


def test_an_address_made_from_a_name_is_a_free_one_and_a_typed_one_is_refused_in_words(core_client):
    OrganisationFactory(name="Mardyke Food Bank (old)", slug="mardyke-food-bank")
    assert new_organisation(core_client, name="Mardyke Food Bank").status_code == 302
    assert Organisation.objects.get(name="Mardyke Food Bank").slug == "mardyke-food-bank-2"
    twice = new_organisation(core_client, name="Mardyke Food Aid", slug="mardyke-food-bank")
    assert twice.context["form"].errors == {
        "slug": ["Mardyke Food Bank (old) has this address already. Leave it empty, or choose another."]
    }
