"""A name that its owner hides is told to nobody by the search: by no result and no excerpt."""

from importlib import import_module

import pytest
from django.apps import apps as django_apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from forum.actions import accepting, posting, spaces
from forum.actions.asking import ask
from forum.similar import similar_questions
from members import actions
from members.models import Member
from portal.search import search
from tests.factories import MemberFactory
from tests.portal.test_search_leaks import CANARY

TITLE = "May the food bank be told who was visited?"


@pytest.fixture
def shy(council):
    """Shows their name to everyone, to begin with."""
    return MemberFactory(display_name=f"Sam {CANARY}", handle=f"sam-{CANARY}", organisation=council)


@pytest.fixture
def naming(shy, alice, bob, space):
    """A public question whose opening, answer and comment mention them."""
    return _naming(shy, alice, bob, space)


def _naming(shy, alice, bob, space):
    thread = ask(by=alice, space=space, kind="question", title=TITLE, body=f"I asked @{shy.handle} on Monday.")
    answer = posting.answer(by=bob, thread=thread, body=f"Yes, if @{shy.handle} wrote it down. Keep a note of it.")
    posting.comment(by=alice, on=answer, body=f"@{shy.handle} did.")
    accepting.accept(by=alice, post=answer)
    outbox.drain()
    return thread


def finders(cast: dict, *queries: str) -> list[str]:
    """Who of the cast finds the thread by any of these words."""
    return sorted(
        name for name, one in cast.items() if any(search(query, one, exact=True).pks["questions"] for query in queries)
    )


NAMES = (CANARY, f"Sam {CANARY}", f"sam-{CANARY}", f"@sam-{CANARY}")


@pytest.mark.engines
def test_a_hidden_name_finds_nothing_and_is_found_again_when_it_is_shown(cast, shy, naming):
    assert finders(cast, *NAMES) == sorted(cast)
    actions.update_details(by=shy, show_name="members")
    outbox.drain()
    assert finders(cast, *NAMES) == []
    assert finders(cast, "Monday") == sorted(cast)
    actions.update_details(by=shy, show_name="everyone")
    outbox.drain()
    assert finders(cast, *NAMES) == sorted(cast)


def test_a_name_that_was_hidden_before_it_was_written_is_hidden_too(cast, shy, alice, bob, space):
    actions.update_details(by=shy, show_name="members")
    _naming(shy, alice, bob, space)
    assert finders(cast, *NAMES) == []
    assert finders(cast, "Monday") == sorted(cast)


def test_where_only_members_read_they_find_the_name_that_others_do_not_see(cast, shy, alice, bob, members_space):
    actions.update_details(by=shy, show_name="members")
    _naming(shy, alice, bob, members_space)
    assert finders(cast, *NAMES) == ["alice", "bob", "cora", "morag"]


@pytest.mark.engines
def test_a_space_that_is_opened_to_all_is_searched_as_it_is_read(cast, shy, alice, bob, members_space):
    actions.update_details(by=shy, show_name="members")
    _naming(shy, alice, bob, members_space)
    members_space.visibility = "public"
    members_space.save()
    spaces.changed(members_space)
    outbox.drain()
    assert finders(cast, *NAMES) == []
    assert finders(cast, "Monday") == sorted(cast)


def test_who_is_shut_out_is_found_by_no_mention_any_more(cast, shy, cora, naming):
    actions.ban(by=cora, member=shy, why="Sold addresses.")
    outbox.drain()
    assert finders(cast, *NAMES) == []


def test_an_old_handle_is_hidden_with_its_owner(cast, shy, naming):
    actions.change_handle(by=shy, handle="somebody-else")
    outbox.drain()
    assert finders(cast, *NAMES) == sorted(cast)
    actions.update_details(by=shy, show_name="members")
    outbox.drain()
    assert finders(cast, *NAMES) == []


def test_who_named_themself_is_hidden_too(cast, shy, space):
    ask(by=shy, space=space, kind="discussion", title=TITLE, body=f"Ask @{shy.handle}, that is me, on Monday.")
    outbox.drain()
    assert finders(cast, CANARY) == sorted(cast)
    actions.update_details(by=shy, show_name="members")
    outbox.drain()
    assert finders(cast, *NAMES) == []
    assert finders(cast, "Monday") == sorted(cast)


def test_other_details_leave_the_index_alone(shy, naming):
    actions.update_details(by=shy, job_title="Keeper of keys", bio="I keep them.")
    assert outbox.drain() == 0


def test_what_the_index_knows_from_before_is_written_anew(cast, shy, naming):
    Member.objects.filter(pk=shy.pk).update(show_name="members")
    assert finders(cast, *NAMES) == sorted(cast)
    import_module("forum.migrations.0007_index_mentions_anew").look_again(django_apps, None)
    outbox.drain()
    assert finders(cast, *NAMES) == []


def test_excerpts_say_a_member(client, client_of, charlie, bob, shy, naming):
    actions.update_details(by=shy, show_name="members")
    for word in ("Monday", "wrote"):  # before the index knows, too
        for one in (client, client_of(charlie)):
            page = one.get("/search/", {"q": word}).content.decode()
            assert TITLE in page
            assert "@a member" in page
            assert CANARY not in page
    assert CANARY in client_of(bob).get("/search/", {"q": "Monday"}).content.decode()


def test_questions_like_yours_quote_nobody_who_is_gone(shy, bob, naming):
    [match] = similar_questions(TITLE, member=bob)
    assert CANARY in match.excerpt
    Member.objects.filter(pk=shy.pk).update(standing="left", is_active=False)
    [match] = similar_questions(TITLE, member=bob)
    assert match.excerpt == "Yes, if @a member wrote it down. Keep a note of it."


def test_a_mention_costs_the_search_one_query(shy, naming, alice, space, client, forget):
    ask(by=alice, space=space, kind="question", title="Nobody in it, on a Tuesday", body="Nobody.")
    outbox.drain()
    client.get("/search/", {"q": "Tuesday"})
    costs = []
    for word in ("Tuesday", "Monday"):
        forget()
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/", {"q": word})
        costs.append(len(asked))
    assert costs[1] == costs[0] + 1
