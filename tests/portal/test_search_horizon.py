"""Search over the Horizon: briefings and developments, each only for who may see it."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from horizon.models import BriefingPage, Development
from tests.factories.horizon import DevelopmentFactory, briefing, milestone

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed():
    """Call it when everything is made: does what Wagtail leaves to its worker."""

    def index():
        for model in (BriefingPage, Development):
            get_search_backend().add_bulk(model, list(model.objects.all()))

    return index


def found(client, words: str) -> dict[str, list[str]]:
    """{group: addresses} of what a search for `words` shows."""
    response = client.get("/search/", {"q": words})
    return {group["name"]: [row["url"] for row in group["rows"]] for group in response.context["groups"]}


@pytest.mark.engines
@pytest.mark.parametrize("word", ["quokka", "numbat", "bilby"])
def test_a_briefing_is_found_by_its_title_its_meanings_and_its_tasks(client, indexed, word):
    page = briefing(
        "Quokka rules", tasks=[("Count every numbat", None)], meanings=[(None, "siro", "You answer for each bilby.")]
    )
    indexed()
    assert found(client, word) == {"briefings": [page.url]}


@pytest.mark.engines
@pytest.mark.parametrize("word", ["quokka", "numbat", "bilby"])
def test_a_development_is_found_by_its_title_its_steps_and_its_topics(client, indexed, word):
    one = DevelopmentFactory(title="Quokka order", steps=[("The numbat list opens", "2099-05")], topics=["bilby"])
    indexed()
    assert found(client, word) == {"developments": [one.get_absolute_url()]}


def test_results_say_what_kind_and_when(client, indexed):
    one = DevelopmentFactory(title="Quokka order", summary="It is told in short.")
    milestone(one, "The numbat list opens", "2099-05", confirmed=False)
    day = timezone.localdate() + dt.timedelta(days=20)
    briefing("Quokka rules", development=DevelopmentFactory(), tasks=[("Count", day)])
    indexed()
    groups = {group["name"]: group["rows"][0] for group in client.get("/search/?q=quokka").context["groups"]}
    assert groups["developments"]["facts"] == "Law. May 2099, expected"
    assert groups["briefings"]["facts"] == f"Something to do by {day.day} {day:%B %Y}"
    (group,) = client.get("/search/?q=numbat").context["groups"]
    assert group["rows"][0]["detail"] == "The <mark>numbat</mark> list opens"


def test_a_hidden_development_is_found_by_the_core_team_alone(client_of, cast, indexed):
    hidden = DevelopmentFactory(title="Quokka order", shown=False, steps=[("Quokka day", "2099")], topics=["quokka"])
    indexed()
    assert {name: found(client_of(person), "quokka") for name, person in cast.items()} == {
        "alice": {}, "bob": {}, "charlie": {}, "morag": {}, "anyone": {},
        "cora": {"developments": [hidden.get_absolute_url()]},
    }  # fmt: skip


def test_drafts_embargoed_and_private_briefings_are_found_by_nobody_who_may_not_see_them(client_of, cast, indexed):
    one = DevelopmentFactory()
    briefing("Quokka draft", development=one, publish=False)
    later = briefing("Quokka later", development=one, publish=False)
    later.go_live_at = timezone.now() + dt.timedelta(days=1)
    later.save_revision().publish()
    inside = briefing("Quokka members", development=one)
    PageViewRestriction.objects.create(page=inside, restriction_type="login")
    indexed()
    members = {"briefings": [inside.url]}
    assert {name: found(client_of(person), "quokka") for name, person in cast.items()} == {
        "alice": members, "bob": members, "charlie": {}, "morag": members, "cora": members, "anyone": {},
    }  # fmt: skip


def test_a_briefing_of_a_hidden_development_names_nothing_of_it(client, indexed):
    hidden = DevelopmentFactory(title="kvxqtitle", shown=False, steps=[("kvxqstep", "2099")])
    page = briefing("Quokka rules", development=hidden)
    indexed()
    response = client.get("/search/?q=quokka")
    assert [row["url"] for group in response.context["groups"] for row in group["rows"]] == [page.url]
    assert "kvxq" not in response.content.decode()
