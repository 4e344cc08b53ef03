"""That the test world of events stands, and who sees which event."""

import pytest
from wagtail.models import PageViewRestriction

from events.permissions import can_see_event
from events.querysets.events import event_for, visible_to
from tests.factories import events
from tests.parts import cast as cast_parts

pytestmark = pytest.mark.django_db


def test_a_published_event_is_seen_by_anyone(event, anyone):
    assert event_for(anyone, event.pk).address == f"/events/{event.slug}/"


def test_places_count_who_booked(event, alice):
    one = events.session(event, capacity=1)
    events.booking(event, alice, sessions=[one])
    events.booking(event, sessions=[one])
    one.refresh_from_db()
    assert (event.places.get().left, one.left) == (18, 0)
    assert [made.state for made in one.booked.all()] == ["confirmed", "waiting"]


def test_the_list_and_the_one_agree_on_who_sees_what(cast):
    open_, draft, members = events.event("Open"), events.event("Not yet", publish=False), events.event("Members")
    PageViewRestriction.objects.create(page=members, restriction_type="login")
    seen = {name: {one.title for one in visible_to(person)} for name, person in cast.items()}
    inside = {"Open", "Members"}
    assert seen == {
        "alice": inside, "bob": inside, "charlie": {"Open"}, "morag": inside, "cora": inside, "anyone": {"Open"},
    }  # fmt: skip
    for name, person in cast.items():
        for event in (open_, draft, members):
            told = {
                can_see_event(person, event), event.title in seen[name], event_for(person, event.pk) is not None,
            }  # fmt: skip
            assert len(told) == 1, (name, event.title)


def test_the_cast_s_events_can_be_made(cast):
    cast_parts.make_events(cast)
    made = cast_parts.event_places()
    assert event_for(cast["anyone"], int(made["event"])).title == "The courage to share"
