"""A list from a spreadsheet goes in whole or not at all, after somebody has seen what it would change."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from core.sheets import MOST_BYTES, Unreadable, decoded, rows_of
from members import roles
from portal.demo.reference import KNOWLEDGE
from reference.actions.importing import HasTroubles, MovedOn, import_provisions, import_terms
from reference.actions.refusals import NotAllowed
from reference.models import Provision, Term, TermName
from reference.plans import PROVISION_COLUMNS, TERM_COLUMNS, plan_provisions, plan_terms
from tests.factories.knowledge import ProvisionFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LAW = {
    "law": "Care Act 2014", "provision": "s.42", "kind": "implied function", "who_can_use_it": "Councils",
    "purpose_in_one_line": "Make enquiries", "watch_out_for": "Used with s.45", "extent": "England",
    "checked": "not yet checked", "link": "https://www.legislation.gov.uk/ukpga/2014/23/section/42",
    "topics": "adults;safeguarding",
}  # fmt: skip
WORD = {
    "term": "Controller", "short_form": "", "plain_definition": "Who decides why.", "also_called": "Data controller",
    "see_also": "",
}  # fmt: skip
FORMULA = "which a spreadsheet would run as a formula. Take it out."
KINDS = "duty, power, implied function, condition, exemption, restriction"


def sheet(*rows, columns=None) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def laws(*changes) -> str:
    return sheet(*[LAW | change for change in changes or [{}]])


def words(*changes) -> str:
    return sheet(*[WORD | change for change in changes or [{}]])


def rows(text) -> int:
    """How many a file holds below its heading."""
    count = len(list(csv.reader(io.StringIO(text)))) - 1
    assert count >= 55, "the demo's list is nearly empty"
    return count


def said(plan):
    return [str(trouble) for trouble in plan.troubles]


# --- What it would change --------------------------------------------------------------------------


def test_a_plan_tells_new_changed_and_unchanged_apart(cora):
    import_provisions(by=cora, plan=plan_provisions(laws({}, {"provision": "s.45"})))
    ProvisionFactory(law="Left alone")
    plan = plan_provisions(
        laws({}, {"provision": "s.45", "purpose_in_one_line": "Supply", "topics": "adults"}, {"provision": "s.46"})
    )
    assert [[line.title for line in lines] for lines in (plan.new, plan.changed, plan.unchanged)] == [
        ["Care Act 2014, s.46"],
        ["Care Act 2014, s.45"],
        ["Care Act 2014, s.42"],
    ]
    assert [(one.column, one.before, one.after) for one in plan.changed[0].changes] == [
        ("purpose_in_one_line", "Make enquiries", "Supply"),
        ("topics", "adults; safeguarding", "adults"),
    ]
    assert (plan.left, plan.count) == (1, 2)


def test_planning_writes_nothing(cora):
    plan_provisions(laws())
    plan_terms(words())
    assert (Provision.objects.count(), Term.objects.count()) == (0, 0)


def test_an_import_writes_what_was_planned_and_no_more(cora):
    kept = ProvisionFactory(law="Care Act 2014", provision="s.42", local_reading="Ask first.", who=["council"])
    assert import_provisions(by=cora, plan=plan_provisions(laws({}, {"provision": "s.45", "topics": ""}))) == 2
    kept.refresh_from_db()
    assert (kept.kind, kept.purpose) == ("implied function", "Make enquiries")
    assert (kept.local_reading, kept.who) == ("Ask first.", ["council"])
    assert sorted(kept.topics.names()) == ["adults", "safeguarding"]
    assert Provision.objects.get(provision="s.45").slug == "care-act-2014-s45"


def test_the_same_list_again_changes_nothing(cora):
    import_provisions(by=cora, plan=plan_provisions(laws()))
    import_terms(by=cora, plan=plan_terms(words()))
    assert (plan_provisions(laws()).count, plan_terms(words()).count) == (0, 0)


def test_the_lists_of_the_demo_go_in_whole_and_twice(cora):
    gateways, glossary = (KNOWLEDGE / "gateways.csv").read_text(), (KNOWLEDGE / "glossary.csv").read_text()
    for expected in ((rows(gateways), rows(glossary)), (0, 0)):
        plans = plan_provisions(gateways), plan_terms(glossary)
        assert [said(plan) for plan in plans] == [[], []]
        assert (import_provisions(by=cora, plan=plans[0]), import_terms(by=cora, plan=plans[1])) == expected
    isp = Term.objects.get(short_form="ISP")
    assert isp.also_called_listed() == "Data sharing agreement; DSA; information sharing agreement; ISA"
    assert sorted(term.term for term in isp.see_also.all()) == ["Review date", "Signatory"]
    assert [term.term for term in Term.objects.get(short_form="MARAC").see_also.all()] == [
        "Multi-agency safeguarding hub"
    ]
    everyday = set(TermName.objects.filter(everyday=True).values_list("name", flat=True))
    assert everyday == {"Owner", "host", "accord", "Out of date", "expired", "Individual", "Vires", "Deletion"}


def test_it_is_logged_for_each_thing_with_what_changed(cora):
    import_provisions(by=cora, plan=plan_provisions(laws()), source="laws.csv")
    import_provisions(by=cora, plan=plan_provisions(laws({"extent": "UK"})), source="laws.csv")
    assert [
        (entry.user, entry.data) for entry in ModelLogEntry.objects.filter(action="reference.import").order_by("pk")
    ] == [
        (cora, {"source": "laws.csv", "changes": []}),
        (cora, {"source": "laws.csv", "changes": [["extent", "England", "UK"]]}),
    ]


def test_search_finds_what_was_imported_by_its_topics(cora, anyone):
    from portal.search import search

    import_provisions(by=cora, plan=plan_provisions(laws({"topics": "zebras"})))
    import_terms(by=cora, plan=plan_terms(words({"also_called": "Deciderer"})))
    assert len(search("zebras", anyone).pks["gateways"]) == 1
    assert len(search("deciderer", anyone).pks["words"]) == 1


def test_a_name_can_move_from_one_term_to_another(cora):
    import_terms(by=cora, plan=plan_terms(words({}, {"term": "Processor", "also_called": "Handler"})))
    swapped = words({"also_called": "Handler"}, {"term": "Processor", "also_called": "Data controller"})
    import_terms(by=cora, plan=plan_terms(swapped))
    assert {term.term: term.also_called_listed() for term in Term.objects.all()} == {
        "Controller": "Handler",
        "Processor": "Data controller",
    }


def test_whether_a_name_is_an_everyday_word_stays_as_the_core_team_set_it(cora):
    import_terms(by=cora, plan=plan_terms(words({"also_called": "Boss"})))
    TermName.objects.update(everyday=False)
    import_terms(by=cora, plan=plan_terms(words({"also_called": "Boss", "plain_definition": "Another."})))
    assert [(name.name, name.everyday) for name in TermName.objects.all()] == [("Boss", False)]


# --- What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"law": ""}, "Row 2, column law: is empty. Every row needs it."),
        ({"kind": "permission"}, f"Row 2, column kind: “permission” is none of: {KINDS}."),
        ({"checked": "yes"}, "Row 2, column checked: “yes” is none of: checked, partly checked, not yet checked."),
        ({"link": "not a link"}, "Row 2, column link: write a whole web address, such as https://www.example.org/page."),
        ({"link": "javascript:alert(1)"}, "Row 2, column link: write a whole web address, such as https://www.example.org/page."),
        ({"watch_out_for": "=1+1"}, f"Row 2, column watch_out_for: starts with “=”, {FORMULA}"),
        ({"extent": "@SUM(A1)"}, f"Row 2, column extent: starts with “@”, {FORMULA}"),
        ({"provision": "s\x07.1"}, "Row 2, column provision: has signs in it that nobody can see. Type it again."),
        ({"topics": ";".join(f"t{n}" for n in range(11))}, "Row 2, column topics: has 11; 10 at most."),
        ({"extent": "x" * 61}, "Row 2, column extent: write 60 letters at most: this has 61."),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_by_row_and_column(change, trouble):
    assert said(plan_provisions(laws(change))) == [trouble]


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    text = sheet(
        LAW | {"watch_out_for": "two\nlines"}, LAW | {"provision": "s.45"}, LAW | {"provision": "s.46", "kind": "x"}
    )
    assert said(plan_provisions(text))[0].startswith("Row 4, column kind:")


def test_the_same_thing_twice_is_refused():
    assert said(plan_provisions(laws({}, {}))) == [
        "Row 3, column law and provision: is the same as in row 2. Leave one of them out."
    ]
    assert said(plan_terms(words({}, {"term": "CONTROLLER", "also_called": ""}))) == [
        "Row 3, column term: is the same as in row 2. Leave one of them out."
    ]


def test_names_that_belong_to_another_term_are_refused():
    TermName.objects.create(term=TermFactory(term="Processor"), name="Handler")
    plan = plan_terms(words({"also_called": "handler; Processor", "see_also": "Nowhere"}))
    assert said(plan) == [
        "Row 2, column also_called: “handler” is what “Processor” is also called. Leave it out of one.",
        "Row 2, column also_called: “Processor” is a term of its own. Leave it out of one.",
        "Row 2, column see_also: “Nowhere” is no term in the file or in the glossary.",
    ]


def test_with_one_bad_row_nothing_is_written(cora):
    plan = plan_provisions(laws({}, {"provision": "s.45", "kind": "x"}))
    with pytest.raises(HasTroubles):
        import_provisions(by=cora, plan=plan)
    assert Provision.objects.count() == 0


def test_what_came_meanwhile_stops_it_all(cora):
    plan = plan_provisions(laws({}, {"provision": "s.45"}))
    Provision.objects.create(
        law="Care Act 2014", provision="s.45", slug="came-meanwhile", kind="duty", who_can_use_it="x", purpose="x"
    )
    with pytest.raises(MovedOn):
        import_provisions(by=cora, plan=plan)
    assert [one.slug for one in Provision.objects.all()] == ["came-meanwhile"]


@pytest.mark.parametrize("name", ["alice", "charlie", "morag"])
def test_only_the_core_team_imports(cast, name):
    with pytest.raises(NotAllowed):
        import_provisions(by=cast[name], plan=plan_provisions(laws()))
    with pytest.raises(NotAllowed):
        import_terms(by=cast[name], plan=plan_terms(words()))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"law,provision\n", "The first row must name the columns. Missing: kind,"),
        (",".join([*PROVISION_COLUMNS, "colour"]).encode() + b"\n", "We don’t know these columns: colour."),
        (",".join([*PROVISION_COLUMNS, "law"]).encode() + b"\n", "These columns are there twice: law."),
        (",".join(PROVISION_COLUMNS).encode() + b"\n\n", "The file has a heading and nothing below it."),
        (",".join(PROVISION_COLUMNS).encode() + b"\na,b\n", "Row 2 has 2 cells, the heading 10"),
        (",".join(PROVISION_COLUMNS).encode() + b'\n"a,b\n', "is not written as CSV"),
        (b"PK\x03\x04rest of a spreadsheet", "This is a spreadsheet, not a CSV file."),
        (b"\xd0\xcf\x11\xe0rest of an old one", "This is a spreadsheet, not a CSV file."),
        ("law".encode("utf-16"), "The file is written as UTF-16."),
        ("“law”".encode("cp1252"), "The file is not written as UTF-8."),
        (b"law\0", "This is not a text file."),
        (b"x" * (MOST_BYTES + 1), "The file is too big: 1 MB at most."),
        (",".join(TERM_COLUMNS).encode() + b"\n", "The first row must name the columns."),
        (",".join(PROVISION_COLUMNS).encode() + b"\n" + b",,,,,,,,,\n" * 2001, "The file has 2,001 rows"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_plain_words(data, why):
    with pytest.raises(Unreadable) as refusal:
        plan_provisions(decoded(data))
    assert why in str(refusal.value)


def test_a_byte_order_mark_and_any_order_of_columns_are_taken():
    text = sheet(LAW, columns=list(reversed(LAW)))
    assert plan_provisions(decoded(b"\xef\xbb\xbf" + text.encode())).lines[0].title == "Care Act 2014, s.42"


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data):
    try:
        rows_of(decoded(data), PROVISION_COLUMNS)
    except Unreadable:
        pass


@given(st.lists(st.text(max_size=30), min_size=10, max_size=10))
def test_no_cell_breaks_the_plan(cells):
    try:
        plan_provisions(sheet(dict(zip(PROVISION_COLUMNS, cells, strict=True))))
    except Unreadable:
        pass


# --- The page --------------------------------------------------------------------------------------

PAGES = {"provision": laws, "term": words}


def url(kind):
    return f"/admin/snippets/reference/{kind}/import/"


def upload(text, name="list.csv"):
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")}


@pytest.fixture
def admin(cora, client_of):
    from members.roles import set_up_groups

    set_up_groups()
    return client_of(cora)


@pytest.mark.parametrize("kind", PAGES)
def test_a_file_is_shown_first_and_then_imported(admin, kind):
    model = {"provision": Provision, "term": Term}[kind]
    text = PAGES[kind]()
    shown = admin.post(url(kind), upload(text.replace("\n", "\r\n")))
    assert (shown.status_code, shown.context["plan"].count, model.objects.count()) == (200, 1, 0)
    plan = shown.context["plan"]
    done = admin.post(
        url(kind),
        {"text": shown.context["text"].replace("\n", "\r\n"), "source": "list.csv", "fingerprint": plan.fingerprint},
    )
    assert (done.status_code, done.headers["Location"]) == (302, f"/admin/snippets/reference/{kind}/")
    assert model.objects.count() == 1


def test_what_somebody_changed_meanwhile_is_shown_again(admin):
    shown = admin.post(url("provision"), upload(laws()))
    ProvisionFactory(law="Care Act 2014", provision="s.42")
    again = admin.post(
        url("provision"), {"text": shown.context["text"], "fingerprint": shown.context["plan"].fingerprint}
    )
    assert (again.status_code, len(again.context["plan"].changed)) == (200, 1)
    assert "Somebody changed the list meanwhile." in again.content.decode()
    assert Provision.objects.get().purpose == "Share information where it is needed to keep people safe."


def test_errors_are_listed_and_nothing_can_be_imported(admin):
    shown = admin.post(url("provision"), upload(laws({"kind": "x"})))
    content = shown.content.decode()
    assert "Row 2, column kind:" in content
    assert 'name="fingerprint"' not in content
    admin.post(url("provision"), {"text": laws({"kind": "x"}), "fingerprint": shown.context["plan"].fingerprint})
    assert Provision.objects.count() == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"PK\x03\x04", b"\0", b"law\n", b"x" * 1_100_000])
def test_a_bad_file_is_answered_plainly(admin, data):
    response = admin.post(url("provision"), upload(data))
    assert response.status_code == 200
    assert "Nothing was imported." in response.content.decode() or response.context["form"].errors


@pytest.mark.parametrize(
    "fields", [{}, {"text": ""}, {"text": "x", "fingerprint": "y"}, {"text": "\0"}, {"fingerprint": "x"}]
)
def test_a_made_up_confirmation_does_nothing(admin, fields):
    assert admin.post(url("provision"), fields).status_code == 200
    assert Provision.objects.count() == 0


@pytest.mark.parametrize("kind", PAGES)
def test_only_the_core_team_reaches_the_import(cast, client_of, kind):
    from members.roles import set_up_groups

    set_up_groups()
    codes = {name: client_of(person).get(url(kind)).status_code for name, person in cast.items()}
    assert {name for name, code in codes.items() if code == 200} == {"cora"}


@pytest.mark.parametrize(("kind", "columns"), [("provision", PROVISION_COLUMNS), ("term", TERM_COLUMNS)])
def test_the_list_that_is_taken_out_can_be_taken_in_again(admin, cora, kind, columns):
    import_provisions(by=cora, plan=plan_provisions((KNOWLEDGE / "gateways.csv").read_text()))
    import_terms(by=cora, plan=plan_terms((KNOWLEDGE / "glossary.csv").read_text()))
    response = admin.get(f"/admin/snippets/reference/{kind}/?export=csv")
    text = b"".join(response.streaming_content).decode()
    assert tuple(next(csv.reader(io.StringIO(text)))) == columns
    plan = {"provision": plan_provisions, "term": plan_terms}[kind](text)
    assert (said(plan), plan.count, len(plan.unchanged)) == ([], 0, rows(text))
    assert rows(text) == rows((KNOWLEDGE / {"provision": "gateways.csv", "term": "glossary.csv"}[kind]).read_text())


def test_nothing_that_is_taken_out_runs_as_a_formula(admin):
    ProvisionFactory(law="=cmd()", purpose="@now")
    text = b"".join(admin.get("/admin/snippets/reference/provision/?export=csv").streaming_content).decode()
    assert [cell for cell in next(csv.DictReader(io.StringIO(text))).values() if cell[:1] in "=+-@" and cell] == []


def test_the_name_of_a_file_may_hold_anything(cora, client_of):
    """PostgreSQL keeps no null in the log's JSON."""
    roles.set_up_groups()
    text = words()
    sent = {"text": text, "source": "list\0.csv", "fingerprint": plan_terms(text).fingerprint}
    assert client_of(cora).post("/admin/snippets/reference/term/import/", sent).status_code == 302
    assert ModelLogEntry.objects.filter(action="reference.import").first().data["source"] == "list.csv"
