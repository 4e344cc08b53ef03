"""Calendars and the feed of events: what stands in them, what moves and is cancelled, what is never told."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import PageViewRestriction

from events.calendars import booking_entry
from events.models.booking import Booking
from events.models.calling import CalledOff, ChangeTold
from members.actions import give_calendar_address
from tests.factories import events
from tests.parts.calendars import read

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def calendar(client, url="/events/calendar.ics"):
    cache.clear()
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return read(response.content)


@pytest.fixture
def mine(alice, client_of):
    """Fetches alice's own calendar as a calendar program does: without a session."""
    url = give_calendar_address(by=alice).get_absolute_url()
    return lambda: calendar(client_of(None), url)


class TestForAnybody:
    def test_an_event_stands_at_its_times_in_utc(self, client, event):
        (found,) = calendar(client).events
        assert (found.title, found.start, found.end) == (event.title, event.starts_at, event.ends_at)
        assert found.location == "Thornmere Town Hall, 1 Market Place, Thornmere"
        assert found.url.endswith(f"/events/{event.slug}/")
        assert (found.status, found.busy) == ("CONFIRMED", False)

    def test_one_event_has_a_file_of_its_own_with_the_same_identity(self, client, event, hybrid):
        (only,) = calendar(client, f"/events/{event.pk}/calendar.ics").events
        assert only.uid in {found.uid for found in calendar(client).events}

    def test_what_was_stays_for_a_year(self, client):
        events.event("Last month", starts_in=dt.timedelta(days=-30))
        events.event("Long ago", starts_in=dt.timedelta(days=-400))
        assert calendar(client).titles() == ["Last month"]

    def test_one_that_is_called_off_is_cancelled_and_later_than_before(self, client, event, cora):
        before = calendar(client).events[0]
        CalledOff.objects.create(event=event, why="Snow.", by=cora)
        (after,) = calendar(client).events
        assert (after.uid, after.status) == (before.uid, "CANCELLED")
        assert after.sequence > before.sequence
        assert "Called off: Snow." in after.description

    def test_one_that_moved_is_the_same_later(self, client, event, cora):
        before = calendar(client).events[0]
        ChangeTold.objects.create(event=event, changes=[["Starts", "9am", "10am"]], number=1, by=cora)
        (after,) = calendar(client).events
        assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)

    def test_no_draft_no_private_event_and_no_address_to_join(self, client, client_of, alice, hybrid):
        events.event("Draft", publish=False)
        hidden = events.event("Hidden")
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
        assert calendar(client).titles() == [hybrid.title]
        assert client.get(f"/events/{hidden.pk}/calendar.ics").status_code == 404
        assert calendar(client_of(alice), f"/events/{hidden.pk}/calendar.ics").titles() == ["Hidden"]
        cache.clear()
        assert b"meet.example.org" not in client.get("/events/calendar.ics").content


class TestOnesOwn:
    def test_a_place_is_an_appointment_with_the_sessions_one_chose(self, mine, event, alice):
        workshop = events.session(event, "Write it down", room="Studio", capacity=3)
        made = events.booking(event, alice, sessions=[workshop])
        found = mine()
        # both begin at the same time, so that their order is chance
        assert {(one.title, one.busy) for one in found.events} == {
            (event.title, True), (f"Write it down ({event.title})", True),
        }  # fmt: skip
        assert found.by_title(event.title).uid == str(made.key)
        assert found.by_title("Write it down").location == "Studio, Thornmere Town Hall"

    def test_a_line_is_not_sure(self, mine, event, alice):
        events.booking(event, alice, state=Booking.State.WAITING)
        (found,) = mine().events
        assert (found.title, found.status, found.busy) == (f"{event.title} (waiting for a place)", "TENTATIVE", False)

    def test_what_was_given_up_is_cancelled_and_later(self, mine, event, alice):
        made = events.booking(event, alice)
        before = mine().events[0]
        made.state, made.sequence = Booking.State.WITHDRAWN, made.sequence + 1
        made.save()
        (after,) = mine().events
        assert (after.uid, after.status) == (before.uid, "CANCELLED")
        assert after.sequence > before.sequence

    def test_how_to_join_is_told_to_who_has_a_place_online_alone(self, mine, hybrid, alice, bob):
        events.booking(hybrid, alice, mode="online")
        (found,) = mine().events
        assert "Join online: https://meet.example.org/room-1" in found.description
        assert found.location == "Online"
        inside = booking_entry(events.booking(hybrid, bob))
        waits = booking_entry(events.booking(hybrid, mode="online", state=Booking.State.WAITING))
        assert "meet.example.org" not in inside.description + waits.description

    def test_a_change_people_were_told_of_moves_it(self, mine, event, alice, cora):
        events.booking(event, alice)
        before = mine().events[0]
        ChangeTold.objects.create(event=event, changes=[["Starts", "9am", "10am"]], number=1, by=cora)
        event.starts_at += HOUR
        event.save()
        (after,) = mine().events
        assert (after.uid, after.start) == (before.uid, before.start + HOUR)
        assert after.sequence > before.sequence

    def test_nobody_else_s_is_in_it(self, mine, event, bob):
        events.booking(event, bob)
        assert mine().events == []


class TestTheFeed:
    def test_it_tells_when_and_where_the_newest_first(self, client, event):
        events.event("The second", called_off="Snow")
        hidden = events.event("Hidden")
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
        body = client.get("/events/feed/").content.decode()
        assert body.index("Called off: The second") < body.index(event.title)
        assert "Hidden" not in body
        assert timezone.localtime(event.starts_at).strftime("%A") in body

    def test_it_is_the_same_for_members(self, client_of, alice, event):
        hidden = events.event("Hidden")
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
        assert "Hidden" not in client_of(alice).get("/events/feed/").content.decode()
