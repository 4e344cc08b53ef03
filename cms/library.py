"""The guidance library: its index, and everything a page of guidance shows round its words."""

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from cms.bylines import Faces, faces_of
from cms.facets import Facet, Narrowed, narrow
from cms.querysets import guidance as reads
from forum.bylines import Byline
from members.permissions import takes_part
from members.querysets import fold

# What a review state looks like: kind and icon of components/status_tag.html.
LOOKS = {
    "overdue": ("late", "triangle"),
    "due": ("due", "clock"),
    "up_to_date": ("done", "tick"),
    "none": ("plain", ""),
}


def index_context(query: Mapping[str, str], viewer) -> dict:
    """The library as `query` narrows and sorts it: level, topic, review; `sort=a-z`. Three queries."""
    from cms.models import GuidancePage

    items = reads.guidance_for(viewer)
    topics = {topic.slug: topic.name for item in items for topic in item.shown_topics}
    facets = [
        Facet("level", "Authority", lambda item: [item.level], dict(GuidancePage.Level.choices), in_order=True),
        Facet("topic", "Topic", lambda item: [topic.slug for topic in item.shown_topics],
              dict(sorted(topics.items(), key=lambda pair: pair[1]))),
        Facet("review", "Review", lambda item: [item.review], dict(GuidancePage.Review.choices), in_order=True),
    ]  # fmt: skip
    a_to_z = query.get("sort") == "a-z"
    narrowed = narrow(items, facets, query, sort="a-z" if a_to_z else "")
    return {
        "list": narrowed,
        "a_to_z": a_to_z,
        "groups": _groups(narrowed, a_to_z),
        "other_order_url": narrowed.url(sort="" if a_to_z else "a-z"),
    }


def _groups(narrowed: Narrowed, a_to_z: bool) -> list[tuple[str, list]]:
    """Under their authority, or under their first letters: [(heading, items)]."""
    groups: dict[str, list] = {}
    items = sorted(narrowed.items, key=lambda item: fold(item.title)) if a_to_z else narrowed.items
    for item in items:
        item.look = review_tag(item.review, item.review_on)
        heading = fold(item.title)[:1].upper() if a_to_z else item.get_level_display()
        groups.setdefault("Replaced" if item.is_superseded and not a_to_z else heading, []).append(item)
    return list(groups.items())


def review_tag(state: str, on: dt.date | None) -> dict[str, str]:
    """A review state for components/status_tag.html: “Review overdue since 3 March 2026”."""
    kind, icon = LOOKS[state]
    day = f"{on.day} {on:%B %Y}" if on else ""
    words = {
        "overdue": f"Review overdue since {day}",
        "due": f"Review due by {day}",
        "up_to_date": f"Next review by {day}",
        "none": "No review date",
    }[state]
    return {"kind": kind, "icon": icon, "words": words}


def item_facts(page) -> dict:
    """What stands round the words of a page of guidance, whoever reads: {"people", "provisions", "near"}. Four queries.

    `people`: the faces of who looks after it and approved it, by primary key; `near`: the guidance round it.
    """
    people = {pk: faces_of(member) for pk, member in reads.people_of(page).items()}
    return {"people": people, "provisions": reads.provisions_of(page), "near": reads.near(page)}


def item_context(page, facts: dict, viewer) -> dict:
    """What stands round the words of a page of guidance, as `viewer` may see it, of its `item_facts`.

    No query where it is known what is shut to `viewer` (`ask_once`), else one.
    """
    people, provisions = facts["people"], facts["provisions"]
    return {
        "keeper": _seen(people.get(page.keeper_id), viewer),
        "approver": _seen(people.get(page.approver_id), viewer),
        "provisions": provisions,
        "review": review_tag(page.review_state(today=timezone.localdate()), page.review_on),
        "to_check": [one for one in provisions if one.citation and one.citation.needs_check()],
        "may_confirm": may_confirm(page, viewer),
        **reads.related_to(page, facts["near"], viewer),
    }


def _seen(face: Faces | None, viewer) -> Byline | None:
    return face.seen_by(viewer) if face is not None else None


def may_confirm(page, viewer) -> bool:
    """Whether `viewer` may say that a page still stands though its law changed: its owner, and who keeps the site."""
    if not takes_part(viewer):
        return False
    return viewer.is_moderator or viewer.pk == page.keeper_id
