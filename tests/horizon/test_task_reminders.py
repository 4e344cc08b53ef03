"""Reminders of tasks: three stages, each once, to those who work where it is not done yet."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as mailbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import worker
from horizon.actions import tasks as acts
from horizon.actions.reminding import remind, stage_on
from horizon.models import BriefingPage, TaskReminder
from notifications.delivery import mail
from notifications.models import Notice, Preference
from notifications.rows import rows_of
from tests.factories import MemberFactory, OrganisationFactory, horizon
from tests.parts.crowd import all_at_once

DUE = dt.date(2027, 3, 31)


def day(days: int) -> dt.date:
    """So many days after the due date."""
    return DUE + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "stage"),
    [(-15, None), (-14, 14), (-1, 14), (0, 0), (13, 0), (14, -14), (44, -14), (45, None), (3000, None)],
)
def test_the_stage_a_task_is_in(days, stage):
    assert stage_on(DUE, day(days)) == stage


@pytest.fixture
def page(bob):
    return horizon.briefing("What it asks", tasks=[("Name one person", DUE), ("Read it", None)])


def words(member):
    return [row.html for row in rows_of(member, list(Notice.objects.for_inbox(member)))]


def stages():
    return sorted(TaskReminder.objects.values_list("stage", flat=True), reverse=True)


def test_over_a_hundred_days_each_stage_comes_once_with_its_words(bob, page):
    heard = {}
    for days in range(-50, 51):
        with time_machine.travel(dt.datetime.combine(day(days), dt.time(9), dt.UTC), tick=False):
            for _ in range(2):  # the chore runs every hour
                if remind(today=timezone.localdate()):
                    heard[days] = words(bob)
                    Notice.objects.update(read_at=timezone.now())
    title = "“<strong>What it asks</strong>”"
    assert heard == {
        -14: [f"Your organisation’s task “Name one person” is due on 31 March 2027: {title}"],
        0: [
            f"Your organisation’s task “Name one person” is due today: {title}",
            heard[-14][0].replace("on 31 March 2027", "today"),
        ],
        14: [f"Your organisation’s task “Name one person” was due on 31 March 2027: {title}"] * 3,
    }
    assert stages() == [14, 0, -14]


@pytest.mark.parametrize(("down_until", "told"), [(-3, [14]), (5, [0]), (20, [-14]), (60, [])])
def test_after_days_of_downtime_what_was_missed_is_told_once(bob, page, down_until, told):
    for _ in range(3):
        remind(today=day(down_until))
    assert stages() == told
    assert Notice.objects.count() == len(told)


def test_another_due_date_is_reminded_of_anew(bob, page):
    remind(today=day(-14))
    page.tasks.filter(title="Name one person").update(due_on=day(100))
    assert words(bob) == []  # what it said is no longer so
    remind(today=day(86))
    assert Notice.objects.get().count == 2
    assert stages() == [14, 14]


def test_only_members_of_organisations_concerned_that_have_not_done_it_are_told(alice, bob, cora, charlie, council):
    colleague = MemberFactory(handle="colleague", organisation=council)
    MemberFactory(handle="nowhere", organisation=None)
    idle = MemberFactory(handle="idle", organisation=OrganisationFactory(sector=council.sector))
    page = horizon.briefing(
        tasks=[("Name one person", DUE)], answers=[(None, "yes", "All."), (cora.organisation.sector, "no", "No.")]
    )
    acts.done(by=alice, task=page.tasks.first(), page=page)
    remind(today=DUE)
    told = set(Notice.objects.values_list("recipient__handle", flat=True))
    assert (told, colleague.handle in told) == ({bob.handle, idle.handle}, False)


def test_who_has_done_one_of_two_is_told_of_the_other(alice, bob):
    page = horizon.briefing("What it asks", tasks=[("First", DUE), ("Second", day(1))])
    first, _ = page.tasks.all()
    acts.done(by=alice, task=first, page=page)
    with time_machine.travel(dt.datetime.combine(DUE, dt.time(9), dt.UTC), tick=False):
        remind(today=DUE)
        title = "“<strong>What it asks</strong>”"
        assert words(alice) == [f"Your organisation’s task “Second” is due on 1 April 2027: {title}"]
        assert words(bob) == [f"2 tasks of {title}: the first, “First”, is due today"]


def test_one_notice_for_each_member_and_briefing(bob):
    horizon.briefing("One", tasks=[("A", DUE), ("B", DUE), ("C", day(1))])
    horizon.briefing("Two", tasks=[("D", DUE)])
    remind(today=DUE)
    remind(today=day(1))
    assert sorted(Notice.objects.values_list("subject", "recipient")) == [("One", bob.pk), ("Two", bob.pk)]


def test_ticking_the_last_one_takes_the_notice_back_from_all_colleagues(bob):
    colleague = MemberFactory(organisation=bob.organisation)
    other = MemberFactory()
    page = horizon.briefing(tasks=[("First", DUE), ("Second", DUE), ("No date", None)])
    first, second, _ = page.tasks.all()
    remind(today=DUE)
    acts.done(by=bob, task=first, page=page)
    assert set(Notice.objects.values_list("recipient", flat=True)) == {bob.pk, colleague.pk, other.pk}
    acts.done(by=colleague, task=second, page=page)
    assert set(Notice.objects.values_list("recipient", flat=True)) == {other.pk}


@pytest.mark.parametrize("how", ["draft", "private", "out of date"])
def test_nobody_is_reminded_of_what_they_may_not_see_or_what_is_out_of_date(bob, how):
    fields = {"expires_on": day(-1)} if how == "out of date" else {}
    page = horizon.briefing(tasks=[("A", DUE)], publish=how != "draft", **fields)
    if how == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="groups")
    remind(today=DUE)
    assert Notice.objects.count() == 0
    if how == "private":  # once it is open to them the next stage is told
        PageViewRestriction.objects.all().delete()
        remind(today=day(14))
        assert Notice.objects.count() == 1


def test_it_rings_the_bell_and_is_mailed_only_to_who_chose_that(alice, bob, page):
    Preference.objects.create(member=alice, kind="horizon.task_due", bell=False, mail="at_once")
    with time_machine.travel(dt.datetime.combine(day(-14), dt.time(9), dt.UTC), tick=False):
        remind(today=day(-14))
        assert sorted(Notice.objects.values_list("recipient__handle", "in_bell")) == [("alice", False), ("bob", True)]
        mail.send_due(now=timezone.now() + dt.timedelta(minutes=5))
    ((to, subject, body),) = [(one.to, one.subject, one.body) for one in mailbox.outbox]
    assert (to, subject) == ([alice.email], "For your organisation, a task falls due: What it asks")
    for line in ("Name one person, is due on 31 March 2027", "You work there, and it is not ticked off yet."):
        assert line in body


def test_the_mail_does_not_go_when_a_colleague_ticked_it_off_meanwhile(alice, page):
    Preference.objects.create(member=alice, kind="horizon.task_due", mail="at_once")
    remind(today=DUE)
    acts.done(by=MemberFactory(organisation=alice.organisation), task=page.tasks.first(), page=page)
    assert mail.send_due(now=timezone.now() + dt.timedelta(minutes=5)) == 0


def test_the_scheduler_does_it(bob, page):
    with time_machine.travel(dt.datetime.combine(DUE, dt.time(9), dt.UTC), tick=False):
        assert "remind of tasks" in worker.run_chores()
        worker.run_chores()
    assert (stages(), Notice.objects.get().recipient) == ([0], bob)


def test_reminding_many_takes_as_many_statements_as_reminding_one(bob):
    def counted(title):
        horizon.briefing(title, tasks=[("A", DUE), ("B", DUE)])
        BriefingPage.objects.exclude(title=title).update(live=False)
        with CaptureQueriesContext(connection) as queries:
            count = remind(today=DUE)
        return count, len(queries)

    counted("Warm")
    one, for_one = counted("One")
    MemberFactory.create_batch(30)
    many, for_many = counted("Many")
    assert (one, many, for_many) == (1, 31, for_one)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_ten_schedulers_at_once_remind_once():
    MemberFactory.create_batch(3)
    horizon.briefing(tasks=[("A", DUE)])
    counts = all_at_once([lambda: remind(today=DUE)] * 10)
    assert sorted(counts) == [0] * 9 + [3]
    assert sorted(Notice.objects.values_list("count", flat=True)) == [1, 1, 1]


def test_a_reminder_of_a_briefing_made_private_since_says_nothing(bob, page):
    with time_machine.travel(dt.datetime.combine(DUE, dt.time(9), dt.UTC), tick=False):
        remind(today=DUE)
        assert len(words(bob)) == 1
        PageViewRestriction.objects.create(page=page, restriction_type="groups")
        assert words(bob) == []
