"""A session that moves: who chose it is told once, keeps every place, and chooses where two are at once."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core import outbox
from events.actions import booking as acts
from events.actions import programme, sessions
from events.models.audience import AudienceQuestion
from events.models.booking import SessionBooking
from events.models.calling import ChangeTold
from events.models.programme import Session
from events.querysets import session_desk
from notifications.models import Notice
from notifications.rows import rows_of
from tests.events.post import deliver
from tests.factories import events, events_live, events_materials

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
STARTS = timezone.make_aware(dt.datetime(2031, 6, 19, 9, 30))
OVER = STARTS.replace(year=2021) + HOUR


@pytest.fixture
def event(db):
    return events.event("Day", starts_at=STARTS)


@pytest.fixture
def talk(event):
    return events.session(event, "Write it down", room="Hall", capacity=5)


@pytest.fixture
def later(event):
    return events.session(event, "Say it aloud", starts_after=HOUR)


def move(session, by, **fields) -> Session:
    return programme.save_session(event=session.event, session=session, by=by, **fields).session


def to_ten_thirty(session, by) -> Session:
    return move(session, by, starts_at=STARTS + HOUR, ends_at=STARTS + 2 * HOUR)


class TestTold:
    def test_who_chose_it_hears_once_what_was_and_what_is(self, event, talk, alice, bob, cora):
        events.booking(event, alice, sessions=[talk])
        guest = events.booking(event, sessions=[talk])
        events.booking(event, bob)  # who did not choose it hears nothing
        move(talk, cora, starts_at=STARTS + HOUR, ends_at=STARTS + 2 * HOUR, track=events.track(event, "Library"))
        letters = deliver()
        assert sorted(letter.to[0] for letter in letters) == sorted([alice.email, guest.guest_email])
        for letter in letters:
            assert letter.subject == "Moved: Write it down"
            assert "Starts: was 9:30am on Thursday 19 June 2031, is now 10:30am on Thursday 19 June 2031" in letter.body
            assert "Ends: was 10:15am on Thursday 19 June 2031, is now 11:30am on" in letter.body
            assert "Room: was Hall, is now Library" in letter.body
        (row,) = rows_of(alice, list(Notice.objects.for_inbox(alice)))
        assert row.html == "Moved at Day: <strong>Write it down</strong>."
        assert row.why_text == "You chose the session."
        told = ChangeTold.objects.get()
        assert (told.number, told.session, told.by) == (1, talk, cora)

    def test_who_waits_for_it_hears_too(self, event, alice, bob, cora):
        full = events.session(event, capacity=1)
        events.booking(event, alice, sessions=[full])
        events.booking(event, bob, sessions=[full])
        to_ten_thirty(full, cora)
        assert sorted(letter.to[0] for letter in deliver()) == sorted([alice.email, bob.email])

    def test_saved_again_without_another_time_tells_nobody(self, event, talk, alice, cora):
        events.booking(event, alice, sessions=[talk])
        move(talk, cora, title="Write it all down", summary="Other words", starts_at=talk.starts_at)
        to_ten_thirty(talk, cora)
        to_ten_thirty(talk, cora)
        assert ChangeTold.objects.count() == 1

    def test_two_moves_are_one_notice_and_each_is_mailed_once(self, event, talk, alice, cora):
        events.booking(event, alice, sessions=[talk])
        to_ten_thirty(talk, cora)
        first = deliver()
        move(talk, cora, track=events.track(event, "Library"))
        second = deliver()
        assert ["10:30am" in letter.body for letter in (*first, *second)] == [True, False]
        assert "Room: was Hall, is now Library" in second[0].body
        (notice,) = Notice.objects.for_inbox(alice)
        assert notice.count == 2

    def test_nobody_hears_of_what_is_over_or_called_off_or_was_chosen_later(self, alice, cora):
        over = events.event("Over", slug="over", starts_in=dt.timedelta(days=-3))
        off = events.event("Off", slug="off", called_off="Snow")
        for one in (over, off):
            session = events.session(one)
            events.booking(one, alice, sessions=[session])
            move(session, cora, ends_at=session.ends_at + HOUR)
        assert ChangeTold.objects.count() == 0

    def test_who_left_it_before_the_worker_came_hears_nothing(self, event, talk, alice, cora):
        booking = events.booking(event, alice, sessions=[talk])
        to_ten_thirty(talk, cora)
        sessions.leave_session(booking=booking, session=talk, by=alice)
        assert deliver() == []

    def test_the_whole_event_hears_nothing_of_it(self, event, talk, alice, bob, cora, client_of):
        """Nor does the ticket of who did not choose it."""
        mine, other = events.booking(event, alice, sessions=[talk]), events.booking(event, bob)
        to_ten_thirty(talk, cora)
        outbox.drain()
        pages = [client_of(one.member).get(f"/events/bookings/{one.key}/").content.decode() for one in (mine, other)]
        assert ["“Write it down”: Starts: was 9:30am" in html for html in pages] == [True, False]

    def test_the_ticket_reads_the_notice(self, event, talk, alice, cora, client_of):
        events.booking(event, alice, sessions=[talk])
        to_ten_thirty(talk, cora)
        outbox.drain()
        (notice,) = Notice.objects.for_inbox(alice)
        client_of(alice).get(notice.url)
        assert not Notice.objects.unread().exists()

    def test_moving_costs_the_same_whoever_chose_it(self, event, talk, cora, django_assert_max_num_queries):
        for _ in range(5):
            events.booking(event, sessions=[talk])
        to_ten_thirty(talk, cora)
        with django_assert_max_num_queries(40):
            outbox.drain()


class TestClash:
    @pytest.fixture
    def both(self, event, talk, later, alice, cora):
        """alice has both, and they are at the same time now."""
        booking = events.booking(event, alice, sessions=[talk, later])
        to_ten_thirty(talk, cora)
        return booking

    def test_both_places_stay_and_the_mail_says_so(self, both):
        assert both.sessions.count() == 2
        (letter,) = deliver()
        assert "It is now at the same time as “Say it aloud”, which you chose too." in letter.body
        assert "You keep your places in both. Choose on your ticket which you want to go to." in letter.body
        (row,) = rows_of(both.member, list(Notice.objects.for_inbox(both.member)))
        assert row.html.endswith("You are in two at the same time: choose one.")

    @pytest.mark.parametrize("page", ["/events/bookings/{key}/", "/events/bookings/{key}/sessions/", "{event}?mine=1"])
    def test_one_s_own_agenda_shows_it_and_one_click_chooses(self, both, talk, page, client_of):
        client = client_of(both.member)
        path = page.format(key=both.key, event=f"/events/{both.event.slug}/")
        html = client.get(path).content.decode()
        assert html.count("Two at the same time") == 2 if "bookings" in page else 1
        assert "Keep “Write it down”, leave “Say it aloud”" in html
        other = both.sessions.exclude(session=talk).get().session
        response = client.post(f"/events/{both.event_id}/places/{other.pk}/leave/", {"back": path})
        assert response.headers["Location"] == path
        assert [one.session for one in both.sessions.all()] == [talk]
        assert "Two at the same time" not in client.get(path).content.decode()

    @pytest.mark.parametrize("page", ["/events/bookings/{key}/", "/events/bookings/{key}/sessions/"])
    def test_who_is_only_in_line_for_the_other_reads_so_before_they_give_a_place_up(
        self, page, event, talk, later, alice, cora, client_of
    ):
        full = events.session(event, "Full", capacity=1, starts_after=3 * HOUR)
        events.booking(event, sessions=[full])
        booking = events.booking(event, alice, sessions=[talk, full])
        move(full, cora, starts_at=STARTS, ends_at=STARTS + HOUR)
        html = client_of(alice).get(page.format(key=booking.key)).content.decode()
        assert "Stay in line for “Full”, leave “Write it down”" in html
        assert "Keep “Write it down”, leave “Full”" in html
        assert "Keep “Full”" not in html


class TestTakenOut:
    """One with room for all: nobody has a place in it to lose, but some counted on it."""

    def test_who_chose_it_hears_once(self, event, later, alice, bob, cora, client_of):
        booking = events.booking(event, alice, sessions=[later])
        guest = events.booking(event, sessions=[later])
        events.booking(event, bob)
        programme.delete_session(session=later, by=cora)
        letters = deliver()
        assert sorted(letter.to[0] for letter in letters) == sorted([alice.email, guest.guest_email])
        for letter in letters:
            assert letter.subject == "No longer in the programme: Say it aloud"
            assert (
                "“Say it aloud”, which you chose for your day at “Day”, is no longer in the programme." in letter.body
            )
        (notice,) = Notice.objects.for_inbox(alice)
        (row,) = rows_of(alice, [notice])
        assert row.html == "<strong>Say it aloud</strong>, which you chose, is no longer in the programme"
        assert row.why_text == "You chose the session."
        assert client_of(alice).get(notice.url).headers["Location"] == f"/events/bookings/{booking.key}/"

    def test_who_no_longer_comes_hears_nothing(self, event, later, alice, cora):
        booking = events.booking(event, alice, sessions=[later])
        programme.delete_session(session=later, by=cora)
        acts.give_up(booking=booking, by=alice)
        assert "No longer in the programme: Say it aloud" not in [letter.subject for letter in deliver()]

    def test_nobody_hears_of_what_is_over(self, alice, cora):
        over = events.event("Over", slug="over", starts_in=dt.timedelta(days=-3))
        session = events.session(over)
        events.booking(over, alice, sessions=[session])
        programme.delete_session(session=session, by=cora)
        assert deliver() == []

    def test_the_desk_says_so_first(self, event, later, alice, core, edit_address):
        events.booking(event, alice, sessions=[later])
        html = core.get(f"{edit_address(later)}delete/").content.decode()
        assert "from the day of 1 person who chose it. Each is told at once." in html


class TestAtTheDesk:
    def typed(self, session, **fields) -> dict:
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "title": session.title, "kind": session.kind, "track": session.track_id or "", "day": f"{start:%Y-%m-%d}",
            "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}", "capacity": session.capacity or "", **fields,
        }  # fmt: skip

    def test_how_many_would_be_at_two_at_once_is_said_before_and_after(
        self, event, talk, later, alice, core, edit_address
    ):
        events.booking(event, alice, sessions=[talk, later])
        events.booking(event, sessions=[talk, later])
        events.booking(event, sessions=[talk])
        path = edit_address(talk)
        assert "3 people chose this session." in core.get(path).content.decode()
        moved = self.typed(talk, starts="10:30", ends="11:30")
        response = core.post(path, moved)
        assert response.context["form"].warnings == [
            (
                "2 people who chose it are at another session then: 2 people with “Say it aloud”. "
                "They keep both, and we ask them to choose."
            )
        ]
        talk.refresh_from_db()
        assert talk.starts_at == STARTS
        html = core.post(path, moved | {"anyway": "on"}, follow=True).content.decode()
        assert "3 people who chose it are told." in html
        assert "At another session then, and asked to choose: 2 people with “Say it aloud”." in html
        assert "2 people chose both, and are asked to choose." in html
        # saved again as it is, nobody is asked about what is so already
        assert core.post(path, moved).status_code == 302

    def test_it_says_that_people_are_told_only_if_they_are(self, event, talk, alice, core, edit_address):
        """Not of what was over and still is, while the event goes on."""
        events.booking(event, alice, sessions=[talk])
        type(event).objects.filter(pk=event.pk).update(
            starts_at=timezone.now() - 72 * HOUR, ends_at=timezone.now() + 9 * HOUR
        )
        Session.objects.filter(pk=talk.pk).update(starts_at=STARTS.replace(year=2021), ends_at=OVER)
        talk.refresh_from_db()
        typed = self.typed(talk, starts="09:00", anyway="on")
        html = core.post(edit_address(talk), typed, follow=True).content.decode()
        assert "“Write it down” is in the programme." in html
        assert "who chose it" not in html
        assert not ChangeTold.objects.exists()

    def test_two_sessions_of_one_title_are_two(self, event, talk):
        for slug in ("lab", "lab-2"):
            events.booking(event, sessions=[talk, events.session(event, "Lab", slug=slug, starts_after=HOUR)])
        _people, pairs = session_desk.doubled_by(talk, starts_at=STARTS, ends_at=STARTS + 3 * HOUR)
        assert pairs == ["1 person with “Lab”", "1 person with “Lab”"]

    @pytest.mark.parametrize("what", ["place", "vote", "question", "file"])
    def test_what_hangs_on_a_session_keeps_it_and_the_page_says_what(
        self, what, event, talk, alice, cora, core, edit_address, settings, tmp_path
    ):
        settings.MEDIA_ROOT = tmp_path
        made = {
            "place": lambda: events.booking(event, alice, sessions=[talk]),
            "vote": lambda: events_live.vote(event, session=talk),
            "question": lambda: AudienceQuestion.objects.create(session=talk, words="Who decides?", mark="c"),
            "file": lambda: events_materials.material(event, cora, talk),
        }
        said = {
            "place": "1 person in it or in its line", "vote": "1 vote",
            "question": "1 question from the audience", "file": "1 file",
        }[what]  # fmt: skip
        made[what]()
        path = f"{edit_address(talk)}delete/"
        assert said in core.get(path).content.decode()
        assert f"It stays in the programme, as it has {said}." in core.post(path).content.decode()
        with pytest.raises(programme.InUse):
            programme.delete_session(session=talk, by=cora)
        assert Session.objects.count() == 1

    def test_one_taken_out_leaves_the_numbers_of_its_changes(self, event, later, alice, cora):
        """Or calendars would be sent a lower one next."""
        events.booking(event, alice, sessions=[later])
        to = later.starts_at + HOUR
        move(later, cora, starts_at=to, ends_at=to + HOUR)
        programme.delete_session(session=later, by=cora)
        assert list(ChangeTold.objects.values_list("number", "session", "changes")) == [(1, None, [])]
        assert not SessionBooking.objects.exists()


@pytest.fixture
def edit_address():
    return lambda session: reverse("event_desk:session", args=[session.event_id, session.pk])
