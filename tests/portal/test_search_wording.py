"""Search knows the short forms of the field, how law is written, and words written as one or as two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.search.backends import get_search_backend

from core.spelling import other_forms, with_forms
from members.models import OtherName
from reference.models import Provision, Term, TermName
from reference.spellings import places_in
from reference.synonyms import named_in, synonyms
from tests.factories import MemberFactory, OrganisationFactory, PostFactory, ThreadFactory
from tests.factories.knowledge import ProvisionFactory, TermFactory


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr("reference.glossary._kept", None)


@pytest.fixture
def isp(db):
    term = TermFactory(term="Information Sharing Protocol", short_form="ISP")
    for name in ("Data sharing agreement", "DSA"):
        TermName.objects.create(term=term, name=name)
    return term


@pytest.fixture
def law(db):
    return ProvisionFactory(law="Crime and Disorder Act 1998", provision="s.115", limits="Read with s.17.")


@pytest.fixture
def all_indexed(indexed):
    def index():
        indexed()
        for model in (Provision, Term):
            get_search_backend().add_bulk(model, list(model.objects.all()))

    return index


# --- short forms -----------------------------------------------------------------------------------


@pytest.mark.engines
def test_a_short_form_finds_what_is_written_in_full_and_the_other_way_round(space, alice, isp, all_indexed, found):
    full = ThreadFactory(title="Who signs our information sharing protocols?", space=space, author=alice)
    short = ThreadFactory(title="Where do we store an ISP?", space=space, author=alice)
    ThreadFactory(title="A protocol for sharing a room, for information", space=space, author=alice)
    all_indexed()
    assert sorted(found("isp")["questions"]) == sorted([full.title, short.title])
    assert short.title in found("information sharing protocol")["questions"]
    assert found("isp signs")["questions"] == [full.title]
    assert found("information sharing protocol store")["questions"] == [short.title]


def test_the_page_says_what_else_it_looked_for_and_offers_only_what_was_typed(client, space, alice, isp, all_indexed):
    ThreadFactory(title="Our information sharing protocol", space=space, author=alice)
    all_indexed()
    page = client.get("/search/", {"q": "isp"}).content.decode()
    assert "We also searched for “information sharing protocol”." in page
    assert "Our <mark>information sharing protocol</mark>" in page
    only = client.get("/search/", {"q": "isp", "exact": 1})
    assert ([row["kind"] for row in only.context["best"]], only.context["groups"]) == (["Word explained"], [])


def test_names_lead_to_the_term_its_short_form_and_what_their_own_letters_stand_for(isp):
    known = synonyms([isp])
    assert known == {
        "information sharing protocol": ("isp",),
        "isp": ("information sharing protocol",),
        "dsa": ("information sharing protocol", "isp", "data sharing agreement"),
        "data sharing agreement": ("information sharing protocol", "isp", "dsa"),
    }
    assert named_in("two ISPs, or a data-sharing agreement?", known) == [
        (4, 8, known["isp"]), (15, 37, known["data sharing agreement"])
    ]  # fmt: skip


def test_a_name_of_common_letters_is_not_looked_for_by_itself(client, space, alice, all_indexed):
    TermFactory(term="Information technology", short_form="IT")
    ThreadFactory(title="Fraud and information technology", space=space, author=alice)
    ThreadFactory(title="Is it fraud?", space=space, author=alice)
    all_indexed()
    response = client.get("/search/", {"q": "is it fraud"})
    assert response.context["found"].total == 2
    assert response.context["found"].also == []


@pytest.mark.engines
def test_a_hidden_field_is_not_found_by_another_name_either(client, isp, council, all_indexed, found, bob):
    person = MemberFactory(
        display_name="Sasha Reed", organisation=council, job_title="ISP lead", show_job_title="members"
    )
    all_indexed()
    assert found("information sharing protocol")["people"] == []
    assert found("information sharing protocol", bob)["people"] == [person.display_name]


# --- parts of laws ---------------------------------------------------------------------------------


@pytest.mark.engines
@pytest.mark.parametrize("typed", ["s.115", "s115", "section 115", "Sec. 115", "s 115 crime", "ss.115"])
def test_a_part_of_a_law_stands_above_the_questions_about_it(typed, client, space, alice, law, all_indexed):
    other = ProvisionFactory(law="Crime and Disorder Act 1998", provision="ss.37-39", limits="Rely on s.115 too.")
    thread = ThreadFactory(title="Crime: may we rely on section 115?", space=space, author=alice)
    ThreadFactory(title="A crime with 115 people", space=space, author=alice)
    all_indexed()
    groups = client.get("/search/", {"q": typed}).context["groups"]
    assert [group["name"] for group in groups] == ["gateways", "questions"]
    assert [row["url"] for row in groups[0]["rows"]] == [law.get_absolute_url(), other.get_absolute_url()]
    assert [row["url"] for row in groups[1]["rows"]] == [thread.get_absolute_url()]


@pytest.mark.engines
def test_a_law_written_in_short_in_an_answer_is_found_in_full(space, alice, bob, law, all_indexed, found):
    thread = ThreadFactory(title="May we share with the police?", space=space, author=alice)
    PostFactory(thread=thread, author=bob, body="Yes, under s.115 you may.")
    all_indexed()
    assert found("section 115")["questions"] == [thread.title]


def test_parts_of_laws_are_recognised_however_they_are_written():
    assert places_in("see Sch. 1 and art 6(1)(e)") == [
        (4, 10, ("schedule 1", "sch1", "sch.1")), (15, 26, ("article 6(1)(e)", "art6(1)(e)", "art.6(1)(e)"))
    ]  # fmt: skip
    assert places_in("sections of a class 5 and s in 1998") == []


# --- one word or two -------------------------------------------------------------------------------


@pytest.mark.engines
@pytest.mark.parametrize(("typed", "meant"), [("foodbank", "food bank"), ("Foodbank parcels", "food bank parcels")])
def test_a_word_the_site_writes_as_two_is_found(typed, meant, client, space, alice, all_indexed):
    thread = ThreadFactory(title="Parcels of the food bank", space=space, author=alice)
    all_indexed()
    response = client.get("/search/", {"q": typed})
    assert [row["url"] for row in response.context["groups"][0]["rows"]] == [thread.get_absolute_url()]
    assert f"You typed “{typed}”. We searched for <b>“{meant}”</b>." in response.content.decode()


@pytest.mark.engines
def test_two_words_the_site_writes_as_one_are_found(client, space, alice, all_indexed):
    thread = ThreadFactory(title="Our casework system", space=space, author=alice)
    all_indexed()
    response = client.get("/search/", {"q": "case work"})
    assert [row["url"] for row in response.context["groups"][0]["rows"]] == [thread.get_absolute_url()]


def test_words_are_only_put_apart_where_both_halves_are_words_enough():
    assert other_forms("foodbank") == {"foo dbank": "foodbank", "food bank": "foodbank", "foodb ank": "foodbank"}
    assert other_forms("food bank") == {"foodbank": "food bank"}
    assert other_forms("of the case") == {}
    assert with_forms("the Foodbank, please", {"food bank": "foodbank"}) == "the food bank please"
    assert with_forms("the foodbank", {}) is None


def test_what_nobody_wrote_leads_on(client, db, all_indexed):
    page = client.get("/search/", {"q": "foodbank"}).content.decode()
    assert "Nothing here has “foodbank” in it" in page
    for path in ("/forum/ask/?title=foodbank", "/a-z/", "/glossary/", "/gateways/", "/partners/"):
        assert f'href="{path}"' in page


# --- old names, and what it costs ------------------------------------------------------------------


@pytest.mark.engines
def test_an_organisation_is_found_by_an_old_name_and_says_so(client, all_indexed):
    body = OrganisationFactory(name="HCRG Care Group")
    OtherName.objects.create(organisation=body, name="Virgin Care")
    all_indexed()
    page = client.get("/search/", {"q": "virgin care"}).content.decode()
    assert "HCRG <mark>Care</mark> Group" in page
    assert "Also or formerly: <mark>Virgin</mark> <mark>Care</mark>" in page


@pytest.mark.engines
def test_looking_for_more_costs_no_more_queries(client, space, alice, isp, law, all_indexed):
    for title in ("Our ISP", "The information sharing protocol", "Section 115 again", "An ISP on crime"):
        ThreadFactory(title=title, space=space, author=alice)
    all_indexed()
    for query in ("isp", "section 115", "isp crime"):
        assert queries_of(client, {"q": query}) == queries_of(client, {"q": query, "exact": 1}), query


def queries_of(client, asked) -> int:
    client.get("/search/", asked)
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", asked)
    return len(queries)
