"""The demo's conferences and workshops have what was promised of them, number by number."""

import datetime as dt
import re
from collections import Counter

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone
from pypdf import PdfReader

from events.models.programme import Session
from events.models.vote import Vote
from events.pages.event import EventPage
from events.querysets.lists import lines_for, standing
from events.querysets.mine import places_at
from events.querysets.votes import history_of
from events.standing import event_status
from portal.demo import files
from portal.demo.event_materials import LATER
from portal.demo.events import booking_times

COMING, FIRST = "conference-the-courage-to-share", "annual-conference-2016"
FULL, TODAY = "four-page-protocol-workshop", "lunch-what-do-i-write-down"


def event(slug: str) -> EventPage:
    return EventPage.objects.get(slug=slug)


def test_the_coming_conference_has_three_tracks_twelve_sessions_and_120_bookings(demo):
    coming = event(COMING)
    assert coming.tracks.count() == 3
    assert coming.sessions.exclude(kind="break").count() == 12
    assert coming.bookings.count() == 120
    states = Counter(coming.bookings.values_list("state", flat=True))
    assert states == {"confirmed": 117, "withdrawn": 3}
    modes = Counter(coming.bookings.filter(state="confirmed").values_list("mode", flat=True))
    assert modes == {"in_person": 85, "online": 32}


def test_members_guests_and_colleagues_booked_for_the_coming_conference(demo):
    found = event(COMING).bookings.all()
    assert found.exclude(member=None).count() == 64
    assert found.filter(member=None, booked_by=None, organisation=None).exclude(organisation_name="").count() == 32
    colleagues = found.filter(member=None).exclude(booked_by=None)
    assert colleagues.filter(organisation=F("booked_by__organisation")).count() == 24
    asked = {(one.booking, one.by, one.email) for one in event(COMING).asked_for.select_related("booking", "by")}
    assert asked == {(one, one.booked_by, one.guest_email) for one in colleagues}


def test_no_guest_has_an_address_that_could_be_real_or_stands_twice(demo):
    guests = [row for row in files.toml("events/bookings.toml")["booking"] if "guest" in row]
    assert [row for row in guests if not row["guest"]["email"].endswith(".example.org")] == []
    assert max(Counter((row["event"], row["guest"]["email"]) for row in guests).values()) == 1


def test_one_session_of_the_coming_conference_is_full_with_a_queue(demo):
    full = Session.objects.get(slug="hospital-to-home")
    assert (full.event.slug, full.left) == (COMING, 0)
    assert full.booked.filter(state="waiting").count() == 6


def test_there_are_six_workshops_in_all_states_and_two_lunches_besides_the_one_today(demo):
    now = timezone.now()
    workshops = EventPage.objects.filter(kind="workshop")
    assert {one.slug: event_status(one, places_at(one), now=now) for one in workshops} == {
        FULL: "open",
        "name-the-law-workshop": "open",
        "notices-people-read-workshop": "not_yet",
        "contracts-before-you-sign": "off",
        "hannahs-problem-workshop": "over",
        "follow-the-data-workshop": "over",
    }
    assert event("name-the-law-workshop").places.count() == 2
    assert EventPage.objects.filter(kind="learning_lunch").exclude(slug=TODAY).count() == 2


@pytest.mark.parametrize(
    "words",
    [
        r"Called off",
        r"On now",
        r"Booking opens .+",
        r"Booking has closed",
        r"Full, with a waiting list",
        r"\d+ places left in the room, \d+ online",
    ],
)
def test_the_list_shows_each_way_that_an_event_can_stand(words, demo):
    noon = timezone.localtime().replace(hour=12, minute=30)
    coming = [line for line in lines_for(AnonymousUser()) if not line.is_over(noon)]
    assert [line for line in coming if re.fullmatch(words, standing(line, now=noon)[1])]


@pytest.mark.parametrize("day", range(7))
def test_on_every_day_of_the_week_booking_has_closed_for_one_that_is_to_come(day):
    """The demo's days move away from weekends; what has closed must not open again by that."""
    with time_machine.travel(dt.datetime(2026, 11, 23 + day, 0, 5, tzinfo=dt.UTC), tick=False):
        coming = [row for row in files.toml("events/events.toml")["event"] if "on" not in row and row["days"] > 0]
        closed = [row["slug"] for row in coming if (booking_times(row)[1] or timezone.now()) < timezone.now()]
    assert closed == ["lunch-consent-is-the-wrong-question"]


def test_a_vote_of_the_coming_conference_has_results_and_can_be_compared(demo, client):
    vote = Vote.objects.get(event__slug=COMING, state="closed")
    assert vote.session is None
    assert vote.closed_at < timezone.now() < vote.event.starts_at
    question = vote.vote_set.questions.get()
    assert question.words == "What stops you most often when you want to share?"
    phone, paper = ([one.count for one in some.order_by("option__order")] for some in (vote.tallies, vote.paper))
    assert (phone, paper) == ([24, 19, 11, 7], [3, 4, 1, 1])
    assert len(history_of(question.key, AnonymousUser()).rounds) == 2
    assert client.get(f"/events/vote/{vote.code}/").status_code == 200
    link = f"/events/votes/{question.key}/"
    assert f'href="{link}"' in client.get(vote.event.url).content.decode()
    assert question.words in client.get(link).content.decode()


def test_every_talk_of_2016_has_slides_that_say_they_were_made_later(demo, client):
    first = event(FIRST)
    assert first.sessions.count() == 8
    assert Counter(first.materials.values_list("kind", flat=True)) == {"slides": 6, "handout": 2}
    talks = first.sessions.filter(kind="talk")
    assert [one.slug for one in talks if not one.materials.filter(kind="slides").exists()] == []
    for one in first.materials.select_related("newest"):
        assert one.audience == "public"
        assert one.is_out(now=timezone.now())
        with one.newest.file.open("rb") as file:
            assert LATER in PdfReader(file).pages[0].extract_text().replace("\n", " ")
    assert first.title in client.get(f"/events/{first.pk}/slides/").content.decode()
