"""Three questions find gateways, the closest first; what limits sharing is never shown as one."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.demo.reference import KNOWLEDGE
from reference import finder
from reference.finder import BODIES, PURPOSES, find
from reference.models import Provision
from tests.factories.knowledge import ProvisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def law(name, **fields):
    return ProvisionFactory(law=name, **{"who": ["council"], "whom": ["police"], "purposes": ["crime"]} | fields)


def found(who="council", whom="police", purpose="crime"):
    return [match.provision.law for match in find(who, whom, purpose).gateways]


def test_what_fits_all_three_answers_is_found():
    law("Fits")
    law("Other body", who=["nhs"])
    law("Other receiver", whom=["nhs"])
    law("Other purpose", purposes=["fraud"])
    law("No keys", who=[], whom=[], purposes=[])
    assert found() == ["Fits"]


def test_anyone_fits_whoever_asks_and_whoever_is_asked_about():
    law("Any sharer", who=["anyone"])
    law("Any receiver", whom=["anyone"])
    assert sorted(found()) == ["Any receiver", "Any sharer"]
    assert sorted(found("anyone", "anyone")) == sorted(found("anyone", "police")) == sorted(found())


def test_the_closest_come_first():
    law("F broad", purposes=["fraud", "money", "housing", "crime"])
    law("E implied", kind="implied function")
    law("D anyone", who=["anyone"], whom=["anyone"])
    law("C named")
    law("B partly", checked="partly checked")
    law("A checked", checked="checked")
    assert found() == ["A checked", "B partly", "C named", "D anyone", "E implied", "F broad"]


def test_conditions_restrictions_and_exemptions_are_apart():
    for kind in Provision.Kind.values:
        law(kind, kind=kind)
    result = find("council", "police", "crime")
    assert {match.provision.kind for match in result.gateways} == {"duty", "power", "implied function"}
    assert {match.provision.kind for match in result.barriers} == {"condition", "exemption", "restriction"}


def test_gateways_and_is_gateway_agree():
    for kind in Provision.Kind.values:
        law(kind, kind=kind)
    everything = set(Provision.objects.all())
    assert set(Provision.objects.gateways()) == {one for one in everything if one.is_gateway()}
    assert set(Provision.objects.barriers()) == {one for one in everything if not one.is_gateway()}


def test_in_force_and_is_in_force_agree_and_the_finder_leaves_out_what_ended():
    today = timezone.localdate()
    now = law("Now")
    law("Ends today", in_force_to=today)
    law("Ended", in_force_to=today - dt.timedelta(days=1))
    law("To come", in_force_from=today + dt.timedelta(days=9))
    law("Replaced", replaced_by=now)
    assert set(Provision.objects.in_force()) == {one for one in Provision.objects.all() if one.is_in_force()}
    assert found() == ["Ends today", "Now", "To come"]


def test_it_says_why():
    law("A named")
    law("B any", who=["anyone"], whom=["anyone"])
    law("C stops", kind="restriction")
    aim = "preventing crime, exploitation or anti-social behaviour"
    result = find("council", "police", "crime")
    assert [match.why for match in [*result.gateways, *result.barriers]] == [
        f"It is listed for {aim}, from a council to the police.",
        f"It is listed for {aim}, from any body to any body.",
        f"It may apply to a council when the aim is {aim}.",
    ]
    assert [match.why for match in find("anyone", "police", "crime").gateways] == [
        f"It is listed for {aim}, from certain bodies to the police.",
        f"It is listed for {aim}, from any body to any body.",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_one_query(django_assert_num_queries, count):
    for number in range(count):
        law(f"Law {number}")
    with django_assert_num_queries(1):
        find("council", "police", "crime")


def test_the_keys_of_the_demo_are_the_finders(db):
    import tomllib

    keys = tomllib.loads((KNOWLEDGE / "finder.toml").read_text())
    assert (keys["bodies"], keys["purposes"]) == (BODIES, PURPOSES)
    rows = keys["provision"]
    assert {key for row in rows for key in [*row["who"], *row["whom"]]} <= set(BODIES)
    assert {key for row in rows for key in row["purposes"]} <= set(PURPOSES)


# --- The page --------------------------------------------------------------------------------------

URL = "/gateways/find/"
ANSWERS = {"who": "council", "whom": "police", "purpose": "crime"}


def test_before_an_answer_the_page_shows_the_questions_only(client, crime):
    response = client.get(URL)
    assert (response.status_code, response.context["answered"], response.context["form"].errors) == (200, False, {})


def test_the_answers_are_shown_with_limits_and_whether_checked(client, crime, secrecy):
    content = client.get(URL, ANSWERS).content.decode()
    for words in (
        "Crime and Disorder Act 1998, s.115", "It does not override confidentiality.", "Checked",
        "Information, not legal advice", "What may stop you, or ask more of you",
        "Common law, duty of confidentiality", "Not yet checked",
    ):  # fmt: skip
        assert words in content
    assert "duty of confidentiality" not in content.split("What may stop you, or ask more of you")[0]


def test_when_nothing_fits_the_way_to_the_forum_has_the_words_filled_in(client, crime):
    response = client.get(URL, {"who": "school", "whom": "nhs", "purpose": "emergency"})
    assert response.context["found"] == finder.Found()
    assert response.context["ask_url"] == (
        "/forum/ask/?title=Which+law+lets+a+school%2C+college+or+nursery+share+with+the+NHS+or+another+health+provider"
        "%3A+emergencies+and+fire+safety%3F&topic=legal-gateway"
    )
    assert response.context["ask_url"].replace("&", "&amp;") in response.content.decode()


def test_an_answer_left_out_is_asked_for_and_the_others_are_kept(client):
    response = client.get(URL, {"who": "council", "whom": "", "purpose": "crime"})
    assert response.context["form"].errors == {"whom": ["Say whom you want to share with."]}
    assert '<option value="council" selected>' in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["?who=%00&whom=%00&purpose=%00", "?who=zz", "?who=council&who=police&whom=x&purpose=", "?who[]=1",
     "?who=" + "x" * 5000, "?%ff=%fe&who=%ff", "?who=%3Cscript%3E", "?purpose=crime&purpose=%F0%9F%98%80"],
)  # fmt: skip
def test_hostile_parameters_are_answered_plainly(client, query):
    assert client.get(URL + query).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_one_query(client, costs, count):
    for number in range(count):
        law(f"Law {number}")
    assert costs(client, URL, ANSWERS) == 1


def test_every_pair_of_answers_is_a_page(client, crime, secrecy):
    """A walk over all 13 × 13 × 14 answers, in the finder itself; and the addresses of all questions they lead to."""
    from reference.asking import about_answers

    titles = set()
    for who in BODIES:
        for whom in BODIES:
            for purpose in PURPOSES:
                result = find(who, whom, purpose)
                assert all(match.provision.is_gateway() for match in result.gateways)
                titles.add(about_answers(who, whom, purpose))
    assert len(titles) == len(BODIES) ** 2 * len(PURPOSES)
