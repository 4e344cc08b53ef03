import datetime as dt
import re

import pytest

from members.directory import places
from tests.factories import OrganisationFactory, SectorFactory

URL = "/partners/"


@pytest.fixture
def bodies(db):
    councils = SectorFactory(name="Local government", order=1)
    health = SectorFactory(name="Health and care", colour="health", order=2)
    city = OrganisationFactory(
        name="Colchester City Council", sector=councils, type="District council", area="Colchester", invented=False
    )
    city.other_names.create(name="Colchester Borough Council", kind="former")
    OrganisationFactory(
        name="The Abbey Hospice", short_name="AH", sector=health, type="Hospice", area="Colchester, Witham and wider",
    )  # fmt: skip
    new = OrganisationFactory(
        name="Mid Essex Unitary Council", sector=councils, type="Unitary council", area="Mid Essex"
    )
    old = OrganisationFactory(
        name="Dengie Rural Council", sector=councils, type="District council", area="Dengie", status="replaced",
        replaced_on=dt.date(2028, 4, 1),
    )  # fmt: skip
    old.successors.add(new)
    OrganisationFactory(name="Hopeful Body", sector=health, status="applied")
    return city


def names(page) -> list[str]:
    return re.findall(r"<h4><a href=[^>]+>([^<]+)</a></h4>", page.content.decode())


def counts(page, facet: str) -> dict[str, int]:
    found = next(one for one in page.context["directory"].facets if one.name == facet)
    return {choice.title: choice.count for choice in [*found.choices, *found.more]}


def test_lists_partners_a_to_z_without_the(client, bodies):
    assert names(client.get(URL)) == [
        "The Abbey Hospice", "Colchester City Council", "Dengie Rural Council", "Mid Essex Unitary Council",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sector": "health-and-care"}, ["The Abbey Hospice"]),
        ({"type": "District council"}, ["Colchester City Council", "Dengie Rural Council"]),
        ({"area": "Witham"}, ["The Abbey Hospice"]),
        ({"area": "Colchester", "sector": "local-government"}, ["Colchester City Council"]),
        ({"q": "borough"}, ["Colchester City Council"]),
        ({"q": "ah"}, ["The Abbey Hospice"]),
        ({"q": "council mid"}, ["Mid Essex Unitary Council"]),
        ({"by": "sector", "type": "Hospice"}, ["The Abbey Hospice"]),
        ({"sector": "nonsense"}, []),
        ({"q": "zzz"}, []),
    ],
)
def test_finds_by_sector_type_area_and_any_name(client, bodies, query, found):
    assert names(client.get(URL, query)) == found


def test_counts_say_what_a_click_would_leave(client, bodies):
    page = client.get(URL, {"area": "Colchester"})
    assert counts(page, "sector") == {"Local government": 1, "Health and care": 1}
    assert counts(page, "area") == {"Colchester": 2, "Witham": 1, "Mid Essex": 1, "Dengie": 1}
    for facet in page.context["directory"].facets:
        for choice in facet.choices:
            after = client.get(URL + choice.url)
            expected = choice.count if not choice.current else len(names(client.get(URL)))
            assert len(names(after)) == expected


def test_says_former_names_successors_and_what_is_invented(client, bodies):
    page = client.get(URL).content.decode()
    assert "Formerly Colchester Borough Council" in page
    assert "Replaced by Mid Essex Unitary Council on 1 April 2028" in page
    assert page.count("Invented for this demonstration") == 3


def test_the_picture_and_its_table_say_the_same(client, bodies):
    page = client.get(URL).content.decode()
    assert 'aria-label="4 partners. The largest sector is Local government, with 3."' in page
    assert re.findall(r'class="numbers">(\d+)<', page) == ["3", "1"]


def test_the_editors_note_never_leaves_the_admin(client_of, cora, alice, bodies):
    bodies.editor_note = "canary-7f3a"
    bodies.save()
    for viewer in (None, alice, cora):
        client = client_of(viewer)
        for url in (URL, f"{URL}?q=canary-7f3a", f"{URL}?by=sector", "/accounts/signup/", f"/partners/{bodies.slug}/"):
            page = client.get(url, follow=True).content.decode()
            for echo in ('value="canary-7f3a"', "“canary-7f3a”", "?q=canary-7f3a"):
                page = page.replace(echo, "")
            assert "canary-7f3a" not in page, url
    assert names(client_of(cora).get(URL, {"q": "canary-7f3a"})) == []


def test_nothing_found_says_what_to_do(client, bodies):
    assert "No partner fits all of that" in client.get(URL, {"q": "zzz"}).content.decode()


def test_works_before_there_is_any_partner(client, db):
    assert client.get(URL).status_code == 200


def test_takes_the_same_few_queries_for_one_and_for_three(client, db, forget, settings):
    settings.ANONYMOUS_CACHE = False
    forget()

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    OrganisationFactory(name="One").other_names.create(name="Uno")
    one = queries()
    for name in ("Two", "Three"):
        OrganisationFactory(name=name, status="replaced").other_names.create(name=f"Once {name}")
    assert (queries(), one) == (one, one)
    assert one <= 6


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"}, {"q": "💥" * 300}, {"q": "%"}, {"q": "' OR 1=1 --"}, {"sector": "\ud800"}, {"area": "x" * 5000},
        {"type": "<script>alert(1)</script>"}, {"by": "\0"},
    ],
)  # fmt: skip
def test_hostile_filters_find_nothing_and_break_nothing(client, bodies, query):
    from urllib.parse import urlencode

    page = client.get(f"{URL}?{urlencode(query, errors='surrogatepass')}")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    ("area", "found"),
    [
        ("Colchester, Southend and Loughton", ["Colchester", "Southend", "Loughton"]),
        ("Mid and south Essex", ["Mid and south Essex"]),
        ("North east Essex and Suffolk", ["North east Essex", "Suffolk"]),
        ("Braintree and wider east", ["Braintree and wider east"]),
        ("Mid Essex and wider", ["Mid Essex"]),
        ("National", []),
        ("", []),
    ],
)
def test_reads_the_places_of_an_area(area, found):
    assert places(area) == found


@pytest.mark.parametrize(
    ("typed", "words", "found"),
    [
        ("colchster", "Colchester City Council", ["Colchester City Council"]),
        ("esex uniatry", "Mid Essex Unitary Council", ["Mid Essex Unitary Council"]),
        ("coucil", "council", ["Colchester City Council", "Dengie Rural Council", "Mid Essex Unitary Council"]),
    ],
)
def test_a_slip_of_the_keyboard_is_answered_with_what_was_meant(client, bodies, typed, words, found):
    page = client.get(URL, {"q": typed})
    said, address = page.context["directory"].meant
    assert (said, names(client.get(URL + address))) == (words, found)
    assert f'Did you mean <a href="{address}">“{words}”</a>?' in page.content.decode()


def test_words_that_are_like_no_name_are_not_guessed_and_no_heading_stands_alone(client, bodies):
    page = client.get(URL, {"q": "xyzzy"})
    assert page.context["directory"].meant is None
    assert [word in page.content.decode() for word in ("Did you mean", "facet-sector", "<span>Sector</span>")] == [
        False
    ] * 3
