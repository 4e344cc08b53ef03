"""Scenario packs: read, printed, and kept from who may not see them."""

import io
import re

import pytest
from pypdf import PdfReader
from wagtail.models import PageViewRestriction

from events.pages.index import EventsIndexPage
from events.pages.scenario import ScenarioIndexPage, ScenarioPage, ScenarioPerson
from tests.factories import events_scenarios

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(db):
    return events_scenarios.scenario()


def address(page, paper: str) -> str:
    return f"/events/scenarios/{page.pk}/{paper}.pdf"


def test_anybody_reads_one_and_finds_it_in_the_list(client, scenario):
    page = client.get("/events/scenarios/six-refusals/").content.decode()
    for words in ("On Monday she is asked.", "Write her next message.", "Nothing about the law.", "90 minutes"):
        assert words in page
    listed = client.get("/events/scenarios/").content.decode()
    assert 'href="/events/scenarios/six-refusals/"' in listed


def test_the_list_says_so_when_there_is_none(client, db):
    events_scenarios.scenario_index()
    assert "No scenarios yet" in client.get("/events/scenarios/").content.decode()


def test_cards_stand_in_the_order_they_are_handed_out(client, scenario):
    page = client.get("/events/scenarios/six-refusals/").content.decode()
    assert re.findall(r"<h4>(.*?)</h4>", page) == ["A note", "A headline"]
    assert re.findall(r"</b>, for ([^<]*)<", page) == ["everyone", "Leaders"]


@pytest.mark.parametrize(("paper", "pages"), [("pack", 1), ("cards", 1), ("board", 2)])
def test_each_paper_is_a_pdf_with_its_pages(client, scenario, paper, pages):
    answer = client.get(address(scenario, paper))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="six-refusals-{paper}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", answer.content)) == pages


def test_nine_cards_take_two_pages(client, scenario):
    scenario.cast.set([ScenarioPerson(name=f"P{n}", role="Officer", knows="A thing.") for n in range(7)])
    scenario.save_revision().publish()
    assert len(re.findall(rb"/Type /Page\b", client.get(address(scenario, "cards")).content)) == 2


def test_a_card_of_somebody_says_that_they_know_it(client, scenario):
    read = PdfReader(io.BytesIO(client.get(address(scenario, "cards")).content))
    said = read.pages[0].extract_text().split("\n")
    assert said[said.index("Hannah") + 1 :][:2] == ["You know", "Nothing about the law."]
    assert said.count("You know") == 1


def test_a_long_brief_goes_on_over_the_page(client, scenario):
    scenario.brief = [("text", "<p>She waits for an answer that nobody sends.</p>" * 90)]
    scenario.save_revision().publish()
    answer = client.get(address(scenario, "pack")).content
    assert len(re.findall(rb"/Type /Page\b", answer)) > 2


def test_a_paper_nobody_makes_is_not_there(client, scenario):
    assert client.get(address(scenario, "poster")).status_code == 404


def test_one_kept_to_members_is_nowhere_for_strangers(client, client_of, scenario, alice):
    client.get("/events/scenarios/")
    PageViewRestriction.objects.create(page=scenario, restriction_type=PageViewRestriction.LOGIN)
    for path in ("/events/scenarios/six-refusals/", address(scenario, "pack"), address(scenario, "cards")):
        assert client.get(path).status_code == 404
        assert client_of(alice).get(path).status_code == 200
    assert "Six polite refusals" not in client.get("/events/scenarios/").content.decode()


def test_a_draft_has_no_papers(client, scenario):
    scenario.unpublish()
    assert client.get(address(scenario, "pack")).status_code == 404


def test_scenarios_stand_below_events_alone():
    assert ScenarioIndexPage.allowed_parent_page_models() == [EventsIndexPage]
    assert ScenarioPage.allowed_parent_page_models() == [ScenarioIndexPage]
