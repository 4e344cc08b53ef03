"""Three months on: whether people used it; and what is done because of an event."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from events.actions import feedback as acts
from events.actions import following_up
from events.models.after import FollowUp, ReportAction
from events.querysets import feedback as reads
from events.querysets.after import after_of
from members.actions import NotAllowed, leave
from tests.factories.events_after import came, mails_waiting, past_event
from tests.horizon import desk as admin

DAY = dt.timedelta(days=1)


@pytest.fixture
def event(db):
    """An event that ended 95 days ago."""
    return past_event(ended=95 * DAY)


@pytest.fixture
def booking(event, alice):
    return came(event, alice)


def fill(client, event, **fields):
    return client.post(f"/events/{event.pk}/follow-up/", {"used": "yes"} | fields)


def say(event, *used, **said):
    for one in used:
        acts.follow_up(booking=came(event), used=one, **said)


def test_who_came_says_whether_they_used_it(client_of, event, booking, alice):
    response = fill(client_of(alice), event, used="partly", words="We wrote it down.", may_tell="on")
    assert response.headers["Location"] == f"/events/bookings/{booking.key}/"
    row = FollowUp.objects.get()
    assert (row.used, row.words, row.may_tell, row.booking) == ("partly", "We wrote it down.", True, None)


def test_who_said_it_is_kept_only_when_they_may_be_asked_more(client_of, event, booking, alice):
    fill(client_of(alice), event, may_tell="on", may_ask="on")
    assert FollowUp.objects.get().booking == booking
    assert reads.may_be_asked(event) == [booking]


def test_the_desk_names_who_may_be_asked_more_without_what_they_said(client_of, event, booking, alice, cora):
    admin.set_up()
    guest = came(event, guest_name="Gale Guest", guest_email="gale@visitors.example.org")
    acts.follow_up(booking=guest, used="no", words="canary", may_tell=True, may_ask=True)
    fill(client_of(alice), event, words="canary", may_tell="on", may_ask="on")
    acts.follow_up(booking=came(event, guest_name="Silent Sid"), used="yes", may_tell=True)
    html = client_of(cora).get(reverse("event_desk:figures", args=[event.pk])).content.decode()
    said = ("Whom you may ask more", "Alice Amory", f"mailto:{alice.email}", "Gale Guest",
            "mailto:gale@visitors.example.org", "Silent Sid", "canary")  # fmt: skip
    assert [words in html for words in said] == [True] * 5 + [False] * 2


def test_who_left_is_not_to_be_asked_any_more(event, booking, alice):
    acts.follow_up(booking=booking, used="yes", may_tell=True, may_ask=True)
    leave(member=alice)
    assert reads.may_be_asked(event) == []


def test_asking_more_goes_with_telling_others(client_of, event, booking, alice):
    response = fill(client_of(alice), event, may_ask="on")
    assert list(response.context["form"].errors) == ["may_tell"]
    assert FollowUp.objects.count() == 0


def test_it_is_too_early_before_three_months(client_of, alice):
    event = past_event(ended=80 * DAY)
    booking = came(event, alice)
    assert fill(client_of(alice), event).context["said"] == "The form opens three months after the event."
    assert after_of(booking, now=timezone.now()).follow_up is False


def test_each_says_it_once(client_of, event, booking, alice):
    client = client_of(alice)
    fill(client, event)
    assert fill(client, event, used="no").context["answered"] is True
    assert [row.used for row in FollowUp.objects.all()] == ["yes"]


def test_feedback_and_follow_up_are_answered_apart(booking):
    acts.follow_up(booking=booking, used="yes")
    acts.give(booking=booking, useful=5)
    assert reads.answered_by_many([booking]) == {booking.pk: {"feedback", "follow_up"}}


def test_nothing_is_told_of_fewer_than_five(event):
    say(event, "yes", "yes", "no", "partly", words="canary", may_tell=True)
    assert reads.used_of(event) is None


def test_five_are_counted_and_only_what_may_be_told_is(event):
    say(event, "yes", "yes", "partly", "no", words="canary")
    say(event, "yes", words="We tell others.", may_tell=True)
    used = reads.used_of(event)
    assert (used.answered, used.used_count, used.told) == (5, 4, ["We tell others."])
    assert [(bar.label, bar.count) for bar in used.used] == [("Yes", 3), ("Partly", 1), ("Not yet", 1)]
    assert [row.value for row in reads.figures(event)[0].rows] == [3, 1, 1]


# --- Asked once ---------------------------------------------------------------------------------------


def test_it_is_asked_once_ninety_days_after(alice):
    event = past_event(ended=3 * DAY)
    came(event, alice)
    guest = came(event)
    due = following_up.asked_from(event.ends_at, "follow_up")
    assert timezone.localdate(due) == timezone.localdate(event.ends_at + 91 * DAY)
    told = [following_up.ask(now=at) for at in (due - dt.timedelta(minutes=1), due, due + DAY)]
    assert told == [0, 2, 0]
    assert [one.kind for one in alice.notices.all()] == ["events.follow_up_asked"]
    assert [(one["to"], one["subject"]) for one in mails_waiting()] == [
        (guest.guest_email, f"Did you use it? {event.title}")
    ]


def test_over_four_hundred_days_each_question_comes_once(alice, time_machine):
    time_machine.move_to(dt.datetime(2026, 6, 2, 16, 30, tzinfo=dt.UTC))
    event = past_event(ended=dt.timedelta(hours=1))
    came(event, alice)
    told = [day for day in range(400) if following_up.ask(now=event.ends_at + dt.timedelta(days=day, hours=14))]
    assert told == [1, 91]
    assert alice.notices.count() == 2


def test_the_site_down_for_a_month_still_asks_once(event, booking):
    assert [following_up.ask(now=event.ends_at + 125 * DAY) for _ in range(2)] == [1, 0]


def test_nobody_is_asked_half_a_year_later(event, booking):
    assert following_up.ask(now=event.ends_at + 151 * DAY) == 0


def test_answering_reads_the_notice(client_of, event, booking, alice):
    following_up.ask(now=timezone.now())
    assert alice.notices.unread().count() == 1
    fill(client_of(alice), event)
    assert alice.notices.unread().count() == 0


# --- What is done because of it -----------------------------------------------------------------------


def actions(event):
    return [(one.what, one.who, one.is_done()) for one in reads.actions_of(event)]


def test_the_core_team_adds_ticks_and_takes_away(client_of, event, cora):
    client, page = client_of(cora), f"/events/{event.pk}/actions/"
    client.post(page, {"what": "Write the leaflet", "who": "Framework Office", "due_on": "2027-03-31"})
    (row,) = reads.actions_of(event)
    assert (row.due_on, actions(event)) == (dt.date(2027, 3, 31), [("Write the leaflet", "Framework Office", False)])
    states = []
    for verb in ("done", "not_done"):
        client.post(f"{page}{row.pk}/", {"verb": verb})
        states.append(actions(event)[0][2])
    assert states == [True, False]
    client.post(f"{page}{row.pk}/", {"verb": "drop"})
    assert actions(event) == []


def test_the_first_who_ticks_it_off_stands(event, cora):
    row = following_up.promise(event=event, by=cora, what="Write it", who="We")
    first = timezone.now() - DAY
    following_up.done(action=row, by=cora, now=first)
    following_up.done(action=row, by=cora)
    row.refresh_from_db()
    assert (row.done_at, row.done_by) == (first, cora)


@pytest.mark.parametrize("handle", ["alice", "charlie", "morag"])
def test_others_keep_their_hands_off(cast, client_of, event, cora, handle):
    row = following_up.promise(event=event, by=cora, what="Write it", who="We")
    member, page = cast[handle], f"/events/{event.pk}/actions/"
    for act in (following_up.done, following_up.not_done, following_up.drop):
        with pytest.raises(NotAllowed):
            act(action=row, by=member)
    with pytest.raises(NotAllowed):
        following_up.promise(event=event, by=member, what="x", who="y")
    assert client_of(member).get(page).status_code == 403
    assert client_of(member).post(f"{page}{row.pk}/", {"verb": "drop"}).status_code == 403
    assert ReportAction.objects.count() == 1


def test_an_action_of_another_event_is_not_here(client_of, event, cora):
    row = following_up.promise(event=past_event("Another"), by=cora, what="Write it", who="We")
    assert client_of(cora).post(f"/events/{event.pk}/actions/{row.pk}/", {"verb": "drop"}).status_code == 404


def test_a_day_nobody_can_read_is_asked_for_again(client_of, event, cora):
    form = {"what": "Write it", "who": "We", "due_on": "soon"}
    response = client_of(cora).post(f"/events/{event.pk}/actions/", form)
    assert response.context["form"].errors == {"due_on": ["Write a day, such as 2027-03-31."]}
