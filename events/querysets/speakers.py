"""Who speaks at events, and the talks they gave: only of events that the viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.addresses import with_addresses
from core.prepared import Prepared
from events.querysets.events import visible_to
from events.querysets.programme import Person, Talk, person_of, talks, talks_of
from members.pages import document_visible_to


@dataclass(frozen=True)
class Given:
    """A talk on its speaker's page, with the event it was part of."""

    talk: Talk
    event: object


def speakers_visible_to(viewer):
    """Those who speak in a session of an event `viewer` may see, by name, each once. Twin of `speaker_for`."""
    from events.models.programme import Speaker

    found = Speaker.objects.filter(sessions__event__in=visible_to(viewer).order_by().values("pk"))
    return found.order_by("name", "pk").distinct()


def speaker_for(viewer, slug: str):
    """The speaker of an address, with their organisation, member and photo; None when `viewer` may not see them."""
    found = speakers_visible_to(viewer).filter(slug=slug)
    return found.select_related("organisation__sector", "member", "photo__collection").first()


def talks_by(speaker, viewer) -> list[Given]:
    """Every session they speak in that `viewer` may see, the latest first. Four queries, whatever the number."""
    from events.models.programme import Session

    mine = Session.objects.filter(speakings__speaker=speaker, event__in=visible_to(viewer).order_by().values("pk"))
    return _given(mine, viewer)


def talks_of_member(member, viewer, *, most: int) -> list[Given]:
    """The latest talks of a member that `viewer` may see, for the page of a person. At most `most`."""
    from events.models.programme import Session

    seen = visible_to(viewer).order_by().values("pk")
    mine = Session.objects.filter(speakings__speaker__member=member, event__in=seen).distinct()
    return _given(mine, viewer, most=most)


def _given(sessions, viewer, *, most: int | None = None) -> list[Given]:
    rows = talks(sessions.select_related("track").order_by("-starts_at", "-pk")[:most])
    shown = visible_to(viewer).filter(pk__in={talk.event for talk in rows})
    shown = shown.select_related("called_off").defer("about", "report")
    events = {one.pk: one for one in with_addresses(shown)}
    return [Given(talk, events[talk.event]) for talk in rows if talk.event in events]


def speakers_of(event, viewer) -> list[tuple[Person, list[Talk]]]:
    """Everybody who speaks at an event, by name, each with what they speak in. No query when the programme is kept."""
    found: dict[int, tuple[Person, list[Talk]]] = {}
    for talk in talks_of(event):
        for person in talk.people:
            found.setdefault(person.pk, (person, []))[1].append(talk)
    return sorted(found.values(), key=lambda pair: pair[0].name.casefold())


def account_of(speaker, viewer):
    """The page of the member a speaker is, if `viewer` may see it: their address, else "". One query."""
    from members.models import Member

    if not speaker.member_id:
        return ""
    found = Member.objects.visible_to(viewer).taking_part().filter(pk=speaker.member_id).first()
    return found.get_absolute_url() if found else ""


def named(speaker) -> Person:
    return person_of(speaker)


def with_bios(speakers: Iterable[Person]) -> list[Person]:
    """The same speakers with what they say of themselves. One query."""
    from events.models.programme import Speaker

    bios = dict(Speaker.objects.filter(pk__in=[one.pk for one in speakers]).values_list("pk", "bio"))
    return [replace(one, bio=bios.get(one.pk, "")) for one in speakers]


def photo_of(speaker, viewer):
    """The photo of a speaker who agreed to it being shown, if `viewer` may see the file; else None."""
    photo = speaker.photo
    if photo is None or not speaker.photo_consent or not document_visible_to(photo, viewer):
        return None
    return photo


def session_of(event, pk: int):
    """A session of this event: what can be talked about; None if it has just gone. One query; its event is this one."""
    found = _session.first(pk)
    if found is not None:
        found.event = event
    return found


def _with_track(pk: int):
    from events.models.programme import Session

    return Session.objects.select_related("track").filter(pk=pk)


_session = Prepared(_with_track)
