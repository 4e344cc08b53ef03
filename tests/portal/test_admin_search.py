"""The admin's search leads on to members, organisations and what the site's search finds; new things in plain words."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Page

from members import roles
from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory, OrganisationFactory
from tests.factories.events import make_events_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def core_client(cora, client_of):
    roles.set_up_groups()
    return client_of(cora)


def places(response) -> dict[str, str]:
    """Where else one may look: words → address."""
    bar = response.content.decode().partition('id="other-searches-title"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="([^"]+)".*?(?:</svg>)\s*([^<]+)</a>', bar, re.DOTALL)
    return {words.strip(): address.replace("&amp;", "&") for address, words in links}


def test_a_search_in_the_admin_leads_to_every_place(core_client):
    found = places(core_client.get("/admin/pages/search/", {"q": "ash & elm"}))
    assert found["Members"] == "/admin/users/?q=ash%20%26%20elm"
    assert found["Organisations"] == "/admin/organisation/?q=ash%20%26%20elm"
    assert found["Threads"] == "/search/?in=questions&q=ash+%26+elm"
    assert found["The whole site"] == "/search/?q=ash+%26+elm"
    assert "Search in" in core_client.get("/admin/pages/search/?q=x").content.decode()


def test_each_place_finds_there(core_client, alice):
    OrganisationFactory(name="Ashfield Trust")
    found = places(core_client.get("/admin/pages/search/", {"q": "ashfield"}))
    assert "Ashfield Trust" in core_client.get(found["Organisations"]).content.decode()
    found = places(core_client.get("/admin/pages/search/", {"q": "alice"}))
    page = core_client.get(found["Members"])
    assert alice.display_name in page.content.decode()
    assert "Organisations" in places(page)  # and on from there
    assert core_client.get(found["Threads"]).status_code == 200


def test_an_author_sees_no_lists_that_are_not_theirs(client_of, cora, council):
    author = MemberFactory(organisation=council, role=Member.Role.AUTHOR)
    desk.make_desk()
    found = places(client_of(author).get("/admin/pages/search/", {"q": "x"}))
    assert "Threads" in found
    assert not {"Members", "Organisations"} & set(found)


def test_a_new_page_is_called_what_people_call_it(core_client):
    index = make_events_index()
    url = reverse("wagtailadmin_pages:add", args=["events", "eventpage", index.pk])
    page = core_client.get(url).content.decode()
    assert re.search(r"<title>\s*New event\b", page)
    assert "Event page" not in page
    page = core_client.get(reverse("organisation:add")).content.decode()
    assert re.search(r"<title>\s*New organisation\b", page)
    assert "New: " not in page


def test_no_kind_of_page_is_called_after_its_class():
    from wagtail.models import get_page_models

    kept = {"page", "home page", "start page", "plain page"}  # what people say as well
    names = {str(model._meta.verbose_name) for model in get_page_models()}
    assert {name for name in names if name.endswith(" page")} <= kept
    assert Page._meta.verbose_name == "page"
