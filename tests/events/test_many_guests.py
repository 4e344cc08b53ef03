"""A mail to all guests costs as many queries for three as for one."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import outbox
from events.actions import bulk_mail, following_up, reminding, telling
from events.actions.materials import tell as tell_of_slides
from events.guests import renew
from events.models.calling import CalledOff, ChangeTold
from events.querysets import desk
from tests.factories.events_after import came, mails_waiting, past_event
from tests.factories.events_materials import material

pytestmark = pytest.mark.django_db
MOVED = [["Starts", "9am", "10am"]]
MORNING = timezone.make_aware(dt.datetime(2031, 6, 18, 10))


def call_off(event, _cora):
    CalledOff.objects.create(event=event, why="The heating failed.")
    telling.tell_of_calling_off(event=event, why="The heating failed.")


def change(event, _cora):
    row = ChangeTold.objects.create(event=event, number=1, changes=MOVED)
    telling.tell_of_change(event=event, changes=MOVED, number=row.number)


def remind(event, _cora):
    type(event).objects.filter(pk=event.pk).update(
        starts_at=MORNING + dt.timedelta(hours=23), ends_at=MORNING + dt.timedelta(hours=30)
    )
    assert reminding.remind(now=MORNING) == event.bookings.count()


def ask(event, _cora):
    type(event).objects.filter(pk=event.pk).update(
        starts_at=MORNING - dt.timedelta(hours=30), ends_at=MORNING - dt.timedelta(hours=24)
    )
    following_up.ask(now=MORNING)


def write(event, cora):
    mail = bulk_mail.send(event=event, by=cora, bookings=desk.for_mail(event), subject="A pen", words="Bring one.")
    bulk_mail.send_due(mail=mail.pk)


def let_out(event, cora):
    material(event, cora)
    tell_of_slides(now=timezone.localtime().replace(hour=11) + dt.timedelta(days=1))
    outbox.drain()


def cost(many: int, what, cora) -> tuple[int, int]:
    """Queries and mails with so many guests, who came and whose link was renewed; nothing of it stays."""
    with transaction.atomic():
        event = past_event("Day")
        for _guest in range(many):
            renew(came(event))
        event = type(event).objects.get(pk=event.pk)
        with CaptureQueriesContext(connection) as queries:
            what(event, cora)
        mails = [one["to"] for one in mails_waiting() if one["to"].endswith("@visitors.example.org")]
        transaction.set_rollback(True)
    return len(queries), len(set(mails))


@pytest.mark.parametrize("what", [call_off, change, remind, ask, write, let_out])
def test_three_guests_cost_no_query_more_than_one(cora, what):
    _warming, one, three = (cost(many, what, cora) for many in (1, 1, 3))
    assert (one[1], three[1]) == (1, 3)
    assert three[0] == one[0]
