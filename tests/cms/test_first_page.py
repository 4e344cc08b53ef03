"""The admin's first page begins with what needs the core team now."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.editing import today
from forum.actions import asking
from forum.models import Thread
from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory, events

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)  # a Friday


@pytest.fixture
def home(cora):
    return desk.make_desk()


def ask(by, space, title, *, days):
    thread = asking.ask(by=by, space=space, kind="question", title=title, body="How do others do it?")
    Thread.objects.filter(pk=thread.pk).update(created_at=NOW - dt.timedelta(days=days))
    return thread


def lines(cora):
    return today.panel_for(cora, now=NOW).lines


def test_it_says_nothing_when_nothing_needs_them(home, cora, alice, space):
    ask(alice, space, "Asked only yesterday?", days=1)
    assert lines(cora) == []


def test_questions_without_an_answer_for_over_two_days_are_counted_and_the_oldest_named(home, cora, alice, space):
    ask(alice, space, "May we tell the fire service?", days=3)
    ask(alice, space, "How long do we keep the minutes?", days=5)
    assert lines(cora) == [
        ("2 questions have had no answer for over two days", "/forum/unanswered/",
         "The oldest, of 15 November 2026: “How long do we keep the minutes?”"),
    ]  # fmt: skip


def test_who_waits_comes_first_with_how_many_wait_too_long(home, cora, charlie, council):
    Member.objects.filter(pk=charlie.pk).update(date_joined=NOW - dt.timedelta(days=4))
    ann = MemberFactory(
        display_name="Ann Ash", organisation=council, standing="waiting", date_joined=NOW - dt.timedelta(hours=1)
    )
    nell = MemberFactory(display_name="Nell Oakes", organisation=None, standing="waiting", date_joined=NOW)
    assert lines(cora) == [
        ("3 people wait to be vouched for", "/admin/users/?standing=waiting",
         "1 of them longer than we promise"),
        ("Vouch for Charlie Crane", f"/admin/users/{charlie.pk}/decide/vouch/",
         f"{charlie.organisation}, since 16 November 2026: longer than the working day we promise"),
        ("Vouch for Ann Ash", f"/admin/users/{ann.pk}/decide/vouch/", f"{council}, since 20 November 2026"),
        ("Vouch for Nell Oakes", f"/admin/users/{nell.pk}/decide/vouch/",
         "Not in the directory, since 20 November 2026"),
    ]  # fmt: skip


def test_five_of_those_who_wait_are_named_and_no_more_and_take_no_room_from_the_rest(home, cora, alice, space, council):
    ask(alice, space, "May we tell the fire service?", days=3)
    for number in range(7):
        MemberFactory(display_name=f"Waits {number}", standing="waiting", date_joined=NOW)
    panel = today.panel_for(cora, now=NOW)
    assert [line[0] for line in panel.lines] == [
        "7 people wait to be vouched for", *(f"Vouch for Waits {number}" for number in range(5)),
        "1 question has had no answer for over two days",
    ]  # fmt: skip
    shown = panel.render_html({})
    assert [words in shown for words in ("Waits 4", "1 question has", "And 2 more")] == [True, True, False]
    assert '<a class="button button-small button-secondary" href="/admin/users/vouch-for-many/">' in shown


def test_who_waits_is_said_once(home, client_of, cora, charlie):
    page = client_of(cora).get("/admin/").content.decode()
    assert (page.count(charlie.display_name), page.count("to be vouched for"), page.count(" to vouch for")) == (1, 1, 0)
    assert "vouch-for-many" not in page  # one is decided on by itself


def test_nothing_is_said_of_nobody(home, client_of, cora):
    page = client_of(cora).get("/admin/").content.decode()
    assert "vouched for" not in page


def test_events_of_today_and_full_ones_with_people_waiting_are_named(home, cora, alice):
    hour = dt.timedelta(hours=1)
    one = events.event("Learning lunch", starts_at=NOW + hour, ends_at=NOW + 2 * hour)
    full = events.event("Workshop", starts_at=NOW + 90 * hour, ends_at=NOW + 92 * hour)
    events.event("Next year", starts_at=NOW + 9000 * hour, ends_at=NOW + 9002 * hour)
    events.booking(event=full, member=alice, state="waiting")
    assert lines(cora) == [
        ("Learning lunch", f"/admin/events/{one.pk}/", "On today, Friday 20 November, 1pm to 2pm"),
        ("Workshop", f"/admin/events/{full.pk}/", "1 waits for a place"),
    ]


def test_it_stands_on_top_for_the_core_team_only_and_costs_the_same_for_many(home, client_of, cora, alice, space):
    writer = MemberFactory(role="author")
    for number in range(3):
        ask(alice, space, f"Question {number}?", days=3 + number)
        Thread.objects.update(created_at=timezone.now() - dt.timedelta(days=3))
        with CaptureQueriesContext(connection) as queries:
            today.panel_for(cora)
        assert len(queries) <= 5
    desk.national(owner=cora, review_on=dt.date(2020, 1, 1)).save_revision().publish()
    page = client_of(cora).get("/admin/").content.decode()
    panels = re.findall(r'<section class="w-panel w-panel--dashboard" id="([\w-]+)-section"', page)
    assert panels == ["needs-you", "overdue-reviews"]
    assert "What needs you" not in client_of(writer).get("/admin/").content.decode()
