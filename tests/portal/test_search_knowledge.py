"""Search over guidance, stories, news, templates and pages of words: each only for who may see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from cms.actions import templates
from cms.models import GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template
from tests.cms.test_templates import private
from tests.factories import knowledge


@pytest.fixture
def site(db):
    return knowledge.make_site()


@pytest.fixture
def indexed():
    """Call it when everything is made: does what Wagtail leaves to its worker."""

    def index():
        for model in (GuidancePage, NewsPage, StandardPage, StartPage, StoryPage, Template):
            get_search_backend().add_bulk(model, list(model.objects.all()))

    return index


def found(client, words: str) -> dict[str, list[str]]:
    """{group: addresses} of what a search for `words` shows; what is called just so under "best"."""
    response = client.get("/search/", {"q": words})
    shown = {"best": response.context["best"]} if response.context["best"] else {}
    shown |= {group["name"]: group["rows"] for group in response.context["groups"]}
    return {name: [row["url"] for row in rows] for name, rows in shown.items()}


@pytest.mark.engines
def test_each_kind_is_found_by_its_words(client, site, indexed):
    page = knowledge.guidance("Alarms at night", body=[("text", "<p>Ring the <b>quokka</b> desk.</p>")])
    story = knowledge.story("How we did it", advice=[("text", "<p>Begin with a quokka.</p>")])
    news = knowledge.news("Latest", body=[("text", "<p>A quokka was seen.</p>")])
    start = knowledge.start("New here", summary="Meet the quokka.")
    template = knowledge.template("Quokka form")
    words = site.add_child(instance=StandardPage(title="House", slug="house", body="<p>No quokka inside.</p>"))
    indexed()
    assert found(client, "quokka") == {
        "guidance": [page.url], "stories": [story.url], "templates": [template.get_absolute_url()],
        "news": [news.url], "starts": [start.url], "pages": [words.url],
    }  # fmt: skip


def test_a_result_quotes_the_words_that_were_looked_for(client, site, indexed):
    knowledge.guidance("Alarms", summary="Told in short.", body=[("text", "<p>Ring the <b>quokka</b> desk.</p>")])
    indexed()
    (group,) = client.get("/search/?q=quokka").context["groups"]
    assert group["rows"][0]["detail"] == "Ring the <mark>quokka</mark> desk."
    assert group["rows"][0]["facts"] == "National guidance"


def test_topics_find_pages_and_templates(client, site, indexed):
    page = knowledge.guidance("Alarms", topics=["quokkas"])
    template = knowledge.template("A form")
    template.topics.add("quokkas")
    templates.changed(template=template)
    indexed()
    assert found(client, "quokkas") == {"guidance": [page.url], "templates": [template.get_absolute_url()]}


@pytest.mark.engines
def test_what_is_private_is_neither_found_nor_counted_by_outsiders(client_of, site, indexed, alice, charlie):
    for page in (knowledge.guidance("Quokka guidance"), knowledge.story("Quokka story"), knowledge.news("Quokka news")):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    knowledge.guidance("Quokka draft", publish=False)
    private(knowledge.template("Quokka form").versions.get())
    indexed()
    for viewer in (None, charlie):
        response = client_of(viewer).get("/search/?q=quokka")
        assert response.context["groups"] == response.context["sides"] == []
    assert list(found(client_of(alice), "quokka")) == ["guidance", "stories", "templates", "news"]


def test_a_draft_of_a_page_that_is_live_is_not_found_by_its_new_words(client, site, indexed):
    page = knowledge.guidance("Alarms")
    page.title = "Quokka alarms"
    page.save_revision()
    indexed()
    assert found(client, "quokka") == {}
    assert "best" not in found(client, "quokka alarms")
    assert found(client, "alarms") == {"best": [page.url]}


def test_an_unpublished_page_is_found_no_more(client, site, indexed):
    page = knowledge.guidance("Quokka guidance")
    indexed()
    assert found(client, "quokka") == {"guidance": [page.url]}
    page.unpublish()
    assert found(client, "quokka") == {}


@pytest.mark.engines
@pytest.mark.parametrize("who", [None, "bob"])
def test_the_queries_do_not_grow(request, client_of, site, indexed, who):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> int:
        word = f"quokka{'s' * many}x"
        for number in range(many):
            knowledge.guidance(f"{word} guidance {many} {number}")
            knowledge.story(f"{word} story {many} {number}")
            knowledge.template(f"{word} form {many} {number}")
        indexed()
        client = client_of(viewer)
        client.get("/search/", {"q": word})
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/search/", {"q": word}).status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    assert three <= 10 if connection.vendor == "postgresql" else three <= 5
