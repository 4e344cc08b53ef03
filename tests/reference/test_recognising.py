"""Provisions that a text names are found, however people write them; nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import recognising
from reference.recognising import names_of, parts_of, provisions_in
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db

LAWS = [
    ("Crime and Disorder Act 1998", "s.115"),
    ("Crime and Disorder Act 1998", "s.17A"),
    ("Crime and Disorder Act 1998", "ss.37-39"),
    ("Children Act 1989", "s.17"),
    ("Children Act 2004", "s.10"),
    ("Children Act 2004 (inserted by Children's Wellbeing and Schools Act 2026 s.4)", "s.16LA"),
    ("National Health Service Act 2006 and COPI Regulations 2002", "s.251"),
    ("UK GDPR (inserted by Data (Use and Access) Act 2025 s.70)", "Art.6(1)(ea) and Annex 1"),
    ("Data Protection Act 2018", "Sch.1 Pt 2 para 18"),
    ("Data Protection Act 2018", "Sch.2 Pt 1 paras 2 and 5"),
    ("Representation of the People (England and Wales) Regulations 2001", "reg.107"),
    ("Common law", "duty of confidentiality"),
]


@pytest.fixture
def laws(db):
    return {
        provision: ProvisionFactory(law=law, provision=provision, slug=f"law-{number}")
        for number, (law, provision) in enumerate(LAWS)
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("section 115 of the Crime and Disorder Act 1998", ["s.115"]),
        ("Section 115 Crime and Disorder Act", ["s.115"]),
        ("s.115 Crime and Disorder Act 1998", ["s.115"]),
        ("s115 of the Crime and Disorder Act", ["s.115"]),
        ("the Crime and Disorder Act 1998, s.115(1)", ["s.115"]),
        ("the Crime and Disorder Act (section 115)", ["s.115"]),
        ("under s.115 CDA 1998", ["s.115"]),
        ("SECTION 115 OF THE CRIME AND DISORDER ACT 1998", ["s.115"]),
        ("section\n115 of the Crime and\nDisorder Act", ["s.115"]),
        ("sections 17A and 115 of the Crime and Disorder Act 1998", ["s.115", "s.17A"]),
        ("section 38 of the Crime and Disorder Act 1998", ["ss.37-39"]),
        ("sections 37 to 39 of the Crime and Disorder Act 1998", ["ss.37-39"]),
        ("section 16LA of the Children Act 2004", ["s.16LA"]),
        ("section 251 of the NHS Act 2006, that is the National Health Service Act 2006, s.251", ["s.251"]),
        ("Article 6(1)(ea) of the UK GDPR", ["Art.6(1)(ea) and Annex 1"]),
        ("paragraph 18 of Part 2 of Schedule 1 to the Data Protection Act 2018", ["Sch.1 Pt 2 para 18"]),
        ("Schedule 2, Part 1, paragraph 5 of the Data Protection Act", ["Sch.2 Pt 1 paras 2 and 5"]),
        ("regulation 107 of the Representation of the People (England and Wales) Regulations 2001", ["reg.107"]),
        ("the common law duty of confidentiality", ["duty of confidentiality"]),
        ("[this](/gateways/law-3/)", ["s.17"]),
        ("https://example.org/gateways/law-3", ["s.17"]),
        # one short name, two Acts: the section tells which
        ("section 17 of the Children Act", ["s.17"]),
        ("section 10 of the Children Act", ["s.10"]),
        # several, in the order they come
        ("s.10 Children Act 2004, and before it s.115 Crime and Disorder Act 1998", ["s.10", "s.115"]),
        # and nothing
        ("section 115", []),
        ("the Crime and Disorder Act 1998", []),
        ("section 116 of the Crime and Disorder Act 1998", []),
        ("section 115 of the Crime and Disorder Act 1999", []),
        ("section 17 of the Children Act 2004", []),
        ("section 115 is dull. The Crime and Disorder Act 1998 is not.", []),
        ("Article 6 of the UK GDPR", []),
        ("Schedule 1 of the Data Protection Act 2018", []),
        ("paragraph 18 of the Data Protection Act 2018", []),
        ("/gateways/no-such-law/", []),
        ("", []),
    ],
)  # fmt: skip
def test_provisions_are_recognised_as_people_write_them(laws, text, found):
    assert {one.provision for one in provisions_in(text)} == set(found)
    if len(found) == len(set(found)) and "and" not in text.split()[:3]:
        assert [one.provision for one in provisions_in(text)] == found


def test_every_provision_of_the_demo_is_recognised_by_its_own_title(db):
    from portal.demo.reference import KNOWLEDGE
    from reference.plans import plan_provisions

    for line in plan_provisions((KNOWLEDGE / "gateways.csv").read_text()).lines:
        ProvisionFactory(law=line.fields["law"], provision=line.fields["provision"], slug=f"p-{line.number}")
    from reference.models import Provision

    missed = [one.title for one in Provision.objects.all() if one not in provisions_in(f"See {one.title}.")]
    assert missed == []


def test_a_text_without_a_number_or_link_costs_no_query(laws, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert provisions_in("Ask your Caldicott Guardian first.") == []


def test_any_text_costs_two_queries_at_most(laws, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        provisions_in("s.115 Crime and Disorder Act 1998, s.10 Children Act 2004 and /gateways/law-3/")


@given(st.text(alphabet="sS.1 57()Actof,–the CrimeandDisorder1998\n", max_size=300))
def test_no_text_breaks_it(laws, text):
    provisions_in(text)


@pytest.mark.parametrize(
    "piece", ["section 1", "s.1(", "of the ", "Act 1998, ", "sections 1, 2 and ", "((((", "1-2-3-"]
)
@pytest.mark.timeout(60)  # a pattern that goes back and forth in it would not be done by then
def test_long_hostile_texts_are_read_in_one_go(laws, piece):
    assert provisions_in(piece * (20_000 // len(piece))) == []


def test_names_and_parts():
    assert names_of("Crime and Disorder Act 1998") == [
        "Crime and Disorder Act 1998",
        "Crime and Disorder Act",
        "CDA 1998",
    ]
    assert names_of("UK GDPR (inserted by Data (Use and Access) Act 2025 s.70)") == ["UK GDPR", "GDPR"]
    assert parts_of("s.104 and Schedule 4") == [frozenset({"s104"}), frozenset({"sch4"})]
    assert parts_of("policing purposes") == []


@pytest.mark.parametrize("text", ["s1 x " * 2000 + "GDPR x " * 1400, "GDPR x s1 x " * 1600, "s1" + "(1)" * 6600])
def test_in_a_text_full_of_laws_and_places_only_neighbours_are_paired(db, text, monkeypatch):
    """It is read in the transaction of a post, 20,000 letters at most: pairing all with all took three seconds."""
    ProvisionFactory(law="UK GDPR", provision="Article 6(1)(e)")
    pairs = []
    belongs = recognising._belongs
    monkeypatch.setattr(recognising, "_belongs", lambda *pair: pairs.append(pair) or belongs(*pair))
    assert provisions_in(text[:20_000]) == []
    assert len(pairs) <= 8 * 1600
