"""The demo's events: believable, whole, and with figures that are true."""

from collections import Counter
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from core import filetypes
from events.models.after import Certificate, Feedback, FollowUp, ReportAction
from events.models.audience import AudienceQuestion
from events.models.booking import Booking, BookingAnswer, BookingQuestion, Needs, SessionBooking
from events.models.checkin import CheckIn
from events.models.material import Material, MaterialAsk, SessionStory
from events.models.places import Places
from events.models.programme import Session, Speaker
from events.models.vote import Vote
from events.pages.event import EventPage
from events.pages.scenario import ScenarioPage
from events.querysets.desk import access_leads
from events.querysets.feedback import may_be_asked
from members.models import Member, Organisation
from portal.demo import files
from portal.demo.bookings import _moments
from portal.demo.events import booking_times, day_of
from tests.parts.sentences import sentences_in

COMING, LAST, FIRST = "conference-the-courage-to-share", "conference-everyone-at-the-table", "annual-conference-2016"
FULL, TODAY, LAST_WEEK = "four-page-protocol-workshop", "lunch-what-do-i-write-down", "hannahs-problem-workshop"
FILES = ("events", "sessions", "speakers", "materials", "votes", "audience", "feedback", "scenarios")

# What names something else, or is chosen from a list, and so is spelled alike wherever it stands.
NAMES = {"thread", "map_query", "options", "speakers", "tracks", "topics"}


def content(name: str) -> dict:
    return files.toml(f"events/{name}.toml")


def event(slug: str) -> EventPage:
    return EventPage.objects.get(slug=slug)


def everything() -> dict[str, int]:
    """How much there is of what the demo's events are made of."""
    models = (
        EventPage,
        Session,
        Speaker,
        Booking,
        SessionBooking,
        CheckIn,
        Feedback,
        Certificate,
        ScenarioPage,
        Vote,
        AudienceQuestion,
    )
    return {model.__name__: model.objects.count() for model in models}


# --- The words ------------------------------------------------------------------------------------------


def test_no_sentence_stands_twice():
    counts = Counter(one for name in FILES for one in sentences_in(content(name), but=NAMES))
    assert [one for one, count in counts.items() if count > 1] == []


def test_everyone_who_speaks_is_one_of_the_speakers_and_every_speaker_speaks():
    speaks = {name for row in content("sessions")["session"] for name in [*row["speakers"], row["chair"]] if name}
    assert speaks == {row["slug"] for row in content("speakers")["speaker"]}


def test_whoever_still_speaks_can_be_asked_for_slides():
    speakers = {row["slug"]: row for row in content("speakers")["speaker"]}
    coming = {name for row in content("sessions")["session"] if row["event"] == COMING for name in row["speakers"]}
    assert [name for name in coming if not (speakers[name]["member"] or speakers[name].get("email"))] == []
    addresses = [row["email"] for row in speakers.values() if "email" in row]
    assert addresses
    assert all(one.endswith(".example.org") for one in addresses)


def test_nobody_invented_speaks_for_a_real_body():
    bodies = {row["slug"]: row["name"] for row in files.toml("invented_organisations.toml")["organisation"]}
    people = {row["handle"]: row for row in files.toml("members.toml")["member"]}
    for row in content("speakers")["speaker"]:
        if row["member"]:
            assert people[row["member"]]["organisation"] == row["organisation"]
        elif row["organisation"]:
            assert row["organisation"] in bodies
        else:  # a real body's speaker has no name
            assert row["name"].startswith(("The ", "A ")), row["name"]


def test_nobody_speaks_in_two_rooms_at_once():
    parts = [row for row in content("sessions")["session"] if row["kind"] != "break"]
    for person in {name for row in parts for name in row["speakers"]}:
        for day in {row["event"] for row in parts}:
            mine = sorted(
                (row["starts"], row["ends"]) for row in parts if row["event"] == day and person in row["speakers"]
            )
            assert all(before[1] <= after[0] for before, after in pairwise(mine)), (person, day)


def test_those_who_were_not_yet_members_came_as_guests():
    joined = {row["handle"]: row["joined_days_ago"] for row in files.toml("members.toml")["member"]}
    days = {row["slug"]: row.get("days", 0) for row in content("events")["event"]}
    for row in content("bookings")["booking"]:
        if "member" in row:
            assert joined[row["member"]] > -days[row["event"]], row


# --- What is loaded -------------------------------------------------------------------------------------


def test_there_are_fifteen_events_with_programmes(demo):
    assert EventPage.objects.live().count() == 15
    assert [one.slug for one in EventPage.objects.all() if not one.sessions.exists()] == []
    for one in EventPage.objects.exclude(slug=FIRST):
        one.full_clean()


def test_the_conference_of_2016_is_a_closed_record(demo):
    first = event(FIRST)
    assert timezone.localdate(first.starts_at).isoformat() == "2016-09-21"
    assert not first.places.exists()
    assert not first.bookings.exists()
    assert first.is_over(now=timezone.now())


def test_there_is_one_today_and_none_falls_on_a_weekend_but_that(demo):
    assert timezone.localdate(event(TODAY).starts_at) == timezone.localdate()
    others = EventPage.objects.exclude(slug=TODAY)
    assert [one.slug for one in others if timezone.localdate(one.starts_at).weekday() > 4] == []


def test_every_session_falls_within_its_event(demo):
    outside = Session.objects.exclude(starts_at__gte=F("event__starts_at"), ends_at__lte=F("event__ends_at"))
    assert not outside.exists()


def test_booking_is_open_for_the_coming_conference(demo):
    coming, now = event(COMING), timezone.now()
    assert coming.book_opens_at < now < coming.book_closes_at


def test_no_room_and_no_mode_is_fuller_than_it_may_be(demo):
    assert not Session.objects.filter(taken__gt=F("capacity")).exists()
    assert not Places.objects.filter(confirmed__gt=F("capacity")).exists()
    away = SessionBooking.objects.filter(booking__mode="online", session__streamed=False)
    assert not away.exclude(booking__event__slug=LAST).exists()


def test_places_are_counted_as_they_are_booked(demo):
    for places in Places.objects.select_related("event"):
        taken = places.event.bookings.filter(mode=places.mode, state="confirmed").count()
        assert (places.event.slug, places.mode, places.confirmed) == (places.event.slug, places.mode, taken)
        assert places.held == 0


def test_rooms_are_counted_as_they_are_booked(demo):
    for session in Session.objects.exclude(capacity=None):
        booked = SessionBooking.objects.filter(session=session, state="confirmed").count()
        assert (session.slug, session.taken) == (session.slug, booked)


def test_nobody_waits_while_there_is_room(demo):
    waiting = Booking.objects.filter(state="waiting")
    assert {one.event.slug for one in waiting} == {FULL}
    assert waiting.count() == 6
    assert [places.left for places in event(FULL).places.all()] == [0]
    for session in Session.objects.filter(booked__state="waiting").distinct():
        assert session.left == 0


def test_a_member_stands_third_in_the_line_of_both(demo):
    priya = Member.objects.get(handle="priya-nair")
    line = list(event(FULL).bookings.filter(state="waiting").order_by("queue_number"))
    assert line[2].member == priya
    session = Session.objects.get(slug="saying-no-well")
    inline = list(session.booked.filter(state="waiting").order_by("pk"))
    assert inline[2].booking.member == priya


def test_nobody_is_in_two_rooms_at_once(demo):
    for booking in event(COMING).bookings.prefetch_related("sessions__session"):
        mine = [one.session for one in booking.sessions.all() if one.state == "confirmed"]
        assert not [one for one in mine for other in mine if one != other and one.overlaps(other)]


def test_people_booked_after_booking_opened_and_before_now(demo):
    for row in content("events")["event"]:
        if row["slug"] != FIRST:
            one = event(row["slug"])
            moments = _moments(row, one, 5)
            opens, _ = booking_times(row)
            assert moments == sorted(moments) or opens > timezone.now()
            found = one.bookings.filter(made_at__gte=opens, made_at__lte=min(timezone.now(), one.starts_at))
            assert found.count() == one.bookings.count()
            assert day_of(row) == timezone.localdate(one.starts_at)


def test_only_past_events_were_come_to(demo):
    now = timezone.now()
    assert not CheckIn.objects.filter(booking__event__ends_at__gt=now).exists()
    assert CheckIn.objects.filter(booking__event__slug=LAST_WEEK).count() == 21


def test_what_people_need_is_kept_no_longer_than_it_may_be(demo):
    slugs = set(Needs.objects.values_list("booking__event__slug", flat=True))
    assert COMING in slugs
    assert not slugs & {LAST, "follow-the-data-workshop"}
    assert event(LAST).needs_erased.exists()


def test_people_answered_with_what_the_form_offers(demo):
    offered = {
        question.pk: {"Yes", "No"} if question.kind == BookingQuestion.Kind.YES_NO else set(question.options)
        for question in BookingQuestion.objects.exclude(kind=BookingQuestion.Kind.TEXT)
    }
    answered = BookingAnswer.objects.filter(question__in=offered).values_list("question", "answer")
    assert len(answered) > 100
    assert [answer for question, answer in answered if answer not in offered[question]] == []


def test_somebody_reads_what_people_need(demo):
    assert [lead.handle for lead in access_leads()] == ["desmond-ruck"]


def test_the_one_called_off_says_why_and_nobody_has_a_place(demo):
    off = EventPage.objects.exclude(called_off=None).get()
    assert off.called_off.why
    assert not off.bookings.filter(state__in=Booking.ACTIVE).exists()


def test_past_events_have_a_report_and_answers(demo):
    for slug in (LAST, LAST_WEEK, "follow-the-data-workshop"):
        one = event(slug)
        assert one.report
        assert one.outcomes.exists()
        assert one.feedback.exists()
        came = CheckIn.objects.filter(booking__event=one).count()
        assert one.feedback.count() == len({*one.bookings.filter(answered__what="feedback")}) < came
    assert FollowUp.objects.filter(event__slug="follow-the-data-workshop").exists()
    assert {action.is_done() for action in ReportAction.objects.all()} == {True, False}


def test_a_member_has_certificates_and_has_not_yet_said_whether_she_used_it(demo):
    mine = Booking.objects.filter(member__handle="priya-nair", event__slug="follow-the-data-workshop").get()
    assert mine.certificate.hours
    assert not mine.answered.filter(what="follow_up").exists()


def test_every_vote_is_counted_as_it_was_cast(demo):
    for vote in Vote.objects.all():
        assert vote.ballots.count() == (sum(one.count for one in vote.tallies.all()) if vote.state == "open" else 0)
        assert bool(vote.secret) == (vote.state != "closed")
        assert (vote.state == "draft") == (not vote.tallies.exists())
    assert set(Vote.objects.values_list("state", flat=True)) == {"draft", "open", "closed"}


def test_the_same_was_asked_in_four_years_and_the_law_came_last_each_time(demo):
    sure = {}
    for vote in Vote.objects.filter(vote_set__name="How sure are we?", state="closed"):
        for question in vote.vote_set.questions.all():
            counts = [one.count for one in vote.tallies.filter(option__question=question).order_by("option__order")]
            sure[vote.event.starts_at.year, question.key] = sum(counts[:2]) / sum(counts)
    years = sorted({year for year, _ in sure})
    assert len(years) == 4
    for year in years:
        assert min(["self", "partners", "law"], key=lambda of: sure[year, f"sure-of-{of}"]) == "law"
    assert all(sure[before, "sure-of-law"] < sure[after, "sure-of-law"] for before, after in pairwise(years))


def test_no_more_voted_than_came(demo):
    for vote in Vote.objects.exclude(state="draft").exclude(event__places=None):
        there = vote.event.bookings.filter(state="confirmed")
        if vote.state == "closed" and vote.event.is_over(now=timezone.now()):
            there = there.filter(checkins__isnull=False, checkins__undone_at=None)
        for question in vote.vote_set.questions.all():
            cast = [*vote.tallies.filter(option__question=question), *vote.paper.filter(option__question=question)]
            assert sum(one.count for one in cast) <= there.distinct().count()


def test_what_the_audience_asks_comes_in_all_states_and_is_counted(demo):
    found = AudienceQuestion.objects.prefetch_related("wanted_by")
    assert {one.state for one in found} == set(AudienceQuestion.State)
    assert [one.words for one in found if len(one.wanted_by.all()) != one.votes] == []
    assert all((one.state == "grouped") == (one.into is not None) for one in found)
    assert all(one.session.takes_questions for one in found)


def test_slides_are_real_files(demo):
    found = Material.objects.select_related("newest", "copy", "session__event")
    assert found.count() == len(content("materials")["deck"]) == 26
    for one in found:
        with one.newest.file.open("rb") as file:
            filetypes.check(file, one.newest.extension)
            assert file.size == one.newest.size
        if one.copy:
            with one.copy.file.open("rb") as file:
                filetypes.check(file, one.copy.extension)
    assert {one.audience for one in found} == set(Material.Audience)
    assert {one.licence for one in found} == set(Material.Licence)


def test_talks_of_the_first_conference_became_stories_and_lead_there(demo, client):
    joined = SessionStory.objects.select_related("session__event", "page")
    assert joined.count() == 3
    for one in joined:
        assert f'">{one.page.title}</a>' in client.get(one.session.get_absolute_url()).content.decode()


def test_some_who_used_what_they_learned_may_be_asked_more(demo):
    asked = [may_be_asked(event) for event in EventPage.objects.all()]
    assert any(asked)


def test_some_slides_of_the_coming_conference_are_out_and_some_are_awaited(demo):
    coming, now = Material.objects.filter(event__slug=COMING), timezone.now()
    assert {one.is_out(now=now) for one in coming} == {True, False}
    assert MaterialAsk.objects.exists()
    assert not MaterialAsk.objects.filter(session__materials__isnull=False).exists()


def test_scenarios_can_be_played(demo):
    assert ScenarioPage.objects.live().count() == 2
    for one in ScenarioPage.objects.all():
        one.full_clean()
        teams = {team.name for team in one.teams.all()} | {"everyone"}
        assert {card.to for card in one.injects.all()} <= teams
        assert all(card.minute < one.minutes for card in one.injects.all())


def test_hosts_are_invented(demo):
    real = Organisation.objects.filter(invented=False)
    assert not EventPage.objects.filter(host__in=real).exists()


def test_loading_twice_changes_nothing(demo):
    before = everything()
    call_command("load_demo", verbosity=0)
    assert everything() == before


@pytest.mark.parametrize(
    "slug", ["", FIRST + "/", COMING + "/", LAST + "/", "scenarios/", "scenarios/hannahs-problem/"]
)
def test_its_pages_stand(slug, demo, client):
    assert client.get(f"/events/{slug}").status_code == 200
