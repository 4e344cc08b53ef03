"""Start pages: five things at most, each reachable by its reader, with the time they take."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.models import StartIndexPage, StartItem, StartPage
from tests.cms import desk


@pytest.fixture
def home(db):
    home = desk.make_desk()
    if not StartIndexPage.objects.exists():
        home.add_child(instance=StartIndexPage(title="Start here", slug="start-here"))
    return home


def start(title="Start: you lead a service", role="Head of service", **fields):
    return desk.add(StartIndexPage, StartPage(title=title, role=role, summary="Ten minutes.", **fields))


def item(page, place=0, **fields):
    fields = {"why": "Because.", "sort_order": place, **fields}
    return StartItem.objects.create(page=page, **fields)


def test_items_are_in_order_with_their_reading_time_and_kind(client, home):
    page = start()
    story = desk.story("A story", problem=desk.body("word " * 600))
    item(page, 1, linked_page=story)
    item(page, 0, url="/glossary/", title="Words we use", minutes=2)
    item(page, 2, linked_page=desk.news("Some news"), minutes=9, title="Read this instead")
    context = client.get(page.url).context
    assert [(one.title, one.url, one.minutes, one.kind) for one in context["items"]] == [
        ("Words we use", "/glossary/", 2, "Words explained"),
        ("A story", story.url, 3, "Success story"),
        ("Read this instead", "/news/some-news/", 9, "News"),
    ]
    assert context["minutes"] == 14


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/forum/12/may-we-tell/", "From the forum"),
        ("/templates/risk-on-both-sides/", "Template"),
        ("/gateways/care-act-2014-s42/", "Legal gateway"),
        ("/topics/fire/", "Topic"),
        ("https://example.org/a-sheet/", "On another site"),
        ("/forum/", ""),
        ("/templates/", ""),
    ],
)
def test_what_is_no_page_says_its_kind_too(client, home, url, kind):
    page = start()
    item(page, url=url, title="Read this", minutes=4)
    response = client.get(page.url)
    assert [one.kind for one in response.context["items"]] == [kind]
    assert (f"{kind}, 4 minutes" if kind else ">4 minutes") in response.content.decode()


def test_the_trail_names_whom_the_page_is_for_and_does_not_repeat_its_title(client, home):
    content = client.get(start().url).content.decode()
    trail = content.partition('aria-label="Breadcrumb"')[2].partition("</nav>")[0]
    assert '<li aria-current="page">Head of service</li>' in trail
    assert content.count("Start: you lead a service</") == 1


def test_what_a_reader_may_not_see_is_not_named(client_of, alice, charlie, home):
    page = start()
    private, draft = desk.story("For members"), desk.story("Unfinished", live=False)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for place, linked in enumerate((private, draft)):
        item(page, place, linked_page=linked)
    for person, titles in ((None, []), (charlie, []), (alice, ["For members"])):
        response = client_of(person).get(page.url)
        assert [one.title for one in response.context["items"]] == titles
        assert "Unfinished" not in response.content.decode()


def test_a_start_page_has_five_items_at_most(home):
    page = start()
    page.items = [StartItem(url=f"/{n}/", title="Somewhere", why="Because.") for n in range(6)]
    with pytest.raises(ValidationError, match="5 items at most"):
        page.clean()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "linked_page"),
        ({"url": "/glossary/", "linked": True, "title": "Both"}, "linked_page"),
        ({"url": "/glossary/"}, "title"),
        ({"url": "javascript:alert(1)", "title": "Script"}, "url"),
        ({"url": "//evil.example.org/", "title": "Elsewhere"}, "url"),
        ({"url": "http://example.org/", "title": "Not safe on the way"}, "url"),
    ],
)
def test_an_item_is_one_page_or_one_good_address(home, fields, field):
    fields = dict(fields)
    linked = desk.story() if fields.pop("linked", False) else None
    with pytest.raises(ValidationError) as refused:
        StartItem(page=start(), why="Because.", linked_page=linked, **fields).full_clean(exclude=["sort_order"])
    assert field in refused.value.message_dict


def test_a_next_step_leads_somewhere(home):
    with pytest.raises(ValidationError, match="Say where the next step leads"):
        start(next_title="Name one person")
    with pytest.raises(ValidationError, match="Give an address of this site"):
        start(next_title="Name one person", next_url="javascript:alert(1)")


def test_the_index_and_each_page_lead_to_all_roles(client, home):
    first, second = start("One", "Citizen"), start("Two", "Small charity")
    item(first, url="/glossary/", title="Words")
    listed = client.get("/start-here/").context["starts"]
    assert [(one.role, one.item_count) for one in listed] == [("Citizen", 1), ("Small charity", 0)]
    assert [one.role for one in client.get(first.url).context["others"]] == ["Small charity"]
    assert second.url in client.get("/").content.decode()


def test_from_the_newcomers_page_every_story_is_two_clicks_away(client, home):
    stories = [desk.story(f"Story {number}") for number in range(5)]
    home_page = client.get("/").content.decode()
    assert 'href="/stories/"' in home_page
    listed = client.get("/stories/").content.decode()
    assert all(f'href="{story.url}"' in listed for story in stories)


def queries_for(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_cost_does_not_grow(who, request, client_of, home):
    client = client_of(request.getfixturevalue(who) if who else None)
    page = start()
    item(page, 0, linked_page=desk.story("One"))
    start("Other", "Citizen")
    one = queries_for(client, page.url), queries_for(client, "/start-here/")
    for number in (1, 2):
        item(page, number, linked_page=desk.story(f"Story {number}"))
        start(f"Start {number}", f"Role {number}")
    assert (queries_for(client, page.url), queries_for(client, "/start-here/")) == one
