"""What people made of an event: asked of who came, once; kept without their name; told only of five or more."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from events import guests
from events.actions import feedback as acts
from events.actions import following_up
from events.models.after import Answered, Asked, Feedback
from events.models.booking import Booking
from events.querysets import feedback as reads
from events.querysets.after import after_of
from tests.factories import events
from tests.factories.events_after import answers, came, mails_waiting, past_event
from tests.parts.crowd import all_at_once


@pytest.fixture
def event(db):
    """An event that ended yesterday."""
    return past_event()


@pytest.fixture
def booking(event, alice):
    return came(event, alice)


def page_of(event):
    return f"/events/{event.pk}/feedback/"


def fill(client, event, **fields):
    return client.post(page_of(event), {"useful": "4"} | fields)


# --- Who is asked, and when ---------------------------------------------------------------------------


def test_who_came_answers_and_is_led_to_the_certificate(client_of, event, booking, alice):
    said = {"learned": "To ask first.", "will_do": "Ask.", "better": "More tea.", "recommend": "yes", "may_quote": "on"}
    response = fill(client_of(alice), event, **said)
    assert response.headers["Location"] == f"/events/bookings/{booking.key}/certificate/"
    row = Feedback.objects.get()
    assert (row.event, row.useful, row.learned, row.will_do, row.better, row.recommend, row.may_quote) == (
        event, 4, "To ask first.", "Ask.", "More tea.", "yes", True,
    )  # fmt: skip


def test_it_opens_when_the_event_is_over(client_of, alice):
    event = events.event(starts_in=-dt.timedelta(hours=1))
    came(event, alice)
    response = fill(client_of(alice), event)
    assert response.context["said"] == "The form opens when the event is over."
    assert Feedback.objects.count() == 0


def test_it_closes_after_a_year(booking):
    with pytest.raises(acts.TooLong):
        acts.give(booking=booking, useful=3, now=booking.event.ends_at + dt.timedelta(days=366))


def test_who_had_a_place_and_did_not_come_is_not_asked(client_of, event, booking, bob):
    absent = events.booking(event, bob)
    with pytest.raises(acts.NotThere):
        acts.give(booking=absent, useful=1)
    assert fill(client_of(bob), event).context["said"] == "The form is for those who came."
    assert after_of(absent, now=timezone.now()) is None


def test_those_online_are_asked_where_nobody_wrote_down_who_joined(alice, bob, cora):
    event = past_event(online=20)
    online = events.booking(event, alice, mode="online")
    assert reads.may_answer(online)
    came(event, bob, mode="online", by=cora)
    assert not reads.may_answer(online)


def test_outsiders_of_the_event_find_nothing(client_of, event, booking, bob):
    assert client_of(bob).get(page_of(event)).status_code == 404
    assert client_of(bob).get("/events/999999/feedback/").status_code == 404


def test_strangers_are_asked_to_sign_in_whether_there_is_such_an_event_or_not(client_of, event):
    assert {client_of(None).get(f"/events/{pk}/feedback/").status_code for pk in (event.pk, 999999)} == {302}


def test_a_guest_answers_by_the_link_to_their_ticket(client_of, event, settings):
    guest = came(event)
    client = client_of(None)
    client.get(guests.ticket_link(guest).removeprefix(settings.SITE_URL))
    assert fill(client, event).status_code == 302
    assert Answered.objects.get().booking == guest


def test_who_came_to_a_private_event_is_still_asked(client_of, event, booking, alice):
    event.live = False
    event.save()
    assert fill(client_of(alice), event).status_code == 302


# --- Once, and without a name -------------------------------------------------------------------------


def test_nobody_answers_twice(client_of, event, booking, alice):
    client = client_of(alice)
    fill(client, event)
    response = fill(client, event, useful="1")
    assert response.context["said"].startswith("You have answered. Thank you.")
    assert [row.useful for row in Feedback.objects.all()] == [4]


@pytest.mark.django_db(transaction=True)
def test_answering_at_once_from_many_tabs_is_answering_once(alice):
    booking = came(past_event(), alice)

    def give():
        try:
            acts.give(booking=booking, useful=4)
        except acts.AlreadyAnswered:
            return "again"
        return "given"

    assert sorted(all_at_once([give] * 6)) == ["again"] * 5 + ["given"]
    assert (Feedback.objects.count(), Answered.objects.count()) == (1, 1)


def test_nothing_joins_an_answer_to_a_person(event, booking):
    acts.give(booking=booking, useful=4)
    fields = {field.name for field in Feedback._meta.get_fields()}
    assert fields == {"id", "event", "useful", "learned", "will_do", "better", "recommend", "may_quote"}
    assert {field.name for field in Answered._meta.get_fields()} == {"id", "booking", "what"}
    assert Feedback.objects.get().pk != Answered.objects.get().pk


def test_answers_stand_in_no_order_of_their_writing(event):
    for number in range(12):
        acts.give(booking=came(event), useful=4, learned=f"{number:02}")
    learned = reads.results_of(event).learned
    assert sorted(learned) == [f"{number:02}" for number in range(12)] != learned


@pytest.mark.parametrize("useful", ["", "0", "6", "x", "-1"])
def test_the_first_question_must_be_answered(client_of, event, booking, alice, useful):
    response = fill(client_of(alice), event, useful=useful, learned="Kept while I think.")
    assert "useful" in response.context["form"].errors
    assert "Kept while I think." in response.content.decode()
    assert Answered.objects.count() == 0


def test_what_is_too_long_is_refused_not_cut(client_of, event, booking, alice):
    response = fill(client_of(alice), event, learned="x" * 601)
    assert response.context["form"].errors == {
        "learned": ["This is 601 characters; 600 is the most. Shorten it a little."]
    }


@pytest.mark.parametrize("words", ["\x00", "a\x00b"])
def test_letters_no_database_takes_are_refused_plainly(client_of, event, booking, alice, words):
    response = fill(client_of(alice), event, learned=words)
    assert response.context["form"].errors == {"learned": ["Take out the character that can’t be shown."]}


# --- What is told -------------------------------------------------------------------------------------


def test_nothing_is_told_of_fewer_than_five(event):
    answers(event, [5, 4, 3, 2], learned="canary")
    assert reads.results_of(event) is None
    assert reads.figures(event) == []


def test_five_answers_are_counted(event):
    answers(event, [5, 5, 4, 3, 1], recommend="yes")
    came(event)
    said = reads.results_of(event)
    assert (said.answered, said.asked, said.mean, said.useful_share) == (5, 6, 3.6, 60)
    assert [(bar.label, bar.count) for bar in said.useful] == [
        ("Very useful", 2), ("Useful", 1), ("Partly useful", 1), ("A little useful", 0), ("Not useful", 1),
    ]  # fmt: skip
    assert [(bar.label, bar.count, bar.share) for bar in said.recommend] == [
        ("Yes", 5, 100),
        ("Perhaps", 0, 0),
        ("No", 0, 0),
    ]


def test_only_who_said_so_is_quoted_and_never_what_to_do_better(event):
    answers(event, [5] * 4, learned="not to be quoted")
    answers(event, [5], learned="quote this", better="canary", may_quote=True)
    assert reads.results_of(event).quotes == ["quote this"]


def test_the_desk_gets_figures_with_their_tables(event):
    answers(event, [5, 5, 4, 3, 1])
    (useful,) = reads.figures(event)
    assert (useful.key, [row.value for row in useful.rows], useful.note) == (
        "useful", [2, 1, 1, 0, 1], "5 of 5 asked have answered. On average 3.6 of 5.",
    )  # fmt: skip


def test_the_answers_of_one_event_are_not_told_at_another(event):
    answers(event, [5] * 5)
    assert reads.results_of(past_event("Another day")) is None


def test_the_report_part_costs_the_same_for_few_and_many(event, django_assert_max_num_queries):
    answers(event, [5] * 8)
    with django_assert_max_num_queries(7):
        assert reads.report_for(event)["came"] == 8


# --- Asked once ---------------------------------------------------------------------------------------


def morning_after(event):
    day = timezone.localdate(event.ends_at) + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def test_it_is_asked_at_nine_the_morning_after(event):
    assert following_up.asked_from(event.ends_at, Asked.What.FEEDBACK) == morning_after(event)


def test_who_came_is_asked_once_by_notice_and_guests_by_mail(event, alice, bob):
    came(event, alice)
    guest = came(event)
    events.booking(event, bob)
    now = morning_after(event)
    assert [following_up.ask(now=at) for at in (now - dt.timedelta(minutes=1), now, now + dt.timedelta(hours=1))] == [
        0,
        2,
        0,
    ]
    assert [(one.kind, one.url) for one in alice.notices.all()] == [
        ("events.feedback_asked", f"/events/{event.pk}/feedback/")
    ]
    assert bob.notices.count() == 0
    assert [(one["to"], one["subject"]) for one in mails_waiting()] == [
        (guest.guest_email, f"What did you make of it? {event.title}")
    ]
    assert Asked.objects.get().count == 2


def test_the_site_being_down_costs_nobody_the_question_and_asks_nobody_twice(event, alice):
    came(event, alice)
    later = morning_after(event) + dt.timedelta(days=9)
    assert [following_up.ask(now=later) for _ in range(3)] == [1, 0, 0]


def test_nobody_is_asked_of_what_is_long_past(event, alice):
    came(event, alice)
    assert following_up.ask(now=event.ends_at + dt.timedelta(days=22)) == 0


@pytest.mark.parametrize("change", [{"live": False}, {}])
def test_an_event_taken_down_or_called_off_asks_nobody(alice, change):
    event = past_event(called_off="" if change else "Snow.")
    came(event, alice)
    for name, value in change.items():
        setattr(event, name, value)
    event.save()
    assert following_up.ask(now=morning_after(event)) == 0


def test_who_has_answered_already_is_not_asked(event, booking, alice):
    acts.give(booking=booking, useful=5)
    assert following_up.ask(now=morning_after(event)) == 0
    assert alice.notices.count() == 0


def test_answering_reads_the_notice(client_of, event, booking, alice):
    following_up.ask(now=morning_after(event))
    fill(client_of(alice), event)
    assert alice.notices.unread().count() == 0


def test_the_notice_is_seen_only_until_they_answer(event, booking, alice):
    from notifications import kinds

    following_up.ask(now=morning_after(event))
    notice = alice.notices.get()
    kind = kinds.get(notice.kind)
    kinds.prefetch([notice])
    assert kind.can_still_see(alice, notice)
    assert kind.mail(notice).subject == f"What did you make of it? {event.title}"
    assert "What did you make of" in kind.sentence(notice)
    acts.give(booking=booking, useful=5)
    again = alice.notices.get()
    assert not kind.can_still_see(alice, again)
    assert kind.mail(again) is None


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_ask_once(alice):
    event = past_event()
    came(event, alice)
    now = morning_after(event)
    assert sorted(all_at_once([lambda: following_up.ask(now=now)] * 4)) == [0, 0, 0, 1]
    assert alice.notices.count() == 1


# --- On the ticket ------------------------------------------------------------------------------------


def test_the_ticket_offers_the_form_then_the_certificate(booking):
    now = timezone.now()
    first = after_of(booking, now=now)
    assert (first.may_answer, first.follow_up, first.certificate) == (True, False, False)
    acts.give(booking=booking, useful=5)
    then = after_of(booking, now=now)
    assert (then.may_answer, then.follow_up, then.certificate) == (False, False, True)
    assert after_of(booking, now=booking.event.starts_at) is None


def test_a_withdrawn_booking_of_who_never_came_offers_nothing(event, bob):
    gone = events.booking(event, bob, state=Booking.State.WITHDRAWN)
    with time_machine.travel(timezone.now()):
        assert after_of(gone, now=timezone.now()) is None
