"""Wagtail's windows “Change privacy” say who really sees a page or a file that is not public."""

import re

import pytest
from wagtail.models import Collection, PageLogEntry, PageViewRestriction

from tests.cms import desk

pytestmark = pytest.mark.django_db

CHOICES = ["Public", "Members who take part", "Some groups"]


@pytest.fixture
def core(client_of, cora):
    desk.make_desk()
    return client_of(cora)


def offered(response) -> list[str]:
    """The labels of the radio buttons, in their order."""
    html = response.json()["html"]
    form = response.context["form"]
    labels = [str(label) for _value, label in form.fields["restriction_type"].choices]
    assert [label for label in labels if label not in html] == []
    assert "password" not in form.fields
    assert re.search("logged.in|password", html) is None
    return labels


def test_of_a_page(core):
    assert offered(core.get(f"/admin/pages/{desk.news().pk}/privacy/")) == CHOICES


def test_of_a_page_below_one_that_is_not_public(core):
    page = desk.news()
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    first, *rest = offered(core.get(f"/admin/pages/{page.pk}/privacy/"))
    assert rest == CHOICES[1:]
    assert first.startswith("<span>Privacy is inherited")


def test_of_the_home_page(core):
    home = desk.HomePage.objects.get()
    assert "This page is always public." in core.get(f"/admin/pages/{home.pk}/privacy/").json()["html"]


def test_of_a_collection_of_files(core):
    files = Collection.get_first_root_node().add_child(name="Files")
    assert offered(core.get(f"/admin/collections/{files.pk}/privacy/")) == CHOICES


def test_what_is_chosen_holds_and_is_logged_in_the_same_words(core, client_of, alice, charlie):
    page = desk.news()
    core.post(f"/admin/pages/{page.pk}/privacy/", {"restriction_type": "login"})
    codes = [client_of(who).get(page.url).status_code for who in (alice, charlie, None)]
    assert codes == [200, 404, 404]
    entry = PageLogEntry.objects.get(action="wagtail.view_restriction.create")
    assert entry.data["restriction"]["title"] == "Members who take part"


def test_a_shared_password_can_not_be_set_by_hand(core):
    page = desk.news()
    core.post(f"/admin/pages/{page.pk}/privacy/", {"restriction_type": "password", "password": "x"})
    assert not PageViewRestriction.objects.exists()


def test_no_migration_comes_of_it():
    from django.core.management import call_command

    call_command("makemigrations", "wagtailcore", check=True, dry_run=True, verbosity=0)
