"""An act that the database turned away is done again; one that is wrong is not."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from core.models import Schedule
from core.retrying import retried
from tests.parts.crowd import all_at_once


@pytest.mark.django_db(transaction=True)
def test_an_act_turned_away_twice_is_done_the_third_time_from_its_beginning():
    tries = []

    @retried
    def act(name: str) -> str:
        tries.append(name)
        Schedule.objects.create(name=name, next_run="2027-01-01T00:00Z")
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return name

    assert act("A chore") == "A chore"
    assert (tries, Schedule.objects.count()) == (["A chore"] * 3, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_is_not_tried_again():
    tries = []

    @retried
    def act():
        tries.append(1)
        raise OperationalError("no such table: chores")

    with pytest.raises(OperationalError):
        act()
    assert len(tries) == 1


@pytest.mark.django_db
def test_inside_another_transaction_it_is_done_once():
    tries = []

    @retried
    def act():
        tries.append(1)
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(tries) == 1


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_two_who_lock_each_other_out_both_come_through():
    """On PostgreSQL a deadlock, of which one is turned away; on SQLite one waits."""
    first, second = (Schedule.objects.create(name=name, next_run="2027-01-01T00:00Z") for name in ("A", "B"))
    met = threading.Barrier(2)

    @retried
    def act(*order):
        for place, one in enumerate(order):
            Schedule.objects.select_for_update().get(pk=one.pk)
            if place == 0:
                try:
                    met.wait(timeout=1)
                except threading.BrokenBarrierError:
                    pass  # the other waits for this one
        return connection.vendor

    assert len(set(all_at_once([lambda: act(first, second), lambda: act(second, first)]))) == 1
