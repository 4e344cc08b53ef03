"""Many of the core team at the same signal, many hands at the same calendar address: each promise is kept once."""

import uuid

import pytest

from core import outbox
from horizon.actions import developments, triage
from horizon.actions.signals import send
from horizon.models import Milestone, MilestoneMove, Signal
from members.actions import give_calendar_address
from members.models import CalendarKey, Member
from notifications.models import Notice
from tests.factories import MemberFactory
from tests.factories.horizon import DevelopmentFactory
from tests.parts.crowd import all_at_once

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]

AT_ONCE = 50


def test_one_decides_on_a_signal_and_everybody_else_is_told():
    sender = MemberFactory()
    staff = [MemberFactory(role=Member.Role.CORE_TEAM) for _one in range(AT_ONCE)]
    signal = send(by=sender, title="A code", where_seen="A letter", why_it_matters="It does.", once_key=uuid.uuid4())
    one = DevelopmentFactory()
    acts = [
        (lambda by=by: triage.decline(by=by, signal=signal, reason=f"No, says {by.pk}."))
        if place % 2
        else (lambda by=by: triage.add_to(by=by, signal=signal, development=one))
        for place, by in enumerate(staff)
    ]
    results = all_at_once(acts)
    (done,) = [result for result in results if isinstance(result, Signal)]
    assert sum(isinstance(result, triage.Decided) for result in results) == AT_ONCE - 1
    outbox.drain()
    kept = Signal.objects.get()
    assert (kept.state, kept.outcome, kept.decided_by) == (done.state, done.outcome, done.decided_by)
    assert Notice.objects.filter(recipient=sender, kind="horizon.signal_decided").values_list("count").get() == (1,)


def test_one_looks_into_it():
    signal = Signal.objects.create(title="A code", where_seen="A letter", why_it_matters="It does.")
    staff = [MemberFactory(role=Member.Role.CORE_TEAM) for _one in range(AT_ONCE)]
    results = all_at_once([lambda by=by: triage.take(by=by, signal=signal) for by in staff])
    assert sum(isinstance(result, Signal) for result in results) == 1
    assert sum(isinstance(result, triage.Decided) for result in results) == AT_ONCE - 1


def test_every_move_of_a_date_is_counted():
    from django.db import transaction

    from core.dates import PartialDate

    editor = MemberFactory(role=Member.Role.CORE_TEAM)
    one = DevelopmentFactory(steps=[("Begins", "2027-03")])

    def move(year: int):
        with transaction.atomic():
            before = developments.as_it_stands(one)
            Milestone.objects.update(on=PartialDate(year))
            developments.saved(by=editor, development=type(one).objects.get(pk=one.pk), before=before)

    results = all_at_once([lambda year=2030 + number: move(year) for number in range(AT_ONCE)])
    assert [result for result in results if result is not None] == []
    assert (MilestoneMove.objects.count(), Milestone.objects.get().sequence) == (AT_ONCE, AT_ONCE)


def test_a_member_has_one_calendar_address():
    member = MemberFactory()
    results = all_at_once([lambda: give_calendar_address(by=member)] * AT_ONCE)
    assert {one.pk for one in results} == {CalendarKey.objects.get().pk}
