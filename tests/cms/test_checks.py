"""What the editor is told to look at: unexplained short forms, long sentences, silent pictures, dead links."""

import pytest
from wagtail.models import PageViewRestriction

from cms.editing import checks
from cms.models import GuidancePage
from core import caching
from reference.models import Term, TermName
from tests.cms import desk
from tests.factories import ThreadFactory


@pytest.fixture
def home(cora):
    return desk.make_desk()


def found(body: str = "", **fields) -> dict[str, list[str]]:
    page = GuidancePage(title="Title", level="national", body=[("text", body)], **fields)
    return {title: [one.words for one in group] for title, group in checks.by_kind(checks.check(page))}


def shorts(text: str) -> list[str]:
    return [words.split("”")[0].lstrip("“") for words in found(f"<p>{text}</p>").get(checks.KINDS["acronym"], [])]


class TestShortForms:
    @pytest.mark.parametrize(
        ("text", "unexplained"),
        [
            ("Ask the MARAC first.", ["MARAC"]),
            ("Ask the MARAC, then the MARAC again.", ["MARAC"]),
            ("A multi-agency risk assessment conference (MARAC) meets weekly. The MARAC decides.", []),
            ("The MARAC (multi-agency risk assessment conference) decides.", []),
            ("The MARAC decides. A multi-agency risk assessment conference (MARAC) is large.", []),
            ("Ask the DPO. A data protection officer (DPO) helps.", []),
            ("Ask the DPO (data protection officer) first.", []),
            ("Data protection officers (DPOs) met. Each DPO spoke.", []),
            ("The data protection officer (the “DPO”) helps.", []),
            ("The Data Protection Officer (DPO, a person of the council) helps.", []),
            ("Your data protection officer, or DPO, helps.", []),
            ("DPO means data protection officer.", []),
            ("DPO: the data protection officer.", []),
            ("The General Data Protection Regulation (UK GDPR) says so.", []),
            ("The Department of Health and Social Care (DHSC) and the Department for Work and Pensions (DWP).", []),
            ("Education, health and care plans (EHCPs) are shared.", []),
            ("Freedom of information (FOI) is not the data protection officer (ZZZ).", ["ZZZ"]),
            ("Ask the officer (DPO).", ["DPO"]),
            ("Ask the DPO (a person of the council).", ["DPO"]),
            ("Ask the DPO, or read on.", ["DPO"]),
            ("The Department for Work and Pensions (DWP) answered.", []),
            ("Two DPOs met.", ["DPO"]),
            ("Part II of the NHS plan is a PDF in the UK.", []),
            ("Write to jo@IG.example.org.", []),
            ("An R&D team asked.", ["R&D"]),
            ("Read this (MARAC).", ["MARAC"]),
        ],
    )
    def test_are_found_unless_the_page_spells_them_out(self, db, text, unexplained):
        assert shorts(text) == unexplained

    def test_are_explained_by_the_glossary(self, db):
        assert shorts("A DPIA is due.") == ["DPIA"]
        Term.objects.create(
            term="Data protection impact assessment", short_form="DPIA", slug="dpia", definition="A look."
        )
        caching.cache.clear()
        assert shorts("Two DPIAs are due.") == []

    def test_in_a_longer_name_of_the_glossary_are_explained_by_it(self, db):
        assert shorts("The UK GDPR asks. So does a DSA form.") == ["GDPR", "DSA"]
        gdpr = Term.objects.create(term="UK GDPR", slug="uk-gdpr", definition="The law.")
        TermName.objects.create(term=gdpr, name="DSA form")
        caching.cache.clear()
        assert shorts("The UK GDPR asks. So does a DSA form.") == []
        assert shorts("The DSA asks.") == ["DSA"]

    def test_spelling_out_in_the_summary_counts_for_the_body(self, db):
        assert found("<p>The MARAC met.</p>", summary="The multi-agency risk assessment conference (MARAC).") == {}


class TestSentences:
    def test_of_more_than_thirty_words_are_quoted(self, db):
        long = " ".join(["word"] * 31)
        assert list(found(f"<p>Short. {long.capitalize()}.</p>")) == [checks.KINDS["sentence"]]
        assert found(f"<p>{' '.join(['word'] * 30).capitalize()}.</p>") == {}
        assert found(f"<p>{long.capitalize()}.</p>")[checks.KINDS["sentence"]][0].startswith("31 words: “Word word")

    def test_end_with_their_paragraph_or_point(self, db):
        part = " ".join(["word"] * 20)
        assert found(f"<ul><li>{part}</li><li>{part}</li></ul><p>{part}</p>") == {}


class TestLinks:
    def link(self, href: str) -> list[str]:
        return found(f'<p><a href="{href}">here</a></p>').get(checks.KINDS["link"], [])

    def test_to_pages_that_are_not_there_not_published_or_not_for_everybody(self, home):
        live, draft, shut = desk.plain("Live"), desk.plain("Draft", live=False), desk.plain("Shut")
        PageViewRestriction.objects.create(page=shut, restriction_type="login")
        words = {
            name: found(f'<p><a linktype="page" id="{pk}">here</a></p>').get(checks.KINDS["link"], [])
            for name, pk in {"live": live.pk, "draft": draft.pk, "shut": shut.pk, "gone": 999_999}.items()
        }
        assert words == {
            "live": [], "draft": ["“here”: leads to a page that is not published."],
            "shut": ["“here”: leads to a page or file that not everybody may see."],
            "gone": ["“here”: leads nowhere on this site."],
        }  # fmt: skip
        assert self.link("/live/") == []
        assert self.link("/draft/") == ["“here”: leads to a page that is not published."]
        assert self.link("http://testserver/nowhere/") == ["“here”: leads nowhere on this site."]

    def test_to_threads_and_law_are_looked_up(self, home, space, members_space):
        public, private = ThreadFactory(space=space), ThreadFactory(space=members_space)
        assert self.link(f"/forum/{public.pk}/{public.slug}/") == []
        assert self.link(f"/forum/{private.pk}/{private.slug}/") != []
        assert self.link("/forum/") == []
        assert self.link("/gateways/no-such-law/") != []

    @pytest.mark.parametrize(
        "href", ["https://www.legislation.gov.uk/x", "//other.example/y", "mailto:jo@example.org", "tel:01234", "#part"]
    )
    def test_of_other_kinds_are_never_tried(self, home, href):
        assert self.link(href) == []

    @pytest.mark.parametrize(
        "href", ["", "/%00", "/\x00", "http://[", "/" + "a" * 5000, "javascript:alert(1)", "/%ff%fe/"]
    )
    def test_that_are_nonsense_break_nothing(self, home, href):
        self.link(href)


class TestPictures:
    def test_without_words_are_counted(self, db):
        page = GuidancePage(title="T", level="national")
        page.body = [{"type": "image", "value": {"image": {"image": 1, "alt_text": "", "decorative": False}}}]
        draft = checks.Draft([], [])
        checks._take([{"image": 1, "alt_text": "", "decorative": False}, {"image": 2, "alt_text": "A door"}], draft)
        checks._take([{"image": 3, "alt_text": "", "decorative": True}], draft)
        checks._take('<p><embed embedtype="image" id="4" alt=""/></p>', draft)
        assert draft.wordless == 2


class TestWhereTheyAreShown:
    def test_the_editor_shows_what_the_latest_draft_has(self, client_of, cora, home):
        page = desk.national()
        page.body = desk.body("Ask the MARAC.")
        page.save_revision()
        shown = client_of(cora).get(f"/admin/pages/{page.pk}/edit/").content.decode()
        assert "“MARAC” is not in the glossary" in shown
        page.body = desk.body("Ask them.")
        page.save_revision()
        shown = client_of(cora).get(f"/admin/pages/{page.pk}/edit/").content.decode()
        assert "Nothing to look at" in shown

    def test_a_new_page_has_a_place_for_them_too(self, client_of, cora, home):
        library = page = desk.GuidanceIndexPage.objects.get()
        assert client_of(cora).get(f"/admin/pages/add/cms/guidancepage/{library.pk}/").status_code == 200
        assert client_of(cora).get(f"/admin/pages/{page.pk}/edit/").status_code == 200

    def test_the_report_lists_pages_with_most_to_look_at_first(self, client_of, cora, home):
        desk.national("One", body=desk.body("Ask the MARAC."))
        desk.national("Two", body=desk.body("Ask the MARAC and the MAPPA."))
        desk.national("None", body=desk.body("Ask them."))
        rows = client_of(cora).get("/admin/reports/folkmoot/content-checks/").context["rows"]
        ours = [(row.title, row.cells[1]) for row in rows if row.title in {"One", "Two", "None"}]
        assert ours == [("Two", "2"), ("One", "1")]


@pytest.mark.engines
@pytest.mark.parametrize(
    "link", ['linktype="page" id="²"', f'linktype="document" id="{"9" * 5000}"', 'href="/x%00y/"', 'href="https://[x/"']
)
def test_a_link_that_makes_no_sense_leads_nowhere_and_breaks_no_report(home, client_of, cora, link):
    page = desk.national(body=desk.body(f"See <a {link}>this</a>."))
    page.save_revision()
    assert [one.kind for one in checks.check(page)] == ["link"]
    assert client_of(cora).get("/admin/reports/folkmoot/content-checks/").status_code == 200
