"""The programme on the core team's desk: sessions are added, changed, moved and deleted."""

import datetime as dt

import pytest
from django.utils import timezone

from events.models.programme import Session, Track
from tests.events.test_admin_desk import at
from tests.factories import events as made


@pytest.fixture
def event(db):
    return made.event(in_person=2, online=5)


class TestProgramme:
    def typed(self, event, **fields) -> dict:
        start = timezone.localtime(event.starts_at)
        return {
            "title": "Write it down", "summary": "", "kind": "workshop", "level": "", "track": "",
            "day": start.date().isoformat(), "starts": f"{start:%H:%M}",
            "ends": f"{start + dt.timedelta(minutes=45):%H:%M}", "capacity": "", **fields,
        }  # fmt: skip

    @pytest.fixture
    def event(self, db):
        day = timezone.localtime() + dt.timedelta(days=30)
        return made.event(starts_at=day.replace(hour=10, minute=0, second=0, microsecond=0))

    def test_a_session_starts_on_the_events_day_and_is_saved(self, core, event):
        form = core.get(at("session-new", event)).context["form"]
        assert form.initial["day"] == timezone.localtime(event.starts_at).date()
        first, second = made.speaker("Edith Marlow"), made.speaker("Jo Tindall")
        core.post(
            at("session-new", event),
            self.typed(event, speaker_1=second.pk, speaker_2=first.pk, chair=first.pk, capacity="12"),
        )
        session = Session.objects.get()
        assert (session.title, session.slug, session.capacity) == ("Write it down", "write-it-down", 12)
        assert [(one.speaker.name, one.chairs) for one in session.speakings.all()] == [
            ("Jo Tindall", False),
            ("Edith Marlow", True),
        ]

    def test_a_clash_of_room_or_speaker_is_said_before_it_is_saved(self, core, event):
        edith = made.speaker("Edith Marlow")
        there = made.session(event, "Ask first", room="Hall", speakers=[edith])
        typed = self.typed(event, track=there.track.pk, speaker_1=edith.pk)
        response = core.post(at("session-new", event), typed)
        assert response.context["form"].warnings == [
            "“Ask first” is in Hall at that time.",
            "Edith Marlow speaks in “Ask first” at that time.",
        ]
        assert Session.objects.count() == 1
        core.post(at("session-new", event), typed | {"anyway": "on"})
        assert Session.objects.count() == 2
        page = core.get(at("programme", event)).content.decode()
        assert "are at the same time, both in Hall." in page
        assert "are at the same time, both with Edith Marlow." in page

    def test_an_end_before_the_start_is_refused(self, core, event):
        response = core.post(at("session-new", event), self.typed(event, ends="09:00"))
        assert response.context["form"].errors["ends"] == ["It has to end after it starts."]

    def test_two_sessions_of_one_title_have_two_addresses(self, core, event):
        made.session(event, starts_after=dt.timedelta(hours=2))
        core.post(at("session-new", event), self.typed(event))
        assert sorted(Session.objects.values_list("slug", flat=True)) == ["write-it-down", "write-it-down-2"]

    def test_a_changed_session_keeps_its_address(self, core, event):
        session = made.session(event)
        core.post(at("session", event, session.pk), self.typed(event, title="Write it all down"))
        session.refresh_from_db()
        assert (session.title, session.slug) == ("Write it all down", "write-it-down")

    def test_fewer_places_than_are_taken_are_refused(self, core, event, alice):
        session = made.session(event, capacity=3)
        made.booking(event, alice, sessions=[session])
        made.booking(event, sessions=[session])
        response = core.post(at("session", event, session.pk), self.typed(event, capacity="1"))
        assert list(response.context["form"].errors) == ["capacity"]
        session.refresh_from_db()
        assert session.capacity == 3

    def test_a_session_people_have_places_in_is_not_deleted(self, core, event, alice):
        session = made.session(event, capacity=3)
        made.booking(event, alice, sessions=[session])
        page = core.post(at("session-delete", event, session.pk)).content.decode()
        assert "It stays in the programme, as it has 1 person in it or in its line." in page
        assert Session.objects.count() == 1

    def test_a_session_is_deleted(self, core, event):
        session = made.session(event)
        core.post(at("session-delete", event, session.pk))
        assert Session.objects.count() == 0

    def test_tracks_are_added_renamed_and_deleted(self, core, event):
        core.post(at("programme", event), {"name": "Hall"})
        core.post(at("programme", event), {"name": "Library"})
        again = core.post(at("programme", event), {"name": "hall"})
        assert again.context["form"].errors["name"] == ["There is a track “hall” already."]
        hall, library = Track.objects.order_by("order")
        session = made.session(event, room="Library")
        core.post(at("track", event, hall.pk), {"name": "Great hall"})
        core.post(at("track", event, library.pk), {"delete": "yes"})
        session.refresh_from_db()
        assert (list(Track.objects.values_list("name", flat=True)), session.track) == (["Great hall"], None)

    def test_a_session_of_another_event_is_404(self, core, event):
        other = made.session(made.event("Another"))
        assert core.get(at("session", event, other.pk)).status_code == 404

    def test_kept_pages_follow(self, core, client, event, django_capture_on_commit_callbacks):
        made.session(event, "Before")
        assert "Before" in client.get(event.url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            core.post(at("session", event, Session.objects.get().pk), self.typed(event, title="After"))
        assert "After" in client.get(event.url).content.decode()
