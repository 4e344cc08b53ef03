"""What an import would do: read, compared with what stands, and shown before anything is written."""

from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError

from core.sheets import Planned, Row, Trouble, listed, rows_of, troubles_of
from reference.models import Provision, Term

PROVISION_COLUMNS = (
    "law", "provision", "kind", "who_can_use_it", "purpose_in_one_line", "watch_out_for", "extent", "checked", "link",
    "topics",
)  # fmt: skip
TERM_COLUMNS = ("term", "short_form", "plain_definition", "also_called", "see_also")
# The column of the file for each field of the model.
PROVISION_FIELDS = {
    "law": "law", "provision": "provision", "kind": "kind", "who_can_use_it": "who_can_use_it",
    "purpose": "purpose_in_one_line", "limits": "watch_out_for", "extent": "extent", "checked": "checked",
    "link": "link",
}  # fmt: skip
TERM_FIELDS = {"term": "term", "short_form": "short_form", "definition": "plain_definition"}
# What somebody who checks a provision holds against the law itself.
CHECKED_WORDS = ("kind", "who_can_use_it", "purpose", "limits", "extent")
MOST_TOPICS = 10


@dataclass(frozen=True)
class Change:
    """One field of one thing: what stands and what the file says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of the file: `pk` of what it is about (None when it is new), what it would change, what it holds.

    `unchecks`: it changes words that were checked, and only repeats that they were, so they are so no longer:
    this is what the file says of the check. `checked_now`: that the words were checked is said anew.
    """

    number: int
    title: str
    pk: int | None
    changes: tuple[Change, ...]
    fields: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    unchecks: str = ""
    checked_now: bool = False

    @property
    def before(self) -> dict[str, str]:
        """What stood in each column when this was planned, those of lists left out."""
        changed = {change.column: change.before for change in self.changes}
        columns = PROVISION_FIELDS if "law" in self.fields else TERM_FIELDS
        return {name: changed.get(columns[name], value) for name, value in self.fields.items()}

    def with_words_checked(self) -> "Line":
        """The same, by somebody who says that the new words were checked too."""
        if not self.unchecks:
            return self
        changes = tuple(change for change in self.changes if change.column != "checked")
        fields = self.fields | {"checked": self.unchecks}
        return replace(self, changes=changes, fields=fields, unchecks="", checked_now=True)


@dataclass(frozen=True)
class Plan(Planned):
    """All of an import. With `troubles` none of it can be done; `left`: how many stand that the file does not name."""

    lines: list[Line] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    left: int = 0

    @property
    def is_refused(self) -> bool:
        return bool(self.troubles)

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.pk is None]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.pk is not None and line.changes]

    @property
    def unchanged(self) -> list[Line]:
        return [line for line in self.lines if line.pk is not None and not line.changes]

    @property
    def unchecked(self) -> list[Line]:
        """Those whose words were checked, and change."""
        return [line for line in self.lines if line.unchecks]

    def with_words_checked(self) -> "Plan":
        """The same, by somebody who says that the new words were checked too."""
        return replace(self, lines=[line.with_words_checked() for line in self.lines])


def plan_provisions(text: str) -> Plan:
    """What a CSV text of provisions would do. Raises sheets.Unreadable."""
    rows = rows_of(text, PROVISION_COLUMNS)
    standing = {(one.law, one.provision): one for one in Provision.objects.for_list()}
    troubles = _doubles(rows, lambda row: (row.cells["law"], row.cells["provision"]), "law and provision")
    lines = []
    for row in rows:
        fields = {name: row.cells[column] for name, column in PROVISION_FIELDS.items()}
        fields["kind"], fields["checked"] = fields["kind"].lower(), fields["checked"].lower()
        topics = tuple(" ".join(name.lower().split()) for name in listed(row.cells["topics"]))
        troubles += _troubles(row, Provision(**fields), PROVISION_FIELDS, exclude=("slug",))
        troubles += _bad_topics(row, topics)
        old = standing.get((fields["law"], fields["provision"]))
        had = {"topics": tuple(sorted(topic.name for topic in old.topics.all()))} if old else {}
        line = _line(row, old, fields, columns=PROVISION_FIELDS, lists={"topics": tuple(sorted(topics))}, had=had)
        lines.append(_with_check(line, old))
    named = {line.pk for line in lines}
    return Plan(lines, _in_order(troubles), sum(one.pk not in named for one in standing.values()))


def _with_check(line: Line, old: Provision | None) -> Line:
    """With what becomes of the check: of words that change nothing is checked, unless the file says so anew."""
    says, no = line.fields["checked"], Provision.Checked.NO.value
    if says == no:
        return line
    if old is None or old.checked != says:
        return replace(line, checked_now=True)
    if all(getattr(old, name) == line.fields[name] for name in CHECKED_WORDS):
        return line
    changes = (*line.changes, Change("checked", says, no))
    return replace(line, changes=changes, fields=line.fields | {"checked": no}, unchecks=says)


def plan_terms(text: str) -> Plan:
    """What a CSV text of terms would do. Raises sheets.Unreadable."""
    rows = rows_of(text, TERM_COLUMNS)
    standing = {one.term.casefold(): one for one in Term.objects.for_page()}
    troubles = _doubles(rows, lambda row: row.cells["term"].casefold(), "term")
    lines = []
    for row in rows:
        fields = {name: row.cells[column] for name, column in TERM_FIELDS.items()}
        lists = {name: tuple(sorted(listed(row.cells[name]), key=str.casefold)) for name in ("also_called", "see_also")}
        troubles += _troubles(row, Term(**fields), TERM_FIELDS, exclude=("slug",))
        old = standing.get(fields["term"].casefold())
        had = {
            "also_called": _sorted(other.name for other in old.other_names.all()),
            "see_also": _sorted(_called_in(rows, standing, other) for other in old.see_also.all()),
        } if old else {}  # fmt: skip
        lines.append(_line(row, old, fields, columns=TERM_FIELDS, lists=lists, had=had))
    troubles += _bad_names(lines, standing)
    named = {line.pk for line in lines}
    return Plan(lines, _in_order(troubles), sum(one.pk not in named for one in standing.values()))


def _called_in(rows: list[Row], standing, other: Term) -> str:
    """A term as the file refers to it: by its short form where some row does."""
    if other.short_form and any(other.short_form in listed(row.cells["see_also"]) for row in rows):
        return other.short_form
    return other.term


def _sorted(names) -> tuple[str, ...]:
    return tuple(sorted(names, key=str.casefold))


def _line(row: Row, old, fields, *, columns, lists, had) -> Line:
    changes = [
        Change(columns[name], getattr(old, name), value)
        for name, value in fields.items()
        if old and getattr(old, name) != value
    ]
    changes += [
        Change(name, "; ".join(had[name]), "; ".join(values))
        for name, values in lists.items()
        if old and had[name] != values
    ]
    title = f"{fields['law']}, {fields['provision']}" if "law" in fields else fields["term"]
    return Line(row.number, title, old.pk if old else None, tuple(changes), fields, lists)


def _troubles(row: Row, thing, columns, exclude) -> list[Trouble]:
    """What the model refuses of a row, by the file's columns; and what any row is refused for."""
    found = troubles_of(row)
    try:
        thing.clean_fields(exclude=exclude)
    except ValidationError as error:
        for name, words in error.message_dict.items():
            found += [Trouble(row.number, columns.get(name, name), _plain(thing, name, one)) for one in words]
    return found


def _plain(thing, name: str, words: str) -> str:
    choices = thing._meta.get_field(name).choices
    value = getattr(thing, name)
    if not value:
        return "is empty. Every row needs it."
    if choices:
        return f"“{value}” is none of: {', '.join(key for key, _ in choices)}."
    return words[0].lower() + words[1:]


def _doubles(rows: list[Row], key, column: str) -> list[Trouble]:
    first: dict = {}
    found = []
    for row in rows:
        if (earlier := first.setdefault(key(row), row.number)) != row.number:
            found.append(Trouble(row.number, column, f"is the same as in row {earlier}. Leave one of them out."))
    return found


def _bad_topics(row: Row, topics: tuple[str, ...]) -> list[Trouble]:
    too_long = [name for name in topics if len(name) > 100]
    found = [Trouble(row.number, "topics", f"“{name[:40]}…” is too long: 100 letters at most.") for name in too_long]
    if len(topics) > MOST_TOPICS:
        found.append(Trouble(row.number, "topics", f"has {len(topics)}; {MOST_TOPICS} at most."))
    return found


def _bad_names(lines: list[Line], standing) -> list[Trouble]:
    """Names that two terms would share, and terms to see that are nowhere."""
    found, owner = [], {}
    for one in standing.values():
        owner |= {other.name.casefold(): one.term for other in one.other_names.all()}
    in_file = {line.fields["term"].casefold() for line in lines}
    owner = {name: term for name, term in owner.items() if term.casefold() not in in_file}
    known = in_file | set(standing) | {line.fields["short_form"].casefold() for line in lines}
    known |= {one.short_form.casefold() for one in standing.values()} - {""}
    for line in lines:
        term = line.fields["term"]
        for name in line.lists["also_called"]:
            other = owner.setdefault(name.casefold(), term)
            if len(name) > 80:
                found.append(Trouble(line.number, "also_called", f"“{name[:40]}…” is too long: 80 letters at most."))
            elif name.casefold() in (in_file | set(standing)) or other.casefold() != term.casefold():
                of = (
                    "is a term of its own"
                    if other.casefold() == term.casefold()
                    else f"is what “{other}” is also called"
                )
                found.append(Trouble(line.number, "also_called", f"“{name}” {of}. Leave it out of one."))
        for name in line.lists["see_also"]:
            if name.casefold() not in known:
                found.append(Trouble(line.number, "see_also", f"“{name}” is no term in the file or in the glossary."))
    return found


def _in_order(troubles: list[Trouble]) -> list[Trouble]:
    return sorted(troubles, key=lambda one: one.row)
