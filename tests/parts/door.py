"""Taps at the door of an event, as actions and as a phone sends them."""

import json
import uuid

from events.actions import checkin
from events.querysets import attendance


def tap(booking, what, by, *, key=None, at=None, now=None):
    return checkin.tap(booking=booking, what=what, by=by, once_key=key or uuid.uuid4(), at=at, now=now).outcome


def standing(booking):
    return attendance.standing().filter(booking=booking).count()


def address(booking):
    return f"/events/{booking.event_id}/door/{booking.key}/"


def send(client, event, *taps):
    """Post taps as the phone does: (booking, what, key, milliseconds since 1970)."""
    sent = [{"booking": str(one.key), "what": what, "key": str(key), "at": at} for one, what, key, at in taps]
    body = json.dumps({"acts": sent})
    return client.post(f"/events/{event.pk}/door/acts/", body, content_type="application/json")


def milliseconds(moment):
    return int(moment.timestamp() * 1000)
