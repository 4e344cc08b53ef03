"""What the pages of events show beside their own words: how things stand, the programme, what is on now."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from core import caching
from core.blocks.files import documents_of, pictures_of
from core.blocks.reading import chosen
from events import guests, times
from events.querysets import material_rows
from events.querysets import speakers as people
from events.querysets.events import address_of, knows_it_takes_place
from events.querysets.lists import lines_for, where_of
from events.querysets.programme import Card, Programme, programme_for
from members.pages import ask_once

SPEAKERS_SHOWN = 8
YEARS_SHOWN = 6
A_DAY = frozenset({"conference", "practitioner_day"})  # kinds whose programme says first what one comes for


@dataclass(frozen=True)
class Facts:
    """When and where, in words. `people`: how many have a place, "" while nobody has."""

    weekday: str
    day: str
    month: str
    until: str
    where: str
    time: str
    people: str


@dataclass(frozen=True)
class Band:
    """What is on now, or comes next today, in one line; `mine` where the reader is booked into it."""

    lead: str
    cards: tuple[Card, ...]
    mine: Card | None
    on: bool


@dataclass(frozen=True)
class Tab:
    """Whose programme is shown, or could be."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True)
class Body:
    """What everybody who may see an event sees of it, beside its words and its programme."""

    partners: tuple[tuple[str, str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    topics: tuple[Any, ...]
    host: str
    host_url: str
    is_off: bool
    called_off: str
    rooms: tuple[tuple[str, int, int], ...]  # mode, places, confirmed


def names(event: int) -> tuple[str, ...]:
    """What a page that shows an event depends on."""
    return ("site", "events", f"event:{event}", f"page:{event}", "pages", "members")


def context_of(page, request, *, now: dt.datetime | None = None) -> dict:
    """Everything `events/event.html` shows beside the page’s own fields. Works for a page never saved.

    Its queries do not grow with the programme: what all readers share is kept.
    """
    caching.depends_on(request, *names(page.pk), "glossary")
    viewer = getattr(request, "user", None) or AnonymousUser()
    if not hasattr(viewer, "shut"):
        ask_once(viewer)
    now = now or timezone.now()
    body = body_of(page, preview=getattr(request, "is_preview", False))
    if not body.is_off:
        knows_it_takes_place(page)
    marks = marks_of(page, viewer, now=now)
    only_mine = bool(request.GET.get("mine"))
    files = files_of(page, request, now=now)
    programme = programme_for(
        page, viewer, now=now, marks=marks.sessions, files=files, only_mine=only_mine
    ) if page.pk else Programme()  # fmt: skip
    live = live_of(page, viewer, now=now)
    _keep_while_true(page, programme, live, request, now=now)
    over = page.is_over(now=now)
    state = "over" if over else "on" if page.is_on(now=now) else "coming"
    return {
        "body": body,
        "facts": facts_of(page, body),
        "state": state,
        "programme_first": state == "on" or (state == "coming" and page.kind in A_DAY and _stands(programme)),
        "marks": marks,
        "still": Still(bool(marks.sessions)),
        "programme": programme,
        "tabs": _tabs(programme, marks, only_mine=only_mine, over=over or bool(body.called_off)),
        "band": band_of(page, programme, now=now) if not body.called_off else None,
        "event_files": files.get(None, ()),
        "talk_files": material_rows.count_of_talks(files),
        "live": live,
        "results": results_of(page),
        "speakers": programme.people[:SPEAKERS_SHOWN],
        "speaker_count": len(programme.people),
        "others": _other_years(page, viewer),
        "hybrid": len(body.rooms) > 1,
        "watch_url": page.online_url if marks.has_place and marks.booking.mode == "online" else "",
        "crumbs": _crumbs_of(page),
        "documents": documents_of(chosen(page, "download"), request),
        "pictures": pictures_of(chosen(page, "image"), request),
        "terms_used": set(),
        "heading_level": 3,
    }


def _stands(programme: Programme) -> bool:
    return bool(programme.days or programme.only_mine)


def _keep_while_true(page, programme: Programme, live: list, request, *, now: dt.datetime) -> None:
    """A kept page says what is on, and whether one can book: until the next of these changes."""
    own = (page.book_opens_at, page.book_closes_at, page.starts_at, page.ends_at)
    caching.good_until(request, *own, *programme.moments, *(one.sheet.closes_at for one in live), now=now)


def body_of(page, *, preview: bool = False) -> Body:
    """What is the same for all. No query when kept, else six; of a draft in its preview it is made anew."""
    if preview or page.pk is None or not page.live:
        return _body(page)
    key = f"event-body:2:{page.pk}:{':'.join(caching.versions_of(('pages', 'members')).values())}"
    return caching.made_once(f"event:{page.pk}", key, lambda: _body(page))


def _body(page) -> Body:
    off = getattr(page, "called_off", None) if page.pk else None
    places = page.places.all() if page.pk else ()
    return Body(
        partners=tuple((one.name, one.what, one.url) for one in page.partners.all()),
        outcomes=tuple((one.figure, one.words) for one in page.outcomes.all()),
        topics=tuple(sorted(page.topics.all(), key=lambda topic: topic.name)),
        host=page.host.name if page.host else "",
        host_url=page.host.get_absolute_url() if page.host else "",
        is_off=off is not None,
        called_off=off.why if off else "",
        rooms=tuple((one.mode, one.capacity, one.confirmed) for one in places),
    )  # fmt: skip


def facts_of(page, body: Body) -> Facts:
    """When and where, in words."""
    starts, ends = timezone.localtime(page.starts_at), timezone.localtime(page.ends_at)
    several = starts.date() != ends.date()
    clock = f"{times.clock(starts)} to {times.clock(ends)}"
    taking = {"in_person": "{} in the room", "online": "{} online"}
    said = [taking[mode].format(f"{confirmed:,}") for mode, _capacity, confirmed in body.rooms if confirmed]
    return Facts(
        weekday=f"{starts:%A}", day=str(starts.day), month=f"{starts:%B %Y}",
        until=f"to {ends.day} {ends:%B}" if several else "",
        where=where_of(page.venue, [mode for mode, *_rest in body.rooms]),
        time=times.span(starts, ends) if several else clock, people=", ".join(said),
    )  # fmt: skip


def band_of(page, programme: Programme, *, now: dt.datetime) -> Band | None:
    """What is on now; between two sessions what comes next. None before the first day and once it is over."""
    if not page.is_on(now=now):
        return None
    cards = programme.on or programme.next
    if not cards:
        return None
    talk, mine = cards[0].talk, next((card for card in cards if card.mine), None)
    if mine:
        talk = mine.talk
    if programme.on:
        ends = {card.talk.ends_at for card in ((mine,) if mine else cards)}
        start = _clock(talk.starts_at)
        span = f"{start} to {_clock(ends.pop())}" if len(ends) == 1 else f"since {start}"
        return Band(f"On now, {span}.", cards, mine, on=True)
    same_day = timezone.localdate(talk.starts_at) == timezone.localdate(now)
    when = _clock(talk.starts_at) if same_day else times.at(talk.starts_at, now=now)
    return Band(f"Next, at {when}.", cards, mine, on=False)


def _clock(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


@dataclass(frozen=True)
class Still:
    """Of `Marks`, what a programme shows that asks its reader nothing."""

    sessions: bool
    has_place: bool = False


def _tabs(programme: Programme, marks, *, only_mine: bool, over: bool) -> tuple[Tab, ...]:
    """Everyone’s programme and the reader’s own; none where there is, or was, nothing for them to choose."""
    if not (only_mine or marks.sessions or (programme.has_choice and not over)):
        return ()
    return (
        Tab("Everyone’s", "?#programme", not only_mine),
        Tab("Mine", "?mine=1#programme", only_mine),
    )


def _other_years(page, viewer) -> list:
    """The other events of its series, the latest first. No query when the list of events is kept."""
    if not page.series:
        return []
    series = [line for line in reversed(lines_for(viewer)) if line.series == page.series and line.pk != page.pk]
    return series[:YEARS_SHOWN]


def _crumbs_of(page) -> list[dict]:
    return [{"title": "Events", "url": "/events/"}, {"title": page.title}]


def crumbs(page, *below: str) -> list[dict]:
    """Of a page below an event’s."""
    above = [{"title": "Events", "url": "/events/"}, {"title": page.title, "url": address_of(page)}]
    return [*above, *({"title": one} for one in below)]


# --- What other rooms know of it ------------------------------------------------------------------------


def marks_of(page, viewer, *, now: dt.datetime):
    """How the reader stands with the event: `events.standing.Marks`. A page never saved has no places."""
    from events.standing import Marks, marks_for

    return marks_for(page, viewer, now=now) if page.pk else Marks("no_places")


def files_of(page, request, *, now: dt.datetime) -> dict[int | None, list]:
    """Slides and handouts by session; under None those of the whole event. A guest’s session knows their tickets."""
    from events.querysets.materials import tickets_in

    viewer = getattr(request, "user", None) or AnonymousUser()
    tickets = tickets_in(getattr(request, "session", {}).get(guests.MARK, {}))
    return material_rows.shown_by_session(page, viewer, now=now, tickets=tickets) if page.pk else {}


def talks_files(speaker, viewer) -> list:
    return material_rows.of_speaker(speaker, viewer)


def results_of(page) -> list:
    """The votes whose result is out, for whoever sees the event."""
    from events.querysets.live import results_of_event

    return results_of_event(page.pk) if page.pk else []


def live_of(page, viewer, *, now: dt.datetime) -> list:
    """The votes that are open now, for who is in the room."""
    from events.querysets.live import live_for

    return live_for(page, viewer, now=now) if page.pk and page.is_on(now=now) else []


# --- One session, one speaker --------------------------------------------------------------------------


def session_context(page, pk: int, request, *, now: dt.datetime) -> dict | None:
    """What the page of a session shows; None for one there is not."""
    viewer = request.user
    marks = marks_of(page, viewer, now=now)
    files = files_of(page, request, now=now)
    programme = programme_for(page, viewer, now=now, marks=marks.sessions, files=files)
    cards = [card for day in programme.days for row in day.rows for cell in row.cells for card in cell.cards]
    card = next((one for one in cards if one.talk.pk == pk), None)
    if card is None:
        return None
    talk, live = card.talk, live_of(page, viewer, now=now)
    _keep_while_true(page, programme, live, request, now=now)
    order = sorted((one for one in cards if not one.talk.is_break), key=lambda one: (one.talk.starts_at, one.talk.pk))
    near = [one for one in order if _follows(one, card)]
    return {
        "event": page,
        "card": card,
        "talk": talk,
        "marks": marks,
        "when": times.span(talk.starts_at, talk.ends_at, now=now),
        "people": people.with_bios(talk.people),
        "beside": [one for one in order if one.talk.pk != pk and _overlap(one.talk, talk)],
        "before": next((one for one in reversed(near) if one.talk.ends_at <= talk.starts_at), None),
        "after": next((one for one in near if one.talk.starts_at >= talk.ends_at), None),
        "live": [one for one in live if one.sheet.session == pk],
        "called_off": body_of(page).called_off,
        "crumbs": crumbs(page, talk.title),
        "session": people.session_of(page, pk),
    }


def _overlap(one, other) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _follows(one: Card, other: Card) -> bool:
    """Whether one goes from the one to the other without changing rooms."""
    return one.talk.across or other.talk.across or one.talk.room == other.talk.room


def speaker_context(speaker, viewer, *, now: dt.datetime) -> dict:
    """What the page of a speaker shows."""
    given = people.talks_by(speaker, viewer)
    return {
        "speaker": speaker,
        "person": people.named(speaker),
        "account": people.account_of(speaker, viewer),
        "photo": people.photo_of(speaker, viewer),
        "coming": [one for one in reversed(given) if not one.talk.is_over(now)],
        "given": [one for one in given if one.talk.is_over(now)],
        "files": talks_files(speaker, viewer),
        "crumbs": [{"title": "Events", "url": "/events/"}, {"title": speaker.name}],
    }
