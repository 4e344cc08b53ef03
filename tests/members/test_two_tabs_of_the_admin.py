"""Two tabs that change the same thing: the later save is told what the earlier one changed, and loses nothing."""

import pytest
from django.urls import reverse

from core.models import Topic
from members.models import Member, Organisation
from tests.factories import MemberFactory, SpaceFactory
from tests.parts.tabs import again, later_is_told, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief_client(core_client, client_of):
    return client_of(Member.objects.create_superuser("chief@example.org", "seven green lanterns", display_name="Chief"))


THINGS = {
    "organisation": "public_note",
    "sector": "in_words",
    "topic": "name",
    "member": "job_title",
    "space": "purpose",
}


@pytest.fixture
def thing(council, alice, space):
    """`thing("space")` → a row, and where the admin changes it."""
    rows = {"organisation": council, "sector": council.sector, "topic": Topic.objects.create(name="fire"),
            "member": alice, "space": space}  # fmt: skip
    names = {"member": "wagtailusers_users:edit", "space": "wagtailsnippets_forum_space:edit"}
    return lambda what: (rows[what], reverse(names.get(what, f"{what}:edit"), args=[rows[what].pk]))


@pytest.mark.parametrize("what", THINGS)
def test_the_later_save_is_told_and_puts_its_own_in_its_place_only_when_sent_again(
    chief_client, core_client, thing, what
):
    row, address = thing(what)
    words = later_is_told(chief_client, core_client, row, address, THINGS[what])
    assert "Chief changed this since you opened it, at " in words
    assert "“the early words”" in words
    assert "What you typed is still here. Save again to put it in its place." in words


def test_one_s_own_other_tab_is_named_as_that(core_client, thing):
    _row, address = thing("space")
    early, late = opened(core_client, address), opened(core_client, address)
    core_client.post(address, early | {"purpose": "From one"})
    assert "You changed this in another tab, at " in again(core_client.post(address, late | {"purpose": "Two"}))[0]


def test_what_somebody_else_wrote_is_not_wiped_by_who_never_touched_it(chief_client, core_client, thing):
    council, address = thing("organisation")
    late = opened(core_client, address)
    chief_client.post(address, opened(chief_client, address) | {"former_names": "Old RDC", "domains": "old.gov.uk"})
    words, _form = again(core_client.post(address, late | {"public_note": "Open on Mondays"}))
    assert "Former names: “Old RDC”" in words
    assert "E-mail domains: “old.gov.uk”" in words
    assert sorted(council.other_names.values_list("name", flat=True)) == ["Old RDC"]


def test_the_same_change_in_two_tabs_is_no_quarrel(core_client, thing):
    _row, address = thing("space")
    first, second = opened(core_client, address), opened(core_client, address)
    for form in (first, second):
        assert core_client.post(address, form | {"purpose": "The same"}).status_code == 302


def test_choices_are_said_in_words(chief_client, core_client, thing, charity):
    _council, address = thing("organisation")
    Organisation.objects.update(invented=False)
    late = opened(core_client, address)
    changed = {"sector": charity.sector.pk, "invented": "on", "status": "left", "parent": charity.pk}
    chief_client.post(address, opened(chief_client, address) | changed)
    words, _form = again(core_client.post(address, late))
    for said in ("Sector: Voluntary and community", "Invented: yes", "Parent: Mardyke Food Bank"):
        assert said in words


def people(form, *members, removed=()) -> dict:
    """The rows of a group's people: those that were there, and new ones."""
    there = int(form["memberships-INITIAL_FORMS"])
    rows = {"memberships-TOTAL_FORMS": there + len(members)}
    for place, member in enumerate(members, start=there):
        rows |= {f"memberships-{place}-member": member.pk, f"memberships-{place}-id": ""}
    for place in removed:
        rows[f"memberships-{place}-DELETE"] = "on"
    return form | rows


def test_people_of_a_group_put_in_by_two_tabs_are_all_in(core_client, alice, bob, morag):
    group = SpaceFactory(visibility="group", people=[alice])
    address = reverse("wagtailsnippets_forum_space:edit", args=[group.pk])
    first, second = opened(core_client, address), opened(core_client, address)
    assert core_client.post(address, people(first, bob)).status_code == 302
    words, form = again(core_client.post(address, people(second, bob, morag)))
    assert "Bob Barley" in words
    assert core_client.post(address, form).status_code == 302
    assert sorted(group.people.values_list("handle", flat=True)) == ["alice", "bob", "morag"]


def test_who_was_taken_out_of_a_group_in_another_tab_stays_out(core_client, alice, bob, morag):
    group = SpaceFactory(visibility="group", people=[alice, bob])
    address = reverse("wagtailsnippets_forum_space:edit", args=[group.pk])
    first, second = opened(core_client, address), opened(core_client, address)
    place = next(n for n in (0, 1) if first[f"memberships-{n}-member"] == str(bob.pk))
    assert core_client.post(address, people(first, removed=[place])).status_code == 302
    _words, form = again(core_client.post(address, people(second, morag)))
    assert core_client.post(address, form).status_code == 302
    assert sorted(group.people.values_list("handle", flat=True)) == ["alice", "morag"]


def test_somebody_put_in_the_place_of_another_in_one_tab_is_not_put_out_by_the_other(core_client, alice, bob):
    group = SpaceFactory(visibility="group", people=[alice])
    address = reverse("wagtailsnippets_forum_space:edit", args=[group.pk])
    first, second = opened(core_client, address), opened(core_client, address)
    assert core_client.post(address, first | {"memberships-0-member": bob.pk}).status_code == 302
    words, _form = again(core_client.post(address, second | {"purpose": "Other words"}))
    assert "Bob Barley" in words
    assert list(group.people.all()) == [bob]


@pytest.mark.parametrize("sent", ["", "x", "1 2 3", "9 name:", ":::", "1 name:00 name:11"])
def test_a_form_that_says_nothing_of_what_it_was_opened_on_breaks_nothing(core_client, thing, sent):
    _row, address = thing("space")
    form = opened(core_client, address) | {"as_opened": sent}
    assert core_client.post(address, form).status_code in {200, 302}


def test_a_moment_beyond_all_numbers_breaks_nothing(chief_client, core_client, thing):
    _row, address = thing("space")
    chief_client.post(address, opened(chief_client, address) | {"purpose": "The early words"})
    sent = {"purpose": "The late words", "as_opened": "9" * 5000 + " purpose:00"}
    words, _form = again(core_client.post(address, opened(core_client, address) | sent))
    assert "Somebody changed this" in words or "Chief changed this" in words


def test_what_is_not_there_is_not_found(core_client):
    member = MemberFactory()
    for address in (f"/admin/organisation/edit/{member.pk + 999}/", "/admin/organisation/edit/x/"):
        assert core_client.post(address, {}).status_code == 404
