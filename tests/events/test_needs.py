"""What people need to eat and to take part: theirs to write, the access lead's to read, and soon nobody's."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from wagtail.models import PageLogEntry

from events.actions import booking as acts
from events.actions import needs
from events.actions.refusals import NotYours, TooLate
from events.guests import Guest
from events.models.booking import Booking, Needs, NeedsErased
from events.models.places import Mode
from events.querysets.needs import needs_of
from members.models import Member
from tests.factories import MemberFactory, events
from tests.factories.events_after import came, past_event
from tests.horizon import desk as horizon_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cora):
    """A member named to read what people need."""
    cora.user_permissions.add(Permission.objects.get(codename="read_needs", content_type__app_label="events"))
    return Member.objects.get(pk=cora.pk)


def booked(event, who, **about) -> Booking:
    return acts.book(event=event, by=who, mode=Mode.IN_PERSON, **about)


def test_one_writes_changes_and_erases_one_s_own(event, alice):
    one = booked(event, alice)
    needs.write_needs(booking=one, by=alice, dietary=" No nuts ", access="A hearing loop")
    needs.write_needs(booking=one, by=alice, dietary="No nuts, no milk")
    assert list(Needs.objects.values_list("dietary", "access")) == [("No nuts, no milk", "")]
    needs.erase_own(booking=one, by=alice)
    assert not Needs.objects.exists()
    needs.erase_own(booking=one, by=alice)


def test_writing_nothing_erases_it(event, alice):
    one = booked(event, alice, needs={"dietary": "No nuts"})
    assert needs.write_needs(booking=one, by=alice, dietary=" ") is None
    assert not Needs.objects.exists()


def test_nobody_writes_or_erases_another_s(event, alice, morag, cora):
    one = booked(event, alice, member=morag, needs={"access": "A ramp"})
    for who in (alice, cora, None):  # not even who booked for them
        with pytest.raises(NotYours):
            needs.write_needs(booking=one, by=who, access="None")
        with pytest.raises(NotYours):
            needs.erase_own(booking=one, by=who)
    assert Needs.objects.get().access == "A ramp"


def test_a_guest_writes_by_their_own_link(event):
    one = booked(event, None, guest=Guest("gale@visitors.example.org", "Gale"))
    needs.write_needs(booking=one, by=None, dietary="Vegan")
    assert Needs.objects.get().dietary == "Vegan"


def test_after_the_event_nothing_is_written_but_all_can_be_erased(event, alice):
    one = booked(event, alice, needs={"dietary": "Vegan"})
    with pytest.raises(TooLate):
        needs.write_needs(booking=one, by=alice, dietary="Late", now=event.ends_at)
    needs.erase_own(booking=one, by=alice)
    assert not Needs.objects.exists()


def test_only_who_was_named_for_it_reads_them(event, alice, cast, lead):
    booked(event, alice, needs={"access": "Canary: a ramp"})
    booked(event, MemberFactory(), needs={"dietary": "Vegan"})
    del cast["cora"]
    assert [needs_of(event, person).count() for person in cast.values()] == [0] * len(cast)
    assert [one.access for one in needs_of(event, lead)] == ["Canary: a ramp", ""]


def test_the_core_team_as_such_reads_none(event, alice, cora):
    booked(event, alice, needs={"access": "Canary: a ramp"})
    assert not needs_of(event, cora).exists()


def test_an_access_lead_who_left_reads_none(event, alice, lead):
    booked(event, alice, needs={"access": "Canary: a ramp"})
    lead.standing = Member.Standing.WAITING
    assert not needs_of(event, lead).exists()


def test_thirty_days_after_the_event_they_are_erased_with_a_receipt(event, alice, bob):
    other = events.event("Later", starts_in=dt.timedelta(days=60))
    for who, where in ((alice, event), (bob, event), (alice, other)):
        booked(where, who, needs={"dietary": "Vegan"})
    due = event.ends_at + dt.timedelta(days=30)
    assert needs.erase_due(now=due - dt.timedelta(minutes=1)) == 0
    assert needs.erase_due(now=due) == 2
    assert list(NeedsErased.objects.values_list("event", "count")) == [(event.pk, 2)]
    assert [one.booking.event_id for one in Needs.objects.all()] == [other.pk]
    assert PageLogEntry.objects.get(action="events.erase_needs").data == {"count": 2}
    assert needs.erase_due(now=due) == 0
    assert NeedsErased.objects.count() == 1


def test_they_are_erased_at_once_when_the_event_is_called_off(event, alice, cora):
    from events.actions import calling_off

    booked(event, alice, needs={"dietary": "Vegan"})
    calling_off.call_off(event=event, why="The hall is flooded.", by=cora)
    assert not Needs.objects.exists()


def test_after_the_event_one_may_still_take_back_what_one_wrote(event, alice):
    one = booked(event, alice, needs={"dietary": "Vegan"})
    assert needs.write_needs(booking=one, by=alice, dietary=" ", access="", now=event.ends_at) is None
    assert not Needs.objects.exists()


def test_while_they_are_kept_the_ticket_shows_them_and_one_click_erases_them(alice, client_of):
    """After the event too: then nothing else can be done about them."""
    one = came(past_event(), alice)
    Needs.objects.create(booking=one, access="A hearing loop")
    ticket = f"/events/bookings/{one.key}/"
    client = client_of(alice)
    page = client.get(ticket).content.decode()
    assert ("A hearing loop" in page, "Erase what I need now" in page, "Change this" in page) == (True, True, False)
    page = client.post(f"{ticket}needs/erase/", follow=True).content.decode()
    assert not Needs.objects.exists()
    assert "what you wrote that you need to eat and to take part. Nobody can read it any more." in page
    assert ("A hearing loop" in page, "Erase what I need now" in page) == (False, False)
    assert client.post(f"{ticket}needs/erase/").status_code == 302


def test_before_the_event_one_erases_and_may_write_again(event, alice, client_of):
    one = booked(event, alice, needs={"dietary": "Vegan"})
    ticket = f"/events/bookings/{one.key}/"
    page = client_of(alice).get(ticket).content.decode()
    assert ("Erase what I need now" in page, "Change this" in page) == (True, True)
    page = client_of(alice).post(f"{ticket}needs/erase/", follow=True).content.decode()
    assert ("Erase what I need now" in page, "Change this" in page) == (False, True)


def test_nobody_erases_another_s_by_their_ticket(event, alice, bob, morag, cora, client_of):
    one = booked(event, alice, member=morag, needs={"dietary": "Vegan"})
    for who in (None, alice, bob, cora):
        assert client_of(who).post(f"/events/bookings/{one.key}/needs/erase/").status_code == 404
    assert Needs.objects.exists()


def test_once_they_are_erased_the_ticket_has_the_receipt(alice, client_of):
    one = came(past_event(ended=dt.timedelta(days=31)), alice)
    Needs.objects.create(booking=one, dietary="Vegan")
    ticket = f"/events/bookings/{one.key}/"
    assert "was erased on" not in client_of(alice).get(ticket).content.decode()
    assert needs.erase_due(now=timezone.now()) == 1
    page = client_of(alice).get(ticket).content.decode()
    assert f"was erased on {timezone.localdate():%-d %B %Y}" in page


def test_the_list_for_the_kitchen_keeps_what_people_wrote_and_counts_the_same_words_once(event, client_of, lead):
    horizon_desk.set_up()
    for said in ("Halal.", "halal ", "Halal", "diabetic: I need to eat by 1pm at NHS hours."):
        booked(event, MemberFactory(), needs={"dietary": said})
    shown = client_of(lead).get(f"/admin/events/{event.pk}/needs/").context["eats"]
    assert shown == [("Halal.", 3), ("diabetic: I need to eat by 1pm at NHS hours.", 1)]


def test_the_ticket_says_what_erasing_does(event, alice, client_of):
    one = booked(event, alice, needs={"dietary": "Vegan"})
    page = client_of(alice).get(f"/events/bookings/{one.key}/").content.decode()
    assert "If you erase this, the kitchen and the venue can’t prepare for you." in page
