"""Organisations, sectors and topics in the admin: what an editor may write there, and what may be deleted."""

import pytest

from core import caching
from core.models import Topic
from events.models.places import Allocation
from members.models import EmailDomain, Member, Organisation
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory, events

Standing = Member.Standing
MEMBERS = "/admin/users/"


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
            ({"domains": "jo@x.org"}, "domains", "“jo@x.org” is not a domain. Write one such as essex.gov.uk."),
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

    def test_every_wrong_line_is_named(self, core_client):
        page = core_client.post("/admin/organisation/new/", self.sent(domains="essex\nblackwater.gov.uk\njo@x.org"))
        assert page.context["form"].errors["domains"] == [
            "“essex” is not a domain. Write one such as essex.gov.uk.",
            "“jo@x.org” is not a domain. Write one such as essex.gov.uk.",
        ]


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
