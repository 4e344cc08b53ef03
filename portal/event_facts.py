"""What search shows of events, their sessions and speakers, to whoever may see the event."""

from core.addresses import with_addresses
from core.markdown import plain
from events import times
from events.models.material import Material
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from events.querysets.events import visible_to
from events.querysets.lists import where_of
from events.querysets.material_rows import row_of
from events.querysets.programme import people_in, person_of
from events.querysets.speakers import speakers_visible_to as reads
from portal import querysets


def sessions_visible_to(viewer):
    """The sessions of events `viewer` may see."""
    return Session.objects.filter(event__in=visible_to(viewer).order_by().values("pk"))


def speakers_visible_to(viewer):
    """Those who speak in one of them. In no order, each once: search asks for no more than their numbers."""
    return Speaker.objects.filter(pk__in=reads(viewer).order_by().values("pk"))


def event_facts(pks: list[int]) -> dict[int, dict]:
    """Its summary and words, what kind of event it is, when and where."""
    pages = EventPage.objects.filter(pk__in=pks).select_related("called_off").prefetch_related("places", "sessions")
    facts = {}
    for page in with_addresses(pages):
        said = [page.get_kind_display(), times.span(page.starts_at, page.ends_at),
                where_of(page.venue, [one.mode for one in page.places.all()])]  # fmt: skip
        said += ["Called off"] if getattr(page, "called_off", None) else []
        texts = [plain(text) for text in querysets.texts_of(page)] + [one.title for one in page.sessions.all()]
        facts[page.pk] = {"title": page.title, "url": page.address, "summary": page.summary, "texts": texts,
                          "fact": ". ".join(part for part in said if part)}  # fmt: skip
    return facts


def session_facts(pks: list[int]) -> dict[int, dict]:
    """Its summary, who speaks, and of which event it is a part."""
    people = people_in(pks)
    return {
        one.pk: {"title": one.title, "url": one.get_absolute_url(), "summary": one.summary,
                 "texts": [f"With {', '.join(person.name for person in people.get(one.pk, []))}"],
                 "fact": f"{one.get_kind_display()}. {one.event.title}, {times.day(one.starts_at)}"}
        for one in Session.objects.filter(pk__in=pks).select_related("event")
    }  # fmt: skip


def materials_visible_to(viewer):
    """The slides and handouts `viewer` may fetch."""
    return Material.objects.visible_to(viewer)


def material_facts(pks: list[int]) -> dict[int, dict]:
    """What it is and how large, of which talk and event, and who gave that."""
    found = list(Material.objects.there().with_files().filter(pk__in=pks))
    people = people_in([one.session_id for one in found if one.session_id])
    facts = {}
    for one in found:
        row, names = row_of(one), ", ".join(person.name for person in people.get(one.session_id, []))
        said = [f"{row.words}, {row.facts}", f"{one.event.title}, {times.day(one.event.starts_at)}"]
        texts = [one.session_text(), f"By {names}" if names else ""]
        facts[one.pk] = {"title": one.title, "url": row.url, "summary": "", "texts": [text for text in texts if text],
                         "fact": ". ".join(said)}  # fmt: skip
    return facts


def speaker_facts(pks: list[int]) -> dict[int, dict]:
    """What they say of themselves, their work and body."""
    found = {}
    for one in Speaker.objects.filter(pk__in=pks).select_related("organisation__sector"):
        fact = ", ".join(part for part in (one.role, person_of(one).body) if part)
        found[one.pk] = {
            "title": one.name,
            "url": one.get_absolute_url(),
            "summary": one.bio,
            "texts": [],
            "fact": fact,
        }
    return found
