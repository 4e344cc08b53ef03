"""Who types a name finds what is called so first, above the groups, and once; never what they may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.search.backends import get_search_backend

from cms.models import GuidancePage
from members.models import OtherName
from reference.models import Provision, Term, TermName
from tests.factories import MemberFactory, OrganisationFactory, SpaceFactory, ThreadFactory, knowledge
from tests.factories.knowledge import ProvisionFactory, TermFactory


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr("reference.glossary._kept", None)


@pytest.fixture
def all_indexed(indexed):
    def index():
        indexed()
        for model in (Provision, Term, GuidancePage):
            get_search_backend().add_bulk(model, list(model.objects.all()))

    return index


def best(client, typed: str, **more) -> list[str]:
    """Where the best matches of what was typed lead to."""
    return [row["url"] for row in client.get("/search/", {"q": typed, **more}).context["best"]]


def below(client, typed: str, **more) -> list[str]:
    """Where the results in the groups lead to."""
    groups = client.get("/search/", {"q": typed, **more}).context["groups"]
    return [row["url"] for group in groups for row in group["rows"]]


# --- what has a name -------------------------------------------------------------------------------


@pytest.mark.engines
@pytest.mark.parametrize(
    "typed",
    ["Saint Osyth's Trust for Health & Care", "the saint osyths trust, for HEALTH and care", "SOTHC", "Osyth Co-op",
     "osyth coop", "Hôpital Osyth", "hopital osyth"],
)  # fmt: skip
def test_an_organisation_stands_first_by_each_of_its_names(typed, client, space, alice, all_indexed):
    body = OrganisationFactory(name="Saint Osyth’s Trust for Health & Care", short_name="SOTHC")
    OtherName.objects.create(organisation=body, name="Osyth Co-op", kind="former")
    OtherName.objects.create(organisation=body, name="Hôpital Osyth", kind="alias")
    OrganisationFactory(name="Saint Osyth Co-op Hôpital Partnership")
    ThreadFactory(title=f"What is {body}, or the Osyth Co-op?", space=space, author=alice)
    all_indexed()
    assert best(client, typed) == [body.get_absolute_url()]


@pytest.mark.engines
@pytest.mark.parametrize(
    "typed",
    ["Crime and Disorder Act 1998, s.115", "crime & disorder act 1998 s115",
     "Section 115 of the Crime and Disorder Act 1998"],
)  # fmt: skip
def test_a_provision_stands_first_however_it_is_written(typed, client, all_indexed):
    law = ProvisionFactory(law="Crime and Disorder Act 1998", provision="s.115")
    ProvisionFactory(law="Crime and Disorder Act 1998", provision="s.17", limits="Read with s.115.")
    all_indexed()
    assert best(client, typed) == [law.get_absolute_url()]


@pytest.mark.engines
@pytest.mark.parametrize("typed", ["information sharing protocol", "ISP", "dsa"])
def test_a_word_of_the_glossary_stands_first_by_each_of_its_names(typed, client, space, alice, all_indexed):
    term = TermFactory(term="Information Sharing Protocol", short_form="ISP")
    TermName.objects.create(term=term, name="DSA")
    ThreadFactory(title="Is an information sharing protocol (ISP, DSA) a contract?", space=space, author=alice)
    all_indexed()
    assert best(client, typed) == [term.get_absolute_url()]


@pytest.mark.engines
def test_a_thread_a_page_a_person_and_a_space_stand_first_by_their_names(client, space, alice, site, all_indexed):
    thread = ThreadFactory(title="Who signs?", space=space, author=alice)
    ThreadFactory(title="Who signs what, and who signs first?", space=space, author=alice)
    page = knowledge.guidance("Sharing in a crisis")
    person = MemberFactory(display_name="Zoë Brightwell", handle="zoe")
    room = SpaceFactory(name="Housing and homelessness")
    all_indexed()
    assert best(client, "who signs") == [thread.get_absolute_url()]
    assert best(client, "sharing in a crisis.") == [page.url]
    assert best(client, "zoe brightwell") == best(client, "Zoë  Brightwell") == [person.get_absolute_url()]
    assert best(client, "Housing & homelessness") == [room.get_absolute_url()]


@pytest.fixture
def site(db):
    return knowledge.make_site()


@pytest.mark.engines
def test_a_title_of_everyday_words_alone_is_found_too(client, space, alice, all_indexed):
    thread = ThreadFactory(title="What should we do now?", space=space, author=alice)
    all_indexed()
    response = client.get("/search/", {"q": "What should we do now?"})
    assert [row["url"] for row in response.context["best"]] == [thread.get_absolute_url()]
    assert "Nothing here has" not in response.content.decode()


def test_several_of_one_name_all_stand_there_and_no_more_than_a_handful(client, space, alice, all_indexed):
    term = TermFactory(term="Quokka")
    body = OrganisationFactory(name="The Quokka")
    for _ in range(7):
        ThreadFactory(title="Quokka?", space=space, author=alice)
    all_indexed()
    found = best(client, "quokka")
    assert found[:2] == [body.get_absolute_url(), term.get_absolute_url()]
    assert len(found) == 5


def test_words_that_are_only_a_part_of_a_name_have_no_best_match(client, space, alice, all_indexed):
    OrganisationFactory(name="Thornmere Borough Council")
    ThreadFactory(title="Thornmere and its council", space=space, author=alice)
    all_indexed()
    for typed in ("thornmere", "thornmere council", "", "council thornmere borough", "Thronmere Borough Council"):
        page = client.get("/search/", {"q": typed})
        assert page.context.get("best", []) == [], typed
        assert "Best match" not in page.content.decode()


# --- once, and first -------------------------------------------------------------------------------


def test_the_best_match_is_not_shown_again_below(client, space, alice, all_indexed):
    body = OrganisationFactory(name="Heron Trust")
    others = [OrganisationFactory(name=f"Heron Trust {number}").get_absolute_url() for number in range(6)]
    thread = ThreadFactory(title="Heron Trust: who answers there?", space=space, author=alice)
    all_indexed()
    shown = below(client, "heron trust")
    assert shown[0] == thread.get_absolute_url()
    assert len(shown) == 5  # the thread, and as many partners as ever
    assert set(shown[1:]) < set(others)
    page = client.get("/search/", {"q": "heron trust"}).content.decode()
    assert page.count(f'href="{body.get_absolute_url()}"') == 1
    assert page.index("Best match") < page.index(body.get_absolute_url()) < page.index(">Questions</h2>")
    assert "8 results for “heron trust”." in page
    assert "All 7 partners" in page


def test_a_group_that_held_nothing_else_is_left_out(client, all_indexed):
    body = OrganisationFactory(name="Heron Trust")
    all_indexed()
    response = client.get("/search/", {"q": "heron trust"})
    assert (best(client, "heron trust"), response.context["groups"]) == ([body.get_absolute_url()], [])
    page = response.content.decode()
    assert "Nothing here has" not in page
    assert "1 result for “heron trust”." in page
    assert "Ask this as a question" in page


def test_within_one_kind_it_stands_first_on_the_first_page_alone(client, space, alice, all_indexed):
    first = ThreadFactory(title="Fraud", space=space, author=alice)
    for number in range(23):
        ThreadFactory(title=f"Fraud, fraud and fraud {number}", space=space, author=alice)
    OrganisationFactory(name="Fraud")
    all_indexed()
    one = {"in": "questions"}
    assert best(client, "fraud", **one) == [first.get_absolute_url()]
    assert best(client, "fraud", page=2, **one) == []
    every = best(client, "fraud", **one) + below(client, "fraud", **one) + below(client, "fraud", page=2, **one)
    assert (len(every), len(set(every))) == (24, 24)


def test_the_row_says_what_it_is_and_by_which_name_it_was_found(client, all_indexed):
    body = OrganisationFactory(name="Heron Trust", short_name="HTR")
    OtherName.objects.create(organisation=body, name="Old Bittern House")
    all_indexed()
    for typed in ("htr", "old bittern house"):
        (row,) = client.get("/search/", {"q": typed}).context["best"]
        assert row["kind"] == "Partner"
        assert str(row["also"]).replace("<mark>", "").replace("</mark>", "") == "HTR, Old Bittern House"


# --- only what one may see -------------------------------------------------------------------------


@pytest.mark.engines
def test_only_who_may_see_it_is_shown_what_is_called_so(
    client_of, cast, group_space, members_space, alice, council, all_indexed
):
    ThreadFactory(title="Kestrelgate", space=group_space, author=alice)
    ThreadFactory(title="What should we do?", space=group_space, author=alice)
    ThreadFactory(title="Gone by now", space=members_space, author=alice, removed_at=alice.date_joined)
    OrganisationFactory(name="Kestrel Applied", status="applied")
    MemberFactory(display_name="Kes Shy", organisation=council, show_name="members")
    MemberFactory(display_name="Kes Banned", organisation=council, standing="banned")
    all_indexed()
    group, taking_part = {"alice", "bob"}, {"alice", "bob", "morag", "cora"}
    expected = {
        "kestrelgate": group, "What should we do?": group, "Pilot group": group, "Safeguarding": taking_part,
        "Gone by now": set(), "Kestrel applied": {"cora"}, "kes shy": taking_part, "kes banned": set(),
    }  # fmt: skip
    seen = {
        typed: {name for name, person in cast.items() if best(client_of(person), typed)} for typed in expected
    }  # fmt: skip
    assert seen == expected


@pytest.mark.engines
def test_names_cost_one_query_whatever_is_found(client, space, alice, all_indexed):
    def count(typed: str) -> int:
        client.get("/search/", {"q": typed})
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": typed})
        return sum("search_named" in query["sql"] for query in queries)

    OrganisationFactory(name="Heron Trust")
    for number in range(3):
        ThreadFactory(title=f"Heron {number}", space=space, author=alice)
    all_indexed()
    assert (count("heron"), count("heron trust"), count("xyzzy")) == (1, 1, 1)


@pytest.mark.parametrize(
    "typed", ["(", "\\", "[a-z]*", ".*", "%", "' OR 1=1 --", "a" * 500, "the", "&", "½ İ ß ﬁ", "{2}"]
)
def test_no_name_breaks_the_page(typed, client, space, alice, all_indexed):
    ThreadFactory(title="Nothing of the kind", space=space, author=alice)
    all_indexed()
    response = client.get("/search/", {"q": typed})
    assert (response.status_code, response.context["best"]) == (200, [])
