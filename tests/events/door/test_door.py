"""At the door: who has a place, who is here; taps that come twice, late, or from two phones."""

import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone

from events.actions import booking as booking_acts
from events.actions import checkin as acts
from events.models.booking import Booking, Needs
from events.models.checkin import CheckIn, DoorAct
from events.pages.event import EventPage
from events.querysets import attendance
from tests.factories import MemberFactory, events
from tests.parts.crowd import all_at_once
from tests.parts.door import address, milliseconds, send, standing, tap

What, Outcome = DoorAct.What, DoorAct.Outcome
MINUTE = dt.timedelta(minutes=1)


# --- One tap ------------------------------------------------------------------------------------------


def test_a_tap_checks_somebody_in_and_says_who_did(booking, cora):
    assert tap(booking, What.IN, cora) == Outcome.DONE
    row = CheckIn.objects.get()
    assert (row.booking, row.by, row.undone_at) == (booking, cora, None)
    assert list(attendance.came(booking.event)) == [booking]


def test_the_same_key_again_is_the_same_tap(booking, cora):
    key = uuid.uuid4()
    assert [tap(booking, What.IN, cora, key=key) for _ in range(3)] == [Outcome.DONE] * 3
    assert (CheckIn.objects.count(), DoorAct.objects.count()) == (1, 1)


def test_two_phones_check_somebody_in_once(booking, cora):
    assert [tap(booking, What.IN, cora) for _ in range(2)] == [Outcome.DONE, Outcome.NOTHING]
    assert CheckIn.objects.count() == 1


def test_undoing_keeps_what_was_as_history(booking, cora):
    tap(booking, What.IN, cora)
    assert tap(booking, What.OUT, cora) == Outcome.DONE
    row = CheckIn.objects.get()
    assert (row.undone_by, row.stands(), standing(booking)) == (cora, False, 0)
    assert list(attendance.came(booking.event)) == []


def test_undone_and_done_again_both_stay_on_record(booking, cora):
    for what in (What.IN, What.OUT, What.IN):
        tap(booking, what, cora)
    assert [row.stands() for row in CheckIn.objects.order_by("pk")] == [False, True]


def test_undoing_what_was_not_done_is_nothing(booking, cora):
    assert tap(booking, What.OUT, cora) == Outcome.NOTHING
    assert CheckIn.objects.count() == 0


def test_a_replay_after_an_undo_checks_nobody_in_again(booking, cora):
    key = uuid.uuid4()
    tap(booking, What.IN, cora, key=key)
    tap(booking, What.OUT, cora)
    assert tap(booking, What.IN, cora, key=key) == Outcome.DONE  # what came of it then
    assert standing(booking) == 0


def test_a_second_phones_tap_from_before_the_undo_comes_too_late(booking, cora):
    now = timezone.now()
    tap(booking, What.IN, cora, at=now - 9 * MINUTE, now=now - 9 * MINUTE)
    tap(booking, What.OUT, cora, at=now - 5 * MINUTE, now=now - 5 * MINUTE)
    assert tap(booking, What.IN, cora, at=now - 8 * MINUTE, now=now) == Outcome.TOO_LATE
    assert standing(booking) == 0
    assert tap(booking, What.IN, cora, at=now - MINUTE, now=now) == Outcome.DONE


def test_an_undo_that_arrives_before_the_tap_it_undid_still_counts(booking, cora):
    now = timezone.now()
    assert tap(booking, What.OUT, cora, at=now - 2 * MINUTE, now=now) == Outcome.NOTHING
    assert tap(booking, What.IN, cora, at=now - 3 * MINUTE, now=now) == Outcome.TOO_LATE


def test_a_late_undo_leaves_a_newer_check_in_alone(booking, cora):
    now = timezone.now()
    tap(booking, What.IN, cora, at=now - MINUTE, now=now - MINUTE)
    assert tap(booking, What.OUT, cora, at=now - 4 * MINUTE, now=now) == Outcome.TOO_LATE
    assert standing(booking) == 1


def test_a_phone_that_lives_in_the_future_or_long_ago_is_not_believed(booking, cora):
    now = timezone.now()
    tap(booking, What.IN, cora, at=now + dt.timedelta(days=3), now=now)
    assert CheckIn.objects.get().at == now
    tap(booking, What.OUT, cora, now=now)
    CheckIn.objects.all().delete()
    DoorAct.objects.all().delete()
    tap(booking, What.IN, cora, at=now - dt.timedelta(days=400), now=now)
    assert CheckIn.objects.get().at == now - acts.LATEST


@pytest.mark.parametrize("state", [one for one in Booking.State if one != Booking.State.CONFIRMED])
def test_who_has_no_place_is_not_checked_in(event, bob, cora, state):
    booking = events.booking(event, bob, state=state)
    assert tap(booking, What.IN, cora) == Outcome.NO_PLACE
    assert CheckIn.objects.count() == 0


def test_giving_up_a_place_afterwards_keeps_who_came(booking, cora):
    tap(booking, What.IN, cora)
    Booking.objects.filter(pk=booking.pk).update(state=Booking.State.WITHDRAWN)
    assert [one.pk for one in attendance.came(booking.event)] == [booking.pk]
    assert [row.name for row in attendance.door_rows(booking.event)] == ["Alice Amory"]


@pytest.mark.django_db(transaction=True)
def test_many_phones_at_once_check_each_person_in_once(alice, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1))
    booking = events.booking(event, alice)
    outcomes = all_at_once([lambda: tap(booking, What.IN, cora) for _ in range(8)])
    assert sorted(outcomes) == [Outcome.DONE] + [Outcome.NOTHING] * 7
    assert standing(booking) == 1


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_many_phones_at_once_on_real_engines(alice, cora):
    event = events.event(starts_in=-dt.timedelta(hours=1))
    booking = events.booking(event, alice)
    key = uuid.uuid4()
    acts_of_all = [lambda: tap(booking, What.IN, cora, key=key) for _ in range(25)]
    acts_of_all += [lambda: tap(booking, What.IN, cora) for _ in range(25)]
    outcomes = all_at_once(acts_of_all)
    assert set(outcomes) <= {Outcome.DONE, Outcome.NOTHING}
    assert (standing(booking), CheckIn.objects.count(), DoorAct.objects.count()) == (1, 1, 26)


# --- The page -----------------------------------------------------------------------------------------


def test_the_list_is_by_surname_and_counts_who_is_here(client_of, event, alice, bob, cora):
    events.booking(event, bob)
    here = events.booking(event, alice)
    events.booking(event, state=Booking.State.WAITING)
    tap(here, What.IN, cora)
    response = client_of(cora).get(f"/events/{event.pk}/door/")
    assert [(row.name, row.is_here) for row in response.context["rows"]] == [
        ("Alice Amory", True),
        ("Bob Barley", False),
    ]
    assert (response.context["here"], response.context["of"]) == (1, 2)


@pytest.mark.parametrize("words", ["zoe", "ANGSTROM", "zoë ång", "hollow", "z hollow"])
def test_names_are_found_without_their_accents(client_of, event, cora, words):
    events.booking(event, guest_name="Zoë Ångström", organisation_name="Hollowdale Council")
    events.booking(event, guest_name="Carl Cole")
    response = client_of(cora).get(f"/events/{event.pk}/door/", {"q": words})
    assert [row.name for row in response.context["rows"]] == ["Zoë Ångström"]


def test_a_code_is_found_pasted_alone_or_in_its_address(client_of, event, booking, cora):
    events.booking(event)
    for words in (str(booking.key), booking.key.hex.upper(), f"https://moot.example.org/events/door/{booking.key}/"):
        response = client_of(cora).get(f"/events/{event.pk}/door/", {"q": words})
        assert [row.name for row in response.context["rows"]] == ["Alice Amory"]


def test_the_door_never_shows_what_people_eat_or_need(client_of, event, booking, cora):
    Needs.objects.create(booking=booking, dietary="canary-peanuts", access="canary-ramp")
    client = client_of(cora)
    pages = [f"/events/{event.pk}/door/", f"/events/door/{booking.key}/", f"/events/{event.pk}/door/acts/"]
    for page in pages:
        assert b"canary" not in client.get(page).content


def test_the_list_costs_the_same_for_one_and_for_three(cold_and_warm, event, cora):
    def queries():
        return cold_and_warm(f"/events/{event.pk}/door/", cora)[1]

    events.booking(event, MemberFactory())
    one = queries()
    for _ in range(2):
        tap(events.booking(event, MemberFactory()), What.IN, cora)
    assert queries() == one


def test_without_scripts_a_tap_is_a_form(client_of, booking, cora):
    client = client_of(cora)
    response = client.post(address(booking), {"what": "in", "once_key": str(uuid.uuid4())})
    assert response.headers["Location"] == f"/events/{booking.event_id}/door/#b-{booking.key}"
    assert standing(booking) == 1
    client.post(address(booking), {"what": "out", "once_key": "tampered with"})
    assert standing(booking) == 0


def test_pressing_twice_is_pressing_once(client_of, booking, cora):
    key = str(uuid.uuid4())
    for _ in range(2):
        client_of(cora).post(address(booking), {"what": "in", "once_key": key})
    assert DoorAct.objects.count() == 1


@pytest.mark.parametrize("what", ["", "sideways", "IN"])
def test_a_tap_that_says_nothing_is_nothing(client_of, booking, cora, what):
    assert client_of(cora).post(address(booking), {"what": what}).status_code == 404


def test_a_booking_of_another_event_is_not_at_this_door(client_of, event, alice, cora):
    other = events.booking(events.event("Another day"), alice)
    client = client_of(cora)
    assert client.post(f"/events/{event.pk}/door/{other.key}/", {"what": "in"}).status_code == 404
    answer = send(client, event, (other, "in", uuid.uuid4(), milliseconds(timezone.now()))).json()
    assert set(answer["done"].values()) == {"unknown"}
    assert CheckIn.objects.count() == 0


def test_only_the_door_may_ask_for_the_camera(client_of, event, booking, cora):
    client = client_of(cora)
    assert "camera=(self)" in client.get(f"/events/{event.pk}/door/").headers["Permissions-Policy"]
    assert "camera=()" in client.get(f"/events/door/{booking.key}/").headers["Permissions-Policy"]


def test_nothing_of_the_door_is_kept_by_browsers(client_of, event, booking, cora):
    for page in (f"/events/{event.pk}/door/", f"/events/{event.pk}/door/list.pdf", f"/events/door/{booking.key}/"):
        assert "no-store" in client_of(cora).get(page).headers["Cache-Control"]


# --- What a phone kept --------------------------------------------------------------------------------


def test_a_queue_is_carried_out_in_its_order_and_says_what_came_of_each(client_of, event, alice, bob, cora):
    first, second = events.booking(event, alice), events.booking(event, bob)
    keys = [uuid.uuid4() for _ in range(3)]
    now = milliseconds(timezone.now())
    queue = [
        (first, "in", keys[0], now - 3000),
        (second, "in", keys[1], now - 2000),
        (first, "out", keys[2], now - 1000),
    ]
    answer = send(client_of(cora), event, *queue).json()
    assert answer["done"] == {str(key): "done" for key in keys}
    assert (answer["here"], answer["of"]) == ([str(second.key)], 2)
    again = send(client_of(cora), event, *queue).json()
    assert (again["done"], again["here"]) == (answer["done"], answer["here"])
    assert (CheckIn.objects.count(), DoorAct.objects.count()) == (2, 3)


def test_asking_tells_how_things_stand(client_of, event, booking, cora):
    tap(booking, What.IN, cora)
    answer = client_of(cora).get(f"/events/{event.pk}/door/acts/").json()
    assert (answer["done"], answer["here"], answer["of"]) == ({}, [str(booking.key)], 1)


ONE = {"booking": str(uuid.UUID(int=1)), "what": "in", "key": str(uuid.UUID(int=2)), "at": 1}


@pytest.mark.parametrize(
    "acts",
    [None, 7, "x", [7], [None], [{}], [[]], [{"booking": "x"}], [ONE | {"what": "up"}], [ONE | {"at": 1e400}],
     [ONE | {"at": 10**30}], [ONE | {"at": -(10**30)}], [ONE | {"at": None}], [ONE | {"key": 7}], [ONE] * 201],
)  # fmt: skip
def test_taps_that_are_none_are_refused_plainly(client_of, event, cora, acts):
    sent = json.dumps({"acts": acts})
    response = client_of(cora).post(f"/events/{event.pk}/door/acts/", sent, content_type="application/json")
    assert (response.status_code, DoorAct.objects.count()) == (400, 0)


def test_two_hundred_taps_are_taken_at_once(client_of, event, cora):
    sent = json.dumps({"acts": [ONE] * 200})
    response = client_of(cora).post(f"/events/{event.pk}/door/acts/", sent, content_type="application/json")
    assert (response.status_code, response.json()["done"]) == (200, {ONE["key"]: "unknown"})


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", "\udcff", "[" * 100_000])
def test_what_is_no_list_of_taps_is_refused_plainly(client_of, event, cora, body):
    sent = body.encode("utf-8", "surrogateescape")
    response = client_of(cora).post(f"/events/{event.pk}/door/acts/", sent, content_type="application/json")
    assert response.status_code == 400


def test_a_queue_needs_the_token_of_the_page(client_of, event, booking, cora):
    client = client_of(cora, enforce_csrf_checks=True)
    response = send(client, event, (booking, "in", uuid.uuid4(), milliseconds(timezone.now())))
    assert (response.status_code, CheckIn.objects.count()) == (403, 0)


def test_one_phone_asking_without_end_is_asked_to_wait(client_of, event, cora, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"door": (1, 600)}
    settings.RATE_LIMIT_FACTOR = 1
    client = client_of(cora)
    assert [client.get(f"/events/{event.pk}/door/acts/").status_code for _ in range(2)] == [200, 429]


# --- The square code ----------------------------------------------------------------------------------


def test_the_code_opens_the_persons_row_for_the_door(client_of, booking, cora):
    client = client_of(cora)
    response = client.get(f"/events/door/{booking.key}/")
    assert (response.status_code, response.context["row"].name) == (200, "Alice Amory")
    form = {"what": "in", "way": "code", "back": "person", "once_key": str(uuid.uuid4())}
    assert client.post(address(booking), form).headers["Location"] == f"/events/door/{booking.key}/"
    assert CheckIn.objects.get().way == "code"


def test_the_code_leads_its_holder_to_the_ticket_and_tells_others_nothing(client_of, booking, alice, bob):
    path = f"/events/door/{booking.key}/"
    assert client_of(alice).get(path).headers["Location"] == f"/events/bookings/{booking.key}/"
    assert client_of(bob).get(path).status_code == 404
    assert client_of(bob).get(f"/events/door/{uuid.uuid4()}/").status_code == 404


def test_strangers_are_asked_to_sign_in_whether_there_is_such_a_code_or_not(client_of, booking):
    known, unknown = (client_of(None).get(f"/events/door/{key}/") for key in (booking.key, uuid.UUID(int=5)))
    assert (known.status_code, unknown.status_code) == (302, 302)
    assert known.headers["Location"].replace(str(booking.key), str(uuid.UUID(int=5))) == unknown.headers["Location"]


def test_the_row_of_who_has_no_place_says_so(client_of, event, bob, cora):
    booking = events.booking(event, bob, state=Booking.State.WAITING)
    html = client_of(cora).get(f"/events/door/{booking.key}/").content.decode()
    assert "They have no place: they stand in the line." in html
    assert f'action="{address(booking)}"' not in html


def test_the_kernel_still_gives_up_after_the_door(booking, alice, cora):
    tap(booking, What.IN, cora)
    booking_acts.give_up(booking=booking, by=alice)
    assert (standing(booking), booking.event.places.get(mode="in_person").confirmed) == (1, 0)


@pytest.mark.parametrize(
    ("now", "another"),
    [
        ("2027-03-08 11:00", True),
        ("2027-03-08 23:59", True),
        ("2027-03-09 00:00", False),
        ("2027-03-09 05:52", False),
        ("2027-03-10 09:00", False),
    ],
)
def test_the_door_says_that_it_is_another_day_by_the_date_and_not_by_hours(now, another):
    noon = dt.datetime(2027, 3, 9, 12, tzinfo=timezone.get_default_timezone())
    event = EventPage(starts_at=noon, ends_at=noon + dt.timedelta(days=2))
    moment = timezone.make_aware(dt.datetime.fromisoformat(now))
    assert acts.is_another_day(event, now=moment) is another
