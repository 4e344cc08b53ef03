"""A briefing says first whether it changes what this reader does, then what, for whom, by when, and on whose word."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import caching
from forum.models import PageThread
from horizon.briefings import banners, reader_of, verdicts
from horizon.models import BriefingAnswer, BriefingLink, BriefingPage, BriefingSource, HorizonIndexPage
from horizon.querysets.briefings import sectors
from members.models import Duty
from tests.factories import SectorFactory, ThreadFactory, knowledge
from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon, milestone

TODAY = dt.date(2026, 6, 15)
pytestmark = pytest.mark.django_db


@pytest.fixture
def nothing_kept(settings):
    settings.ANONYMOUS_CACHE = False


@pytest.fixture
def police(db):
    return SectorFactory(name="Police and justice", colour="police", in_words="a police force")


@pytest.fixture
def page(council, police):
    """Answers, meanings and a date for councils, for the police and for everybody else."""
    return briefing(
        answers=[(council.sector, "yes", "You run it."), (police, "not_yet", "Wait."), (None, "no", "As before.")],
        meanings=[(council.sector, "", "Councils do."), (police, "", "Police do."), (None, Duty.DPO, "You sign.")],
        chance="Less paper.", threat="More delay.", confidence_why="We read the Act.",
        development=DevelopmentFactory(
            title="Complaints come to us", sectors=[council.sector], steps=[("It applies", "2199-05")]
        ),
    )  # fmt: skip


def text_of(response) -> str:
    """What a page says in its main part, as words."""
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    words = re.sub(r"<(script|svg).*?</\1>|<[^>]+>", " ", main, flags=re.DOTALL)
    return " ".join(html.unescape(words).split())


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0].strip()


class TestTheAnswerFirst:
    def test_a_member_sees_their_own_sectors_answer_and_the_others_folded(self, client_of, alice, page):
        got = client_of(alice).get(page.url)
        assert (got.context["verdict"].words, got.context["verdict"].why) == ("Yes", "You run it.")
        assert [one.who for one in got.context["other_verdicts"]] == ["Police and justice", "Everybody else"]
        shown = got.content.decode()
        folded = between(shown, 'aria-labelledby="answer"', "</section>")
        assert "<details" in folded
        assert 'name="sector"' not in folded

    def test_a_stranger_sees_everybody_else_and_can_choose(self, client, page, police, nothing_kept):
        got = client.get(page.url)
        assert (got.context["verdict"].who, got.context["verdict"].words) == ("Everybody else", "No")
        part = between(got.content.decode(), 'aria-labelledby="answer"', "</section>")
        assert ("<details" in part, f'value="{police.slug}"' in part) == (False, True)
        chosen = client.get(page.url, {"sector": police.slug})
        assert (chosen.context["verdict"].who, chosen.context["verdict"].words) == ("Police and justice", "Not yet")
        assert "the sector you chose" in text_of(chosen)
        assert f'value="{police.slug}" selected' in chosen.content.decode()

    def test_a_sector_that_is_not_named_is_among_everybody_else(self, client_of, bob, page):
        got = client_of(bob).get(page.url)
        assert (got.context["verdict"].who, got.context["verdict"].why) == ("Everybody else", "As before.")
        assert "this includes your sector, voluntary and community" in text_of(got)

    def test_a_member_may_look_as_another_sector(self, client_of, alice, page, police):
        got = client_of(alice).get(page.url, {"sector": police.slug})
        assert got.context["verdict"].words == "Not yet"
        assert [one.text for one in got.context["own_meanings"]] == ["Police do."]

    @pytest.mark.parametrize("value", ["none", "%00", "\x00", "a" * 3000, "1 OR 1", "<b>", ""])
    def test_a_sector_that_is_none_is_everybody_else(self, client, page, value, nothing_kept):
        got = client.get(page.url, {"sector": value})
        assert (got.status_code, got.context["verdict"].who) == (200, "Everybody else")

    def test_without_any_answer_the_page_goes_on_without_that_part(self, client, nothing_kept):
        got = client.get(briefing().url)
        assert (got.status_code, 'id="answer"' in got.content.decode()) == (200, False)

    def test_one_answer_for_all_is_for_everybody(self, client_of, alice):
        page = briefing(answers=[(None, "no", "Nothing.")])
        got = client_of(alice).get(page.url)
        assert got.context["verdict"].who == "Everybody"
        assert "Other sectors" not in text_of(got)

    def test_without_one_for_everybody_else_a_stranger_sees_the_list(self, client, council, nothing_kept):
        got = client.get(briefing(answers=[(council.sector, "yes", "You run it.")]).url)
        assert (got.context["verdict"], [one.why for one in got.context["other_verdicts"]]) == (None, ["You run it."])
        assert "You run it." in text_of(got)


class TestWhatItMeans:
    def test_own_sector_and_own_roles_come_first(self, client_of, alice, page):
        alice.duties = [Duty.DPO.value]
        alice.save()
        got = client_of(alice).get(page.url)
        own, others = got.context["own_meanings"], got.context["other_meanings"]
        assert [(one.who, one.whose) for one in own] == [
            ("Local government", "Your sector"), ("Data protection officer", "Your role"),
        ]  # fmt: skip
        assert [one.text for one in others] == ["Police do."]

    def test_a_stranger_sees_all_of_it_unfolded(self, client, page, nothing_kept):
        got = client.get(page.url)
        part = between(got.content.decode(), 'aria-labelledby="means"', "</section>")
        assert ("<details" in part, part.count("<dt>")) == (False, 3)


class TestTheOrder:
    def test_of_its_parts(self, client, page, nothing_kept):
        parts = re.findall(r'<h2 id="([a-z]+)">', client.get(page.url).content.decode())
        assert parts == ["answer", "changing", "means", "chance", "tasks", "sources", "related"]

    def test_the_page_leads_to_each_of_them(self, client_of, alice, page):
        shown = client_of(alice).get(page.url).content.decode()
        targets = re.findall(r'href="#([a-z]+)"', between(shown, 'class="on-page"', "</nav>"))
        assert targets == ["answer", "changing", "means", "chance", "tasks", "sources", "discussion"]
        assert [f'id="{name}"' in shown for name in targets] == [True] * 7

    def test_sources_are_numbered_and_say_what_they_are(self, client, page, nothing_kept):
        page.sources = [
            BriefingSource(title="The Act", url="https://example.org/act", official=True, checked_on=TODAY),
            BriefingSource(title="A newspaper", reported=True),
            BriefingSource(title="A blog", url="https://example.org/blog"),
        ]
        page.save_revision().publish()
        text = between(text_of(client.get(page.url)), "We read the Act.", "This is information")
        shown = ("Official The Act Checked 15 June 2026", "Reported A newspaper Not yet checked")
        assert text == " ".join((*shown, "Published A blog Not yet checked"))

    def test_words_are_explained(self, client, nothing_kept):
        knowledge.TermFactory(term="Controller", definition="Who decides why and how.")
        page = briefing(changing=[("text", "<p>Each controller answers.</p>")])
        assert "Who decides why and how." in client.get(page.url).content.decode()

    def test_tasks_stand_by_their_dates_those_without_one_last(self, client, nothing_kept):
        page = briefing(tasks=[("Third", None), ("Second", dt.date(2027, 5, 1)), ("First", dt.date(2027, 4, 1))])
        assert [row.task.title for row in client.get(page.url).context["rows"]] == ["First", "Second", "Third"]

    def test_nothing_to_do_says_why(self, client, nothing_kept):
        page = briefing(tasks=(), no_action="The flow of data goes on as before.")
        assert "Nothing to do. The flow of data goes on as before." in text_of(client.get(page.url))


class TestTheDevelopment:
    def test_gives_its_next_date_and_whom_it_touches(self, client, page, nothing_kept):
        text = text_of(client.get(page.url))
        assert "Applies May 2199 , in " in text
        assert "About Complaints come to us : its dates" in text

    @pytest.mark.parametrize(
        "steps, said",
        [
            ([("It applied", "2018-05-25", {})], {"called": "Applies since", "date": "25 May 2018", "beside": ""}),
            (
                [("Passed", "2026-04-29", {"kind": "made"}), ("It begins", "", {"kind": "in_force"})],
                {"called": "Takes effect", "date": "No date yet", "beside": "not confirmed"},
            ),
            ([("Some day", "", {})], {"called": "Applies", "date": "No date yet", "beside": "not confirmed"}),
            ([("Once", "2027", {"confirmed": False})], {"called": "Applies", "date": "2027", "beside": "expected, "}),
            ([("Off", "2199", {"called_off": True})], None),
            ([], None),
        ],
    )
    def test_says_no_more_of_dates_than_is_known(self, rf, steps, said, anyone):
        from horizon.briefings import _takes_effect

        development = DevelopmentFactory()
        for what, on, fields in steps:
            milestone(development, what, on, **fields)
        found = _takes_effect(development, TODAY)
        if said is None:
            assert found is None
        else:
            found["beside"] = found["beside"].split("in ")[0]
            assert {name: found[name] for name in said} == said

    def test_that_readers_do_not_see_is_named_nowhere(self, client, client_of, cora, council, nothing_kept):
        hidden = DevelopmentFactory(
            title="Kvxq secret", shown=False, sectors=[council.sector], steps=[("Kvxq day", "2199-05")]
        )
        page = briefing(development=hidden)
        shown = client.get(page.url).content.decode().lower()
        assert ["kvxq" in shown, "2199" in shown, ">impact<" in shown] == [False] * 3
        assert "kvxq" in client_of(cora).get(page.url).content.decode().lower()


class TestBanners:
    def said(self, rf, **fields) -> list[str]:
        shown = {"checked": fields.pop("checked", "checked"), "steps": fields.pop("steps", [("It applies", "2199")])}
        confirmed = fields.pop("confirmed", True)
        development = DevelopmentFactory(**shown)
        development.milestones.update(confirmed=confirmed)
        development = type(development).objects.get(pk=development.pk)
        page = BriefingPage(title="T", development=development, **fields)
        return [one.lead for one in banners(page, development, rf.get("/"), TODAY)]

    def test_nothing_is_said_of_what_is_sure_and_fresh(self, rf):
        assert self.said(rf, expires_on=TODAY + dt.timedelta(days=1), review_on=TODAY) == []

    def test_what_ran_out_says_so_and_nothing_else(self, rf):
        assert self.said(rf, expires_on=TODAY, review_on=dt.date(2026, 1, 1), checked="planned") == [
            "This may be out of date."
        ]

    @pytest.mark.parametrize(
        "checked, lead",
        [
            ("expected", "Expected, not confirmed."), ("planned", "Planned, not confirmed."),
            ("not_yet", "Not confirmed."),
        ],
    )  # fmt: skip
    def test_facts_that_are_not_checked_say_so(self, rf, checked, lead):
        assert self.said(rf, checked=checked) == [lead]

    def test_a_next_date_that_nobody_confirmed_says_so(self, rf):
        assert self.said(rf, confirmed=False) == ["Not confirmed."]
        assert self.said(rf, confirmed=False, steps=[("Done", "2018-05-25")]) == []

    def test_a_check_that_is_overdue_says_so(self, rf):
        assert self.said(rf, review_on=TODAY - dt.timedelta(days=1)) == ["Due to be checked again."]

    def test_they_stand_on_the_page(self, client, nothing_kept):
        page = briefing(expires_on=timezone.localdate())
        assert "This may be out of date. It ran out on" in text_of(client.get(page.url))


class TestWhatGoesWithIt:
    def test_pages_the_reader_may_see_by_kind_in_the_order_chosen(self, client, client_of, alice, nothing_kept):
        page = briefing()
        story, guide, draft = (
            knowledge.story("A story"),
            knowledge.guidance("A guide"),
            knowledge.news("A", publish=False),
        )
        shut, other = knowledge.guidance("For members"), briefing("Another briefing")
        PageViewRestriction.objects.create(page=shut, restriction_type="login")
        page.links = [BriefingLink(page=one, sort_order=n) for n, one in enumerate((guide, story, draft, shut, other))]
        page.save_revision().publish()

        def shown(reader):
            return [(kind, [one.title for one in pages]) for kind, pages in reader.get(page.url).context["linked"]]

        public = [("Guidance", ["A guide"]), ("Story", ["A story"]), ("Briefing", ["Another briefing"])]
        assert shown(client) == public
        assert shown(client_of(alice)) == [("Guidance", ["A guide", "For members"]), *public[1:]]

    def test_threads_the_reader_may_read(self, client, client_of, alice, space, members_space, nothing_kept):
        page = briefing()
        threads = [ThreadFactory(title=f"In {one.name}", space=one) for one in (space, members_space)]
        page.thread_links = [PageThread(thread=one) for one in threads]
        page.save_revision().publish()
        texts = [text_of(reader.get(page.url)) for reader in (client, client_of(alice))]
        assert [["In Lawful" in text, "In Safeguarding" in text] for text in texts] == [[True, False], [True, True]]

    def test_it_can_be_discussed(self, client_of, alice, page):
        assert f"/forum/about/page/{page.pk}/" in client_of(alice).get(page.url).content.decode()

    def test_its_owner_is_named_as_far_as_they_show_themselves(self, client, page, alice, nothing_kept):
        page.keeper = alice
        page.save_revision().publish()
        assert "Looked after by Alice Amory, Thornmere District Council" in text_of(client.get(page.url))
        alice.show_name = "members"
        alice.save()
        assert "Looked after by The core team" in text_of(client.get(page.url))


class TestPreview:
    def shown(self, page, cora) -> str:
        request = RequestFactory().get("/horizon/new/")
        request.user = cora
        return page.make_preview_request(request, page.default_preview_mode).content.decode()

    def test_of_a_page_never_saved(self, cora, council):
        make_horizon()
        page = BriefingPage(title="Never saved", slug="never", summary="Not yet.", changing=[("text", "<p>Words.</p>")])
        page.answers = [BriefingAnswer(answer="yes", why="It does.")]
        page.sources = [BriefingSource(title="The Act", url="https://example.org")]
        shown = self.shown(page, cora)
        assert "Nobody else can see this yet." in shown
        assert [words for words in ("It does.", "The Act", "Words.") if words in shown] == [
            "It does.",
            "The Act",
            "Words.",
        ]

    def test_of_one_with_all_its_parts_offers_no_tick(self, cora, page):
        page.live = False
        shown = self.shown(page, cora)
        assert "Organisations tick this once it is published." in shown
        assert "We have done this" not in shown

    def test_says_when_it_is_planned(self, cora):
        page = briefing(publish=False)
        page.go_live_at = dt.datetime(2199, 7, 1, 8, 0, tzinfo=dt.UTC)
        assert "It is planned for Monday 1 July 2199, 09:00." in self.shown(page, cora)

    def test_in_the_editor_before_the_first_save(self, client_of, cora):
        from tests.horizon.test_publishing import READY, form_of

        index, development = make_horizon(), DevelopmentFactory()
        client = client_of(cora)
        from members import roles

        roles.set_up_groups()
        url = f"/admin/pages/add/horizon/briefingpage/{index.pk}/preview/"
        assert client.post(url, form_of(development=development.pk, **READY)).json()["is_valid"] is True
        got = client.get(url)
        assert (got.status_code, "Name one person" in got.content.decode()) == (200, True)


class TestWhatItCosts:
    def cost(self, client, url: str, forget) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def test_the_same_for_one_row_of_each_as_for_three(self, client_of, alice, council, police, forget, space):
        def make(title, many):
            page = briefing(
                title, tasks=[(f"Task {n}", None) for n in range(many)],
                answers=[(SectorFactory(), "yes", "Why.") for _ in range(many)],
                meanings=[(SectorFactory(), "", "Text.") for _ in range(many)],
                changes=[(knowledge.ProvisionFactory(), "New.") for _ in range(many)],
                topics=[f"{title} {n}" for n in range(many)], keeper=alice,
                development=DevelopmentFactory(steps=[(f"Step {n}", "2199") for n in range(many)]),
            )  # fmt: skip
            page.links = [BriefingLink(page=knowledge.guidance(f"{title} {n}")) for n in range(many)]
            page.thread_links = [PageThread(thread=ThreadFactory(space=space)) for _ in range(many)]
            page.sources = [BriefingSource(title="S", url="https://example.org") for _ in range(many)]
            page.save_revision().publish()
            return page

        client = client_of(alice)
        costs = [self.cost(client, make(f"Page {many}", many).url, forget) for many in (1, 3)]
        assert costs[0] == costs[1]
        assert costs[0] <= 32

    def test_nothing_for_the_anonymous_when_kept_also_by_sector(self, client, page, council, settings):
        settings.ANONYMOUS_CACHE = True
        for query in ({}, {"sector": council.sector.slug}):
            client.get(page.url, query)
            with CaptureQueriesContext(connection) as seen:
                got = client.get(page.url, query)
            assert (got.status_code, len(seen)) == (200, 0)

    @pytest.mark.parametrize("act", ["publish", "development", "provision"])
    def test_a_kept_page_is_made_anew_when_what_it_shows_changes(
        self, client, page, act, settings, django_capture_on_commit_callbacks
    ):
        settings.ANONYMOUS_CACHE = True
        client.get(page.url)
        with django_capture_on_commit_callbacks(execute=True):
            if act == "publish":
                page.title = "Another title"
                page.save_revision().publish()
            else:
                caching.touch({"development": f"development:{page.development_id}", "provision": "law"}[act])
        with CaptureQueriesContext(connection) as seen:
            got = client.get(page.url)
        assert len(seen) > 0
        assert ("Another title" in got.content.decode()) == (act == "publish")


def test_the_reader_is_whoever_works_there(alice, anyone, council, police):
    found = sectors()
    assert reader_of({}, alice, found).sector == council.sector
    assert reader_of({"sector": police.slug}, alice, found).picked
    assert reader_of({}, anyone, found).sector is None
    alice.organisation = None
    assert reader_of({}, alice, found).sector is None


def test_answers_stand_in_the_order_of_sectors(page, anyone):
    found = sectors()
    _first, others = verdicts(page, reader_of({}, anyone, found), found)
    order = [sector.name for sector in found.values()]
    assert [one.who for one in others] == sorted((one.who for one in others), key=order.index)
    assert HorizonIndexPage.objects.count() == 1
