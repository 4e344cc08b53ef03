"""The pages of the law: what they show, to whom, at what cost; and kept pages made anew exactly when they must be."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import caching
from reference.actions import citing, terms
from reference.actions import provisions as acts
from reference.models import Citation, Provision
from tests.factories import PostFactory, ThreadFactory
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db


def laws(response):
    return [law for law, _provisions in response.context["directory"].laws]


def choices(response, facet):
    found = next(one for one in response.context["directory"].facets if one.name == facet)
    return {choice.title: choice.count for choice in [*found.choices, *found.more]}


# --- The list --------------------------------------------------------------------------------------


def test_the_list_goes_law_by_law(client, crime, children, secrecy):
    ProvisionFactory(law=crime.law, provision="s.17")
    response = client.get("/gateways/")
    assert [(law, [one.provision for one in rows]) for law, rows in response.context["directory"].laws] == [
        ("Children Act 2004", ["s.10"]),
        ("Common law", ["duty of confidentiality"]),
        ("Crime and Disorder Act 1998", ["s.115", "s.17"]),
    ]


def test_each_filter_keeps_what_it_says_and_counts_what_it_would_leave(client, crime, children, secrecy):
    response = client.get("/gateways/")
    assert choices(response, "kind") == {"Power": 1, "Implied function": 1, "Restriction": 1}
    assert choices(response, "checked") == {"Checked": 1, "Not yet checked": 2}
    assert choices(response, "topic") == {"children": 1, "crime": 1}
    for query, left in [
        ("kind=power", [crime.law]),
        ("kind=implied-function", [children.law]),
        ("checked=not-yet-checked", [children.law, secrecy.law]),
        ("topic=crime", [crime.law]),
        ("topic=crime&kind=restriction", []),
        ("q=section+115", [crime.law]),
        ("q=confidences", [secrecy.law]),
        ("kind=made-up", []),
    ]:
        assert laws(client.get(f"/gateways/?{query}")) == left, query


def test_the_counts_are_what_a_click_finds(client, crime, children, secrecy):
    for query in ("", "?checked=not-yet-checked", "?kind=power", "?q=act"):
        directory = client.get(f"/gateways/{query}").context["directory"]
        for choice in [choice for facet in directory.facets for choice in facet.choices if not choice.current]:
            assert client.get(f"/gateways/{choice.url}").context["directory"].count == choice.count


@pytest.mark.parametrize(
    "query", ["?kind=%00", "?topic=" + "x" * 4000, "?q=%00%ff", "?checked[]=1", "?kind=a&kind=b", "?q=<b>"]
)
def test_hostile_filters_find_nothing_and_break_nothing(client, crime, query):
    assert client.get(f"/gateways/{query}").status_code == 200


def test_an_empty_list_says_what_to_do(client):
    assert "Ask the forum" in client.get("/gateways/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_two_queries(client, costs, count):
    for number in range(count):
        ProvisionFactory(topics=[f"topic {number}"])
    assert costs(client, "/gateways/") == 2


def test_a_long_list_is_closed_law_by_law_with_a_way_to_each_letter(client, crime, children, secrecy):
    short = client.get("/gateways/").content.decode()
    assert (short.count('<details class="law"'), short.count(" open>"), "Letters" in short) == (3, 3, False)
    for number in range(10):
        ProvisionFactory(law=f"Sharing Act {1990 + number}")
    response = client.get("/gateways/")
    page = response.content.decode()
    assert (page.count('<details class="law"'), page.count(" open>")) == (13, 0)
    assert response.context["directory"].letters == [("C", 1), ("S", 4)]
    assert '<nav class="letters" aria-label="Letters"><a href="#law-1">C</a> <a href="#law-4">S</a> </nav>' in page
    for asked in ("?open=1", "?kind=power", "?q=act"):
        page = client.get(f"/gateways/{asked}").content.decode()
        assert page.count(" open>") == page.count('<details class="law"') > 0


def test_rows_say_a_kind_in_plain_words_and_leave_out_what_a_law_was_inserted_by(client, crime, children, secrecy):
    ProvisionFactory(law="Children Act 2004 (inserted by Schools Act 2026 s.4)", provision="s.16LA", kind="duty")
    page = client.get("/gateways/").content.decode()
    for words in ("Power: you may", "Duty: you must", "Implied function: your task lets you", "Restriction: mind it"):
        assert f"{words}</span>" in page
    assert page.count("inserted by") == 1
    # one law with what stood in it before, though it is called otherwise
    assert '<h2 class="law__name">Children Act 2004</h2> <span class="law__parts">s.10, s.16LA</span>' in page


# --- A provision -----------------------------------------------------------------------------------


def test_a_provision_page_says_everything_plainly(client, crime):
    crime.local_reading, crime.in_force_from, crime.checked_on = (
        "Ask the hub.",
        dt.date(1998, 9, 30),
        dt.date(2026, 3, 2),
    )
    crime.link = "https://www.legislation.gov.uk/ukpga/1998/37/section/115"
    crime.save()
    content = client.get(crime.get_absolute_url()).content.decode()
    for words in (
        "Share to reduce crime.", "Any person, to a council.", "It does not override confidentiality.", "Power",
        "England and Wales",
        "Checked on 2 March 2026", "Ask the hub.", "From 30 September 1998", crime.link,
        "Information, not legal advice", "Nothing you can see cites it yet",
    ):  # fmt: skip
        assert words in content, words


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        ("checked", "we read the law itself"),
        ("partly checked", "Partly."),
        ("not yet checked", "Not yet. Read the law itself"),
    ],
)
def test_whether_it_was_checked_is_said_plainly(client, crime, checked, words):
    Provision.objects.update(checked=checked)
    assert words in client.get(crime.get_absolute_url()).content.decode()


def test_what_is_no_gateway_says_so(client, secrecy, crime):
    assert (
        "This is a restriction: it limits what may be shared."
        in client.get(secrecy.get_absolute_url()).content.decode()
    )
    assert "provision-warning" not in client.get(crime.get_absolute_url()).content.decode()


def test_what_was_replaced_or_has_ended_leads_on(client, crime, children):
    crime.replaced_by = children
    crime.save()
    content = client.get(crime.get_absolute_url()).content.decode()
    assert f'<a href="{children.get_absolute_url()}">Read Children Act 2004, s.10</a>' in content
    assert crime.get_absolute_url() in client.get(children.get_absolute_url()).content.decode()
    children.in_force_to = dt.date(2020, 1, 1)
    children.save()
    assert "it ended on 1 January 2020" in client.get(children.get_absolute_url()).content.decode()


def test_a_change_of_the_law_is_shown_with_what_and_when(client, cora, crime):
    acts.mark_changed(by=cora, provision=crime, what="Housing bodies may share too.", on=dt.date(2026, 2, 5))
    content = client.get(crime.get_absolute_url()).content.decode()
    assert "Marked as changed on 5 February 2026:" in content
    assert "Housing bodies may share too." in content


def test_the_way_to_the_forum_names_it(client, crime, secrecy):
    assert client.get(crime.get_absolute_url()).context["ask_url"] == (
        "/forum/ask/?title=Can+we+use+s.115+of+the+Crime+and+Disorder+Act+1998%3F&topic=crime"
        f"&about=provision%3A{crime.pk}"
    )
    assert client.get(secrecy.get_absolute_url()).context["ask_url"] == (
        f"/forum/ask/?title=Can+we+rely+on+the+duty+of+confidentiality%3F&about=provision%3A{secrecy.pk}"
    )


def test_what_cites_it_is_shown_to_who_may_see_it(
    answer_citing, cast, client_of, crime, members_space, group_space, space
):
    for name, room in {"public": space, "members": members_space, "group": group_space}.items():
        answer_citing(crime, by=cast["bob"], of=ThreadFactory(title=f"Canary {name}", author=cast["alice"], space=room))
    seen = {
        name: sorted(re.findall(r"Canary (\w+)", client_of(person).get(crime.get_absolute_url()).content.decode()))
        for name, person in cast.items()
    }
    assert seen == {
        "alice": ["group", "members", "public"], "bob": ["group", "members", "public"], "charlie": ["public"],
        "morag": ["members", "public"], "cora": ["members", "public"], "anyone": ["public"],
    }  # fmt: skip


def test_what_cites_a_changed_law_says_check_this(answer_citing, client, bob, cora, crime):
    post = answer_citing(crime, by=bob)
    acts.mark_changed(by=cora, provision=crime, what="New words.")
    assert "Check this: the law changed since" in client.get(crime.get_absolute_url()).content.decode()
    citing.confirm(by=bob, target=post)
    assert "Check this: the law changed since" not in client.get(crime.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_provision_page_costs_the_same_with_more_that_cites_it(answer_citing, client, bob, crime, count, costs):
    for _ in range(count):
        answer_citing(crime, by=bob)
    assert (
        costs(client, crime.get_absolute_url()) == 8
    )  # itself, topics, what it replaced, citations, answers, their threads; what is coming, and what of it is shut


@pytest.mark.parametrize("path", ["/gateways/nothing/", "/gateways/" + "x" * 300 + "/", "/gateways/-/"])
def test_what_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


# --- The feed --------------------------------------------------------------------------------------


def test_the_feed_has_the_latest_added_or_changed_first(client, cora, crime, children):
    acts.mark_changed(by=cora, provision=crime, what="New words.", on=dt.date(2026, 2, 5))
    response = client.get("/gateways/feed/")
    content = response.content.decode()
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert re.findall(r"<entry><title>([^<]+)</title>", content) == [
        "Crime and Disorder Act 1998, s.115: law changed",
        "Children Act 2004, s.10",
    ]
    assert "Changed on 5 February 2026: New words." in content


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_costs_one_query(client, costs, count):
    for _ in range(count):
        ProvisionFactory()
    assert costs(client, "/gateways/feed/") == 1


# --- Kept pages ------------------------------------------------------------------------------------

FIND = "/gateways/find/?who=council&whom=police&purpose=crime"
PAGES = ["/gateways/", FIND, "/gateways/feed/", "/gateways/crime-and-disorder-act-1998-s115/",
         "/gateways/children-act-2004-s10/", "/glossary/", "/glossary/controller/"]  # fmt: skip


@pytest.fixture
def made_anew(client, settings, crime, children, controller, django_capture_on_commit_callbacks):
    """`made_anew(act)` → which of PAGES are made anew after `act()`, all kept before."""
    settings.ANONYMOUS_CACHE = True
    cache.clear()

    def queries(path) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    def after(act) -> set[str]:
        for path in PAGES:
            queries(path)
        assert {path for path in PAGES if queries(path)} == set()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return {path for path in PAGES if queries(path)}

    return after


LAW = {"/gateways/", FIND, "/gateways/feed/"}
CRIME, CHILDREN = "/gateways/crime-and-disorder-act-1998-s115/", "/gateways/children-act-2004-s10/"


def test_a_marking_makes_anew_what_shows_the_law(made_anew, cora, crime):
    # both provisions: either may name the other as what replaced it
    changed = made_anew(lambda: acts.mark_changed(by=cora, provision=crime, what="New words."))
    assert changed == {*LAW, CRIME, CHILDREN}


def test_a_citation_makes_anew_the_provision_only(made_anew, bob, crime, thread):
    post = PostFactory(thread=thread, author=bob)
    assert made_anew(lambda: citing.cite(target=post, provisions=[crime], owner=bob)) == {CRIME}


def test_a_word_makes_anew_what_explains_words(made_anew, controller):
    assert made_anew(lambda: terms.edited(controller)) == {CRIME, CHILDREN, "/glossary/", "/glossary/controller/"}


def test_a_thread_makes_anew_what_it_cites(made_anew, answer_citing, bob, crime, thread):
    answer_citing(crime, by=bob)
    assert made_anew(lambda: caching.touch(f"thread:{thread.pk}")) == {CRIME}


def test_what_is_taken_from_the_public_goes_from_the_kept_page(
    made_anew, client, answer_citing, morag, bob, crime, thread, django_capture_on_commit_callbacks
):
    from forum.actions import moderating

    post = answer_citing(crime, by=bob)
    assert thread.title in client.get(CRIME).content.decode()
    changed = made_anew(lambda: moderating.remove(by=morag, post=post, why="It tells of a real case."))
    assert CRIME in changed
    assert thread.title not in client.get(CRIME).content.decode()
    assert Citation.objects.of(post).exists()
