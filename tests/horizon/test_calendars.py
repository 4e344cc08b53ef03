"""Calendars for anybody, and a member's own: what stands in them, what is cancelled, what is never told."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from core.calendars import personal_entries
from core.dates import PartialDate
from horizon.actions import developments, tasks
from horizon.models import Category, Development, Follow, GoneDate, Milestone
from members.actions import give_calendar_address
from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, briefing, milestone
from tests.parts.calendars import read

pytestmark = pytest.mark.django_db
JUNE = PartialDate(2027, 6, 1)
ALL = "/horizon/calendar.ics"
SOON = dt.timedelta(days=20)


def calendar(client, url=ALL):
    cache.clear()
    response = client.get(url)
    assert response.status_code == 200
    return read(response.content)


@pytest.fixture
def one():
    return DevelopmentFactory(
        title="A duty to report", slug="a-duty", category="law", topics=["schools"],
        steps=[("Everyone must follow it", "2027-03-14"), ("The regulator looks", "2028-05"), ("Review", "")],
    )  # fmt: skip


@pytest.fixture
def mine(alice, client_of):
    """Fetches alice's own calendar as a calendar program does: without a session."""
    url = give_calendar_address(by=alice).get_absolute_url()
    return lambda: calendar(client_of(None), url)


def change(one, cora, **fields) -> Milestone:
    """The first date of a development, changed by the core team."""
    before = developments.as_it_stands(one)
    step = one.milestones.order_by("sort_order").first()
    for name, value in fields.items():
        setattr(step, name, value)
    step.save()
    developments.saved(by=cora, development=one, before=before)
    return step


class TestWhatStandsInThem:
    def test_dates_of_a_day_a_month_and_none(self, client, one):
        found = calendar(client)
        assert [(event.title, event.start.isoformat()) for event in found.events] == [
            ("A duty to report: Everyone must follow it", "2027-03-14"),
            ("A duty to report: The regulator looks (some time in May 2028)", "2028-05-01"),
        ]
        event = found.events[0]
        assert (event.url, event.categories) == ("http://testserver/horizon/developments/a-duty/", ["Law"])
        assert event.description == "What changes, in plain words.\n\nLaw. Applies."
        assert event.uid == str(one.milestones.first().uid)

    def test_what_nobody_has_confirmed_is_expected_until_it_is_past(self, client, one):
        """A minute before and after midnight in London, where in summer the server's day ends an hour later."""
        Milestone.objects.update(confirmed=False)
        Milestone.objects.filter(on="2027-03-14").update(on=PartialDate(2027, 6, 14))
        titles = []
        for now in ("2027-06-14 22:59Z", "2027-06-14 23:01Z"):
            with time_machine.travel(now):
                titles.append(calendar(client).titles()[0])
        assert titles == [
            "A duty to report: Everyone must follow it (expected)",
            "A duty to report: Everyone must follow it (not confirmed)",
        ]

    def test_what_is_over_for_a_year_is_left_out(self, client, one):
        for day in ("2025-06-13", "2025-06-14", "2025-05", "2025-06", "2024", "2025"):
            milestone(one, f"In {day}", day)
        with time_machine.travel("2026-06-14 12:00Z"):
            found = calendar(client)
        assert [event.start.isoformat() for event in found.events] == [
            "2025-06-01", "2025-06-14", "2025-12-31", "2027-03-14", "2028-05-01"
        ]  # fmt: skip

    def test_a_year_stands_on_its_last_day_so_that_it_is_not_past_while_it_may_come(self, client):
        DevelopmentFactory(title="A code", steps=[("Begins", "2026")])
        with time_machine.travel("2026-11-22 12:00Z"):
            (event,) = calendar(client).events
        assert (event.title, event.start.isoformat()) == ("A code: Begins (some time in 2026)", "2026-12-31")

    def test_each_calendar_has_its_own(self, client, one):
        DevelopmentFactory(title="Another", topics=["fire"], steps=[("Begins", "2029")])
        assert len(calendar(client).events) == 3
        assert calendar(client, "/horizon/calendar/fire.ics").titles() == ["Another: Begins (some time in 2029)"]
        assert len(calendar(client, "/horizon/developments/a-duty/calendar.ics").events) == 2
        names = [calendar(client, url).properties["name"] for url in (ALL, "/horizon/calendar/fire.ics")]
        assert names == ["Horizon", "Horizon: Fire"]

    def test_a_topic_of_a_briefing_leads_to_the_dates_it_tells_of(self, client, one):
        briefing("What to report", development=one, topics=["reporting"])
        briefing(
            "A draft", development=DevelopmentFactory(steps=[("Begins", "2029")]), topics=["reporting"], publish=False
        )
        assert len(calendar(client, "/horizon/calendar/reporting.ics").events) == 2

    def test_what_is_not_there_is_404(self, client, one):
        urls = (
            "/horizon/calendar/nothing.ics",
            "/horizon/developments/nothing/calendar.ics",
            "/horizon/calendar/A_.ics",
        )
        assert [client.get(url).status_code for url in urls] == [404, 404, 404]

    @pytest.mark.parametrize("many", [1, 3])
    def test_however_many_there_are_it_asks_the_same(self, client, many, django_assert_num_queries):
        for number in range(many):
            DevelopmentFactory(title=f"Number {number}", steps=[("Begins", "2027"), ("Ends", "")])
        with django_assert_num_queries(4):
            client.get(ALL)


class TestChanges:
    def test_a_moved_date_moves_with_a_higher_count(self, client, cora, one):
        yesterday = timezone.now() - dt.timedelta(days=1)
        Development.objects.update(edited_at=yesterday)
        Milestone.objects.update(edited_at=yesterday)
        before = calendar(client).by_title("A duty to report: Everyone")
        change(one, cora, on=JUNE)
        after = calendar(client).by_title("A duty to report: Everyone")
        assert (after.uid, after.start, after.sequence) == (before.uid, dt.date(2027, 6, 1), before.sequence + 1)
        assert after.modified > before.modified

    def test_called_off_stays_as_cancelled(self, client, cora, one):
        change(one, cora, called_off=True)
        event = calendar(client).by_title("A duty to report: Everyone")
        assert (event.status, event.sequence, event.start) == ("CANCELLED", 1, dt.date(2027, 3, 14))

    def test_one_that_has_no_date_any_more_is_cancelled_on_its_old_one(self, client, cora, one):
        change(one, cora, on=None)
        event = calendar(client).by_title("A duty to report: Everyone")
        assert (event.status, event.sequence, event.start) == ("CANCELLED", 1, dt.date(2027, 3, 14))

    def test_a_deleted_one_is_cancelled_for_180_days(self, client, cora, one):
        before = developments.as_it_stands(one)
        step = one.milestones.first()
        step.delete()
        developments.saved(by=cora, development=one, before=before)
        event = calendar(client).by_title("A duty to report: Everyone")
        assert (event.uid, event.status, event.sequence) == (str(step.uid), "CANCELLED", 1)
        GoneDate.objects.update(gone_at=timezone.now() - dt.timedelta(days=181))
        assert calendar(client).titles() == ["A duty to report: The regulator looks (some time in May 2028)"]


class TestKeeping:
    @pytest.fixture(autouse=True)
    def keeping(self, settings):
        settings.ANONYMOUS_CACHE = True

    def test_the_same_calendar_is_fetched_once(self, client, one):
        first = client.get(ALL)
        for _ in range(2):  # made anew, and from what is kept
            assert client.get(ALL, headers={"If-None-Match": first["ETag"]}).status_code == 304
            cache.clear()

    def test_a_kept_calendar_is_served_without_a_query(self, client, one, django_assert_num_queries):
        first = client.get(ALL)
        with django_assert_num_queries(0):
            assert client.get(ALL).content == first.content
            assert client.get(ALL, headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_a_change_is_seen_at_once(self, client, cora, one, django_capture_on_commit_callbacks):
        first = client.get(ALL)
        with django_capture_on_commit_callbacks(execute=True):
            change(one, cora, on=JUNE)
        again = client.get(ALL, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again["ETag"] == first["ETag"]) == (200, False)

    def test_a_shared_cache_keeps_nothing_the_core_team_sees(self, client_of, cora, one):
        assert client_of(cora).get(ALL)["Cache-Control"].startswith("private")

    @pytest.mark.parametrize(
        "now", ["2027-03-28 00:30Z", "2027-03-28 01:30Z", "2027-10-31 00:30Z", "2027-06-30 23:30Z"]
    )
    def test_no_hour_of_the_year_moves_a_date(self, client, one, now):
        for day in ("2027-03-28", "2027-10-31", "2027-07-01"):
            milestone(one, f"On {day}", day)
        with time_machine.travel(now):
            found = calendar(client)
        for day in ("2027-03-28", "2027-10-31", "2027-07-01"):
            assert found.by_title(f"A duty to report: On {day}").start.isoformat() == day


class TestLeaks:
    @pytest.fixture
    def hidden(self, one):
        return DevelopmentFactory(
            title="Quokka plan", slug="quokka", shown=False, topics=["quokka", "schools"],
            steps=[("Begins", "2027-01-01")],
        )  # fmt: skip

    @pytest.mark.parametrize("who", ["anyone", "alice", "charlie", "morag"])
    def test_what_readers_do_not_see_stands_in_no_calendar(self, cast, client_of, hidden, who):
        browser = client_of(cast[who])
        for url in (ALL, "/horizon/calendar/schools.ics"):
            assert calendar(browser, url).titles() == [
                "A duty to report: Everyone must follow it",
                "A duty to report: The regulator looks (some time in May 2028)",
            ]
        for url in ("/horizon/calendar/quokka.ics", "/horizon/developments/quokka/calendar.ics"):
            assert browser.get(url).status_code == 404

    def test_the_core_team_sees_it(self, cora, client_of, hidden):
        assert len(calendar(client_of(cora)).events) == 3
        assert len(calendar(client_of(cora), "/horizon/calendar/quokka.ics").events) == 1

    def test_nor_in_the_own_calendar_of_who_follows_it(self, alice, mine, hidden):
        Follow.objects.create(member=alice, development=hidden)
        assert mine().titles() == []

    def test_nor_does_a_draft_or_private_briefing_tell_its_tasks(self, alice, mine):
        due = timezone.localdate() + SOON
        briefing("Quokka draft", tasks=[("Feed the quokka", due)], publish=False)
        private = briefing("Quokka private", tasks=[("Pat the quokka", due)])
        private.view_restrictions.create(restriction_type="groups")
        assert mine().titles() == []


class TestTheOwnCalendar:
    @pytest.mark.parametrize("what", ["development", "topic", "category"])
    def test_what_a_member_follows_stands_in_it_once(self, alice, mine, one, what):
        DevelopmentFactory(title="Not followed", category="court", steps=[("Begins", "2027")])
        follows = {"development": one, "topic": one.topics.get(), "category": Category.LAW}
        Follow.objects.create(member=alice, **{what: follows[what]})
        assert [title.split(":")[0] for title in mine().titles()] == ["A duty to report"] * 2

    def test_following_it_in_every_way_still_shows_it_once(self, alice, mine, one):
        for follow in ({"development": one}, {"topic": one.topics.get()}, {"category": Category.LAW}):
            Follow.objects.create(member=alice, **follow)
        assert len(mine().events) == 2

    def test_tasks_of_my_organisation_stand_in_it_until_they_are_done(self, alice, bob, cora, mine, one):
        due = timezone.localdate() + SOON
        page = briefing("What to report", development=one, tasks=[("Name one person", due), ("Some day", None)])
        (event,) = mine().events
        assert (event.title, event.start) == ("To do: Name one person", due)
        assert (event.url, event.description) == (f"http://testserver{page.url}", "From: What to report")
        tasks.done(by=bob, task=page.tasks.first(), page=page)  # at another organisation
        assert len(mine().events) == 1
        tasks.done(by=alice, task=page.tasks.first(), page=page)
        assert mine().events == []

    def test_a_task_that_moved_has_a_higher_count(self, mine):
        due = timezone.localdate() + SOON
        page = briefing("What to report", tasks=[("Name one person", due)])
        (before,) = mine().events
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
            task = page.tasks.get()
            task.due_on = due + SOON
            page.tasks = [task]
            page.save_revision().publish()
            (after,) = mine().events
        assert (after.uid, after.start) == (before.uid, due + SOON)
        assert after.sequence > before.sequence

    def test_a_copy_of_a_briefing_brings_its_own_tasks(self, mine):
        due = timezone.localdate() + SOON
        page = briefing("What to report", tasks=[("Name one person", due)])
        page.copy(update_attrs={"slug": "again", "title": "Again"}, keep_live=True)
        assert len(mine().events) == 2

    def test_what_concerns_other_sectors_only_is_left_out(self, mine):
        fire = SectorFactory(name="Fire and rescue")
        due = timezone.localdate() + SOON
        answers = [(fire, "yes", "You run it."), (None, "no", "Not you.")]
        briefing("For fire", tasks=[("Test it", due)], answers=answers)
        assert mine().titles() == []

    @pytest.mark.parametrize("many", [1, 3])
    def test_however_much_it_is_it_asks_the_same(self, alice, many, django_assert_num_queries):
        Follow.objects.create(member=alice, category=Category.LAW)
        for number in range(many):
            briefing(f"Number {number}", development=DevelopmentFactory(steps=[("Begins", "2027")]),
                     tasks=[("Do it", timezone.localdate() + SOON)])  # fmt: skip
        member = type(alice).objects.select_related("organisation").get(pk=alice.pk)
        with django_assert_num_queries(QUERIES):
            assert len(personal_entries(member)) == 2 * many


QUERIES = 11  # two of them ask what one booked


def test_nothing_at_all_is_still_a_calendar(client):
    Development.objects.all().delete()
    assert calendar(client).events == []
