"""What the page of a briefing shows of other tables, the same for every reader: read once, kept until it changes."""

from dataclasses import dataclass
from typing import Any

from horizon.querysets import briefings as reads
from horizon.querysets import counts
from horizon.querysets.lists import kept

VERSION = 2  # raise it when the shape of what is kept changes
ROWS = ("answers", "meanings", "tasks", "sources", "links", "thread_links")


@dataclass(frozen=True)
class Shared:
    """What no reader sees otherwise than another; what they may see of it is asked where it is shown.

    `rows`: by the name of the page's relation; `law`: what it changes, with the provisions, and what they were `cited`
    as; `development` with its dates and sectors, hidden or not; `sectors` by their number, in the order of lists;
    `counted`: how many have done its tasks, as `counts.done_by_sector`; `parent`: title and address;
    `linked`: the pages that go with it in the order chosen, each with its address, whoever may see them.
    """

    rows: dict[str, tuple]
    law: tuple
    cited: dict[int, Any]
    development: Any
    sectors: dict[int, Any]
    topics: tuple
    counted: dict
    parent: tuple[str, str] | None
    linked: tuple


def shared_by_readers(page, *, preview: bool = False) -> Shared:
    """Of a live page: no query when kept, and its relations then need none either. Of a draft: as the draft has it."""
    if preview or page.pk is None or not page.live:
        return _read(page, {name: tuple(getattr(page, name).all()) for name in ROWS})
    found = kept(
        f"briefing:{VERSION}:{page.pk}",
        lambda: _read(page, {name: _rows_of(page, name) for name in ROWS}),
        name=f"page:{page.pk}", beside=("horizon", "pages", "members", "law"),
    )  # fmt: skip
    for name, rows in found.rows.items():
        _lay(page, name, rows)
    return found


def _read(page, rows: dict[str, tuple]) -> Shared:
    law = tuple(reads.law_changes_of(page))
    parent = page.get_parent() if page.path and page.depth else None
    return Shared(
        rows=rows, law=law, cited=reads.citations_of(page) if law else {}, development=_development_of(page),
        sectors=reads.sectors(), topics=tuple(sorted(page.topics.all(), key=lambda topic: topic.name)),
        counted=counts.done_by_sector([page.pk]) if page.pk and rows["tasks"] else {},
        parent=(parent.title, parent.url) if parent is not None else None,
        linked=tuple(reads.pages_linked(page, rows["links"])),
    )  # fmt: skip


def _development_of(page):
    from horizon.models import Development

    found = Development.objects.filter(pk=page.development_id).prefetch_related("milestones", "sectors")
    return found.first() if page.development_id else None


def _rows_of(page, name: str) -> tuple:
    """The rows of a relation, read past the page: they don't hold on to it."""
    relation = getattr(type(page), name).rel
    return tuple(relation.related_model.objects.filter(**{relation.field.name: page.pk}))


def _lay(page, name: str, rows: tuple) -> None:
    """Let a relation of the page have these rows, as if they were prefetched."""
    found = getattr(page, name).get_live_queryset()
    found._result_cache, found._prefetch_done = list(rows), True
    page.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
