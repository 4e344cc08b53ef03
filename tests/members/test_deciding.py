"""The core team's decisions on a member: who may take them, on whom, and where they lead."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission

from members import actions, roles
from members.models import Member
from members.views import deciding
from tests.factories import MemberFactory, OrganisationFactory
from tests.parts.messages import said

Standing = Member.Standing
MEMBERS = "/admin/users/"


def decide(member, verb) -> str:
    return f"{MEMBERS}{member.pk}/decide/{verb}/"


def send(client, member, verb, **typed):
    """Open the page of a decision and send its form, with what is typed into it."""
    form = client.get(decide(member, verb)).context["form"]
    return client.post(decide(member, verb), {field.html_name: field.value() or "" for field in form} | typed)


def test_the_first_page_says_who_waits(core_client, charlie):
    page = core_client.get("/admin/").content.decode()
    assert "1 person waits to be vouched for" in page
    assert f'href="{decide(charlie, "vouch")}"' in page


def test_vouching_and_declining_are_buttons(core_client, charlie, alice, sent):
    page = core_client.get(f"{MEMBERS}edit/{charlie.pk}/").content.decode()
    assert f'href="{decide(charlie, "vouch")}"' in page
    assert f'href="{decide(charlie, "decline")}"' in page
    send(core_client, charlie, "vouch")
    charlie.refresh_from_db()
    assert charlie.standing == Standing.VOUCHED
    missing = send(core_client, alice, "decline")
    assert missing.context["form"].errors["why"] == ["Write the reason: the person is told it."]
    send(core_client, alice, "decline", why="Left the council.")
    alice.refresh_from_db()
    assert (alice.standing, alice.standing_why) == (Standing.DECLINED, "Left the council.")


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
    refused = send(core_client, charlie, "vouch")
    assert refused.context["form"].errors == {"organisation": ["Choose the organisation Charlie Crane works for."]}
    body = OrganisationFactory(name="Wickford Kitchens")
    response = send(core_client, charlie, "vouch", organisation=body.pk)
    assert response.url == f"{MEMBERS}?standing=waiting"
    charlie.refresh_from_db()
    assert (charlie.standing, charlie.organisation) == (Standing.VOUCHED, body)


class TestSomebodyWhoseOrganisationChangedSinceThePageWasOpened:
    """The core team vouches for a person at a body: another body than it saw was never vouched for."""

    WORDS = "Nothing was done. Charlie Crane works for {} now, and your page did not say so. Look again, then decide."

    def opened(self, client, member, verb) -> dict:
        form = client.get(decide(member, verb)).context["form"]
        return {field.html_name: field.value() or "" for field in form}

    @pytest.mark.parametrize("verb", ["vouch", "decline"])
    def test_is_not_decided_on_but_shown_anew(self, core_client, charlie, council, verb):
        typed = self.opened(core_client, charlie, verb) | {"why": "I rang the food bank."}
        actions.change_organisation(by=charlie, organisation=council)
        answer = core_client.post(decide(charlie, verb), typed)
        charlie.refresh_from_db()
        assert (answer.status_code, charlie.standing, charlie.organisation) == (409, Standing.WAITING, council)
        page = answer.content.decode()
        assert (self.WORDS.format(council) in page, "I rang the food bank." in page) == (True, True)
        # what is shown now is what is decided on when it is sent
        form = answer.context["form"]
        core_client.post(decide(charlie, verb), {field.html_name: field.value() for field in form})
        charlie.refresh_from_db()
        assert charlie.standing == (Standing.VOUCHED if verb == "vouch" else Standing.DECLINED)

    def test_is_not_declined_where_their_address_vouched_for_them_meanwhile(self, core_client, charlie, council):
        typed = self.opened(core_client, charlie, "decline") | {"why": "The food bank does not know them."}
        charlie.organisation.email_domains.update(organisation=council)
        actions.change_organisation(by=charlie, organisation=council)
        assert core_client.post(decide(charlie, "decline"), typed).status_code == 409
        charlie.refresh_from_db()
        assert charlie.standing == Standing.VOUCHED

    def test_is_not_moved_when_they_chose_one_themselves(self, core_client, charlie, council, charity):
        Member.objects.filter(pk=charlie.pk).update(organisation=None)
        typed = self.opened(core_client, charlie, "vouch") | {"organisation": charity.pk}
        actions.change_organisation(by=charlie, organisation=council)
        assert core_client.post(decide(charlie, "vouch"), typed).status_code == 409
        charlie.refresh_from_db()
        assert (charlie.standing, charlie.organisation) == (Standing.WAITING, council)

    @pytest.mark.parametrize("known", ["", "x", "-1", "²", "9" * 30, "\0"])
    def test_a_form_that_says_nothing_of_it_is_shown_anew(self, core_client, charlie, known):
        answer = core_client.post(decide(charlie, "vouch"), {"why": "", "known": known})
        charlie.refresh_from_db()
        assert charlie.standing == Standing.WAITING
        assert answer.status_code in {200, 409}


class TestTwoOfTheCoreTeamPlaceTheSamePerson:
    @pytest.fixture
    def placed(self, charlie, council):
        """Charlie, whose body was not in the directory, is placed and vouched for by another of the core team."""
        Member.objects.filter(pk=charlie.pk).update(organisation=None)
        other = MemberFactory(role=Member.Role.CORE_TEAM)
        before = Member.objects.get(pk=charlie.pk)
        deciding._carry_out("vouch", by=other, member=before, organisation=council, why="", known=0)
        return before

    def test_the_later_one_moves_nobody_who_is_vouched_for(self, cora, placed, council, charity):
        with pytest.raises(actions.DoesNotApply, match="is “Vouched for” now"):
            deciding._carry_out("vouch", by=cora, member=placed, organisation=charity, why="", known=0)
        placed.refresh_from_db()
        assert placed.organisation == council

    def test_only_who_has_none_is_placed(self, cora, charlie, council):
        was = charlie.organisation
        with pytest.raises(actions.WorksElsewhere):
            actions.place(by=cora, member=charlie, organisation=council)
        charlie.refresh_from_db()
        assert charlie.organisation == was


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
    body.email_domains.create(domain="food.org.uk")
    said = core_client.get(decide(charlie, "vouch")).context["about_address"]
    assert said == f"The domain of {body} is food.org.uk, not kitchens.org.uk."
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
