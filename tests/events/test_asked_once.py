"""What the page of an event and a ticket show all alike is read and rendered once, and each reader has their own."""

import datetime as dt
import pickle

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.actions import calling_off, calling_on, checkin, following_up, programme, sessions
from events.actions import feedback as feedback_acts
from events.models.after import ReportAction
from events.models.booking import Booking, BookingQuestion, NeedsErased
from events.querysets.feedback import report_for
from tests.events.soup import one, page, words
from tests.factories import MemberFactory, events
from tests.factories.events_after import answers, came, past_event

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
START = dt.datetime(2027, 6, 3, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
WHY = "The hall is flooded, and no other is free."


@pytest.fixture
def day(sam):
    """Two talks at once, with room for few, after a welcome for all."""
    event = events.event("The day", starts_at=START, lasts=3 * HOUR, in_person=20)
    events.session(event, "Welcome", lasts=HOUR / 2)
    speaker = events.speaker("Sam Sedge", member=sam)
    for room in ("Hall", "Annex"):
        title = f"Talk in the {room}"
        events.session(event, title, room=room, starts_after=HOUR, lasts=HOUR, capacity=9, speakers=[speaker])
    return event


def queries(client, path) -> list[str]:
    """What a second look asks the database."""
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        client.get(path)
    return [query["sql"][:120] for query in made.captured_queries]


def cards(tree) -> dict[str, str]:
    """What each part of the programme says, by its title."""
    return {one(card, ".session-card__title"): words(card) for card in tree.select(".session-card")}


# --- The page -----------------------------------------------------------------------------------------


def test_a_warm_page_takes_few_queries(client_of, day, alice, dora):
    events.booking(day, dora, sessions=[day.sessions.get(title="Talk in the Hall")])
    with time_machine.travel(START - HOUR):
        assert len(seen := queries(client_of(alice), "/events/the-day/")) <= 8, seen
        assert len(seen := queries(client_of(dora), "/events/the-day/")) <= 8, seen


def test_only_who_has_a_place_chooses_whoever_read_it_before(client_of, day, alice, dora, anyone):
    hall = day.sessions.get(title="Talk in the Hall")
    events.booking(day, dora, sessions=[hall])
    with time_machine.travel(START - HOUR):
        for _time in range(2):
            for reader in (alice, dora, anyone):
                client = client_of(reader)
                tree = page(client, "/events/the-day/")
                said, forms = cards(tree), tree.select(".programme form")
                if reader is dora:
                    assert "You are booked" in said[hall.title]
                    assert len(forms) == 2
                    tokens = {form.select_one("[name=csrfmiddlewaretoken]")["value"] for form in forms}
                    assert len(tokens) == 1
                    assert "Take a place" in said["Talk in the Annex"]
                else:
                    assert (forms, "booked" in said[hall.title]) == ([], False)
                    assert "8 places left" in said[hall.title]


def test_once_it_is_over_only_the_reader_s_own_sessions_are_marked(client_of, day, alice, dora):
    hall = day.sessions.get(title="Talk in the Hall")
    events.booking(day, dora, sessions=[hall])
    events.booking(day, alice)
    with time_machine.travel(START + 5 * HOUR):
        for reader, own in ((dora, [f"session-{hall.pk}"]), (alice, []), (dora, [f"session-{hall.pk}"])):
            tree = page(client_of(reader), "/events/the-day/")
            assert [card["id"] for card in tree.select(".session-card--mine")] == own


def test_the_programme_tells_the_time_of_its_reader(client_of, day, alice):
    client, said = client_of(alice), {}
    for minutes in (-60, 10, 70, 300):
        with time_machine.travel(START + dt.timedelta(minutes=minutes), tick=False):
            tree = page(client, "/events/the-day/")
            said[minutes] = [one(row, "time") for row in tree.select(".programme-row--on")]
            assert len(tree.select(".session-card--over")) == {-60: 0, 10: 0, 70: 1, 300: 3}[minutes]
    assert said == {-60: [], 10: ["10:00"], 70: ["11:00"], 300: []}


def test_a_place_that_is_taken_is_gone_for_the_next_reader(client_of, day, alice, dora, acts):
    hall = day.sessions.get(title="Talk in the Hall")
    booking = events.booking(day, dora)
    with time_machine.travel(START - HOUR):
        assert "9 places left" in cards(page(client_of(alice), "/events/the-day/"))[hall.title]
        with acts():
            sessions.join_session(booking=booking, session=hall, by=dora)
        assert "8 places left" in cards(page(client_of(alice), "/events/the-day/"))[hall.title]


def test_what_is_taken_out_of_the_programme_is_gone(client_of, day, alice, cora, acts):
    with time_machine.travel(START - HOUR):
        assert "Welcome" in cards(page(client_of(alice), "/events/the-day/"))
        with acts():
            programme.delete_session(session=day.sessions.get(title="Welcome"), by=cora)
        assert "Welcome" not in cards(page(client_of(alice), "/events/the-day/"))


def test_what_is_called_off_and_on_again_is_said_at_once(client_of, day, alice, cora, acts):
    with time_machine.travel(START - 20 * HOUR):
        for act, says in ((calling_off.call_off, True), (calling_on.call_on, False)):
            page(client_of(alice), "/events/the-day/")
            with acts():
                act(event=day, why=WHY, by=cora)
            tree = page(client_of(alice), "/events/the-day/")
            assert (WHY in words(tree.select_one("main")), "does not take place" in words(tree)) == (says, says)


# --- The report ---------------------------------------------------------------------------------------


@pytest.fixture
def over(db):
    """An event that ended yesterday, of which five have said what they made."""
    event = past_event()
    answers(event, [5] * 5, learned="Known to us alone", better="More tea")
    return event


def came_of_it(client_of, member) -> str:
    return one(page(client_of(member), "/events/sharing-for-the-first-time/"), ".event-report")


def test_a_warm_report_takes_few_queries(client_of, over, alice):
    assert len(seen := queries(client_of(alice), "/events/sharing-for-the-first-time/")) <= 6, seen


def test_what_is_said_of_it_and_done_because_of_it_is_told_at_once(client_of, over, alice, cora, acts):
    booking = came(over)
    assert "6 people came" in came_of_it(client_of, alice)
    assert "5 of 6 asked" in came_of_it(client_of, alice)
    with acts():
        feedback_acts.give(booking=booking, useful=1)
    assert "6 of 6 asked" in came_of_it(client_of, alice)
    with acts():
        action = following_up.promise(event=over, by=cora, what="Write to the trusts", who="The core team")
    assert "Write to the trustsThe core team To do" in came_of_it(client_of, alice)
    with acts():
        following_up.done(action=action, by=cora)
    assert "Write to the trustsThe core team Done" in came_of_it(client_of, alice)


def test_who_comes_by_joining_online_is_counted_as_soon_as_it_is_said(client_of, alice, cora, acts):
    event = past_event(online=20)
    answers(event, [5] * 5)
    events.booking(event, alice, mode="online")
    assert "5 of 6 asked" in came_of_it(client_of, alice)
    with acts():
        checkin.let_joining_count(event=event, counts=True, by=cora)
    assert "5 of 5 asked" in came_of_it(client_of, alice)


def test_only_the_core_team_ticks_whoever_read_it_before(client_of, over, alice, cora, acts):
    following_up.promise(event=over, by=cora, what="Write to the trusts", who="The core team")
    for reader, may in ((cora, True), (alice, False), (cora, True)):
        assert ("It is done" in came_of_it(client_of, reader)) is may


def test_words_nobody_may_quote_are_not_kept(over, client_of, alice):
    assert "Known to us alone" not in came_of_it(client_of, alice)
    said = report_for(over)["feedback"]
    assert (said.quotes, said.learned, said.will_do, said.better) == ([], [], [], [])


# --- The ticket ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-50, 1.2, 10])
def test_a_warm_ticket_takes_ten_queries_at_most(client_of, day, dora, hours):
    booking = events.booking(day, dora, sessions=[day.sessions.get(title="Talk in the Hall")])
    NeedsErased.objects.create(event=day, count=3)
    question = BookingQuestion.objects.create(event=day, words="What do you hope for?")
    booking.answers.create(question=question, answer="Courage")
    with time_machine.travel(START + hours * HOUR):
        assert len(seen := queries(client_of(dora), f"/events/bookings/{booking.key}/")) <= 10, seen


def test_each_ticket_shows_its_own(client_of, day, dora, alice):
    hall, annex = (day.sessions.get(title=f"Talk in the {room}") for room in ("Hall", "Annex"))
    mine, theirs = events.booking(day, dora, sessions=[hall]), events.booking(day, alice, sessions=[annex])
    with time_machine.travel(START - HOUR):
        shown = [page(client_of(who), f"/events/bookings/{own.key}/") for who, own in ((dora, mine), (alice, theirs))]
        assert [one(tree, ".day-list__title a") for tree in shown] == [hall.title, annex.title]
        assert len({str(tree.select_one(".ticket-code__picture path:last-child")["d"]) for tree in shown}) == 2
        assert client_of(alice).get(f"/events/bookings/{mine.key}/").status_code == 404


def test_the_page_knows_a_booking_that_was_made_for_an_address(client_of, day, council):
    events.booking(day, guest_email="Early@Example.org")
    early = MemberFactory(email="early@example.org", organisation=council)
    waiting = MemberFactory(email="late@example.org", organisation=council, standing="waiting")
    events.booking(day, guest_email="late@example.org")
    with time_machine.travel(START - HOUR):
        assert "Your ticket" in one(page(client_of(early), "/events/the-day/"), ".booking-box")
        assert "Your ticket" not in one(page(client_of(waiting), "/events/the-day/"), ".booking-box")
    assert Booking.objects.filter(member=None).count() == 2


def test_what_is_kept_of_a_report_holds_no_words_of_a_draft(db):
    event = past_event("The day before")
    ReportAction.objects.create(event=event, what="Write it up", who="The core team")
    draft = type(event).objects.get(pk=event.pk)
    draft.about = [("text", "<p>kvxdraft</p>")]
    report = report_for(draft)
    assert [one.what for one in report["actions"]] == ["Write it up"]
    assert b"kvxdraft" not in pickle.dumps(report)
