"""Words are explained at their first use, where an explanation helps and nowhere else; and found by any name."""

import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from core import caching, markdown
from members import roles
from reference.glossary import explain, is_everyday
from reference.models import Term, TermName
from tests.factories.knowledge import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def terms(isp, controller):
    return isp, controller


def explained(html, used=None):
    """What was explained, in order."""
    return re.findall(r'class="term__word"[^>]*>([^<]+)</a>', explain(html, used))


def bare(html):
    """The same without explanations."""
    explanation = r'<span class="term"><a [^>]*>(.*?)</a><span class="term__tip".*?</span></span>'
    return re.sub(explanation, r"\1", html, flags=re.DOTALL)


def test_an_explanation_is_a_link_with_a_tooltip_tied_to_it(isp):
    assert explain("<p>Sign an ISP.</p>") == (
        '<p>Sign an <span class="term"><a class="term__word" href="/glossary/information-sharing-protocol/" '
        f'aria-describedby="term-{isp.pk}">ISP</a><span class="term__tip" id="term-{isp.pk}" role="tooltip">'
        "<b>Information Sharing Protocol.</b> Rules for one sharing arrangement.</span></span>.</p>"
    )


def test_a_definition_is_escaped(controller):
    assert "Who decides &lt;why&gt; &amp; how." in explain("<p>The controller</p>")


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("An ISP", ["ISP"]),
        ("Two ISPs", ["ISPs"]),
        ("An isp, an Isp", []),
        ("information sharing protocols", ["information sharing protocols"]),
        ("Information\n  Sharing Protocol", ["Information\n  Sharing Protocol"]),
        ("A data sharing agreement, or DSA", ["data sharing agreement"]),
        ("A DSA", ["DSA"]),
        ("A dsa", []),
        ("The controller’s work", ["controller"]),
        ("The controller&#x27;s work", ["controller"]),
        ("joint-controller, controllership, subcontroller", []),
        ("controller-led", []),
        ("controller.", ["controller"]),
        ("(controller)", ["controller"]),
        ("controller.example.org and @controller and a/controller", []),
        ("in accord", []),
        ("ISP and ISP and ISP", ["ISP"]),
        ("ISP, DSA, data sharing agreement", ["ISP"]),
        ("controller and ISP", ["controller", "ISP"]),
    ],
)
def test_whole_words_are_explained_once(html, found):
    assert explained(f"<p>{html}</p>") == found


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x/">the controller</a>',
        "<h3>Controller</h3>",
        "<h2>The <em>controller</em></h2>",
        "<code>controller</code>",
        "<pre>the controller</pre>",
        "<pre><code>the controller</code></pre>",
        "<button>controller</button>",
        "<label>controller</label>",
        "<form><p>controller</p></form>",
        "<textarea>controller</textarea>",
        "<table><tr><th>Controller</th></tr></table>",
        "<summary>Controller</summary>",
        "<dfn>controller</dfn>",
        '<span class="term"><a href="/glossary/x/">controller</a><span>controller</span></span>',
        '<img alt="controller">',
        '<p title="a > controller">x</p>',
        "<!-- controller -->",
    ],
)
def test_nothing_goes_into_links_headings_code_forms_or_attributes(html):
    assert explain(html) == html


def test_after_what_is_left_alone_it_goes_on():
    assert explained('<h3>The controller</h3><p>A <a href="/">controller</a>. The controller.</p>') == ["controller"]
    assert explained("<pre>ISP</pre><p>ISP</p><code>x</code> controller") == ["ISP", "controller"]


def test_the_parts_of_a_page_share_what_was_used(isp, controller):
    used: set[int] = set()
    assert explained("<p>An ISP</p>", used) == ["ISP"]
    assert explained("<p>An ISP and its controller</p>", used) == ["controller"]
    assert used == {isp.pk, controller.pk}
    assert explained("<p>An ISP</p>") == ["ISP"]


def test_names_that_end_in_y_are_found_in_the_plural():
    TermFactory(term="Signatory")
    assert explained("<p>All signatories, one signatory</p>") == ["signatories"]


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("Whole Essex Information Sharing Framework", False),
        ("the Information Sharing Framework", False),
        ("Essex Information Sharing", False),
        ("Information sharing is a job for all.", True),
        ("The Information Sharing that we do", True),
        ("Our work is information sharing.", True),
    ],
)
def test_a_term_inside_a_longer_name_is_left_alone(text, explained):
    Term.objects.create(term="Information sharing", slug="information-sharing", definition="Passing it on.")
    assert ('class="term"' in explain(f"<p>{text}</p>")) is explained


def test_the_longer_name_wins():
    TermFactory(term="Joint controllers")
    assert explained("<p>joint controllers</p>") == ["joint controllers"]


def test_a_changed_glossary_is_used_at_once(isp, django_capture_on_commit_callbacks):
    assert explained("<p>ISP, SAR</p>") == ["ISP"]
    TermFactory(term="Subject access request", short_form="SAR")
    with django_capture_on_commit_callbacks(execute=True):
        caching.touch("glossary")
    assert explained("<p>ISP, SAR</p>") == ["ISP", "SAR"]


def test_the_words_are_compiled_once_for_a_version(django_assert_num_queries):
    explain("<p>ISP</p>")
    with django_assert_num_queries(0):
        for _ in range(20):
            explain("<p>ISP</p>")


def test_a_cache_that_is_down_costs_no_explanation(monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(caching.cache, "get_many", down)
    assert explained("<p>ISP</p>") == ["ISP"]


def test_an_empty_glossary_changes_nothing():
    Term.objects.all().delete()
    assert explain("<p>ISP</p>") == "<p>ISP</p>"


WORDS = st.sampled_from(
    ["ISP", "isps", "controller", "Controllers", "data sharing agreement", "accord", "&", "<b>", "a > b", "“x”", "\n\n",
     "# heading ISP", "`ISP`", "[controller](https://example.org)", "- ISP", "| a | ISP |", "**controller**", "é’s",
     "> q"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=25))
def test_explaining_changes_no_word_and_no_tag(words):
    html = markdown.render(" ".join(words))
    once = explain(html)
    assert bare(once) == html
    assert explain(once, {term.pk for term in Term.objects.all()}) == once
    assert explain(once) == once or set(re.findall(r'id="(term-\d+)"', explain(once))) >= set(
        re.findall(r'id="(term-\d+)"', once)
    )


@given(st.text(max_size=200))
def test_any_text_survives(text):
    html = str(escape(text))
    assert bare(explain(html)) == html


@given(st.lists(WORDS, max_size=25))
def test_each_term_is_explained_once_at_most(words):
    ids = re.findall(r'id="(term-\d+)"', explain(markdown.render(" ".join(words))))
    assert len(ids) == len(set(ids))


@pytest.mark.timeout(60)  # a pattern that goes back and forth in it would not be done by then
@pytest.mark.parametrize("piece", ["<", "<a ", '<"', "&lt;", "<!--", "information sharing ", "<p>ISP"])
def test_hostile_html_is_read_in_one_go(piece):
    html = piece * (100_000 // len(piece))
    assert len(explain(html)) >= len(html)


def test_everyday_words_are_told_from_names():
    everyday = ["Owner", "host", "expired", "Out of date", "Deletion"]
    names = ["Data sharing agreement", "DSA", "tier 0", "De-identified", "Article 6(1)(e)", "Framework principles"]
    assert [is_everyday(name) for name in everyday + names] == [True] * len(everyday) + [False] * len(names)


# --- Pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["isp", "ISP", "data-sharing-agreement", "dsa", "Dsa", "accord"])
def test_short_forms_and_other_names_lead_to_the_term(client, slug):
    response = client.get(f"/glossary/{slug}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/glossary/information-sharing-protocol/")


@pytest.mark.parametrize("slug", ["nothing", "-", "a" * 500, "isp-isp"])
def test_other_words_are_not_there(client, slug):
    assert client.get(f"/glossary/{slug}/").status_code == 404


def test_a_term_page_explains_other_terms_but_not_itself(client, controller):
    controller.definition = "A controller signs an ISP."
    controller.save()
    content = client.get("/glossary/controller/").content.decode()
    assert re.findall(r'class="term__word"[^>]*>([^<]+)</a>', content) == ["ISP"]


def test_the_glossary_goes_from_a_to_z(client):
    TermFactory(term="accountability")
    response = client.get("/glossary/")
    assert [(letter, [term.term for term in terms]) for letter, terms in response.context["letters"]] == [
        ("A", ["accountability"]),
        ("C", ["Controller"]),
        ("I", ["Information Sharing Protocol"]),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_glossary_costs_none_once_it_is_kept(client, costs, count):
    Term.objects.all().delete()
    for _ in range(count):
        TermName.objects.create(term=TermFactory(), name=f"Name {_}")
    assert costs(client, "/glossary/") == 0


def test_everybody_reads_a_term_as_soon_as_the_core_team_has_changed_it(
    client_of, alice, cora, controller, django_capture_on_commit_callbacks
):
    roles.set_up_groups()
    readers = [client_of(person) for person in (None, alice)]
    for reader in readers:
        assert "Controller" in reader.get("/glossary/").content.decode()
    address = f"/admin/snippets/reference/term/delete/{controller.pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of(cora).post(address).status_code == 302
    for reader in readers:
        assert "Controller" not in reader.get("/glossary/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_term_page_costs_the_same_with_more_to_see(client, costs, isp, count):
    isp.see_also.set([TermFactory() for _ in range(count)])
    assert costs(client, "/glossary/information-sharing-protocol/") == 3
