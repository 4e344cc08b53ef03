"""Copying last year's event: what comes along, on which day, and what never does."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from events.actions import cloning, voting
from events.forms.admin_mail import CloneForm
from events.models.booking import BookingQuestion
from events.models.vote import Vote
from events.pages.event import EventPage
from members.actions import NotAllowed
from tests.factories import events as made
from tests.horizon import desk as admin

DAY = dt.date(2026, 10, 15)  # a Thursday, in summer time
ON_THE_DAY = dt.datetime(2026, 10, 15, 8, tzinfo=dt.UTC)
ALL = tuple(cloning.PARTS)


@pytest.fixture
def event(db, alice):
    """Last year's: a hall and a library, a talk and a break, a question, a vote, one who booked, a report."""
    starts = timezone.make_aware(dt.datetime.combine(DAY, dt.time(9, 30)))
    found = made.event(
        "Conference 2026", slug="conference-2026", series="annual-conference", starts_at=starts,
        ends_at=starts + dt.timedelta(hours=7), book_opens_at=starts - dt.timedelta(days=60), in_person=120, online=80,
        partners=[("Mardyke Food Bank", "A stall")], outcomes=[("14", "protocols rewritten")],
        joining_note="Come in by the side door.",
    )  # fmt: skip
    talk = made.session(found, "Write it down", room="Hall", speakers=[made.speaker()], capacity=30)
    made.session(found, "Lunch", starts_after=dt.timedelta(hours=3), kind="break")
    made.track(found, "Library")
    BookingQuestion.objects.create(event=found, words="Which system?", kind="text")
    made.booking(found, alice, sessions=[talk])
    return found


def copy(event, cora, parts=ALL, **fields) -> EventPage:
    fields = {"title": "Conference 2027", "starts_on": dt.date(2027, 10, 14)} | fields
    return cloning.clone(event=event, by=cora, parts=parts, **fields)


def test_it_is_a_draft_of_the_same_words_on_the_new_day(event, cora):
    new = copy(event, cora)
    assert (new.live, new.title, new.slug, new.series) == (False, "Conference 2027", "conference-2027", event.series)
    assert new.get_parent() == event.get_parent()
    assert [one.name for one in new.partners.all()] == ["Mardyke Food Bank"]
    assert new.joining_note == "Come in by the side door."
    draft = new.get_latest_revision_as_object()
    assert (draft.title, draft.starts_at) == (new.title, new.starts_at)


def test_all_times_keep_the_clock_and_the_day_of_the_week(event, cora):
    new = copy(event, cora)
    starts = timezone.localtime(new.starts_at)
    assert (starts.date(), starts.time(), starts.weekday()) == (dt.date(2027, 10, 14), dt.time(9, 30), DAY.weekday())
    assert new.ends_at - new.starts_at == event.ends_at - event.starts_at
    assert (event.starts_at - event.book_opens_at) == (new.starts_at - new.book_opens_at)


def test_across_the_change_of_the_clocks_it_still_starts_at_half_past_nine(event, cora):
    new = copy(event, cora, starts_on=dt.date(2027, 1, 14))
    assert timezone.localtime(new.starts_at).time() == dt.time(9, 30)
    assert timezone.localtime(new.sessions.get(title="Lunch").starts_at).time() == dt.time(12, 30)


def test_programme_places_and_questions_come_along(event, cora):
    new = copy(event, cora)
    assert [one.name for one in new.tracks.all()] == ["Hall", "Library"]
    talk = new.sessions.get(title="Write it down")
    assert (talk.track.event_id, talk.capacity, talk.taken) == (new.pk, 30, 0)
    assert [one.name for one in talk.speakers.all()] == ["Edith Marlow"]
    assert {one.mode: (one.capacity, one.confirmed, one.held) for one in new.places.all()} == {
        "in_person": (120, 0, 0),
        "online": (80, 0, 0),
    }
    assert [one.words for one in new.booking_questions.all()] == ["Which system?"]


def test_bookings_report_and_outcomes_stay_with_the_old_one(event, cora):
    new = copy(event, cora)
    assert (new.bookings.count(), new.outcomes.count(), len(new.report), new.online_url) == (0, 0, 0, "")
    assert (event.bookings.count(), EventPage.objects.get(pk=event.pk).outcomes.count()) == (1, 1)


def test_only_what_is_chosen_comes_along(event, cora):
    new = copy(event, cora, parts=("programme",))
    assert (new.sessions.count(), new.places.count(), new.booking_questions.count()) == (2, 0, 0)
    assert new.sessions.get(title="Write it down").speakers.count() == 0
    assert copy(event, cora, parts=()).sessions.count() == 0


def test_votes_come_along_as_drafts_without_votes(event, cora):
    used = voting.make_set(by=cora, name="How we share", questions=[("Do you know the law?", ["Yes", "No"])])
    voting.open_vote(vote=voting.draft(by=cora, event=event, vote_set=used), by=cora)
    (vote,) = copy(event, cora).votes.all()
    assert (vote.vote_set, vote.state, vote.code == event.votes.get().code) == (used, Vote.State.DRAFT, False)


def test_two_copies_have_two_addresses(event, cora):
    assert [copy(event, cora).slug, copy(event, cora).slug] == ["conference-2027", "conference-2027-2"]


def test_a_name_that_is_an_address_of_the_app_gets_another(event, cora):
    assert copy(event, cora, title="Speakers").slug == "event-speakers"


def test_the_same_day_is_refused(event, cora):
    with pytest.raises(cloning.SameDay):
        copy(event, cora, starts_on=DAY)


@pytest.mark.parametrize("who", ["alice", "morag", "charlie"])
def test_only_the_core_team_copies(event, cast, who):
    with pytest.raises(NotAllowed):
        copy(event, cast[who])


@time_machine.travel(ON_THE_DAY)
def test_the_form_offers_the_same_weekday_and_the_new_year(event, cora, client_of):
    admin.set_up()
    client = client_of(cora)
    url = reverse("event_desk:clone", args=[event.pk])
    form = client.get(url).context["form"]
    assert (form.initial["title"], form.initial["starts_on"]) == ("Conference 2027", dt.date(2027, 10, 14))
    answer = client.post(url, {"title": "Conference 2027", "starts_on": "2027-10-14", "parts": ["programme", "places"]})
    new = EventPage.objects.get(slug="conference-2027")
    assert answer.headers["Location"] == reverse("event_desk:desk", args=[new.pk])
    page = client.get(reverse("wagtailadmin_pages:edit", args=[new.pk]))
    assert page.status_code == 200


@time_machine.travel(ON_THE_DAY)
def test_a_past_day_is_refused(event, cora, client_of):
    admin.set_up()
    url = reverse("event_desk:clone", args=[event.pk])
    form = client_of(cora).post(url, {"title": "New", "starts_on": "2025-10-14"}).context["form"]
    assert form.errors == {"starts_on": ["This day is past. Choose today or a later one."]}


def test_the_copy_of_one_long_past_is_offered_for_a_year_to_come(cora):
    then = DAY + dt.timedelta(days=4 * 364 + 1)
    old = made.event("Old", starts_at=timezone.make_aware(dt.datetime.combine(DAY, dt.time(9))))
    with time_machine.travel(then):
        assert CloneForm(event=old).initial["starts_on"] == DAY + dt.timedelta(days=5 * 364)


@time_machine.travel(ON_THE_DAY)
def test_speakers_need_their_sessions(event, cora, client_of):
    admin.set_up()
    url = reverse("event_desk:clone", args=[event.pk])
    form = client_of(cora).post(url, {"title": "New", "starts_on": "2027-10-14", "parts": ["speakers"]}).context["form"]
    assert list(form.errors) == ["parts"]


def test_strangers_do_not_see_the_copy(event, cora, client):
    new = copy(event, cora)
    assert client.get(f"/events/{new.slug}/").status_code == 404
