"""What is coming stands where people look anyway: home page, topics, law, A to Z, sitemap, shared links."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    """It is noon on Sunday 22 November 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def law():
    return ProvisionFactory(law="Heron Act 1998", slug="heron-act")


@pytest.fixture
def coming(law):
    """A change that touches a law and a topic, with a briefing."""
    make_horizon()
    one = DevelopmentFactory(title="Heron order", steps=[("Starts", "2027-05")], topics=["herons"], provisions=[law])
    return briefing("What herons ask", development=one, tasks=[("Count them", None)], topics=["waders"])


@pytest.fixture
def hidden(law):
    """What nobody but the core team may know of: a hidden development, a draft; and a briefing for members."""
    make_horizon()
    fields = {"topics": ["kvxqtopic", "herons"], "provisions": [law], "steps": [("kvxqstep", "2027-01-01")]}
    DevelopmentFactory(title="kvxqhidden", shown=False, **fields)
    shown = DevelopmentFactory(title="Shown", steps=[("Starts", "2027-01-01")])
    briefing("kvxqdraft", development=shown, topics=["kvxqother"], changes=[(law, "New words")], publish=False)
    inside = briefing("kvxqmembers", development=shown, topics=["kvxqthird"], changes=[(law, "New words")])
    PageViewRestriction.objects.create(page=inside, restriction_type="login")


def links(page: str, heading: str) -> list[str]:
    """The addresses in the list under a heading."""
    section = re.split(rf"<h[23][^>]*>{heading}</h[23]>", page)[1]
    return re.findall(r'<a href="([^"]+)"', section.partition("</ul>")[0].partition("<ul")[2])


def test_the_home_page_says_what_comes_first(client, coming):
    DevelopmentFactory(title="Only to watch", certainty="possible", steps=[("Starts", "2027-01-01")])
    for month in range(1, 4):
        DevelopmentFactory(title=f"In month {month}", steps=[("Starts", f"2027-{month:02}-25")])
    DevelopmentFactory(title="Over", steps=[("Started", "2018")])
    page = client.get("/").content.decode()
    months = [f"/horizon/developments/in-month-{month}/" for month in range(1, 4)]
    assert links(page, "Coming up") == [*months, coming.url]
    assert "May 2027" in page


def test_a_home_page_with_nothing_to_come_has_no_such_column(client):
    make_horizon()
    assert "Coming up" not in client.get("/").content.decode()


def test_a_topic_gathers_what_is_coming_and_counts_it(client, coming):
    for slug in ("herons", "waders"):  # of the development, and of its briefing
        assert links(client.get(f"/topics/{slug}/").content.decode(), "What is coming") == [coming.url]
    topics = [topic for _letter, some in client.get("/topics/").context["letters"] for topic in some]
    assert {topic.name: topic.in_words for topic in topics} == {"herons": "1 change", "waders": "1 change"}


def test_a_law_says_what_is_coming_for_it(client, coming, law):
    told = DevelopmentFactory(title="Told by its briefing", steps=[("Starts", "2027-01-01")])
    changes = briefing("It changes the law", development=told, changes=[(law, "New words")])
    over = DevelopmentFactory(title="Over", steps=[("Started", "2018-05-25")], provisions=[law])
    page = client.get("/gateways/heron-act/").content.decode()
    assert links(page, "What is coming") == [changes.url, coming.url, over.get_absolute_url()]
    assert "Behind us: 25 May 2018" in page


def test_a_law_nothing_touches_has_no_such_section(client, coming):
    other = ProvisionFactory()
    assert "What is coming" not in client.get(other.get_absolute_url()).content.decode()


def test_a_law_does_not_say_what_only_a_draft_or_a_private_briefing_says_of_it(client, law):
    make_horizon()
    one = DevelopmentFactory(title="Heron order", steps=[("Starts", "2027-05")])
    briefing("Half written", development=one, changes=[(law, "Herons are named.")], publish=False)
    private = briefing("For members", development=one, changes=[(law, "Herons are named.")])
    shut = PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert "Heron order" not in client.get(law.get_absolute_url()).content.decode()
    shut.delete()
    cache.clear()
    assert "For members" in client.get(law.get_absolute_url()).content.decode()


def test_the_a_to_z_has_changes_and_briefings_by_their_own_names(client, coming):
    entries = [entry for _letter, some in client.get("/a-z/").context["letters"] for entry in some]
    assert [(one.title, one.kind, one.url) for one in entries if one.kind in {"Change", "Briefing"}] == [
        ("Heron order", "Change", "/horizon/developments/heron-order/"), ("What herons ask", "Briefing", coming.url),
    ]  # fmt: skip


def test_the_sitemap_has_what_anybody_may_read(client, coming, hidden):
    changes = client.get("/sitemap-changes.xml").content.decode()
    assert re.findall("<loc>(.*?)</loc>", changes) == [
        "http://testserver/horizon/developments/heron-order/", "http://testserver/horizon/developments/shown/",
    ]  # fmt: skip
    assert "/horizon/timeline/</loc>" in client.get("/sitemap-places.xml").content.decode()
    pages = client.get("/sitemap-pages.xml").content.decode()
    assert ("/horizon/what-herons-ask/</loc>" in pages, "kvxq" in pages) == (True, False)


@pytest.mark.parametrize(
    "url", ["/", "/topics/", "/topics/herons/", "/topics/kvxqtopic/", "/topics/kvxqother/", "/topics/kvxqthird/",
            "/gateways/heron-act/", "/a-z/"]
)  # fmt: skip
def test_nothing_hidden_is_told_anywhere(client_of, cast, coming, hidden, url):
    """alice and bob may read the members' briefing, morag too; the rest is the core team's."""
    for name in ("anyone", "charlie"):
        response = client_of(cast[name]).get(url)
        page = response.content.decode().replace(url, "")  # a page that is not there repeats its address
        assert (name, "kvxq" in page) == (name, False)
        assert response.status_code == (404 if "kvxq" in url else 200)
    page = client_of(cast["alice"]).get(url).content.decode()
    assert ("kvxqhidden" in page, "kvxqdraft" in page, "kvxqother" in page.replace(url, "")) == (False, False, False)


def test_a_shared_link_says_what_it_is(client, coming):
    head = client.get("/horizon/developments/heron-order/").content.decode().partition("</head>")[0]
    assert '<meta property="og:title" content="Heron order">' in head
    assert '<meta property="og:url" content="http://testserver/horizon/developments/heron-order/">' in head
    said = [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)]
    assert [one["@type"] for one in said] == ["BreadcrumbList"]
    assert [step["name"] for step in said[0]["itemListElement"]] == ["Home", "Horizon", "Heron order"]


def test_a_briefing_is_told_as_an_article(client, coming):
    head = client.get(coming.url).content.decode().partition("</head>")[0]
    assert '<meta property="og:type" content="article">' in head
    assert '"headline": "What herons ask"' in head


@pytest.mark.parametrize("url", ["/", "/topics/", "/topics/herons/", "/gateways/heron-act/", "/a-z/"])
def test_none_of_them_costs_more_for_three_changes_than_for_one(client, coming, law, forget, url):
    def cost() -> int:
        client.get(url)
        forget()
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        return len(made)

    def make(number: int) -> None:
        one = DevelopmentFactory(steps=[("Starts", "2027-05")], topics=["herons"], provisions=[law])
        briefing(f"Another {number}", development=one, topics=["herons"], changes=[(law, "New words")])

    make(1)
    first = cost()
    make(2)
    make(3)
    assert cost() == first


@pytest.mark.parametrize("url", ["/", "/topics/herons/", "/gateways/heron-act/", "/a-z/", "/sitemap-changes.xml"])
def test_kept_pages_change_when_the_horizon_does(client, settings, coming, url, django_capture_on_commit_callbacks):
    from core import caching

    settings.ANONYMOUS_CACHE = True
    before = client.get(url).content
    coming.development.shown = False
    with django_capture_on_commit_callbacks(execute=True):
        coming.development.save()
        caching.touch("horizon")
    assert client.get(url).content != before
