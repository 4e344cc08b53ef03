"""Spaces in the admin: a private group is never shut to everybody without a word."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from forum.models import Space, SpaceMembership
from members import roles
from tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/snippets/forum/space/add/"


@pytest.fixture
def core_client(cora, client_of):
    """Cora, in the admin."""
    roles.set_up_groups()
    return client_of(cora)


def sent(*people, visibility="group") -> dict:
    rows = {f"memberships-{place}-member": one.pk for place, one in enumerate(people)}
    rows |= {f"memberships-{place}-id": "" for place, _one in enumerate(people)}
    return rows | {
        "name": "Pilot", "slug": "pilot", "purpose": "To try it", "order": "0", "visibility": visibility,
        "may_start": "readers", "target_hours": "8", "mail_policy": "full", "memberships-TOTAL_FORMS": len(people),
        "memberships-INITIAL_FORMS": "0", "memberships-MIN_NUM_FORMS": "0", "memberships-MAX_NUM_FORMS": "1000",
    }  # fmt: skip


def help_of(client, space):
    response = client.get(reverse("wagtailsnippets_forum_space:edit", args=[space.pk]))
    return BeautifulSoup(response.content.decode(), "html5lib").select_one("#main .help-block")


def test_whoever_makes_a_private_group_is_in_it_and_told(core_client, cora):
    page = core_client.post(ADD, sent(), follow=True).content.decode()
    space = Space.objects.get(slug="pilot")
    assert list(space.people.all()) == [cora]
    assert "You are in it, so that you can open it." in page
    assert core_client.get(space.get_absolute_url()).status_code == 200


def test_who_put_themselves_in_is_in_it_once(core_client, alice, cora):
    assert core_client.post(ADD, sent(alice, cora)).status_code == 302
    assert sorted(Space.objects.get(slug="pilot").people.values_list("handle", flat=True)) == ["alice", "cora"]


@pytest.mark.parametrize("visibility", ["public", "members"])
def test_a_space_of_other_readers_has_no_people(core_client, visibility):
    page = core_client.post(ADD, sent(visibility=visibility), follow=True).content.decode()
    assert not Space.objects.get(slug="pilot").people.exists()
    assert "You are in it" not in page


def test_the_page_of_a_space_leads_to_it_or_says_who_can_t(core_client, space, cora, alice):
    assert help_of(core_client, space).select_one("a")["href"] == space.get_absolute_url()
    group = SpaceFactory(visibility="group")
    assert "Nobody is in it yet." in help_of(core_client, group).text
    SpaceMembership.objects.create(space=group, member=alice)
    assert "You are not in this private group" in help_of(core_client, group).text
    SpaceMembership.objects.create(space=group, member=cora)
    assert help_of(core_client, group).select_one("a")["href"] == group.get_absolute_url()
