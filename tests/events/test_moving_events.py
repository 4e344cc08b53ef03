"""Moving an event: a wrong year is caught before it closes booking, and what people knew stays known."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from events.actions import changes
from events.models.calling import ChangeTold
from events.models.programme import Session
from tests.events.editor import send, wrong
from tests.events.post import deliver
from tests.factories import events

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
YEAR = 365 * DAY


class TestAPastDay:
    def test_is_refused_while_people_are_booked(self, core, event, alice):
        events.booking(event, alice)
        was = event.starts_at
        for action in ("publish", "draft"):
            said = wrong(core, event, action=action, starts_at=was - YEAR, ends_at=event.ends_at - YEAR)
            assert said == {"starts_at": ["This day is past, and 1 person is booked. Look at the year."]}
        event.refresh_from_db()
        assert event.starts_at == was

    def test_as_the_end_is_refused_too(self, core, alice):
        on = events.event(starts_in=-dt.timedelta(hours=2))
        events.booking(on, alice)
        said = wrong(core, on, ends_at=timezone.now() - dt.timedelta(hours=1))
        assert said == {"ends_at": ["It would be over already, and 1 person is booked."]}

    def test_is_nobodys_harm_while_nobody_is_booked(self, core, event):
        assert wrong(core, event, starts_at=event.starts_at - YEAR, ends_at=event.ends_at - YEAR) == {}

    def test_of_an_event_that_was_may_be_mended(self, core, alice):
        over = events.event("Over", starts_in=-3 * DAY)
        events.booking(over, alice)
        assert wrong(core, over, starts_at=over.starts_at - DAY, ends_at=over.ends_at - DAY) == {}

    def test_of_an_event_that_is_on_may_stay(self, core, alice):
        on = events.event(starts_in=-30 * dt.timedelta(hours=1), lasts=3 * DAY)
        events.booking(on, alice)
        assert wrong(core, on) == {}

    def test_that_was_published_all_the_same_can_be_taken_back(self, core, event, alice):
        events.booking(event, alice)
        starts, ends = event.starts_at, event.ends_at
        event.starts_at, event.ends_at = starts - YEAR, ends - YEAR
        event.save_revision().publish()
        assert wrong(core, event, starts_at=starts + DAY, ends_at=ends + DAY) == {}


class TestBooking:
    def test_does_not_close_on_a_past_day(self, core, event, alice):
        said = wrong(core, event, book_closes_at=timezone.now() - YEAR)
        assert said == {"book_closes_at": ["This day is past. To close booking now, choose today."]}

    def test_may_have_closed_long_ago(self, core):
        shut = events.event(book_closes_at=timezone.now().replace(second=0, microsecond=0) - 3 * DAY)
        assert wrong(core, shut) == {}

    def test_closes_before_the_event_is_over(self, core, event):
        said = wrong(core, event, book_closes_at=event.ends_at + DAY)
        assert said == {"book_closes_at": ["Booking has to close before the event is over."]}

    def test_opens_before_it_closes_by_itself(self, core, event):
        said = wrong(core, event, book_opens_at=event.starts_at + dt.timedelta(hours=1))
        assert said == {"book_opens_at": ["Booking would never open: it closes when the event starts."]}


def test_a_change_is_compared_with_what_people_know_not_with_a_wrong_day_nobody_was_told_of(event, alice):
    events.booking(event, alice)
    starts, ends = event.starts_at, event.ends_at
    for days in (-365, 1):
        event.starts_at, event.ends_at = starts + days * DAY, ends + days * DAY
        event.save_revision().publish()
    rows = ChangeTold.objects.get().changes
    assert rows[0][:2] == ["Starts", changes._said(starts, now=timezone.now())]


def test_the_desk_says_of_a_draft_that_would_be_over_that_nobody_hears(core, event, alice):
    events.booking(event, alice)
    event.starts_at, event.ends_at = event.starts_at - YEAR, event.ends_at - YEAR
    event.save_revision()
    page = core.get(reverse("event_desk:changes", args=[event.pk])).content.decode()
    assert "hears of this as soon as" not in page


class TestItsSessions:
    """A programme that stayed on the old day."""

    @pytest.fixture
    def left_behind(self, event, alice):
        talks = [events.session(event, "One"), events.session(event, "Two", starts_after=dt.timedelta(hours=1))]
        events.booking(event, alice, sessions=talks[:1])
        move(event, days=1)
        return talks

    def test_are_a_next_step(self, core, event, left_behind):
        page = core.get(reverse("event_desk:desk", args=[event.pk])).content.decode()
        assert "2 sessions lie outside the event." in page
        Session.objects.filter(pk=left_behind[0].pk).delete()
        page = core.get(reverse("event_desk:desk", args=[event.pk])).content.decode()
        assert "1 session lies outside the event." in page

    def test_are_said_as_soon_as_the_move_is_published(self, core, event):
        events.session(event, "One")
        moved = {"starts_at": event.starts_at + DAY, "ends_at": event.ends_at + DAY}
        text = send(core, event, follow=True, **moved).content.decode()
        assert "1 session lies outside the event. You move them in its programme." in text
        assert f'href="{reverse("event_desk:programme", args=[event.pk])}"' in text
        assert "outside the event" not in send(core, event, follow=True, **was_of(moved)).content.decode()

    def test_move_with_one_press_and_who_chose_one_is_told(self, core, event, left_behind, alice):
        url = reverse("event_desk:programme", args=[event.pk])
        page = core.get(url).content.decode()
        assert ("2 sessions lie outside the event." in page, "Move the programme 1 day later" in page) == (True, True)
        deliver()
        pressed = core.post(reverse("event_desk:programme-move", args=[event.pk]), {"days": "1"})
        assert pressed.headers["Location"] == url
        was = {one.pk: (one.starts_at, one.ends_at) for one in left_behind}
        now = {one.pk: (one.starts_at - DAY, one.ends_at - DAY) for one in Session.objects.all()}
        assert now == was
        assert [(letter.to[0], letter.subject) for letter in deliver()] == [(alice.email, "Moved: One")]
        assert "outside the event" not in core.get(url).content.decode()

    def test_move_once_however_often_it_is_pressed(self, core, event, left_behind):
        for _time in range(2):
            core.post(reverse("event_desk:programme-move", args=[event.pk]), {"days": "1"})
        assert Session.objects.order_by("starts_at").first().starts_at == left_behind[0].starts_at + DAY

    def test_are_only_named_where_no_move_by_whole_days_mends_it(self, core, event):
        events.session(event, "Late", starts_after=dt.timedelta(hours=8))
        page = core.get(reverse("event_desk:programme", args=[event.pk])).content.decode()
        assert ("1 session lies outside the event." in page, "Move the programme" in page) == (True, False)


def was_of(moved: dict) -> dict:
    return {name: at - DAY for name, at in moved.items()}


def move(event, *, days: int) -> None:
    event.starts_at, event.ends_at = event.starts_at + days * DAY, event.ends_at + days * DAY
    event.save_revision().publish()
