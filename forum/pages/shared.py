"""Parts of a page that are the same for everyone who may see them, and how a reader's own marks get in.

A shared part is rendered once for an audience and kept by the number of its thread's last change. Where
readers differ, its template leaves all the alternatives in (`{% reader "own" 3 %}…{% otherwise %}…`) or
a gap (`{% gap "when" %}`); `fill` then picks and fills for one reader, in one pass over the text and
with no query. No shared part holds a CSRF token: its buttons belong to the page's one form.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.safestring import SafeString, mark_safe

from core import caching
from members.models import Member
from members.permissions import takes_part

# Raise when a template of a shared part changes: those kept by an older release are made anew.
VERSION = 8
KEEP = 24 * 3600  # seconds
# No text of ours holds it: forms refuse it, and so does PostgreSQL.
MARK = "\0"

PUBLIC, MEMBERS, STAFF = "public", "members", "staff"


def audience_of(viewer) -> str:
    """Which face of a shared part a reader gets: who doesn't take part reads as the public does."""
    if not takes_part(viewer):
        return PUBLIC
    return STAFF if viewer.is_moderator else MEMBERS


def fill(html: str, marks: Mapping[str, object]) -> SafeString:
    """A shared part as one reader sees it.

    `marks` names what holds for the reader ("own:3") and what stands in the gaps ("when" → "Yesterday",
    which must be escaped already).
    """
    parts = html.split(MARK)
    out = [parts[0]]
    for condition, inner, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        sign, name = condition[0], condition[1:]
        if sign == "=":
            out.append(str(marks.get(name, "")))
        elif (name in marks) == (sign == "+"):
            out.append(inner)
        out.append(after)
    return mark_safe("".join(out))


def stand_in(audience: str):
    """A reader who may read just what everyone of an audience may: no private group, nothing removed."""
    return AnonymousUser() if audience == PUBLIC else Member(pk=0, standing=Member.Standing.VOUCHED)


def versions(*names: str) -> tuple[str, ...]:
    """What changes when any of `names` is touched, in one read of the cache: part of the keys of what is kept.

    "members" changes when any member or organisation is shown differently, "forum" with every thread.
    A cache that is down keeps nothing, so any answer will do.
    """
    try:
        found = caching.versions_of(names)
    except Exception:  # the cache is a comfort: without it the part is made anew
        return ("",) * len(names)
    return tuple(found[f"v:{name}"] for name in names)


def kept(keys: Mapping[int, str], make: Callable[[list[int]], Mapping[int, Any]]) -> dict[int, Any]:
    """Parts by id, from the cache; those it does not hold are made all at once and kept.

    A cache that is down costs the making, not the page.
    """
    found = caching.recall(*keys.values(), near=caching.near_for(KEEP))
    parts = {pk: found[key] for pk, key in keys.items() if key in found}
    missing = [pk for pk in keys if pk not in parts]
    if missing:
        made = make(missing)
        parts |= made
        caching.remember({keys[pk]: part for pk, part in made.items()}, KEEP)
    return parts


def parts(makers: Mapping[str, Callable[[], object]], *, keep: int = KEEP) -> list:
    """Parts by their keys, in one read of the cache; each that it does not hold is made by its maker and kept.

    They are shared by readers: nobody may change one.
    """
    found = caching.recall(*makers, near=caching.near_for(keep))
    made = {key: make() for key, make in makers.items() if key not in found}
    if made:
        caching.remember(made, keep)
    return [found[key] if key in found else made[key] for key in makers]
