"""A list of organisations goes out, and comes in whole or not at all, after somebody has seen what it would change."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from core.sheets import Unreadable
from members.actions.refusals import NotAllowed
from members.importing import COLUMNS, MovedOn, import_organisations, plan_organisations
from members.models import EmailDomain, Organisation
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

URL = "/admin/organisation/import/"
NEW = {"name": "Saltings Council", "sector": "Local government", "email_domains": "saltings.example.org"}


@pytest.fixture(autouse=True)
def sectors():
    SectorFactory()
    SectorFactory(name="Health and care", short_name="Health")


@pytest.fixture
def hospice():
    body = OrganisationFactory(name="Pant Valley Hospice", type="Hospice", editor_note="Rings back\r\nslowly")
    body.other_names.create(name="Pant House", kind="former")
    return body


def sheet(*rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def wrong(*rows) -> list[str]:
    """What is said of rows that can't be taken, in the order of the file."""
    plan = plan_organisations(sheet(*rows))
    assert plan.wrong, [line.title for line in plan.lines]
    return [words for line in plan.wrong for words in line.troubles]


def bring_in(by, text: str):
    plan = plan_organisations(text)
    assert [line.troubles for line in plan.wrong] == []
    return import_organisations(by=by, text=text, fingerprint=plan.fingerprint, source="list.csv")


def listed(answer, kind: str = "csv") -> list[tuple]:
    data = b"".join(answer.streaming_content)
    if kind == "xlsx":
        return list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]


# --- Out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_the_list_can_be_had_and_nothing_in_it_runs_as_a_formula(core_client, kind, start):
    OrganisationFactory(name="Mallory Ltd", public_note=f"{start}HYPERLINK(1)", area="Essex\x0b")
    rows = listed(core_client.get(f"/admin/organisation/?export={kind}&q=Mallory"), kind)
    cells = dict(zip(*rows, strict=True))
    assert list(cells) == list(COLUMNS)
    assert (cells["name"], cells["public_note"], cells["area"]) == ("Mallory Ltd", f"'{start}HYPERLINK(1)", "Essex")


def test_a_list_that_goes_out_and_comes_in_again_changes_nothing(core_client, hospice):
    OrganisationFactory(name="Part of it", parent=hospice, public_note="- one\n- two", joined_on="2024-05-01")
    OrganisationFactory(name="Gone", status="left")
    gone = OrganisationFactory(name="Older still", status="replaced", replaced_on="2020-01-01")
    gone.successors.add(hospice)
    data = b"".join(core_client.get("/admin/organisation/?export=csv").streaming_content).decode("utf-8-sig")
    plan = plan_organisations(data.replace("\r\n", "\n"))
    assert ([line.troubles for line in plan.wrong], plan.count, plan.left) == ([], 0, 0)
    assert len(plan.same) == Organisation.objects.count() == 5


def test_the_list_costs_the_same_for_many(core_client):
    counts = []
    for _ in range(2):
        OrganisationFactory()
        OrganisationFactory()
        with CaptureQueriesContext(connection) as queries:
            listed(core_client.get("/admin/organisation/?export=csv"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_members_are_listed_with_their_standing_in_words(core_client, charlie):
    heading, row = listed(core_client.get("/admin/users/?export=csv&q=charlie"))
    said = dict(zip(heading, row, strict=True))
    assert (said["Name"], said["Standing"], said["Role"]) == ("Charlie Crane", "Waiting for the core team", "Member")


# --- What it would change --------------------------------------------------------------------------------


def test_a_plan_tells_new_changed_and_same_apart_and_writes_nothing(hospice):
    OrganisationFactory(name="Left alone")
    OrganisationFactory(name="As it was", type="Trust")
    plan = plan_organisations(sheet(
        {"name": "Saltings Council", "sector": "Local government", "type": "District council"},
        {"name": "pant valley hospice", "sector": "Health", "type": "Hospice"},
        {"name": "As it was", "sector": "Local government", "type": "Trust"},
    ))  # fmt: skip
    assert [[line.title for line in lines] for lines in (plan.new, plan.changed, plan.same, plan.wrong)] == [
        ["Saltings Council"], ["pant valley hospice"], ["As it was"], [],
    ]  # fmt: skip
    assert plan.changed[0].changes == (
        ("name", "Pant Valley Hospice", "pant valley hospice"), ("sector", "Local government", "Health and care"),
    )  # fmt: skip
    assert (plan.left, Organisation.objects.filter(name="Saltings Council").exists()) == (1, False)


def test_what_no_column_names_stays_and_an_empty_cell_empties(cora, hospice):
    bring_in(cora, sheet({"name": "Pant Valley Hospice", "type": "", "email_domains": "pant.org.uk; Mail.Pant.org.uk"}))
    hospice.refresh_from_db()
    assert (hospice.type, hospice.editor_note.split(), hospice.invented) == ("", ["Rings", "back", "slowly"], True)
    assert list(hospice.other_names.values_list("name", "kind")) == [("Pant House", "former")]
    assert list(hospice.email_domains.values_list("domain", flat=True)) == ["mail.pant.org.uk", "pant.org.uk"]


def test_an_address_gives_an_organisation_another_name(cora, hospice):
    bring_in(cora, sheet({"name": "Colne Hospice", "address": hospice.slug, "former_names": "Pant Valley Hospice"}))
    hospice.refresh_from_db()
    assert (hospice.name, hospice.other_names.get().name) == ("Colne Hospice", "Pant Valley Hospice")


@pytest.mark.parametrize(("changed", "words"), [
    ({"name": ""}, "name: is empty. Every row needs it."),
    ({"name": "S" * 161}, "name: is 161 letters long; 160 at most."),
    ({"name": "Pant House"},
     "name: “Pant House” is another name of Pant Valley Hospice. Write that, or give an address if it is another."),
    ({"name": "Pant Valley Hospice", "address": "elsewhere"},
     "address: is not that of Pant Valley Hospice, “pant-valley-hospice”. Change an address on its own page."),
    ({"name": "Tarn Trust", "address": "pant-valley-hospice"}, "name: Tarn Trust is in the directory already."),
    ({"sector": "Magic"}, "sector: “Magic” is none of ours. Write Health and care or Local government."),
    ({"sector": ""}, "sector: is empty. A new organisation needs it. Write Health and care or Local government."),
    ({"status": "Asleep"}, "status: “Asleep” is none of: Applied, Partner, Observer, Left, Replaced."),
    ({"name": "Pant Valley Hospice", "status": "Left"},
     "status: “Left” can’t come from a list. Close an organisation on its own page."),
    ({"email_domains": "gmail.com"},
     "email_domains: Anyone can have an address at gmail.com, so it can't vouch for an employer."),
    ({"email_domains": "tarn-trust.example.org"},
     "email_domains: tarn-trust.example.org belongs to Tarn Trust already."),
    ({"email_domains": "no domain"}, "email_domains: “no domain” is not a domain. Write one such as essex.gov.uk."),
    ({"parent": "Nowhere"}, "parent: “Nowhere” is not in the directory. Bring it in first."),
    ({"joined_on": "soon"}, "joined_on: We can’t read this day. Write it as 2026-12-31."),
    ({"website": "javascript:alert(1)"}, "website: Write a whole web address, such as https://www.example.org/page."),
    ({"area": "=1+1"}, "area: starts with “=”, which a spreadsheet would run as a formula. Take it out."),
])  # fmt: skip
def test_a_wrong_row_says_why_in_plain_words(hospice, changed, words):
    OrganisationFactory(name="Tarn Trust")
    assert wrong(NEW | changed) == [words]


def test_rows_that_meet_are_wrong_both(hospice):
    assert wrong(NEW, NEW | {"email_domains": ""}) == ["name: is in another row too. Leave one of them out."] * 2
    assert wrong(NEW, NEW | {"name": "Other"}) == ["email_domains: “saltings.example.org” is in another row too."] * 2
    twice = {"name": hospice.name, "address": ""}, {"name": "New name", "address": hospice.slug}
    assert wrong(*twice) == ["name: another row is about the same organisation. Leave one of them out."] * 2


def test_rows_that_would_meet_as_they_are_written_are_wrong_too(hospice):
    other = OrganisationFactory(name="Blackwater Hospice")
    both = "name: is in another row too. Leave one of them out."
    rename = {"name": "New Trust", "sector": "Health and care"}
    renamed = [rename | {"address": hospice.slug}, rename | {"address": other.slug}]
    assert wrong(*renamed) == [both, both]
    assert wrong(renamed[0], rename | {"name": "new trust", "address": ""}) == [both, both]
    domain = "email_domains: “saltings.example.org” is in another row too."
    assert wrong(NEW, NEW | {"name": "Saltings Trust", "email_domains": "'@saltings.example.org"}) == [domain, domain]


def test_who_asks_for_an_address_has_it_before_who_is_given_one(cora):
    given, asks = NEW | {"address": ""}, NEW | {"name": "Another", "address": "saltings-council", "email_domains": ""}
    bring_in(cora, sheet(given, asks))
    assert Organisation.objects.get(name="Another").slug == "saltings-council"
    assert Organisation.objects.get(name="Saltings Council").slug == "saltings-council-2"


def test_a_long_note_that_goes_out_may_come_in_again(cora, hospice):
    bring_in(cora, sheet({"name": hospice.name, "editor_note": "word " * 500 + "end"}))
    hospice.refresh_from_db()
    assert hospice.editor_note.endswith("end")


@pytest.mark.parametrize(("text", "words"), [
    ("", "The file is empty."),
    ("sector\nLocal government\n", "The first row must name the columns. Missing: name."),
    ("name,colour\nA,red\n", "We don’t know these columns: colour."),
    ("name,sector\nA,B,C\n", "Row 2 has 3 cells, the heading 2: is a comma or quotation mark missing?"),
    ("name\n", "The file has a heading and nothing below it."),
])  # fmt: skip
def test_a_file_that_cant_be_read_says_why(text, words):
    with pytest.raises(Unreadable) as refusal:
        plan_organisations(text)
    assert str(refusal.value) == words


# --- Written ---------------------------------------------------------------------------------------------


def test_an_import_writes_what_was_shown_and_says_so_in_the_log(cora, hospice):
    done = bring_in(cora, sheet(
        NEW | {"address": "", "former_names": "Saltings RDC; Saltings UDC", "parent": hospice.name},
        {"name": hospice.name, "sector": "Health", "email_domains": "", "address": hospice.slug, "former_names": "",
         "parent": ""},
    ))  # fmt: skip
    assert (len(done.new), len(done.changed)) == (1, 1)
    body = Organisation.objects.get(name="Saltings Council")
    assert (body.slug, body.status, body.parent, body.invented) == ("saltings-council", "partner", hospice, False)
    assert body.other_names_text() == "Saltings RDC; Saltings UDC"
    assert not EmailDomain.objects.filter(organisation=hospice).exists()
    said = ModelLogEntry.objects.filter(action="members.import").order_by("pk")
    assert [(one.label, one.user, one.message) for one in said] == [
        ("Saltings Council", cora, "Added by an import (list.csv)"),
        ("Pant Valley Hospice", cora, "Changed by an import: sector, email_domains, former_names (list.csv)"),
    ]


def test_two_whose_names_make_one_address_get_one_each(cora):
    bring_in(cora, sheet(NEW | {"email_domains": ""}, NEW | {"name": "Saltings, Council", "email_domains": ""}))
    assert sorted(Organisation.objects.filter(name__startswith="Saltings").values_list("slug", flat=True)) == [
        "saltings-council", "saltings-council-2",
    ]  # fmt: skip


def test_nothing_is_written_when_a_row_is_wrong_or_somebody_was_quicker(cora, hospice):
    text = sheet(NEW, NEW | {"name": "Other", "email_domains": ""}, {"name": hospice.name, "sector": "Health",
                                                                     "email_domains": ""})  # fmt: skip
    shown = plan_organisations(text).fingerprint
    Organisation.objects.filter(pk=hospice.pk).update(sector=SectorFactory(name="Police"))
    with pytest.raises(MovedOn):
        import_organisations(by=cora, text=text, fingerprint=shown)
    bad = sheet(NEW, NEW | {"name": "Other", "sector": "Magic", "email_domains": ""})
    with pytest.raises(MovedOn):
        import_organisations(by=cora, text=bad, fingerprint=plan_organisations(bad).fingerprint)
    assert not Organisation.objects.filter(name="Saltings Council").exists()
    assert not ModelLogEntry.objects.filter(action="members.import").exists()


def test_only_the_core_team_imports(alice, morag):
    for one in (alice, morag):
        with pytest.raises(NotAllowed):
            import_organisations(by=one, text=sheet(NEW), fingerprint=plan_organisations(sheet(NEW)).fingerprint)


# --- In the browser --------------------------------------------------------------------------------------


def upload(client, data: bytes):
    return client.post(URL, {"file": SimpleUploadedFile("list.csv", data)})


def test_the_core_team_sees_what_a_file_would_change_and_then_has_it_done(core_client, hospice):
    shown = upload(core_client, ("\ufeff" + sheet(NEW, {"name": hospice.name, "sector": "Health"})).encode())
    page = shown.content.decode()
    assert "<b>1 new</b>, <b>1 changed</b>, 0 the same. 1 other is not in the file" in page
    assert "Import 2 organisations" in page
    assert not Organisation.objects.filter(name="Saltings Council").exists()
    plan = shown.context["plan"]
    sent = {"text": shown.context["text"], "source": "list.csv", "fingerprint": plan.fingerprint}
    done = core_client.post(URL, {name: value.replace("\n", "\r\n") for name, value in sent.items()}, follow=True)
    assert "The list is in: 1 new, 1 changed, 0 the same as before." in done.content.decode()
    again = core_client.post(URL, sent).content.decode()
    assert "Somebody changed the directory meanwhile." in again
    history = core_client.get(f"/admin/organisation/history/{hospice.pk}/").content.decode()
    assert "Changed by an import: sector, email_domains (list.csv)" in history


def test_a_wrong_row_stops_the_whole_list_and_names_itself(core_client):
    page = upload(core_client, sheet(NEW, NEW | {"name": "<b>Other</b>", "email_domains": "gmail.com"}).encode())
    words = page.content.decode()
    assert "Nothing was imported: 1 row needs putting right." in words
    assert "&lt;b&gt;Other&lt;/b&gt;" in words
    assert "Import 1 organisation" not in words


@pytest.mark.parametrize(("data", "words"), [
    (b"", "The file is empty. Choose another one."),
    (b"PK\x03\x04xx", "This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and choose that file."),
    ("name\nCafé".encode("latin-1"), "The file is not written as UTF-8."),
    ("name\nCafé".encode("utf-16"), "The file is written as UTF-16."),
    (b"name\n" + b"x" * 1_000_001, "The file is too big: 1 MB at most. Split it in two."),
])  # fmt: skip
def test_a_file_of_another_kind_is_refused_in_plain_words(core_client, data, words):
    answer = upload(core_client, data)
    assert answer.status_code == 200
    assert words in answer.content.decode()


@pytest.mark.parametrize("sent", [
    {}, {"text": ""}, {"text": "name\n\0", "fingerprint": ""}, {"text": "name\nA", "fingerprint": "x", "source": "\0"},
    {"text": '"', "fingerprint": "\0"}, {"fingerprint": "x"}, {"file": "no file"}, {"text": "name\n" + "é" * 300},
])  # fmt: skip
def test_nothing_that_is_sent_breaks_it(core_client, sent):
    assert core_client.post(URL, sent).status_code == 200


def test_there_is_an_empty_list_to_fill_in(core_client):
    page = core_client.get(URL).content.decode()
    assert all(f"<code>{name}</code>" in page for name in COLUMNS)
    data = core_client.get(f"{URL}empty/").content
    assert data.decode("utf-8-sig").strip().split(",") == list(COLUMNS)
    assert "The file has a heading and nothing below it." in upload(core_client, data).content.decode()


@pytest.mark.parametrize("role", ["moderator", "author", "member"])
@pytest.mark.parametrize("url", [URL, f"{URL}empty/", "/admin/organisation/?export=csv", "/admin/users/?export=csv"])
def test_nobody_else_takes_a_list_in_or_out(admin_groups, client_of, hospice, role, url):
    admin_groups()
    somebody = client_of(MemberFactory(role=role))
    for answer in (somebody.get(url), somebody.post(url, {"text": sheet(NEW), "fingerprint": "x"})):
        assert answer.status_code in {302, 403, 405}
        assert hospice.name not in answer.content.decode()
    assert not Organisation.objects.filter(name="Saltings Council").exists()
