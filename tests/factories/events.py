"""Events with their places, programme, speakers and bookings, for tests. Times are counted from now unless given."""

import datetime as dt

from django.utils import timezone
from django.utils.text import slugify

from events.models.booking import Booking, BookingMove, SessionBooking
from events.models.calling import CalledOff
from events.models.places import Mode, Places
from events.models.programme import Session, Speaker, Speaking, Track
from events.pages.event import EventOutcome, EventPage, EventPartner
from events.pages.index import EventsIndexPage
from tests.factories.knowledge import make_site
from tests.factories.published import put_below
from tests.parts.remembered import remembered


@remembered(EventsIndexPage)
def make_events_index() -> EventsIndexPage:
    """The index at /events/. Safe to repeat."""
    home = make_site()
    found = EventsIndexPage.objects.first()
    if found is None:
        found = home.add_child(instance=EventsIndexPage(title="Events", slug="events", intro="What you can come to."))
    return found


def event(
    title="Sharing for the first time",
    *,
    in_person=20,
    online=0,
    starts_in=dt.timedelta(days=30),
    lasts=dt.timedelta(hours=6),
    topics=(),
    partners=(),
    outcomes=(),
    called_off="",
    publish=True,
    by=None,
    **fields,
) -> EventPage:
    """An event with its places, published unless told otherwise. Booking is open unless `book_opens_at` says not.

    `in_person`, `online`: places (None or 0: not to be had in this way); `starts_in`: from now, negative for one
    that was; `partners`: [(name, what)]; `outcomes`: [(figure, words)]; `called_off`: why.
    """
    index = make_events_index()
    fields.setdefault("starts_at", timezone.now().replace(microsecond=0) + starts_in)
    fields.setdefault("ends_at", fields["starts_at"] + lasts)
    fields.setdefault("summary", f"{title}, told in short.")
    fields.setdefault("slug", slugify(title))
    if in_person:
        fields.setdefault("venue", "Thornmere Town Hall")
        fields.setdefault("street", "1 Market Place, Thornmere")
    if online:
        fields.setdefault("online_url", "https://meet.example.org/room-1")
    page = EventPage(title=title, **fields)
    page.partners = [EventPartner(name=name, what=what, sort_order=n) for n, (name, what) in enumerate(partners)]
    page.outcomes = [EventOutcome(figure=one, words=what, sort_order=n) for n, (one, what) in enumerate(outcomes)]
    page = put_below(index, page, topics=topics, publish=publish, by=by)
    for mode, capacity in ((Mode.IN_PERSON, in_person), (Mode.ONLINE, online)):
        if capacity:
            Places.objects.create(event=page, mode=mode, capacity=capacity)
    if called_off:
        CalledOff.objects.create(event=page, why=called_off, by=by)
    return page


def track(event: EventPage, name="Hall", **fields) -> Track:
    """A room of an event; asking twice for the same name gives the same one."""
    fields.setdefault("order", event.tracks.count())
    return Track.objects.get_or_create(event=event, name=name, defaults=fields)[0]


def session(
    event: EventPage,
    title="Write it down",
    *,
    starts_after=dt.timedelta(0),
    lasts=dt.timedelta(minutes=45),
    room="",
    speakers=(),
    chair=None,
    **fields,
) -> Session:
    """A part of the programme, so long after the event starts. `room` makes or finds its track; "" is for everybody."""
    fields.setdefault("starts_at", event.starts_at + starts_after)
    fields.setdefault("ends_at", fields["starts_at"] + lasts)
    fields.setdefault("slug", slugify(title))
    if room:
        fields.setdefault("track", track(event, room))
    made = Session.objects.create(event=event, title=title, **fields)
    for place, one in enumerate(speakers):
        Speaking.objects.create(session=made, speaker=one, order=place)
    if chair:
        Speaking.objects.create(session=made, speaker=chair, order=len(speakers), chairs=True)
    return made


def speaker(name="Edith Marlow", **fields) -> Speaker:
    """Somebody who speaks; asking twice for the same name gives the same one."""
    fields.setdefault("body", "Hollowdale Council")
    fields.setdefault("role", "Head of records")
    return Speaker.objects.get_or_create(slug=fields.pop("slug", slugify(name)), defaults={"name": name, **fields})[0]


def booking(
    event: EventPage,
    member=None,
    *,
    state=Booking.State.CONFIRMED,
    mode=Mode.IN_PERSON,
    sessions=(),
    **fields,
) -> Booking:
    """A booking as the actions would leave it, its places counted. Without `member` it is a guest's."""
    if member is None:
        number = event.bookings.count() + 1
        fields.setdefault("guest_name", f"Gale Guest {number}")
        fields.setdefault("guest_email", f"guest-{number}-{event.pk}@visitors.example.org")
    elif member.organisation_id:
        fields.setdefault("organisation", member.organisation)
    if state == Booking.State.OFFERED:
        fields.setdefault("offered_until", timezone.now() + dt.timedelta(days=2))
    if state in (Booking.State.WAITING, Booking.State.OFFERED):
        fields.setdefault("queue_number", event.bookings.count() + 1)
    fields.setdefault("booked_by", member)
    made = Booking.objects.create(event=event, member=member, mode=mode, state=state, **fields)
    BookingMove.objects.create(booking=made, state=state, mode=mode, by=member)
    _count_in(made)
    for one in sessions:
        _book_session(made, one)
    return made


def _count_in(made: Booking) -> None:
    places = Places.objects.get(event=made.event, mode=made.mode)
    places.confirmed += made.state == Booking.State.CONFIRMED
    places.held += made.state == Booking.State.OFFERED
    places.save()


def _book_session(made: Booking, one: Session) -> None:
    """Booked while there is room, else in its line."""
    full = one.left == 0
    state = SessionBooking.State.WAITING if full else SessionBooking.State.CONFIRMED
    SessionBooking.objects.create(booking=made, session=one, state=state)
    if one.capacity is not None and not full:
        one.taken += 1
        one.save()
