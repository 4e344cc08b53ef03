"""Who no longer takes part has no role and no way into the admin, by whatever route they lost their standing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import ModelLogEntry, TaskState

from cms.models import GuidanceIndexPage
from members import actions, roles
from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.django_db

Role, Standing = Member.Role, Member.Standing


def moves(member, charity, cora):
    actions.change_organisation(by=member, organisation=charity)


def changes_address(member, charity, cora):
    was = member.email
    Member.objects.filter(pk=member.pk).update(email=f"{member.handle}@post.example.org")
    actions.change_address(member=member, was=was)


def is_declined(member, charity, cora):
    actions.decline(by=cora, member=member, why="Not there any more.")


def is_banned(member, charity, cora):
    actions.ban(by=cora, member=member, why="Sold a list of members.")


def leaves(member, charity, cora):
    actions.leave(member=member)


def comes_back(member, charity, cora):
    actions.ban(by=cora, member=member, why="A mistake.")
    actions.let_back_in(by=cora, member=member, why="It was a mistake.")


def left_and_is_back(member, charity, cora):
    actions.leave(member=member)
    actions.let_back_in(by=cora, member=member, why="Came back.")


WAYS = [
    (Role.AUTHOR, moves), (Role.AUTHOR, changes_address), (Role.AUTHOR, is_declined),
    *[(role, how) for role in (Role.AUTHOR, Role.MODERATOR) for how in (is_banned, leaves, comes_back)],
    (Role.CORE_TEAM, leaves), (Role.CORE_TEAM, left_and_is_back),
]  # fmt: skip
ROOMS = ("/admin/", "/admin/pages/", "/admin/images/", "/admin/documents/", "/admin/users/", "/admin/approver_chooser/")


@pytest.fixture
def one_with(council):
    """`one_with("author")`: somebody whose address vouches for them at the council, and who has a role."""

    def make(role):
        body = council.name.lower().replace(" ", "-")
        member = MemberFactory(
            display_name="Wren Writer", handle="wren", email=f"wren@{body}.example.org", organisation=council, role=role
        )
        desk.make_desk()
        return member

    return make


@pytest.mark.parametrize(("role", "how"), WAYS)
def test_the_role_ends_and_every_room_of_the_admin_is_shut(one_with, client_of, cora, charity, role, how):
    member = one_with(role)
    client = client_of(member)  # signed in before, and still so
    library = GuidanceIndexPage.objects.get()
    draft = desk.national(live=False)
    rooms = [*ROOMS, f"/admin/pages/{draft.pk}/edit/", f"/admin/pages/add/cms/guidancepage/{library.pk}/"]
    assert client.get("/admin/").status_code == 200
    how(member, charity, cora)
    answers = {room: client.get(room, follow=True) for room in rooms}
    # who can't sign in any more lands on the sign-in page, everybody else on a refusal
    ends = {room: page.request["PATH_INFO"] for room, page in answers.items() if page.status_code == 200}
    assert set(ends.values()) <= {"/accounts/login/"}
    member = Member.objects.get(pk=member.pk)
    assert (member.role, list(member.groups.all()), member.is_taking_part()) == (Role.MEMBER, [], False)
    assert not member.has_perm("wagtailadmin.access_admin")
    assert not member.has_perm("members.vouch")


@pytest.mark.parametrize(("role", "how"), WAYS)
def test_signing_in_anew_leads_nowhere_in_the_admin(one_with, client, cora, charity, role, how):
    member = one_with(role)
    how(member, charity, cora)
    email = Member.objects.get(pk=member.pk).email
    client.post("/accounts/login/", {"login": email, "password": PASSWORD, "next": "/admin/"})
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403 or not page.request["PATH_INFO"].startswith("/admin/")


@pytest.mark.parametrize(("role", "how"), WAYS)
def test_it_is_logged_once_that_the_role_ended(one_with, cora, charity, role, how):
    member = one_with(role)
    how(member, charity, cora)
    entries = ModelLogEntry.objects.for_instance(member).filter(action="members.give_role")
    assert [(entry.data["was"], entry.data["is"]) for entry in entries] == [(role, Role.MEMBER)]


def test_being_vouched_for_again_gives_no_role_back_but_the_core_team_can(one_with, cora, charity):
    member = one_with(Role.AUTHOR)
    moves(member, charity, cora)
    actions.vouch(by=cora, member=member)
    assert not Member.objects.get(pk=member.pk).has_perm("wagtailadmin.access_admin")
    actions.give_role(by=cora, member=member, role=Role.AUTHOR)
    assert Member.objects.get(pk=member.pk).has_perm("wagtailadmin.access_admin")


def test_who_waits_again_is_told_that_the_role_ended(one_with, cora, charity, sent):
    member = one_with(Role.AUTHOR)
    moves(member, charity, cora)
    subjects = [letter.subject for letter in sent() if letter.to == [member.email]]
    assert [subject.split(" on ")[0] for subject in subjects] == ["Your role", "We are checking where you work"]


def test_an_author_reads_what_moving_costs_before_they_do(client_of, one_with, alice):
    words = "You are an author here. If you have to wait, that ends"
    assert words in client_of(one_with(Role.AUTHOR)).get("/account/organisation/").content.decode()
    assert words not in client_of(alice).get("/account/organisation/").content.decode()


def test_moving_to_a_place_the_address_vouches_for_costs_nothing(one_with, council, charity):
    member = one_with(Role.AUTHOR)
    Member.objects.filter(pk=member.pk).update(organisation=charity)
    member.refresh_from_db()
    actions.change_organisation(by=member, organisation=council)
    member.refresh_from_db()
    assert (member.role, member.standing) == (Role.AUTHOR, Standing.VOUCHED)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.MODERATOR, Role.CORE_TEAM])
def test_a_row_left_in_a_group_opens_nothing_and_is_mended(one_with, client_of, role):
    """However it came about: written by hand, or before roles ended with standing."""
    member = one_with(role)
    Member.objects.filter(pk=member.pk).update(standing=Standing.WAITING)
    assert Member.objects.get(pk=member.pk).groups.count() == 1
    assert client_of(member).get("/admin/", follow=True).status_code == 403
    assert not TaskState.objects.reviewable_by(Member.objects.get(pk=member.pk)).exists()
    roles.set_up_groups()
    assert Member.objects.get(pk=member.pk).groups.count() == 0


def test_nobody_in_particular_holds_no_permission_of_a_group(db):
    assert AnonymousUser().get_group_permissions() == set()
