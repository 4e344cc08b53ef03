"""One alphabetical index over everything that has a name, as far as the reader may know of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from reference.models import TermName
from tests.cms.test_templates import private
from tests.factories import ThreadFactory, knowledge


@pytest.fixture
def site(db):
    return knowledge.make_site()


def lines(response) -> dict[str, list[tuple]]:
    """{letter: [(title, kind, see, parts)]}."""
    return {
        letter: [(one.title, one.kind, one.see, [part.title for part in one.parts]) for one in entries]
        for letter, entries in response.context["letters"]
    }


def test_everything_with_a_name_stands_under_its_letter(client, site, space):
    knowledge.guidance("The act of sharing", topics=["alarms"])
    knowledge.story("Alarms that work")
    knowledge.template("A form")
    knowledge.ProvisionFactory(law="Care Act 2014", provision="s.42")
    knowledge.ProvisionFactory(law="Care Act 2014", provision="s.45", slug="care-act-45")
    term = knowledge.TermFactory(term="information sharing protocol", short_form="ISP")
    TermName.objects.create(term=term, name="Data sharing agreement")
    ThreadFactory(space=space, topics=["zebras"])
    assert lines(client.get("/a-z/")) == {
        "A": [
            ("A form", "Template", "", []),
            ("The act of sharing", "National guidance", "", []),
            ("Alarms", "Topic", "", []),
            ("Alarms that work", "Success story", "", []),
        ],
        "C": [("Care Act 2014", "Law", "", ["s.42", "s.45"])],
        "D": [("Data sharing agreement", "Word", "information sharing protocol", [])],
        "I": [
            ("Information sharing protocol", "Word", "", []),
            ("ISP", "Word", "information sharing protocol", []),
        ],
        "Z": [("Zebras", "Topic", "", [])],
    }


def test_what_begins_with_a_figure_or_a_mark_has_a_place_too(client, site):
    knowledge.guidance("30 days in short")
    knowledge.guidance("“Quoted” words")
    knowledge.guidance("Éclairs")
    assert list(lines(client.get("/a-z/"))) == ["0–9", "E", "Q"]


def test_each_letter_of_the_bar_leads_to_its_section(client, site):
    for title in ("Apples", "Pears"):
        knowledge.guidance(title)
    page = client.get("/a-z/").content.decode()
    assert '<a href="#letter-1">A</a>' in page
    assert 'id="letter-2">P<' in page


def test_replaced_guidance_is_left_out(client, site):
    old = knowledge.guidance("Apples of old")
    knowledge.guidance("Apples", supersedes=old)
    assert lines(client.get("/a-z/")) == {"A": [("Apples", "National guidance", "", [])]}


def test_what_is_private_is_not_named_to_outsiders(client_of, site, members_space, alice, charlie):
    knowledge.guidance("Open to all")
    for page in (knowledge.guidance("Canary guidance"), knowledge.story("Canary story")):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    knowledge.guidance("Canary draft", publish=False)
    private(knowledge.template("Canary template").versions.get())
    ThreadFactory(space=members_space, topics=["canary topic"])
    for viewer in (None, charlie):
        response = client_of(viewer).get("/a-z/")
        assert lines(response) == {"O": [("Open to all", "National guidance", "", [])]}
        assert "anary" not in response.content.decode()
    titles = [line[0] for line in lines(client_of(alice).get("/a-z/"))["C"]]
    assert titles == ["Canary guidance", "Canary story", "Canary template", "Canary topic"]


def test_an_empty_index_says_so(client, site):
    assert "Nothing here yet" in client.get("/a-z/").content.decode()


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_queries_do_not_grow(request, client_of, site, space, who):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> int:
        for number in range(many):
            knowledge.guidance(f"Guidance {many} {number}", topics=[f"topic {many} {number}"])
            knowledge.story(f"Story {many} {number}")
            knowledge.template(f"Template {many} {number}")
            knowledge.ProvisionFactory()
            term = knowledge.TermFactory()
            TermName.objects.create(term=term, name=f"Also {many} {number}")
        client = client_of(viewer)
        client.get("/a-z/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/a-z/").status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    assert three <= 18


def test_the_kept_page_follows_what_it_names(client, settings, site, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    client.get("/a-z/")
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/a-z/")
    assert (len(queries), response.cookies) == (0, {})
    with django_capture_on_commit_callbacks(execute=True):
        page = knowledge.guidance("Apples")
    assert "Apples" in client.get("/a-z/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert "Apples" not in client.get("/a-z/").content.decode()
