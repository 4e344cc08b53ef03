"""News and blog: newest first, page by page, with authors as they show themselves and replies in the forum."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.querysets import news as reads
from forum.models import Thread
from tests.cms import desk
from tests.factories import MemberFactory

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def home(db):
    return desk.make_desk()


def several(count, **fields):
    return [desk.news(f"News {n}", date=DAY + dt.timedelta(days=n), **fields) for n in range(count)]


def titles(client, query=""):
    return [row.title for row in client.get(f"/news/{query}").context["list"].rows]


def test_news_is_newest_first_and_pages_lead_on_and_back(client, home, monkeypatch):
    monkeypatch.setattr(reads, "SIZE", 2)
    several(5)
    first = client.get("/news/").context["list"]
    assert [row.title for row in first.rows] == ["News 4", "News 3"]
    assert first.newer == ""
    second = client.get(f"/news/{first.older}").context["list"]
    assert [row.title for row in second.rows] == ["News 2", "News 1"]
    third = client.get(f"/news/{second.older}").context["list"]
    assert ([row.title for row in third.rows], third.older) == (["News 0"], "")
    back = client.get(f"/news/{third.newer}").context["list"]
    assert [row.title for row in back.rows] == ["News 2", "News 1"]
    assert [row.title for row in client.get(f"/news/{back.newer}").context["list"].rows] == ["News 4", "News 3"]


def test_two_pieces_of_one_day_are_both_reached(client, home, monkeypatch):
    monkeypatch.setattr(reads, "SIZE", 1)
    desk.news("Morning", date=DAY)
    desk.news("Evening", date=DAY)
    first = client.get("/news/").context["list"]
    assert [row.title for row in first.rows] == ["Evening"]
    assert titles(client, first.older) == ["Morning"]


@pytest.mark.parametrize("place", ["x", "2026-13-01.1", "2026-03-01.x", "9" * 30, "%00", "2026-03-01"])
def test_a_place_that_makes_no_sense_gives_the_newest_page(client, home, place):
    several(1)
    assert titles(client, f"?older={place}") == ["News 0"]
    assert titles(client, f"?newer={place}") == ["News 0"]


def test_the_tabs_choose_the_kind(client, home):
    desk.news("News", kind="news")
    desk.news("Blog", kind="blog")
    assert titles(client, "?kind=blog") == ["Blog"]
    assert titles(client, "?kind=news") == ["News"]
    assert sorted(titles(client, "?kind=gone")) == ["Blog", "News"]


def test_drafts_and_private_news_are_not_listed(client_of, alice, charlie, home):
    PageViewRestriction.objects.create(page=desk.news("For members"), restriction_type="login")
    desk.news("Draft", live=False)
    desk.news("For all", date=dt.date(2026, 1, 1))
    assert titles(client_of(None)) == ["For all"]
    assert titles(client_of(charlie)) == ["For all"]
    assert titles(client_of(alice)) == ["For members", "For all"]


def test_an_author_is_named_as_they_show_themselves(client_of, alice, home, council):
    shy = MemberFactory(display_name="Shy Writer", organisation=council, show_name="members")
    page = desk.news("By somebody", author=shy, kind="blog")
    for person, name in ((None, "A member"), (alice, "Shy Writer")):
        client = client_of(person)
        assert client.get(page.url).context["byline"].name == name
        assert client.get("/news/").context["list"].rows[0].byline.name == name
        assert ("Shy Writer" in client.get("/news/").content.decode()) == (person is alice)


def test_a_member_replies_in_place_without_javascript(client_of, bob, home, space):
    page = desk.news()
    response = client_of(bob).get(page.url)
    form = response.content.decode()
    assert "<textarea" in form
    sent = client_of(bob).post(f"/forum/about/page/{page.pk}/", {"body": "Good to know."}, follow=True)
    assert sent.status_code == 200
    thread = Thread.objects.get(about_id=page.pk)
    assert thread.title.startswith(page.title[:20])
    assert "Good to know." in client_of(None).get(page.url).content.decode()


def test_closed_replies_have_no_form(client_of, bob, home, space):
    page = desk.news(replies_open=False)
    assert "<textarea" not in client_of(bob).get(page.url).content.decode()


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_cost_does_not_grow(who, request, client_of, home):
    client = client_of(request.getfixturevalue(who) if who else None)

    def count(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    page = desk.news("First", author=MemberFactory())
    one = count("/news/")
    for number in (1, 2):
        desk.news(f"News {number}", author=MemberFactory())
    assert count("/news/") == one
    assert one <= 12
    assert count(page.url) <= 14
