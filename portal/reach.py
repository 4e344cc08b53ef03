"""Where the search looks for one viewer: the SQL of every source's `visible`, put together once for all alike."""

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page

from core.prepared import keeps_types
from core.textsearch import Among
from members.models import Member
from members.pages import ask_once, knows_already, pages_visible_to

# A number that no member has: where it stands among the parameters, a viewer's own belongs.
STAND_IN = 2_111_222_999
MOST_KEPT = 200
# By what decides who sees what: who they are, what of the pages is shut to them, and where they look.
_kept: dict[tuple, list[Among]] = {}


def places(viewer, sources: Sequence) -> list[Among]:
    """Where each of the sources is looked through for this viewer. One query."""
    shut = ask_once(viewer)
    if not keeps_types():
        return _put_together(viewer, sources)
    # a database made anew under a running process numbers the kinds of things anew
    kinds = ContentType.objects.get_for_models(*(source.model for source in sources))
    key = (*_like(viewer), shut, *(source.name for source in sources), *(kind.pk for kind in kinds.values()))
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        like = stand_in_for(viewer)
        knows_already(like, shut)
        _kept[key] = _put_together(like, sources)
    number, now = viewer.pk or 0, timezone.now()
    return [
        Among(place.kind, place.sql, tuple(_filled(value, number, now) for value in place.params), place.many)
        for place in _kept[key]
    ]


def _put_together(viewer, sources: Sequence) -> list[Among]:
    pages = pages_visible_to(Page.objects.all(), viewer).values("pk")
    return [
        Among.of(
            source.visible(viewer) if source.visible else source.model.objects.filter(pk__in=pages), many=source.many
        )
        for source in sources
    ]


def _like(viewer) -> tuple:
    """All of a viewer that a rule of who sees what may look at, but their number."""
    if not viewer.is_authenticated:
        return ()
    return viewer.role, viewer.standing, viewer.is_active, viewer.is_superuser


def stand_in_for(viewer):
    """Somebody who sees what every viewer like this one sees, and has STAND_IN for a number."""
    if not viewer.is_authenticated:
        return AnonymousUser()
    role, standing, active, superuser = _like(viewer)
    return Member(pk=STAND_IN, role=role, standing=standing, is_active=active, is_superuser=superuser)


def _filled(value, number: int, now: dt.datetime):
    """A parameter for this viewer: their own number; and the only time that a rule knows is now."""
    if isinstance(value, int) and value == STAND_IN:
        return type(value)(number)
    return now if isinstance(value, dt.datetime) else value
