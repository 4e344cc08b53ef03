"""What the horizon is used for, told to the core team by what people did: followers, ticks, threads. And its panels."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest
from django.utils import timezone

from core import outbox
from forum import about
from forum.actions import discussing, posting
from forum.models import PageThread, Thread
from horizon.actions import signals as sending
from horizon.actions import tasks, triage
from horizon.models import Follow
from members import roles
from tests.factories import MemberFactory, OrganisationFactory, SpaceFactory, ThreadFactory
from tests.factories.horizon import DevelopmentFactory, briefing

REPORT = "/admin/reports/folkmoot/horizon/"
HEADINGS = ["Title", "Kind", "Followers", "Organisations that have done each task", "Threads", "Replies"]


@pytest.fixture
def core(cora, client_of):
    roles.set_up_groups()
    return client_of(cora)


@pytest.fixture
def one():
    return DevelopmentFactory(title="A duty to report", topics=["schools"])


@pytest.fixture
def page(one):
    return briefing(
        "What to report", development=one, tasks=[("Name one person", None), ("Write it down", None)], topics=["fire"]
    )


def rows(core) -> list[list[str]]:
    return list(csv.reader(io.StringIO(core.get(f"{REPORT}?export=csv").getvalue().decode())))


def line(core, title: str) -> list[str]:
    (found,) = [row for row in rows(core) if row[0] == title]
    return found[1:]


class TestReach:
    def test_followers_by_each_way_are_counted_once(self, core, one, page, alice, bob, morag, charlie):
        Follow.objects.create(member=alice, development=one)
        Follow.objects.create(member=alice, topic=one.topics.get())
        Follow.objects.create(member=bob, category="law")
        Follow.objects.create(member=morag, topic=page.topics.get())
        Follow.objects.create(member=charlie, development=one)  # does not take part yet
        assert line(core, "A duty to report") == ["Development", "2", "", "0", "0"]
        assert line(core, "What to report")[:2] == ["Briefing", "3"]

    def test_ticks_are_counted_by_task_and_fewer_than_five_are_not_told(self, core, page, council):
        first, second = page.tasks.all()
        sector = council.sector
        for number in range(5):
            member = MemberFactory(organisation=OrganisationFactory(name=f"Body {number}", sector=sector))
            tasks.done(by=member, task=first, page=page)
            if number < 4:
                tasks.done(by=member, task=second, page=page)
        assert line(core, "What to report")[2] == "Name one person: 5; Write it down: fewer than 5"

    def test_nobody_yet_is_said(self, core, page):
        assert line(core, "What to report")[2] == "Name one person: 0; Write it down: 0"

    def test_threads_about_it_and_joined_to_it_with_their_replies(self, core, one, page, alice, bob, space):
        SpaceFactory(name="About pages", for_pages=True)
        thread = discussing.say(
            by=alice, about=about.look_up("page", page.pk, alice), body="What about schools?"
        ).thread
        posting.answer(by=bob, thread=thread, body="They too.")
        joined = ThreadFactory(title="Who reports?", author=alice, space=space)
        PageThread.objects.create(page=page, thread=joined)
        posting.answer(by=bob, thread=joined, body="We do.")
        assert line(core, "What to report")[3:] == ["2", "2"]
        Thread.objects.filter(pk=thread.pk).update(removed_at=timezone.now())
        assert line(core, "What to report")[3:] == ["1", "1"]

    def test_what_readers_do_not_see_is_not_in_it(self, core, page):
        DevelopmentFactory(title="Nobody knows yet", shown=False)
        briefing("Only a draft", development=page.development, publish=False)
        assert {row[0] for row in rows(core)} == {"Title", "A duty to report", "What to report"}

    def test_it_leads_to_the_editors_and_says_what_it_does_not_count(self, core, one, page):
        shown = core.get(REPORT).content.decode()
        assert f'href="/admin/snippets/horizon/development/edit/{one.pk}/"' in shown
        assert f'href="/admin/pages/{page.pk}/edit/"' in shown
        assert "never what they looked at" in shown

    def test_files_have_every_row_and_run_nothing(self, core):
        DevelopmentFactory(title="=1+1")
        book = openpyxl.load_workbook(io.BytesIO(core.get(f"{REPORT}?export=xlsx").getvalue()))
        assert [[cell.value for cell in row][:2] for row in book.active.rows] == [
            ["Title", "Kind"],
            ["'=1+1", "Development"],
        ]
        assert rows(core)[0] == HEADINGS

    @pytest.mark.parametrize("many", [1, 3])
    def test_it_asks_the_same_however_many_there_are(self, core, cora, alice, many, django_assert_num_queries):
        from cms.querysets.reach import of_horizon

        for number in range(many):
            one = DevelopmentFactory(title=f"Number {number}", topics=["schools"])
            page = briefing(f"Briefing {number}", development=one, topics=["fire"])
            PageThread.objects.create(page=page, thread=ThreadFactory(title=f"Thread {number}", author=alice))
        of_horizon(cora)
        with django_assert_num_queries(QUERIES):
            assert len(of_horizon(cora)) == 2 * many

    @pytest.mark.parametrize("who", ["alice", "morag", "charlie"])
    def test_nobody_else_reads_it(self, cast, client_of, page, who):
        roles.set_up_groups()
        response = client_of(cast[who]).get(REPORT, follow=True)
        assert "What to report" not in response.content.decode()


QUERIES = 13


class TestPanels:
    def panels(self, client) -> dict[str, list[str]]:
        """Heading → the titles that stand below it."""
        html = client.get("/admin/").content.decode()
        found = {}
        for part in html.split("<section")[1:]:
            heading = re.search(r"<h2[^>]*>(.*?)</h2>", part, re.DOTALL)
            if heading and "title-wrapper" in part:
                words = re.sub(r"<[^>]+>", " ", heading[1])
                found[" ".join(words.split())] = re.findall(r'title-wrapper"><a href="[^"]*">([^<]*)</a>', part)
        return found

    def signal(self, alice, title):
        import uuid

        return sending.send(
            by=alice, title=title, where_seen="A letter", why_it_matters="It does.", once_key=uuid.uuid4()
        )

    def test_the_core_team_sees_what_waits_for_it(self, core, cora, alice):
        today = timezone.localdate()
        self.signal(alice, "New signal")
        triage.decline(by=cora, signal=self.signal(alice, "Old signal"), reason="Known.")
        DevelopmentFactory(title="Look again", recheck_on=today)
        DevelopmentFactory(title="Not yet", recheck_on=today + dt.timedelta(days=1))
        passed = DevelopmentFactory(title="Did it?", stage="bill", steps=[("Was to begin", "2026-03")])
        passed.milestones.update(confirmed=False)
        done = DevelopmentFactory(title="Long done", stage="done", steps=[("Began", "2016")])
        done.milestones.update(confirmed=False)
        outbox.drain()
        shown = self.panels(core)
        assert {name: shown.get(name) for name in NAMES} == dict(
            zip(NAMES, (["New signal"], ["Look again"], ["Did it?"]), strict=True)
        )

    def test_the_second_column_is_called_what_it_holds(self, core, alice):
        self.signal(alice, "New signal")
        DevelopmentFactory(title="Look again", recheck_on=timezone.localdate())
        passed = DevelopmentFactory(title="Did it?", stage="bill", steps=[("Was to begin", "2026-03")])
        passed.milestones.update(confirmed=False)
        columns = re.findall(r"<th>Title</th><th>([^<]*)</th>", core.get("/admin/").content.decode())
        assert columns == ["State", "Owner", "Date"]

    def test_nothing_to_do_shows_no_panel(self, core):
        assert not set(NAMES) & set(self.panels(core))

    def test_moderators_see_none_of_it(self, morag, client_of, alice):
        roles.set_up_groups()
        self.signal(alice, "New signal")
        assert "New signal" not in client_of(morag).get("/admin/").content.decode()


NAMES = ("Signals to decide on", "Developments to check again", "Dates that passed unconfirmed")
