"""The core team's editor of developments: what it takes, what it asks, who gets in."""

import csv
import io

import openpyxl
import pytest

from core.dates import HOW
from horizon.models import Development, StageChange
from members.models import Duty
from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, briefing
from tests.factories.knowledge import ProvisionFactory
from tests.horizon import desk


@pytest.fixture
def core(cora, client_of):
    desk.set_up()
    return client_of(cora)


def errors_of(response) -> dict:
    return dict(response.context["form"].errors)


class TestSaving:
    def test_a_development_is_saved_with_its_dates_and_sources(self, core):
        sector = SectorFactory(name="Housing")
        response = core.post(
            desk.ADD,
            desk.typed(
                title="A duty to report", steps=[desk.step("Bill", "March 2027"), desk.step("In force", "14/3/2028")],
                sources=[{"title": "The Bill", "url": "https://bills.example.org/1", "checked_on": ""}],
                sectors=[sector.pk], duties=[Duty.DPO, Duty.SIRO], topics="housing, debt", stage="bill",
                since="May 2026",
            ),
        )  # fmt: skip
        assert response.status_code == 302
        made = Development.objects.get()
        assert (made.slug, made.duties, list(made.sectors.all())) == ("a-duty-to-report", ["dpo", "siro"], [sector])
        assert [(str(one.on), one.first_day.isoformat()) for one in made.milestones.all()] == [
            ("2027-03", "2027-03-01"),
            ("2028-03-14", "2028-03-14"),
        ]
        assert sorted(made.topics.names()) == ["debt", "housing"]
        assert [(one.stage, str(one.on)) for one in StageChange.objects.all()] == [("bill", "2026-05")]

    def test_a_date_nobody_can_read_is_refused_in_plain_words_and_nothing_is_lost(self, core):
        response = core.post(desk.ADD, desk.typed(steps=[desk.step("Bill", "next spring")]))
        assert response.status_code == 200
        said = response.context["form"].formsets["milestones"].errors
        assert said == [{"on": [f"“next spring” is no date we can read. {HOW}"]}]
        assert 'value="next spring"' in response.content.decode()
        assert Development.objects.count() == 0

    def test_a_source_without_an_address_must_be_marked_as_reported(self, core):
        response = core.post(desk.ADD, desk.typed(sources=[{"title": "Somebody said so", "url": "", "checked_on": ""}]))
        assert response.context["form"].formsets["sources"].errors == [
            {"url": ["Give its address, or tick “only reported” if you have not seen it yourselves."]}
        ]

    def test_what_is_missing_is_said_where_it_is_missing(self, core):
        sent = desk.typed(
            title="", summary="", category="", impact="9", steps=[desk.step("", "2027", kind="")],
            sources=[{"title": "", "url": "https://bills.example.org/1", "checked_on": ""}],
        )  # fmt: skip
        form = core.post(desk.ADD, sent).context["form"]
        assert dict(form.errors) == {
            "title": ["Write a title."],
            "summary": ["Say in plain words what changes."],
            "category": ["Choose what kind of change it is."],
            "impact": ["Choose 5 or less."],
        }
        assert form.formsets["milestones"].errors == [
            {"what": ["Say what happens then."], "kind": ["Choose what kind of date it is."]}
        ]
        assert form.formsets["sources"].errors == [{"title": ["Write what the source is called."]}]

    def test_an_address_that_is_taken_is_refused(self, core):
        DevelopmentFactory(title="Other words", slug="a-duty-to-report")
        response = core.post(desk.ADD, desk.typed(title="A duty to report"))
        assert errors_of(response) == {"slug": ["Another development has this address. Write a different one."]}

    def test_since_goes_with_a_new_stage_only(self, core):
        one = DevelopmentFactory()
        response = core.post(desk.edit_url(one), desk.as_typed(one, since="2026"))
        assert errors_of(response) == {"since": ["Choose the new stage too, or leave this empty."]}

    def test_kept_pages_and_search_follow(self, core, client, django_capture_on_commit_callbacks):
        one = DevelopmentFactory(title="A duty to report", steps=[("Begins", "2027-05-01")])
        before = client.get("/horizon/calendar.ics").content
        with django_capture_on_commit_callbacks(execute=True):
            core.post(desk.edit_url(one), desk.as_typed(one, title="A duty to tell"))
        after = client.get("/horizon/calendar.ics").content
        assert (b"A duty to report: Begins" in before, b"A duty to tell: Begins" in after) == (True, True)
        assert b"A duty to report" not in after


class TestDuplicates:
    def test_nearly_the_same_title_is_asked_about_with_a_link(self, core):
        there = DevelopmentFactory(title="The Digital Economy Act brings new powers to share")
        response = core.post(desk.ADD, desk.typed(title="Digital Economy Act brings powers to share"))
        words = errors_of(response)["another"][0]
        link = f'<a href="{desk.edit_url(there)}" target="_blank">{there}</a>: It is called nearly the same.'
        assert words == f"We may have it already. Look before you save it:<br>{link}"
        assert f'href="{desk.edit_url(there)}"' in response.content.decode()
        assert Development.objects.count() == 1

    def test_whoever_says_it_is_another_may_save_it(self, core):
        DevelopmentFactory(title="The Digital Economy Act brings new powers to share")
        data = desk.typed(title="Digital Economy Act brings powers to share", another="on")
        assert core.post(desk.ADD, data).status_code == 302
        assert Development.objects.count() == 2

    def test_the_same_law_on_the_same_date_is_asked_about(self, core):
        law = ProvisionFactory()
        DevelopmentFactory(title="Complaints", provisions=[law], steps=[("Begins", "2026-06-19")])
        other = desk.typed(
            title="A new way to object", provisions=[law.pk], steps=[desk.step("Applies", "19 June 2026")]
        )
        words = errors_of(core.post(desk.ADD, other))["another"][0]
        assert "It touches the same law on the same date." in words

    def test_the_same_date_with_another_law_is_not(self, core):
        DevelopmentFactory(title="Complaints", provisions=[ProvisionFactory()], steps=[("Begins", "2026-06-19")])
        other = desk.typed(
            title="A new way to object",
            provisions=[ProvisionFactory().pk],
            steps=[desk.step("Applies", "19 June 2026")],
        )
        assert core.post(desk.ADD, other).status_code == 302

    def test_saving_other_words_of_one_that_has_a_twin_asks_nothing(self, core):
        DevelopmentFactory(title="The Digital Economy Act brings new powers to share")
        twin = DevelopmentFactory(title="Digital Economy Act brings powers to share")
        assert core.post(desk.edit_url(twin), desk.as_typed(twin, summary="Better words.")).status_code == 302


class TestDeleting:
    def delete(self, core, one):
        return core.post(f"/admin/snippets/horizon/development/delete/{one.pk}/", follow=True)

    def test_one_with_a_briefing_is_not_deleted_and_the_words_say_why(self, core):
        one = DevelopmentFactory(title="A duty to report")
        briefing("What to report", development=one)
        said = [str(message) for message in self.delete(core, one).context["messages"]]
        assert said == [
            "“A duty to report” can’t be deleted: the briefing “What to report” is about it. Delete that first."
        ]
        assert Development.objects.filter(pk=one.pk).exists()

    def test_nor_among_many(self, core):
        one, other = DevelopmentFactory(), DevelopmentFactory()
        briefing("What to report", development=one)
        core.post(f"/admin/bulk/horizon/development/delete/?id={one.pk}&id={other.pk}")
        assert Development.objects.count() == 2

    def test_another_is_deleted(self, core):
        self.delete(core, DevelopmentFactory())
        assert Development.objects.count() == 0


class TestLists:
    def test_the_list_filters_by_what_is_due(self, core):
        DevelopmentFactory(title="Old promise", recheck_on="2026-01-01")
        passed = DevelopmentFactory(title="Passed", stage="bill", steps=[("Was to begin", "2026-03")])
        passed.milestones.update(confirmed=False)
        DevelopmentFactory(title="Fine", steps=[("Began", "2026-03-01")])
        for due, titles in (
            ("again", ["Old promise"]),
            ("unconfirmed", ["Passed"]),
            ("", ["Fine", "Old promise", "Passed"]),
        ):
            found = core.get(f"{desk.LIST}?due={due}").context["object_list"]
            assert [one.title for one in found] == titles

    def test_a_search_lists_each_once_however_many_of_its_dates_have_the_words(self, core):
        DevelopmentFactory(title="Reporting begins", steps=[(f"Reporting, part {n}", "2027") for n in range(3)])
        DevelopmentFactory(title="Another", steps=[("Reporting too", "2028")])
        shown = core.get(f"{desk.LIST}?q=reporting").context
        assert [one.title for one in shown["object_list"]] == ["Another", "Reporting begins"]
        assert shown["paginator"].count == 2

    def test_files_run_nothing_as_a_formula(self, core):
        DevelopmentFactory(title="=1+1", summary="@SUM(A1)")
        rows = list(csv.DictReader(io.StringIO(core.get(f"{desk.LIST}?export=csv").getvalue().decode())))
        assert [(row["Title"], row["In plain words"]) for row in rows] == [("'=1+1", "'@SUM(A1)")]
        book = openpyxl.load_workbook(io.BytesIO(core.get(f"{desk.LIST}?export=xlsx").getvalue()))
        assert [cell.value for cell in book.active[2]][:2] == ["'=1+1", "'@SUM(A1)"]

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_asks_the_same_however_many_there_are(self, core, many, django_assert_max_num_queries):
        for number in range(many):
            DevelopmentFactory(title=f"Number {number}", steps=[("Begins", "2027-05")])
        core.get(desk.LIST)
        with django_assert_max_num_queries(22):
            core.get(desk.LIST)

    def test_the_history_of_one_is_told(self, core, cora):
        one = DevelopmentFactory(steps=[("Begins", "2027-03")])
        core.post(desk.edit_url(one), desk.as_typed(one, steps={0: {"on": "14 May 2027"}}, stage="done", since="2026"))
        page = core.get(f"/admin/snippets/horizon/development/inspect/{one.pk}/").content.decode()
        assert "Begins: from March 2027 to 14 May 2027" in page
        assert "Came to “Done”, since 2026" in page


class TestDoors:
    @pytest.mark.parametrize("who", ["alice", "charlie", "morag", "author"])
    def test_only_the_core_team_gets_in(self, request, client_of, cast, alice, who):
        desk.set_up()
        if who == "author":
            alice.role = "author"
            alice.save()
            from members.roles import follow_role

            follow_role(alice)
        member = alice if who == "author" else cast[who]
        one = DevelopmentFactory(title="Nobody knows yet", shown=False)
        browser = client_of(member)
        for url in (desk.LIST, desk.ADD, desk.edit_url(one), "/admin/signal/", "/admin/reports/folkmoot/horizon/"):
            response = browser.get(url, follow=True)
            assert "Nobody knows yet" not in response.content.decode(), url
            assert response.redirect_chain or response.status_code == 403, url
        browser.post(desk.edit_url(one), desk.as_typed(one, title="Changed"))
        assert Development.objects.get().title == "Nobody knows yet"

    def test_who_drafts_a_briefing_chooses_among_what_readers_see(self, morag, cora, client_of):
        desk.set_up()
        DevelopmentFactory(title="Readers see it")
        hidden = DevelopmentFactory(title="Nobody knows yet", shown=False)
        chooser = "/admin/snippets/choose/horizon/development/"
        found = {}
        for member in (morag, cora):
            browser = client_of(member)
            lists = [browser.get(url).content.decode() for url in (chooser, f"{chooser}results/")]
            chosen = browser.get(f"{chooser}chosen/{hidden.pk}/").status_code
            found[member.handle] = (["Nobody knows yet" in html for html in lists], chosen)
        assert found == {"morag": ([False, False], 404), "cora": ([True, True], 200)}

    def test_authors_may_draft_briefings(self, alice, client_of):
        from cms.workflow import let_authors_write
        from horizon.models import HorizonIndexPage
        from members.roles import follow_role
        from tests.factories.horizon import make_horizon

        desk.set_up()
        make_horizon()
        let_authors_write()
        alice.role = "author"
        alice.save()
        follow_role(alice)
        index = HorizonIndexPage.objects.get()
        assert client_of(alice).get(f"/admin/pages/add/horizon/briefingpage/{index.pk}/").status_code == 200


class TestPreview:
    PREVIEW = "/admin/snippets/horizon/development/preview/"

    def test_the_page_is_shown_as_it_would_be_and_nothing_is_saved(self, core, client):
        one = DevelopmentFactory(title="A duty to report", slug="a-duty", steps=[("Begins", "2027-03")])
        core.get("/horizon/developments/a-duty/")
        url = f"{self.PREVIEW}{one.pk}/"
        changed = desk.as_typed(
            one, title="A duty to tell", steps={0: {"on": "14 May 2027"}}, more=[desk.step("Ends", "2031")]
        )
        assert core.post(url, changed).json() == {"is_valid": True, "is_available": True}
        response = core.get(f"{url}?in_preview_panel=true")
        shown = response.content.decode()
        assert [words in shown for words in ("A duty to tell", "14 May 2027", "Ends")] == [True, True, True]
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        one.refresh_from_db()
        assert (one.title, [str(step.on) for step in one.milestones.all()]) == ("A duty to report", ["2027-03"])
        for browser in (core, client):
            after = browser.get("/horizon/developments/a-duty/").content.decode()
            assert ("A duty to report" in after, "A duty to tell" in after) == (True, False)

    def test_a_new_one_can_be_looked_at_before_it_is_there(self, core):
        core.post(self.PREVIEW, desk.typed(title="Not there yet", shown="", steps=[desk.step("Begins", "2027")]))
        assert "Not there yet" in core.get(self.PREVIEW).content.decode()
        assert Development.objects.count() == 0

    def test_half_a_form_or_one_with_a_twin_stops_no_preview(self, core):
        DevelopmentFactory(title="A duty to report")
        sent = desk.typed(
            title="A duty to report", slug="another", summary="", category="", impact="", steps=[desk.step("", "")]
        )
        assert core.post(self.PREVIEW, sent).status_code == 200
        assert core.get(self.PREVIEW).status_code == 200

    def test_nobody_else_sees_one(self, morag, client_of):
        desk.set_up()
        one = DevelopmentFactory(title="Nobody knows yet", shown=False)
        response = client_of(morag).get(f"{self.PREVIEW}{one.pk}/", follow=True)
        assert "Nobody knows yet" not in response.content.decode()
