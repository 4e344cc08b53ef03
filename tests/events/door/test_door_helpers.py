"""Who runs the door: the core team, and the members it names for one event."""

import pytest

from events.actions import checkin as acts
from events.models.checkin import DoorAct, DoorHelper
from events.querysets import attendance
from members.actions import NotAllowed
from tests.factories import events
from tests.parts.door import tap

What, Outcome = DoorAct.What, DoorAct.Outcome


def test_only_the_core_team_and_named_helpers_run_the_door(booking, alice, bob, charlie, morag, cora):
    for member in (alice, bob, charlie, morag):
        with pytest.raises(NotAllowed):
            tap(booking, What.IN, member)
    acts.name_helper(event=booking.event, member=bob, by=cora)
    assert tap(booking, What.IN, bob) == Outcome.DONE


def test_a_helper_of_one_door_does_not_open_another(bob, alice, cora, event):
    acts.name_helper(event=event, member=bob, by=cora)
    other = events.booking(events.event("Another day"), alice)
    with pytest.raises(NotAllowed):
        tap(other, What.IN, bob)


def test_a_helper_let_go_or_shut_out_is_refused(booking, bob, cora):
    acts.name_helper(event=booking.event, member=bob, by=cora)
    acts.let_helper_go(event=booking.event, member=bob, by=cora)
    with pytest.raises(NotAllowed):
        tap(booking, What.IN, bob)
    acts.name_helper(event=booking.event, member=bob, by=cora)
    bob.standing = bob.Standing.DECLINED
    bob.save()
    with pytest.raises(NotAllowed):
        tap(booking, What.IN, bob)


def test_only_the_core_team_names_helpers_and_only_of_who_takes_part(event, alice, bob, charlie, cora):
    with pytest.raises(NotAllowed):
        acts.name_helper(event=event, member=bob, by=alice)
    with pytest.raises(NotAllowed):
        acts.name_helper(event=event, member=charlie, by=cora)
    assert DoorHelper.objects.count() == 0


@pytest.mark.parametrize(("handle", "status"), [("alice", 403), ("charlie", 403), ("morag", 403), ("cora", 200)])
@pytest.mark.parametrize("page", ["", "acts/", "badges.pdf", "list.pdf", "add/", "helpers/"])
def test_the_door_is_shut_to_others(cast, client_of, event, handle, status, page):
    assert client_of(cast[handle]).get(f"/events/{event.pk}/door/{page}").status_code == status


@pytest.mark.parametrize(
    ("page", "status"),
    [("", 200), ("acts/", 200), ("badges.pdf", 200), ("list.pdf", 200), ("add/", 403), ("helpers/", 403)],
)
def test_what_a_helper_may_open(client_of, event, bob, cora, page, status):
    acts.name_helper(event=event, member=bob, by=cora)
    assert client_of(bob).get(f"/events/{event.pk}/door/{page}").status_code == status


def test_strangers_are_asked_to_sign_in_and_unknown_events_are_not_there(client_of, event, cora):
    assert client_of(None).get(f"/events/{event.pk}/door/").status_code == 302
    assert client_of(cora).get("/events/999999/door/").status_code == 404


def test_helpers_are_named_by_address_or_handle_and_taken_away(client_of, event, bob, cora):
    client, page = client_of(cora), f"/events/{event.pk}/door/helpers/"
    client.post(page, {"verb": "name", "who": "@bob"})
    assert [one.member for one in attendance.helpers_of(event)] == [bob]
    client.post(page, {"verb": "end", "helper": str(DoorHelper.objects.get().pk)})
    assert attendance.helpers_of(event) == []


def test_who_cannot_be_found_is_named_in_no_list(client_of, event, charlie, cora):
    response = client_of(cora).post(f"/events/{event.pk}/door/helpers/", {"verb": "name", "who": charlie.email})
    assert response.context["form"].errors == {"who": ["No member who takes part has this address or name."]}
