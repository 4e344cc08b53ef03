"""Who looks after what: reminders, each once; reports and their files; giving leavers' items to another."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms import jobs
from cms.actions import reviews
from cms.models import GuidancePage, ReviewReminder
from members.models import Member
from notifications.models import Notice
from tests.cms import desk
from tests.factories import MemberFactory

TODAY = dt.date(2026, 6, 15)
REPORTS = "/admin/reports/folkmoot"


@pytest.fixture
def author(council):
    return MemberFactory(display_name="Wren Writer", handle="wren", organisation=council, role=Member.Role.AUTHOR)


@pytest.fixture
def home(cora, author, morag):
    return desk.make_desk()


def due(days: int, keeper, title="Guidance", **fields):
    return desk.national(title, keeper=keeper, review_on=TODAY + dt.timedelta(days=days), **fields)


def told(member) -> list[str]:
    return list(Notice.objects.filter(recipient=member, kind="cms.review_due").values_list("subject", flat=True))


class TestReminders:
    def test_stages_are_thirty_days_before_the_day_and_each_thirty_after(self):
        due_on = dt.date(2026, 6, 15)
        stages = {
            days: reviews.stage_on(due_on, due_on - dt.timedelta(days=days))
            for days in (31, 30, 1, 0, -1, -29, -30, -31, -60, -365)
        }
        assert stages == {31: None, 30: 30, 1: 30, 0: 0, -1: 0, -29: 0, -30: -30, -31: -30, -60: -60, -365: -360}

    def test_each_stage_reminds_the_owner_exactly_once_over_400_days(self, home, alice):
        due(40, alice)
        days = [TODAY + dt.timedelta(days=number) for number in range(400)]
        sent = [day for day in days if reviews.remind(today=day)]
        due_on = TODAY + dt.timedelta(days=40)
        assert [(day - due_on).days for day in sent] == [-30, 0, *range(30, 360, 30)]
        assert reviews.remind(today=days[-1]) == 0

    def test_days_of_downtime_are_made_good_by_one_reminder(self, home, alice):
        due(10, alice)
        assert reviews.remind(today=TODAY) == 1
        assert reviews.remind(today=TODAY + dt.timedelta(days=200)) == 1
        assert reviews.remind(today=TODAY + dt.timedelta(days=201)) == 0
        assert list(ReviewReminder.objects.order_by("pk").values_list("stage", flat=True)) == [30, -180]

    def test_a_new_date_starts_again(self, home, alice):
        page = due(5, alice)
        assert reviews.remind(today=TODAY) == 1
        page.review_on = TODAY + dt.timedelta(days=25)
        page.save()
        assert reviews.remind(today=TODAY) == 1

    def test_drafts_ownerless_and_dateless_pages_remind_nobody(self, home, alice):
        due(0, alice, "Draft", live=False)
        due(0, None, "Nobody's")
        desk.national("No date", keeper=alice)
        assert reviews.remind(today=TODAY) == 0
        assert told(alice) == []

    def test_owners_who_do_not_write_are_led_to_the_page_and_writers_to_the_editor(self, home, alice, author):
        first, second = due(0, alice, "First"), due(0, author, "Second")
        reviews.remind(today=TODAY)
        urls = dict(Notice.objects.values_list("subject", "url"))
        assert urls == {"First": first.get_url(), "Second": f"/admin/pages/{second.pk}/edit/"}

    def test_the_scheduler_reminds(self, home, alice):
        desk.national("Today", keeper=alice, review_on=timezone.localdate())
        assert jobs.remind_of_reviews() == 1
        assert told(alice) == ["Today"]


class TestReports:
    def test_review_dates_the_longest_overdue_first(self, client_of, home, cora, alice):
        today = timezone.localdate()
        for days, title in ((5, "Soon"), (-3, "Late"), (-90, "Very late")):
            desk.national(title, keeper=alice, review_on=today + dt.timedelta(days=days))
        rows = client_of(cora).get(f"{REPORTS}/review-dates/").context["rows"]
        assert [(row.title, row.cells[1], row.cells[3], row.urgent) for row in rows] == [
            ("Very late", "Alice Amory", "90 days overdue", True),
            ("Late", "Alice Amory", "3 days overdue", True),
            ("Soon", "Alice Amory", "in 5 days", False),
        ]

    def test_an_author_sees_only_what_they_may_change(self, client_of, home, author, alice):
        mine = desk.national("Mine", owner=author, review_on=TODAY)
        desk.national("Hers", keeper=alice, review_on=TODAY)
        rows = client_of(author).get(f"{REPORTS}/review-dates/").context["rows"]
        assert [row.title for row in rows] == [mine.title]

    def test_who_may_read_which(self, client_of, home, cast, author):
        seen = {}
        for name, viewer in {**cast, "author": author}.items():
            client = client_of(viewer)
            seen[name] = [
                client.get(f"{REPORTS}/{one}/").status_code for one in ("review-dates", "content-checks", "leavers")
            ]
        assert seen == {
            "alice": [302] * 3, "bob": [302] * 3, "charlie": [302] * 3, "anyone": [302] * 3,
            "morag": [200, 200, 302], "author": [200, 200, 302], "cora": [200] * 3,
        }  # fmt: skip
        assert client_of(cast["cora"]).get(f"{REPORTS}/nothing/").status_code == 404

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_files_hold_the_same_and_no_formula_runs(self, client_of, home, cora, kind):
        evil = MemberFactory(display_name='=HYPERLINK("http://evil.example")', handle="evil")
        desk.national("@SUM(A1)", keeper=evil, review_on=TODAY)
        answer = client_of(cora).get(f"{REPORTS}/review-dates/?export={kind}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="review-dates.{kind}"'
        content = b"".join(answer.streaming_content)
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            assert {cell.data_type for row in sheet for cell in row} == {"s"}
            rows = [[cell.value for cell in row] for row in sheet]
        assert rows[0] == ["Title", "Kind", "Owner", "Review by", "When"]
        assert rows[1][0] == "'@SUM(A1)"
        assert rows[1][2] == '\'=HYPERLINK("http://evil.example")'

    def test_queries_do_not_grow_with_the_rows(self, client_of, home, cora, alice, django_assert_max_num_queries):
        def count(many):
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            for number in range(many):
                desk.national(f"Page {many} {number}", keeper=alice, review_on=TODAY)
            client = client_of(cora)
            client.get(f"{REPORTS}/review-dates/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{REPORTS}/review-dates/")
            return len(queries)

        assert count(1) == count(3)


class TestHandingOver:
    @pytest.fixture
    def leaver(self, home, bob):
        bob.standing = Member.Standing.LEFT
        bob.save()
        return bob

    def keys(self, *pages):
        return [f"cms.guidancepage:{page.pk}" for page in pages]

    def test_what_a_leaver_looked_after_goes_to_another_and_is_logged(self, client_of, cora, leaver, alice):
        pages = [desk.national(f"Page {number}", keeper=leaver) for number in range(3)]
        pages[0].summary = "Draft words."
        pages[0].save_revision()
        client = client_of(cora)
        rows = client.get(f"{REPORTS}/leavers/").context["rows"]
        assert [row.title for row in rows] == ["Page 0", "Page 1", "Page 2"]
        answer = client.post(f"{REPORTS}/leavers/", {"items": self.keys(*pages[:2]), "to": alice.pk})
        assert answer.status_code == 302
        keepers = [GuidancePage.objects.get(pk=page.pk).keeper for page in pages]
        assert keepers == [alice, alice, leaver]
        assert GuidancePage.objects.get(pk=pages[0].pk).get_latest_revision_as_object().keeper == alice
        logged = PageLogEntry.objects.filter(action="cms.hand_over")
        assert [(entry.user, entry.data["was"], entry.data["is"]) for entry in logged] == [
            (cora, "Bob Barley", "Alice Amory")
        ] * 2
        assert Notice.objects.get(recipient=alice).kind == "cms.handed_over"

    def test_nothing_chosen_or_nobody_named_is_said_plainly(self, client_of, cora, leaver, alice):
        page = desk.national(keeper=leaver)
        client = client_of(cora)
        for sent in (
            {},
            {"items": self.keys(page)},
            {"to": alice.pk},
            {"items": ["x", "cms.guidancepage:9999"], "to": alice.pk},
            {"items": self.keys(page), "to": leaver.pk},
            {"items": self.keys(page), "to": "%00"},
        ):
            answer = client.post(f"{REPORTS}/leavers/", sent)
            assert (answer.status_code, answer.context["form"].is_valid()) == (200, False)
        page.refresh_from_db()
        assert page.keeper == leaver

    def test_only_the_core_team_hands_over(self, client_of, author, alice, leaver):
        page = desk.national(keeper=leaver)
        for viewer in (author, alice, None):
            client_of(viewer).post(f"{REPORTS}/leavers/", {"items": self.keys(page), "to": alice.pk})
        page.refresh_from_db()
        assert page.keeper == leaver


class TestTheFirstPageOfTheAdmin:
    def test_shows_overdue_reviews_and_law_to_check(self, client_of, home, cora, alice):
        from reference.models import Citation, Provision

        today = timezone.localdate()
        desk.national("Very late", keeper=alice, review_on=today - dt.timedelta(days=9))
        cites = desk.national("Cites old law", keeper=alice)
        law = Provision.objects.create(law="Act 1998", provision="s.1", slug="act-s1", kind="power", changed_on=today)
        Citation.objects.create(provision=law, target=cites, checked_on=today - dt.timedelta(days=1))
        shown = client_of(cora).get("/admin/").content.decode()
        assert "Overdue reviews" in shown
        assert "Very late" in shown
        assert "To check: the law changed" in shown
        assert "Cites old law" in shown

    def test_is_quiet_when_nothing_is_to_be_done(self, client_of, home, cora):
        shown = client_of(cora).get("/admin/").content.decode()
        assert "Overdue reviews" not in shown
        assert "Good to see you, Cora" in shown
