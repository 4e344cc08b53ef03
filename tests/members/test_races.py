"""Two at once never break a promise."""

import pytest

from members import actions
from members.adapter import AccountAdapter
from members.admin_forms import MemberAdminForm
from members.importing import MovedOn, Plan, import_organisations, plan_organisations
from members.models import Member, Organisation, RetiredHandle
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory
from tests.parts.crowd import all_at_once

pytestmark = pytest.mark.engines

AT_ONCE = 50


@pytest.mark.django_db(transaction=True)
def test_one_address_makes_one_account():
    body = OrganisationFactory()

    def join():
        return actions.sign_up(name="Nell Oakes", email="nell@example.org", organisation=body)

    results = all_at_once([join] * AT_ONCE)
    assert sum(isinstance(one, Member) for one in results) == 1
    assert sum(isinstance(one, actions.AddressTaken) for one in results) == AT_ONCE - 1
    assert Member.objects.filter(email="nell@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_handle_goes_to_one_member():
    people = [MemberFactory(handle=f"person-{number}") for number in range(AT_ONCE)]
    results = all_at_once([lambda one=one: actions.change_handle(by=one, handle="the-one") for one in people])
    assert sum(isinstance(one, actions.HandleTaken) for one in results) == AT_ONCE - 1
    assert Member.objects.filter(handle="the-one").count() == 1
    assert RetiredHandle.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_person_is_told_once_however_many_vouch():
    from core.models import OutboxItem

    staff = [MemberFactory(role=Member.Role.CORE_TEAM) for _one in range(AT_ONCE)]
    waiting = MemberFactory(standing=Member.Standing.WAITING)
    all_at_once([lambda one=one: actions.vouch(by=one, member=waiting) for one in staff])
    assert OutboxItem.objects.filter(kind="members.mail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_list_comes_in_once_however_many_press_the_button():
    SectorFactory()
    staff = [MemberFactory(role=Member.Role.CORE_TEAM) for _one in range(AT_ONCE)]
    text = "name,sector\nSaltings Council,Local government\nTarn Trust,Local government\n"
    shown = plan_organisations(text).fingerprint
    results = all_at_once([lambda one=one: import_organisations(by=one, text=text, fingerprint=shown) for one in staff])
    assert sum(isinstance(one, Plan) for one in results) == 1
    assert sum(isinstance(one, MovedOn) for one in results) == AT_ONCE - 1
    assert Organisation.objects.filter(name__in=["Saltings Council", "Tarn Trust"]).count() == 2


def test_a_form_opened_before_a_ban_does_not_undo_it(cora, alice):
    form = MemberAdminForm(
        {"display_name": "Alice Bell", "organisation": alice.organisation_id},
        instance=Member.objects.get(pk=alice.pk),
        for_user=cora,
    )
    actions.ban(by=cora, member=alice, why="Sold a list of members.")
    assert form.is_valid(), form.errors
    form.save()
    alice.refresh_from_db()
    assert (alice.display_name, alice.standing, alice.is_active) == ("Alice Bell", "banned", False)


def test_a_new_password_does_not_undo_a_ban(cora, alice):
    opened_before = Member.objects.get(pk=alice.pk)
    actions.ban(by=cora, member=alice, why="Sold a list of members.")
    AccountAdapter().set_password(opened_before, "eleven blue ladders")
    alice.refresh_from_db()
    assert (alice.standing, alice.check_password("eleven blue ladders")) == ("banned", True)
