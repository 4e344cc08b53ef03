"""The core team's editor as a form is sent from it."""

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from horizon.models import Development
from members import roles

LIST = reverse("wagtailsnippets_horizon_development:list")
ADD = reverse("wagtailsnippets_horizon_development:add")


def edit_url(development: Development) -> str:
    return reverse("wagtailsnippets_horizon_development:edit", args=[development.pk])


def set_up() -> None:
    """What the core team and authors may do in the admin."""
    roles.set_up_groups()


def step(what: str = "Everyone must follow it", on: str = "", **fields) -> dict:
    """A row of dates as it is typed; `id` of one that is there."""
    return {"id": "", "what": what, "on": on, "kind": "applies", "note": "", "source_no": "", **fields}


def typed(*, steps=(), sources=(), there: int = 0, there_too: int = 0, gone=(), **fields) -> dict:
    """The whole form. `there`, `there_too`: how many of `steps` and `sources` are kept already; `gone`: to delete."""
    data = {
        "title": "A duty to report", "slug": "", "summary": "What changes.", "category": "law", "scope": "national",
        "stage": "idea", "since": "", "certainty": "likely", "checked": "not_yet", "impact": "3", "nearness": "later",
        "keeper": "", "checked_on": "", "recheck_on": "", "topics": "", "shown": "on", **fields,
    }  # fmt: skip
    rows = _rows(steps, there)
    for place in gone:
        rows[str(place)]["DELETE"] = "on"
    data["milestones"] = rows
    data["sources"] = _rows(sources, there_too)
    several = {name: data.pop(name) for name in ("sectors", "duties", "provisions") if name in data}
    return nested_form_data(data) | several


def as_typed(development: Development, **fields) -> dict:
    """The form of a development as the editor opens it, with the fields that were changed since."""
    steps = fields.pop("steps", None)
    rows = [
        step(
            one.what, one.on.words() if one.on else "", id=one.pk, kind=one.kind,
            **({"confirmed": "on"} if one.confirmed else {}),
        )
        for one in development.milestones.all()
    ]  # fmt: skip
    for place, change in (steps or {}).items():
        rows[place] |= change
    there = len(rows)
    rows += fields.pop("more", [])
    names = ("title", "slug", "summary", "category", "scope", "stage", "certainty", "checked", "impact", "nearness")
    kept = {name: str(getattr(development, name)) for name in names}
    kept["shown"] = "on" if development.shown else ""
    sources = [
        {"id": one.pk, "title": one.title, "url": one.url, "checked_on": ""}
        | ({"official": "on"} if one.official else {})
        for one in development.sources.all()
    ]
    gone = fields.pop("gone", ())
    return typed(steps=rows, there=there, sources=sources, there_too=len(sources), gone=gone, **(kept | fields))


def _rows(rows, there: int) -> dict:
    """A list of the form, in the order the editor numbers it."""
    return inline_formset([{"ORDER": str(place), **row} for place, row in enumerate(rows, start=1)], initial=there)
