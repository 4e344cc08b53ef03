"""How the pages of a list of threads follow each other, newest and oldest first."""

import datetime as dt
import html
import re

import pytest
from django.utils import timezone

from forum.actions import posting
from tests.factories import ThreadFactory
from tests.forum.test_lists import titles

pytestmark = pytest.mark.django_db


def follow(client, page, rel: str):
    """The page that the link "next" or "prev" of a list leads to."""
    return client.get(html.unescape(step(page, rel)[0]))


def step(page, rel: str) -> tuple[str, str]:
    """The address and the words of such a link; both empty where there is none."""
    found = re.search(rf'href="([^"]+)" rel="{rel}">(.*?)</a>', page.content.decode(), re.S)
    return (found[1], re.sub(r"<[^>]+>", "", found[2]).strip()) if found else ("", "")


@pytest.fixture
def waiting(space):
    """45 questions: T00 was asked now, T44 is the oldest. Two were asked at the same time."""
    now = timezone.now()
    return [
        ThreadFactory(title=f"T{n:02}", space=space, created_at=now - dt.timedelta(hours=30 if n == 31 else n))
        for n in range(45)
    ]


def test_a_notice_stands_once_and_only_on_the_first_page(client_of, alice, space):
    now = timezone.now()
    for place in range(25):
        ThreadFactory(title=f"Thread {place}?", space=space, created_at=now - dt.timedelta(hours=place))
    ThreadFactory(title="Notice!", space=space, pinned=True, created_at=now - dt.timedelta(days=9))
    first = client_of(None).get("/forum/")
    older = re.search(r'href="(/forum/\?page=o-[^"]+)"', first.content.decode())[1]
    assert titles(first)[0] == "Notice!"
    assert titles(first).count("Notice!") == 1
    assert "Notice!" not in titles(client_of(None).get(older))


def test_pages_follow_each_other_without_gap_or_repeat_while_threads_move(client_of, alice, bob, space):
    now = timezone.now()
    made = [ThreadFactory(title=f"T{n:02}", space=space, created_at=now - dt.timedelta(hours=n)) for n in range(45)]
    client, seen, address = client_of(None), [], "/forum/"
    while address:
        page = client.get(address)
        seen.append(titles(page))
        link = re.search(r'href="(/forum/\?page=o-[^"]+)" rel="next"', page.content.decode())
        address = link and html.unescape(link[1])
        if len(seen) == 1:  # a thread of the second page comes to the top meanwhile
            posting.answer(by=bob, thread=made[30], body="Yes.")
    assert seen[0] == [f"T{n:02}" for n in range(20)]
    assert seen[1] == [f"T{n:02}" for n in range(20, 41) if n != 30]
    assert seen[2] == [f"T{n:02}" for n in range(41, 45)]


def test_newer_leads_back_to_where_one_came_from(client_of, space):
    now = timezone.now()
    for n in range(45):
        ThreadFactory(title=f"T{n:02}", space=space, created_at=now - dt.timedelta(hours=n))
    client = client_of(None)
    first = client.get("/forum/")
    second = follow(client, first, "next")
    assert titles(follow(client, follow(client, second, "next"), "prev")) == titles(second)
    assert titles(follow(client, second, "prev")) == titles(first)


@pytest.mark.parametrize("cursor", ["nonsense", "o-", "n-zzzz", "o-AAAA", "o-" + "9" * 500, "\x00"])
def test_a_cursor_that_makes_no_sense_gives_the_newest_page(client_of, thread, cursor):
    assert titles(client_of(None).get("/forum/", {"page": cursor})) == [thread.title]


def test_who_has_waited_longest_stands_first_when_asked_for(client_of, waiting, bob):
    client, order = client_of(None), [f"T{n:02}" for n in reversed(range(45))]
    order[13:15] = ["T30", "T31"]  # asked at the same time: the one that was made first
    first = client.get("/forum/unanswered/?order=oldest")
    assert (titles(first), step(first, "prev")) == (order[:20], ("", ""))
    assert step(first, "next")[1] == "Newer"
    assert "oldest first." in first.content.decode()
    posting.answer(by=bob, thread=waiting[40], body="Yes.")
    second = follow(client, first, "next")
    assert (titles(second), step(second, "prev")[1]) == (order[20:40], "Older")
    third = follow(client, second, "next")
    assert (titles(third), step(third, "next")) == (order[40:], ("", ""))
    assert titles(follow(client, third, "prev")) == order[20:40]
    assert titles(follow(client, second, "prev")) == [title for title in order[:20] if title != "T40"]


def test_the_order_is_offered_where_there_are_two_and_kept_by_filters(client_of, alice, waiting):
    client = client_of(alice)
    page = client.get("/forum/unanswered/?space=lawful-sharing&order=oldest")
    words = page.content.decode()
    assert 'href="/forum/unanswered/?space=lawful-sharing&amp;order=oldest" aria-current="true">Oldest first' in words
    assert 'href="/forum/?space=lawful-sharing"' in words  # another list has no such order
    assert 'id="list-bar"' not in words  # what is new does not come on this page
    assert "Kind: " not in words  # they are all questions
    latest = client.get("/forum/?order=oldest")
    assert titles(latest)[0] == "T00"
    assert ("Order: " in latest.content.decode(), "Kind: " in latest.content.decode()) == (False, True)
