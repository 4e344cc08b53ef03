"""A date that moves, goes or is called off, a stage that is reached: kept as history, told once, known to calendars."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core import outbox
from core.dates import PartialDate
from horizon.actions import developments
from horizon.models import Category, Follow, GoneDate, Milestone, MilestoneMove, StageChange
from members.actions import NotAllowed
from notifications.models import Notice
from tests.factories.horizon import DevelopmentFactory, milestone
from tests.horizon import desk


@pytest.fixture
def core(cora, client_of):
    desk.set_up()
    return client_of(cora)


@pytest.fixture
def one():
    return DevelopmentFactory(
        title="A duty to report", stage="bill", steps=[("Everyone must follow it", "2027-03"), ("Review", "")]
    )


@pytest.fixture
def follower(alice, one):
    Follow.objects.create(member=alice, development=one)
    return alice


def save(core, one, **changes):
    response = core.post(desk.edit_url(one), desk.as_typed(one, **changes))
    assert response.status_code == 302, response.context["form"].errors
    outbox.drain()
    return response


def told(member) -> list[tuple[str, int]]:
    return list(Notice.objects.filter(recipient=member).order_by("pk").values_list("kind", "count"))


def first(one) -> Milestone:
    return one.milestones.order_by("sort_order").first()


class TestWhileHidden:
    def test_dates_set_before_readers_see_it_leave_no_trace(self, core, one, follower, client):
        one.shown = False
        one.save()
        save(core, one, steps={0: {"on": "14 May 2027"}}, stage="made", shown="")
        one.refresh_from_db()
        save(core, one, steps={0: {"on": "3 June 2027"}}, shown="on")
        assert (MilestoneMove.objects.count(), GoneDate.objects.count(), told(follower)) == (0, 0, [])
        shown = client.get(one.get_absolute_url()).content.decode()
        assert ("3 June 2027" in shown, "14 May 2027" in shown, "March 2027" in shown) == (True, False, False)


class TestMoves:
    def test_a_moved_date_keeps_old_and_new_and_raises_the_sequence(self, core, cora, one):
        before = first(one)
        save(core, one, steps={0: {"on": "14 May 2027"}})
        after = first(one)
        move = MilestoneMove.objects.get()
        assert (str(move.was), str(move.became), move.by) == ("2027-03", "2027-05-14", cora)
        assert (after.uid, after.sequence) == (before.uid, 1)
        assert after.edited_at > before.edited_at
        assert (after.first_day, after.last_day) == (dt.date(2027, 5, 14), dt.date(2027, 5, 14))
        logged = ModelLogEntry.objects.filter(action="horizon.move").get()
        assert logged.data == {"what": "Everyone must follow it", "was": "March 2027", "became": "14 May 2027"}

    def test_followers_are_told_once_a_save(self, core, one, follower):
        save(core, one, steps={0: {"on": "14 May 2027"}})
        assert told(follower) == [("horizon.date_moved", 1)]
        save(core, one, summary="Other words.")
        assert told(follower) == [("horizon.date_moved", 1)]

    def test_followers_by_topic_and_category_hear_of_it_and_others_do_not(self, core, one, alice, bob, charlie):
        Follow.objects.create(member=bob, category=Category.LAW)
        Follow.objects.create(member=charlie, category=Category.LAW)  # does not take part yet
        save(core, one, steps={0: {"on": "14 May 2027"}})
        assert (told(bob), told(alice), told(charlie)) == ([("horizon.date_moved", 1)], [], [])

    def test_whoever_moved_it_is_not_told(self, core, cora, one):
        Follow.objects.create(member=cora, development=one)
        save(core, one, steps={0: {"on": "14 May 2027"}})
        assert told(cora) == []

    def test_nobody_hears_of_what_readers_do_not_see(self, core, one, follower):
        save(core, one, shown="")
        save(core, type(one).objects.get(pk=one.pk), steps={0: {"on": "14 May 2027"}})
        assert told(follower) == []

    def test_the_same_date_in_other_letters_is_no_move(self, core, one, follower):
        save(core, one, steps={0: {"on": "2027-03"}}, summary="Other words.")
        assert (MilestoneMove.objects.count(), first(one).sequence, told(follower)) == (0, 0, [])

    def test_saving_nothing_changes_nothing(self, core, one):
        before = one.edited_at
        save(core, one)
        one.refresh_from_db()
        assert (one.edited_at, first(one).sequence) == (before, 0)

    def test_a_first_date_is_a_move_too(self, core, one, follower):
        save(core, one, steps={1: {"on": "2029"}})
        move = MilestoneMove.objects.get()
        assert (move.was, str(move.became), told(follower)) == (None, "2029", [("horizon.date_moved", 1)])

    def test_a_new_step_is_no_move(self, core, one, follower):
        save(core, one, more=[desk.step("A code", "2028")])
        assert (one.milestones.count(), MilestoneMove.objects.count(), told(follower)) == (3, 0, [])

    def test_called_off_is_told_and_raises_the_sequence(self, core, one, follower):
        save(core, one, steps={0: {"called_off": "on"}})
        move = MilestoneMove.objects.get()
        assert (str(move.was), move.became, first(one).sequence) == ("2027-03", None, 1)
        assert told(follower) == [("horizon.date_moved", 1)]

    def test_a_form_that_was_open_meanwhile_does_not_bring_the_count_back(self, core, cora, one):
        old = desk.as_typed(one, summary="Written in another tab.", steps={0: {"on": "June 2027"}})
        save(core, one, steps={0: {"on": "14 May 2027"}})
        assert core.post(desk.edit_url(one), old).status_code == 302
        assert (str(first(one).on), first(one).sequence) == ("2027-06", 2)
        assert [(str(move.was), str(move.became)) for move in MilestoneMove.objects.all()] == [
            ("2027-03", "2027-05-14"),
            ("2027-05-14", "2027-06"),
        ]


class TestGone:
    def test_a_deleted_date_is_kept_for_calendars(self, core, one):
        step = first(one)
        save(core, one, gone=[0])
        gone = GoneDate.objects.get()
        assert (gone.uid, gone.what, str(gone.on), gone.sequence) == (step.uid, "Everyone must follow it", "2027-03", 1)
        assert ModelLogEntry.objects.filter(action="horizon.gone").count() == 1

    def test_one_without_a_date_leaves_nothing(self, core, one):
        save(core, one, gone=[1])
        assert (one.milestones.count(), GoneDate.objects.count()) == (1, 0)


class TestStages:
    def test_a_new_stage_is_kept_with_its_day_and_told(self, core, cora, one, follower):
        save(core, one, stage="made", since="19 June 2026")
        change = StageChange.objects.get()
        assert (change.stage, str(change.on), change.by) == ("made", "2026-06-19", cora)
        assert told(follower) == [("horizon.stage_changed", 1)]

    def test_without_a_day_it_is_kept_without(self, core, one):
        save(core, one, stage="made")
        assert StageChange.objects.get().on is None

    def test_the_same_stage_is_no_news(self, core, one, follower):
        save(core, one, summary="Other words.")
        assert (StageChange.objects.count(), told(follower)) == (0, [])


class TestTheActionItself:
    def test_only_the_core_team_may(self, alice, morag, one):
        for member in (alice, morag):
            with pytest.raises(NotAllowed):
                developments.saved(by=member, development=one, before=None)
        assert StageChange.objects.count() == 0

    def test_several_moves_in_one_save_are_one_notice(self, cora, one, follower):
        milestone(one, "A code", "2028-01")
        before = developments.as_it_stands(one)
        for step in one.milestones.all():
            step.on = PartialDate(2031)
            step.save()
        developments.saved(by=cora, development=one, before=before)
        outbox.drain()
        assert MilestoneMove.objects.count() == 3
        assert Notice.objects.filter(recipient=follower).count() == 1

    def test_news_of_it_goes_by_the_day_it_was_saved(self, cora, one):
        type(one).objects.update(edited_at=timezone.now() - dt.timedelta(days=9))
        developments.saved(by=cora, development=one, before=developments.as_it_stands(one))
        one.refresh_from_db()
        assert timezone.now() - one.edited_at < dt.timedelta(minutes=1)
