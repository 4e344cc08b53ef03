"""What a search keeps is forgotten at once when what it shows changes, and never told to who may not see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import wordsearch
from forum.actions import accepting, asking, moderating, posting, reacting, spaces
from forum.actions.editing import edit
from forum.models import Post
from members.actions import update_details
from portal.search import search
from tests.factories import MemberFactory, PostFactory, ThreadFactory

TITLE = "Who tells the lighthouse?"
CANARY = "quillback"


@pytest.fixture
def done(django_capture_on_commit_callbacks):
    """`done(act, …)` → what the act gives, once all that follows its commit is done."""

    def do(act, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return act(**arguments)

    return do


@pytest.fixture
def asked(alice, space, indexed, done):
    thread = done(asking.ask, by=alice, space=space, kind="question", title=TITLE, body="The keeper asks.")
    indexed()
    return thread


def page_of(client, typed: str = "lighthouse") -> str:
    return client.get("/search/", {"q": typed}).content.decode()


def queries_of(client, typed: str) -> list[str]:
    page_of(client, typed)
    with CaptureQueriesContext(connection) as queries:
        page_of(client, typed)
    return [query["sql"] for query in queries]


@pytest.mark.engines
def test_threads_that_were_shown_before_cost_no_query_of_their_own(client_of, bob, asked):
    said = queries_of(client_of(bob), "lighthouse")
    assert not any("forum_post" in sql or "last_activity_at" in sql for sql in said)


@pytest.mark.engines
def test_what_is_shown_of_a_thread_changes_with_it(client_of, asked, alice, bob, morag, space, done):
    client, opening = client_of(bob), asked.posts.get(number=1)
    assert "Waiting for an answer" in page_of(client)
    done(edit, by=alice, post=opening, body="The warden asks.", title="Who warns the lighthouse?")
    assert "The warden asks." in page_of(client)
    assert "Who warns the <mark>lighthouse</mark>?" in page_of(client)
    answer = done(posting.answer, by=bob, thread=asked, body="The pilots of the lighthouse do.")
    assert "Waiting for an answer" not in page_of(client)
    assert "The pilots of the" in page_of(client)
    done(accepting.accept, by=alice, post=answer)
    assert "Answered" in page_of(client)
    done(moderating.remove, by=morag, post=Post.objects.get(pk=answer.pk), why="Wrong")
    assert "The pilots of the" not in page_of(client)
    space.name = "Lights and signals"
    space.save()
    done(spaces.changed, space=space)
    assert "in Lights and signals, " in page_of(client)


@pytest.mark.engines
@pytest.mark.parametrize("first", ["bob", None])
def test_a_name_for_members_is_kept_for_members_alone(first, client_of, request, asked, alice, bob, done):
    done(update_details, by=alice, show_name="members")
    readers = [bob, None] if first else [None, bob]
    shown = {reader: page_of(client_of(reader)) for reader in readers * 2}
    assert alice.display_name in shown[bob]
    assert alice.display_name not in shown[None]
    assert "A member" in shown[None]
    done(update_details, by=alice, show_name="nobody")
    assert alice.display_name not in page_of(client_of(bob))


# --- where nothing was found -----------------------------------------------------------------------


@pytest.mark.engines
def test_what_is_offered_is_looked_up_once_until_a_thread_changes(client_of, asked, alice, bob, charlie, morag, done):
    client = client_of(charlie)
    assert "us_too_count" not in "".join(queries_of(client, "xyzzy"))
    assert TITLE not in page_of(client, "xyzzy")
    answer = done(posting.answer, by=bob, thread=asked, body="The pilots do.")
    done(accepting.accept, by=alice, post=answer)
    assert TITLE in page_of(client, "xyzzy")
    other = done(asking.ask, by=alice, space=asked.space, kind="question", title="Which boat?", body="?")
    done(accepting.accept, by=alice, post=done(posting.answer, by=bob, thread=other, body="The red one."))
    done(reacting.us_too, by=bob, thread=other)
    page = page_of(client, "xyzzy")
    assert page.index("Which boat?") < page.index(TITLE)
    done(moderating.retag, by=morag, thread=other, topics=["harbours"], why="As it is of harbours")
    assert "harbours" in page_of(client, "xyzzy")


@pytest.mark.engines
def test_what_is_offered_in_a_private_group_is_offered_to_nobody_else(cast, client_of, group_space, members_space):
    for room, title in ((group_space, "Kestrelgate"), (members_space, "Bitternwell")):
        thread = ThreadFactory(title=title, space=room, topics=[f"on {title}"])
        thread.accepted_answer = PostFactory(thread=thread)
        thread.save()
    shown = {name: page_of(client_of(cast[name]), "xyzzy") for _ in range(2) for name in (*cast, *reversed(cast))}
    for title, expected in (("Kestrelgate", {"alice", "bob"}), ("Bitternwell", {"alice", "bob", "morag", "cora"})):
        assert {name for name, page in shown.items() if title in page} == expected


# --- who may see it is asked apart -----------------------------------------------------------------


@pytest.mark.engines
def test_what_is_hidden_takes_nobody_elses_place(alice, bob, charlie, group_space, space, indexed, monkeypatch):
    monkeypatch.setattr(wordsearch, "RANKED", 3)
    monkeypatch.setattr(wordsearch, "FEW", 3)
    shown = [ThreadFactory(title=f"{CANARY} {number}", space=space) for number in range(2)]
    people = [MemberFactory(display_name=f"{CANARY} {number}") for number in range(2)]
    for _ in range(8):
        ThreadFactory(title=CANARY, space=group_space)
        MemberFactory(display_name=f"{CANARY} {CANARY}", standing="banned")
    indexed()
    found = search(CANARY, charlie, exact=True)
    assert sorted(found.pks["questions"]) == sorted(thread.pk for thread in shown)
    assert sorted(found.pks["people"]) == sorted(person.pk for person in people)
    assert search(f"{CANARY} 1", charlie).best == [("people", people[1].pk), ("questions", shown[1].pk)]
    assert len(search(CANARY, bob, exact=True).pks["questions"]) >= 3
