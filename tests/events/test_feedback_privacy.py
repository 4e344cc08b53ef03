"""What a database itself remembers of an answer: not whose it is, not when, and not in which order they came."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection

from events import retention
from events.actions import erasing
from events.actions import feedback as acts
from events.models.after import Answered, Feedback, FollowUp
from tests.factories.events_after import came, past_event
from tests.parts.crowd import all_at_once, somebody_waits

MANY = 12


def rows_of(model, column: str) -> list:
    """A column of every row, as the database has them in its table: first to last."""
    where = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY {where}")
        return [value for (value,) in cursor.fetchall()]


def in_their_order() -> list[str]:
    return [f"{number:02}" for number in range(MANY)]


def test_the_table_keeps_no_order_of_the_answers(db):
    event = past_event()
    for words in in_their_order():
        acts.give(booking=came(event), useful=4, learned=words)
    kept = rows_of(Feedback, "learned")
    assert sorted(kept) == in_their_order() != kept


def test_nor_of_what_was_said_three_months_on(db):
    event = past_event(ended=dt.timedelta(days=95))
    for words in in_their_order():
        acts.follow_up(booking=came(event), used="yes", words=words)
    kept = rows_of(FollowUp, "words")
    assert sorted(kept) == in_their_order() != kept


def test_each_answer_gives_all_of_the_event_new_numbers_and_leaves_others_alone(db):
    event, other = past_event(), past_event("Another day")
    for one in (event, event, other):
        acts.give(booking=came(one), useful=4)
    before = {one.pk: one.event_id for one in Feedback.objects.all()}
    acts.give(booking=came(event), useful=2)
    after = {one.pk: one.event_id for one in Feedback.objects.all()}
    assert [pk for pk in before if pk in after] == [pk for pk, at in before.items() if at == other.pk]
    assert sorted(one.useful for one in Feedback.objects.filter(event=event)) == [2, 4, 4]


@pytest.mark.django_db(transaction=True)
def test_who_answer_at_once_lose_nothing():
    event = past_event()
    bookings = [came(event) for _number in range(6)]
    gives = [lambda one=one: acts.give(booking=one, useful=4, learned=str(one.pk)) for one in bookings]
    assert all_at_once(gives) == [None] * 6
    said = sorted(Feedback.objects.values_list("learned", flat=True))
    assert (said, Answered.objects.count()) == (sorted(str(one.pk) for one in bookings), 6)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_no_transaction_joins_an_answer_to_who_gave_it():
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL notes the transaction of each row.")
    event = past_event()
    bookings = [came(event) for _number in range(MANY)]
    all_at_once([lambda one=one: acts.give(booking=one, useful=4) for one in bookings])
    answers, marks = rows_of(Feedback, "xmin::text"), rows_of(Answered, "xmin::text")
    assert (len(answers), len(set(answers))) == (MANY, 1)  # all of one: that of whoever was last
    assert (len(set(marks)), len(set(marks) & set(answers))) == (MANY, 1)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_link_erased_while_another_answers_stays_erased(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time.")
    event = past_event(ended=dt.timedelta(days=95))
    guest, other = came(event), came(event)
    acts.follow_up(booking=guest, used="yes", may_tell=True, may_ask=True)
    dealing, go_on = threading.Event(), threading.Event()

    class Slow:
        def shuffle(self, rows):
            dealing.set()
            go_on.wait(timeout=30)

    monkeypatch.setattr(acts.random, "SystemRandom", Slow)

    def erase():
        assert dealing.wait(timeout=30)
        assert erasing.erase_due(now=event.ends_at + retention.GUESTS) == 1

    def let_go():
        until = time.monotonic() + 20
        while not somebody_waits() and time.monotonic() < until:
            time.sleep(0.02)
        go_on.set()

    assert all_at_once([lambda: acts.follow_up(booking=other, used="no"), erase, let_go]) == [None] * 3
    assert list(FollowUp.objects.values_list("booking", flat=True)) == [None, None]
