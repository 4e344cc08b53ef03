"""Taking in a list of organisations: read, compared with what stands, shown, and only then written, all or nothing.

It adds and changes organisations; it never deletes one, nor closes it.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.html import strip_tags
from django.utils.text import get_text_list
from wagtail.log_actions import log
from wagtail.search import index

from core.sheets import LONGEST_SHOWN, Planned, Row, as_written, listed, rows_of, troubles_of
from members.actions.refusals import NotAllowed
from members.admin_forms import OrganisationAdminForm
from members.models import EmailDomain, Member, Organisation, OtherName, Sector

Status = Organisation.Status


@dataclass(frozen=True)
class Column:
    """A column of the file: the field of the form it fills, what goes in, and an example."""

    name: str
    field: str
    words: str
    example: str = ""
    many: bool = False  # several in one cell, parted by “;”


COLUMNS = {column.name: column for column in (
    Column("name", "name", "Every row needs it. A row is about the organisation of this name.", "Saltings Council"),
    Column("address", "slug", "The end of its page’s address. Give it to change a name.", "saltings-council"),
    Column("short_name", "short_name", "What people call it.", "Saltings"),
    Column("former_names", "former_names", "Shown on its page.", "Saltings Rural District", many=True),
    Column("also_called", "also_called", "Search and sign-up find it by these.", "SDC; The Saltings", many=True),
    Column("email_domains", "domains", "An address there vouches for a person at once.",
           "saltings-council.example.org", many=True),
    Column("sector", "sector", "One of the sectors. A new organisation needs it.", "Local government"),
    Column("type", "type", "In your own words.", "District council"),
    Column("area", "area", "The places it works in.", "Saltings"),
    Column("status", "status", "Partner, Observer or Applied. Partner when empty.", "Partner"),
    Column("public_note", "public_note", "Shown on its page."),
    Column("website", "website", "", "https://saltings-council.example.org/"),
    Column("role_mailbox", "role_mailbox", "A shared address, not a person’s.", "sharing@saltings-council.example.org"),
    Column("joined_on", "joined_on", "The day, as year-month-day.", "2026-04-01"),
    Column("parent", "parent", "The name of the organisation it belongs to, which is in the directory.",
           "Essex County Council"),
    Column("editor_note", "editor_note", "For editors only."),
)}  # fmt: skip
COLUMN_OF = {column.field: column.name for column in COLUMNS.values()}


class MovedOn(Exception):
    """Somebody changed the directory since the list was shown: it is shown anew, never written half."""


@dataclass(frozen=True)
class Line:
    """One row of the file: whom it is about (`pk` None: somebody new), what it changes, or why it can't be taken."""

    number: int
    title: str
    pk: int | None = None
    changes: tuple[tuple[str, str, str], ...] = ()  # column, before, after
    troubles: tuple[str, ...] = ()
    data: dict = field(default_factory=dict)  # what the form is given
    form: OrganisationAdminForm | None = field(default=None, repr=False, compare=False)  # it, found right


@dataclass(frozen=True)
class Plan(Planned):
    """All of an import. With a wrong row none of it is done; `left`: how many stand that the file does not name."""

    lines: list[Line]
    left: int = 0
    stands: str = ""  # what it was compared with

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.troubles]

    @property
    def is_refused(self) -> bool:
        return bool(self.wrong)

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if not line.troubles and line.pk is None]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if not line.troubles and line.pk and line.changes]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if not line.troubles and line.pk and not line.changes]


def cells_of(body: Organisation) -> dict[str, str]:
    """An organisation as a row of the list, taken in or out. Reads prefetched names and domains."""
    names = list(body.other_names.all())
    cells = {
        "name": body.name, "address": body.slug, "short_name": body.short_name,
        "former_names": _joined(one.name for one in names if one.kind == one.Kind.FORMER),
        "also_called": _joined(one.name for one in names if one.kind == one.Kind.ALIAS),
        "email_domains": _joined(one.domain for one in body.email_domains.all()),
        "sector": body.sector.name, "type": body.type, "area": body.area, "status": body.get_status_display(),
        "public_note": body.public_note, "website": body.website, "role_mailbox": body.role_mailbox,
        "joined_on": body.joined_on.isoformat() if body.joined_on else "",
        "parent": body.parent.name if body.parent else "", "editor_note": body.editor_note,
    }  # fmt: skip
    return {name: _one_newline(cell) for name, cell in cells.items()}


def _joined(parts) -> str:
    return "; ".join(sorted(parts, key=str.casefold))


def _one_newline(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class _Directory:
    """What stands, read once."""

    def __init__(self):
        self.all = list(Organisation.objects.as_rows())
        self.by_name = {one.name.casefold(): one for one in self.all}
        self.by_address = {one.slug: one for one in self.all}
        self.by_other_name = {other.name.casefold(): one for one in self.all for other in one.other_names.all()}
        self.sectors = list(Sector.objects.all())
        self.sector_of = {
            word.casefold(): one for one in self.sectors for word in (one.slug, one.short_name, one.name)
        }  # fmt: skip


def what_stands() -> str:
    """Tells whether anything of the directory changed. Five queries."""
    tables = (Organisation, Organisation.successors.through, OtherName, EmailDomain, Sector)
    rows = [list(table._default_manager.order_by("pk").values_list()) for table in tables]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def plan_organisations(text: str) -> Plan:
    """What a CSV text of organisations would do. Raises sheets.Unreadable."""
    rows = rows_of(text, tuple(COLUMNS), needed=("name",))
    stands, standing = what_stands(), _Directory()
    lines = [_line(row, standing) for row in rows]
    lines = _without_doubles(lines, rows)
    named = {line.pk for line in lines}
    return Plan(lines, sum(one.pk not in named for one in standing.all), stands)


def _line(row: Row, standing: _Directory) -> Line:
    cells = {name: as_written(cell) for name, cell in row.cells.items()}
    body, troubles = _whom(cells, standing)
    troubles += [f"{one.column}: {one.words}" for one in troubles_of(row, longest=LONGEST_SHOWN)]
    title, pk = cells["name"] or cells.get("address", ""), body.pk if body else None
    if troubles:
        return Line(row.number, title, pk, troubles=tuple(troubles))
    wanted = {name: _tidied(COLUMNS[name], cell, standing) for name, cell in cells.items()}
    had = cells_of(body) if body else {}
    wanted = {
        name: cell or (had.get(name, "") if name in {"address", "status"} else "") for name, cell in wanted.items()
    }
    if body and all(had[name] == cell for name, cell in wanted.items()):
        return Line(row.number, title, pk)
    data, troubles = _data(had | wanted, body, standing)
    form = OrganisationAdminForm(data, instance=body or Organisation())
    troubles += _refused(form, {trouble.split(":")[0] for trouble in troubles})
    if troubles:
        return Line(row.number, title, pk, troubles=tuple(troubles))
    after = _after(form)
    changes = tuple((name, had[name], after[name]) for name in wanted if had and had[name] != after[name])
    return Line(row.number, title, pk, changes, data=data, form=form)


def _whom(cells: dict[str, str], standing: _Directory) -> tuple[Organisation | None, list[str]]:
    """Whom a row is about: by its address, else by its name; and what is wrong with that."""
    name, address = cells["name"], cells.get("address", "")
    called = standing.by_name.get(name.casefold())
    if not name:
        return None, ["name: is empty. Every row needs it."]
    if there := standing.by_address.get(address):
        return there, []
    if called and address:
        return called, [f"address: is not that of {called}, “{called.slug}”. Change an address on its own page."]
    if called or address:
        return called, []
    if other := standing.by_other_name.get(name.casefold()):
        words = f"“{name}” is another name of {other}. Write that, or give an address if it is another."
        return None, [f"name: {words}"]
    return None, []


def _tidied(column: Column, cell: str, standing: _Directory) -> str:
    """A cell as `cells_of` would write it."""
    if column.many:
        return _joined(listed(cell.lower() if column.name == "email_domains" else cell))
    if column.name == "sector" and (known := standing.sector_of.get(cell.casefold())):
        return known.name
    if column.name == "status" and (status := _status(cell)):
        return status.label
    return _one_newline(cell)


def _status(cell: str) -> Status | None:
    return next((one for one in Status if cell.casefold() in {one.label.casefold(), one.value}), None)


def _data(cells: dict[str, str], body: Organisation | None, standing: _Directory) -> tuple[dict, list[str]]:
    """What the form is given of a row; and what is wrong with words that stand for something."""
    data: dict = {COLUMNS[name].field: cell for name, cell in cells.items()}
    data |= {COLUMNS[name].field: "\n".join(listed(cell)) for name, cell in cells.items() if COLUMNS[name].many}
    troubles = [
        f"{name}: is {len(cell):,} letters long; {most} at most."
        for name, cell in cells.items()
        if (most := _most(COLUMNS[name].field)) and len(cell) > most
    ]
    sector, parent = cells.get("sector", ""), cells.get("parent", "")
    if not (found := standing.sector_of.get(sector.casefold())):
        known = get_text_list([one.name for one in standing.sectors], "or")
        said = f"“{sector}” is none of ours" if sector else "is empty. A new organisation needs it"
        troubles.append(f"sector: {said}. Write {known}.")
    above = standing.by_name.get(parent.casefold()) if parent else None
    if parent and (above is None or above == body):
        wrong = "can’t be its own parent" if above else "is not in the directory. Bring it in first"
        troubles.append(f"parent: “{parent}” {wrong}.")
    status = _status(cells["status"]) if cells.get("status") else Status.PARTNER
    troubles += _wrong_status(status, cells.get("status", ""), body)
    data |= {"sector": found.pk if found else "", "parent": above.pk if above else "", "status": status or ""}
    if body:  # what no column holds stays as it is
        data |= {"successors": sorted(body.successors.values_list("pk", flat=True)), "invented": body.invented,
                 "replaced_on": body.replaced_on.isoformat() if body.replaced_on else ""}  # fmt: skip
    return data, troubles


def _most(name: str) -> int | None:
    """How many letters a field holds, where one cell is one of it."""
    if name in {"former_names", "also_called", "domains", "sector", "parent", "status", "joined_on"}:
        return None
    return Organisation._meta.get_field(name).max_length  # type: ignore[union-attr]


def _wrong_status(status: Status | None, cell: str, body: Organisation | None) -> list[str]:
    if status is None:
        return [f"status: “{cell}” is none of: {', '.join(one.label for one in Status)}."]
    if status in {Status.LEFT, Status.REPLACED} and (body is None or body.status != status):
        return [f"status: “{status.label}” can’t come from a list. Close an organisation on its own page."]
    return []


def _refused(form: OrganisationAdminForm, said: set[str]) -> list[str]:
    """What the form says is wrong, by the file's columns, but of those of which something was said already."""
    found = []
    for name, errors in form.errors.items():
        column = COLUMN_OF.get(name, "name")
        if column not in said:
            found += [f"{column}: {strip_tags(str(words))}" for words in errors]
    return found


def _after(form: OrganisationAdminForm) -> dict[str, str]:
    """A row as it will stand, of a form that is right."""
    said = form.cleaned_data
    after = {name: said[column.field] for name, column in COLUMNS.items()}
    after |= {name: _joined(said[column.field]) for name, column in COLUMNS.items() if column.many}
    joined, parent = said["joined_on"], said["parent"]
    return after | {
        "sector": said["sector"].name, "status": Status(said["status"]).label,
        "joined_on": joined.isoformat() if joined else "", "parent": parent.name if parent else "",
    }  # fmt: skip


def _without_doubles(lines: list[Line], rows: list[Row]) -> list[Line]:
    """With what several rows say at once refused in all of them: an organisation, a name, an address, a domain."""
    said = [_claims(line, row) for line, row in zip(lines, rows, strict=True)]
    often = Counter(claim for claims in said for claim in claims)
    return [
        replace(line, troubles=(*line.troubles, *(words for claim, words in claims.items() if often[claim] > 1)))
        for line, claims in zip(lines, said, strict=True)
    ]


def _claims(line: Line, row: Row) -> dict[tuple[str, str | int], str]:
    """What no other row may have, with the words for when one does."""
    name, address = row.cells["name"], row.cells.get("address", "")
    domains = {one.lower() for one in listed(row.cells.get("email_domains", ""))}
    if line.form is not None:  # as it will be written
        said = line.form.cleaned_data
        name, domains = said["name"], set(said[COLUMNS["email_domains"].field])
    claims: dict[tuple[str, str | int], str] = {}
    if line.pk:
        claims["organisation", line.pk] = "name: another row is about the same organisation. Leave one of them out."
    if name and (line.form is not None or not line.pk):
        claims["name", name.casefold()] = "name: is in another row too. Leave one of them out."
    if address and not line.pk:
        claims["address", address] = f"address: “{address}” is in another row too."
    for domain in sorted(domains):
        claims["email_domains", domain] = f"email_domains: “{domain}” is in another row too."
    return claims


# --- Writing it ------------------------------------------------------------------------------------------


def import_organisations(*, by: Member, text: str, fingerprint: str, source: str = "") -> Plan:
    """Write what was shown under `fingerprint`; what was done. Raises NotAllowed, MovedOn, sheets.Unreadable."""
    if not by.has_perm("members.keep_directory"):
        raise NotAllowed("Only the core team can import organisations.")
    plan = plan_organisations(text)  # what takes long, before anything is locked
    if plan.wrong or plan.fingerprint != fingerprint:
        raise MovedOn
    try:
        with transaction.atomic():
            # one list at a time: the row that stands for the model; and no form changes what was compared
            kind = ContentType.objects.get_for_model(Organisation).pk
            ContentType.objects.select_for_update(no_key=True).get(pk=kind)
            list(Organisation.objects.select_for_update(no_key=True).values_list("pk"))
            if what_stands() != plan.stands:
                raise MovedOn
            addresses: set[str] = set()
            # those that ask for an address before those that are given one
            for line in (*sorted(plan.new, key=lambda line: not line.data.get("slug")), *plan.changed):
                _write(line, addresses, by, source)
    except IntegrityError as error:
        raise MovedOn from error
    return plan


def _write(line: Line, addresses: set[str], by: Member, source: str) -> None:
    """Write a row; `addresses`: those that rows before it took."""
    form = line.form
    if form is None or form.cleaned_data["slug"] in addresses:  # a row before it took the address: another is found
        form = OrganisationAdminForm(line.data, instance=Organisation())
        if line.pk or not form.is_valid():
            raise MovedOn
    body = form.save()
    addresses.add(body.slug)
    if body.other_names.exists():
        index.insert_or_update_object(body)  # once more, now that it has its names
    changes = [list(change) for change in line.changes]
    log(instance=body, action="members.import", user=by, data={"source": source[:100], "changes": changes})
