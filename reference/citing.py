"""What cites the law: posts, pages, templates. Apps above say how a thing that cites is shown, and to whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models


@dataclass(frozen=True)
class CitingItem:
    """One thing that cites a provision, as one reader may see it: "Answer", its title, its address."""

    kind: str
    title: str
    url: str


Items = Callable[[list[int], object], dict[int, CitingItem]]
Names = Callable[[list[int]], Iterable[str]]
Standing = Callable[[list[int]], Iterable[int]]


@dataclass(frozen=True)
class _Kind:
    items: Items
    names: Names
    standing: Standing


_kinds: dict[type[models.Model], _Kind] = {}


def _any_list(ids: list[int]) -> Iterable[str]:
    return ("forum", "pages", "templates")


def _all(ids: list[int]) -> Iterable[int]:
    return ids


def register(model: type[models.Model], items: Items, names: Names = _any_list, standing: Standing = _all) -> None:
    """Let things of a `model` cite the law; called when apps start.

    `items(ids, viewer)` → CitingItem by id, only for what `viewer` may see. `names(ids)` → the names
    (`core.caching`) that are touched when one of them is shown differently, or to others. `standing(ids)` →
    those that were not taken away meanwhile: nobody is asked to look at the others again.
    """
    _kinds[root_of(model)] = _Kind(items, names, standing)


def root_of(model: type[models.Model]) -> type[models.Model]:
    """The model whose table gives a thing its id: Wagtail's Page for every kind of page."""
    parents = model._meta.get_parent_list()
    return parents[-1] if parents else model._meta.concrete_model or model


def kind_of(model: type[models.Model]) -> ContentType:
    """How a citation spells the kind of its target."""
    return ContentType.objects.get_for_model(root_of(model))


def with_items(citations: Iterable, viewer) -> list[tuple]:
    """(citation, its CitingItem) for what `viewer` may see, in the order given. One question for each kind of thing."""
    citations = list(citations)
    found: dict[tuple[int, int], CitingItem] = {}
    for kind, ids, entry in _by_kind(citations):
        found |= {(kind, pk): item for pk, item in entry.items(ids, viewer).items()}
    keyed = [(one, found.get((one.target_type_id, one.target_id))) for one in citations]
    return [(one, item) for one, item in keyed if item is not None]


def still_standing(citations: Iterable) -> list:
    """Those of the citations whose thing was not taken away. One question for each kind of thing."""
    citations = list(citations)
    there = {(kind, pk) for kind, ids, entry in _by_kind(citations) for pk in entry.standing(ids)}
    return [one for one in citations if (one.target_type_id, one.target_id) in there]


def cache_names(citations: Iterable) -> set[str]:
    """The names that a page which lists these citations depends on."""
    return {name for _kind, ids, entry in _by_kind(citations) for name in entry.names(ids)}


def _by_kind(citations: Iterable):
    ids: dict[int, list[int]] = {}
    for one in citations:
        ids.setdefault(one.target_type_id, []).append(one.target_id)
    for kind, pks in ids.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model in _kinds:
            yield kind, pks, _kinds[model]
