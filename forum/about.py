"""What a thread may be about: a page, a template, a provision of law. Apps above say how each is found and shown."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models

from reference.models import Provision


@dataclass(frozen=True)
class About:
    """A thing that can be talked about, as one reader may see it.

    `name` and `pk` are its key ("page", 12); `kind` says in a word what it is; `for_members`: others can't
    see it, so its thread must not be in a public space; `keeper`: the id of who looks after it and hears of
    the first words; `open`: whether anybody may still say something.
    """

    name: str
    pk: int
    kind: str
    title: str
    url: str
    for_members: bool = False
    keeper: int | None = None
    open: bool = True

    def key(self) -> str:
        """What kept pages that show whether it is talked about depend on."""
        return f"about:{self.name}:{self.pk}"


Finder = Callable[[int, object], About | None]
Seer = Callable[[models.Model, object], About | None]
_kinds: dict[str, tuple[type[models.Model], Finder]] = {}
_seers: dict[str, Seer] = {}


def register(name: str, model: type[models.Model], find: Finder, *, see: Seer | None = None) -> None:
    """Let threads be about a `model`: `find(pk, viewer)` → About, or None for what the viewer may not see.

    `see(thing, viewer)` gives the same of one that is at hand, where that spares looking it up again.
    """
    _kinds[name] = (model, find)
    if see is not None:
        _seers[name] = see


def is_known(name: str) -> bool:
    """Whether threads may be about things of this kind."""
    return name in _kinds


def look_up(name: str, pk: int, viewer) -> About | None:
    """A thing by its key, if there is such a kind and `viewer` may see it."""
    if name not in _kinds:
        return None
    return _kinds[name][1](pk, viewer)


def seen(thing: models.Model, viewer) -> About | None:
    """A thing that is at hand, if `viewer` may see it. Raises LookupError for what threads are never about."""
    name = name_of(thing)
    return _seers[name](thing, viewer) if name in _seers else look_up(name, thing.pk, viewer)


def content_type(name: str) -> ContentType:
    """How `Thread.about_type` spells a kind."""
    return ContentType.objects.get_for_model(_kinds[name][0])


def about_of(thread, viewer) -> About | None:
    """What a thread is about, if anything that `viewer` may see. At most the query of its kind."""
    if thread.about_id is None or thread.about_type_id is None:
        return None
    for name in _kinds:
        if content_type(name).pk == thread.about_type_id:
            return look_up(name, thread.about_id, viewer)
    return None


def cache_name(thread) -> str | None:
    """What a kept page that says what a thread is about depends on, whoever may see it."""
    names = [name for name in _kinds if thread.about_type_id == content_type(name).pk] if thread.about_id else []
    return f"about:{names[0]}:{thread.about_id}" if names else None


def name_of(thing: models.Model) -> str:
    """The kind a thing is registered under: "page" for every kind of page. Raises LookupError."""
    for name, (model, _find) in _kinds.items():
        if isinstance(thing, model):
            return name
    raise LookupError(f"{type(thing).__name__} is nothing threads are about.")


def _provision(pk: int, viewer) -> About | None:
    found = Provision.objects.visible_to(viewer).filter(pk=pk).first()
    return found and About("provision", pk, "Legal gateway", found.title, found.get_absolute_url())


register("provision", Provision, _provision)
