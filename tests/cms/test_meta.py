"""What pages say of themselves to machines: true, public, harmless."""

import json
import re

import pytest
from wagtail.models import PageViewRestriction

from forum.actions import accepting, asking, posting
from members import actions
from tests.cms import desk
from tests.factories import MemberFactory


@pytest.fixture
def home(cora):
    return desk.make_desk()


def data(client, path) -> list[dict]:
    page = client.get(path).content.decode()
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    ]


def tags(client, path) -> dict[str, str]:
    return dict(re.findall(r'<meta property="(og:[a-z_]+)" content="([^"]*)">', client.get(path).content.decode()))


def question(space, by, answerer, title="May we?", body="Yes, you may.", **fields):
    thread = asking.ask(by=by, space=space, kind="question", title=title, body="Who knows?", **fields)
    answer = posting.answer(by=answerer, thread=thread, body=body)
    accepting.accept(by=by, post=answer)
    thread.refresh_from_db()
    return thread


def test_a_page_says_what_it_is(home, client):
    page = desk.news("A new date", search_description="It moves to June.")
    said = tags(client, page.get_url())
    assert said["og:title"] == "A new date"
    assert said["og:type"] == "article"
    assert said["og:url"] == "http://testserver/news/a-new-date/"
    assert said["og:image"] == "http://testserver/static/img/share.png"
    assert said["og:description"] == "It moves to June."
    assert (
        '<link rel="canonical" href="http://testserver/news/a-new-date/">'
        in client.get(page.get_url() + "?utm=1").content.decode()
    )
    kinds = [one["@type"] for one in data(client, page.get_url())]
    assert kinds == ["NewsArticle", "BreadcrumbList"]


def test_a_public_question_with_an_accepted_answer_is_a_question_and_its_answer(home, client, space, alice, bob):
    thread = question(space, alice, bob)
    [said] = data(client, thread.get_absolute_url())
    assert said["@type"] == "QAPage"
    entity = said["mainEntity"]
    assert (entity["name"], entity["acceptedAnswer"]["text"]) == ("May we?", "Yes, you may.")
    assert (entity["author"]["name"], entity["acceptedAnswer"]["author"]["name"]) == ("Alice Amory", "Bob Barley")


def test_names_are_those_of_the_bylines(home, client, space, council, bob):
    shy = MemberFactory(display_name="Shy Asker", organisation=council, show_name="members")
    thread = question(space, shy, bob)
    assert "Shy Asker" not in client.get(thread.get_absolute_url()).content.decode()


def test_whom_an_answer_mentions_is_named_as_the_page_names_them(home, client, space, alice, bob, forget):
    thread = question(space, alice, bob, body="Yes, @alice may.")
    assert "Yes, @alice may." in client.get(thread.get_absolute_url()).content.decode()
    actions.update_details(by=alice, show_name="members")
    forget()
    [said] = data(client, thread.get_absolute_url())
    assert said["mainEntity"]["acceptedAnswer"]["text"] == "Yes, @a member may."
    assert "@alice" not in client.get(thread.get_absolute_url()).content.decode()


def test_it_is_said_to_strangers_only(home, client_of, alice, bob, space, members_space):
    thread = question(members_space, alice, bob, title="Private")
    assert data(client_of(bob), thread.get_absolute_url()) == []
    page = desk.plain("Shut")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert tags(client_of(alice), page.get_url()) == {}


@pytest.mark.parametrize(
    "evil", ["</script><script>alert(1)</script>", "<!--<script>", '"><img src=x>', "]]>\u2028 & <b>"]
)
def test_nothing_written_breaks_out_of_it(home, client, space, alice, bob, evil):
    thread = question(space, alice, bob, title=f"Title {evil}"[:100], body=f"Answer {evil}")
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    [said] = data(client, thread.get_absolute_url())
    assert said["mainEntity"]["name"] == thread.title
    story = desk.news(f"News {evil}"[:90])
    assert data(client, story.get_url())[0]["headline"] == story.title


def test_the_policy_of_the_site_stays_as_strict(home, client):
    policy = client.get(desk.news().get_url()).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
