"""An organisation's page: public facts for anyone, people only for those who take part."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import OtherName
from tests.factories import MemberFactory, OrganisationFactory, ThreadFactory


@pytest.fixture
def trust(db):
    return OrganisationFactory(
        name="Tarn Trust",
        short_name="TT",
        type="Community health trust",
        area="Tarnside",
        website="https://tarn.example.org",
        role_mailbox="office@tarn.example.org",
        editor_note="plover",
        public_note="Hosts the meetings.",
        invented=False,
    )


def test_anyone_reads_the_public_facts_and_never_the_editors_note(client, trust):
    trust.parent = OrganisationFactory(name="Tarn Group")
    trust.status, trust.replaced_on = "replaced", dt.date(2028, 4, 1)
    trust.save()
    trust.successors.add(OrganisationFactory(name="Tarn Unitary"))
    OtherName.objects.create(organisation=trust, name="Old Tarn Trust")
    OtherName.objects.create(organisation=trust, name="The Tarn", kind="alias")
    page = client.get("/partners/tarn-trust/").content.decode()
    shown = [
        "TT",
        "Community health trust",
        "Tarnside",
        "https://tarn.example.org",
        "office@tarn.example.org",
        "Hosts the meetings.",
        "Tarn Group",
        "Tarn Unitary",
        "1 April 2028",
        "Old Tarn Trust",
        "The Tarn",
        "Replaced",
    ]
    assert [words for words in shown if words not in page] == []
    assert "plover" not in page


def test_an_invented_organisation_says_so(client, charity, trust):
    assert "Invented for the demonstration" in client.get(charity.get_absolute_url()).content.decode()
    assert "Invented for the demonstration" not in client.get(trust.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("status", "seen_by"),
    [("partner", 6), ("observer", 6), ("replaced", 6), ("applied", ["cora"]), ("left", ["cora"])],
)
def test_organisations_that_applied_or_left_do_not_exist_for_others(status, seen_by, cast, client_of, trust):
    trust.status = status
    trust.save()
    codes = {name: client_of(person).get("/partners/tarn-trust/").status_code for name, person in cast.items()}
    seen = [name for name, code in codes.items() if code == 200]
    assert seen == (sorted(cast, key=list(cast).index) if seen_by == 6 else seen_by)
    assert set(codes.values()) <= {200, 404}


def test_an_unknown_organisation_is_not_found(client, db):
    assert client.get("/partners/nowhere/").status_code == 404


def test_people_are_shown_to_those_who_take_part_only(cast, client_of, trust):
    MemberFactory(display_name="Sasha Reed", organisation=trust)
    seen = {
        name: "Sasha Reed" in client_of(person).get("/partners/tarn-trust/").content.decode()
        for name, person in cast.items()
    }
    assert seen == {"anyone": False, "charlie": False, "alice": True, "bob": True, "morag": True, "cora": True}
    assert "Sign in to see who to talk to" in client_of(None).get("/partners/tarn-trust/").content.decode()


def test_people_who_hide_where_they_work_or_left_are_not_listed(alice, cora, client_of, trust):
    MemberFactory(display_name="Hidden Reed", organisation=trust, show_organisation="nobody")
    MemberFactory(display_name="Waiting Reed", organisation=trust, standing="waiting")
    MemberFactory(display_name="Gone Reed", organisation=trust, standing="left", is_active=False)
    MemberFactory(display_name="Open Reed", organisation=trust, job_title="Chief plover", show_job_title="nobody")
    listed = [person.display_name for person in client_of(alice).get("/partners/tarn-trust/").context["people"]]
    assert listed == ["Open Reed"]
    assert "Chief plover" not in client_of(alice).get("/partners/tarn-trust/").content.decode()
    listed = [person.display_name for person in client_of(cora).get("/partners/tarn-trust/").context["people"]]
    assert listed == ["Hidden Reed", "Open Reed"]


def test_threads_asked_from_here_are_those_the_reader_may_tie_to_it(
    cast, client_of, trust, space, members_space, group_space
):
    def ask(title, room=space, shown_as="name", **hides):
        ThreadFactory(title=title, space=room, author=MemberFactory(organisation=trust, **hides), shown_as=shown_as)

    ask("Open")
    ask("For members", room=members_space)
    ask("In a group", room=group_space)
    ask("As a sector", shown_as="sector")
    ask("As a member", shown_as="member")
    ask("Hides name", show_name="members")
    ask("Hides organisation", show_organisation="members")
    ask("Hides organisation from all", show_organisation="nobody")
    ThreadFactory(title="From elsewhere", space=space)
    seen = {
        name: sorted(thread.title for thread in client_of(person).get("/partners/tarn-trust/").context["threads"])
        for name, person in cast.items()
    }
    outside, member = ["Open"], ["For members", "Hides name", "Hides organisation", "Open"]
    inside = sorted([*member, "In a group"])
    assert seen == {
        "anyone": outside,
        "charlie": outside,
        "alice": inside,
        "bob": inside,
        "morag": member,
        "cora": member,
    }


@pytest.mark.parametrize("who", ["anyone", "bob"])
def test_the_number_of_queries_does_not_grow(who, cast, client_of, trust, space):
    def count(many: int) -> int:
        for number in range(many):
            member = MemberFactory(display_name=f"Reed {many} {number}", organisation=trust, knows=["fraud", "housing"])
            ThreadFactory(title=f"Asked {many} {number}", space=space, author=member)
        client = client_of(cast[who])
        client.get("/partners/tarn-trust/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/partners/tarn-trust/").status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    assert three <= 12
