"""A walk at random through everything that can happen to an event's places, looking at its promises at every step."""

import datetime as dt
import random
from collections import Counter

from events.actions import booking as acts
from events.actions import places, programme, sessions
from events.actions.refusals import (
    AlreadyBooked,
    Clash,
    NoPlacesHere,
    NotOpen,
    NotYours,
    Overfull,
    TooLate,
)
from events.models.booking import Booking
from events.models.places import Allocation, Mode
from tests.factories import MemberFactory, events
from tests.parts.places import assert_true_counters

REFUSALS = (AlreadyBooked, Clash, NoPlacesHere, NotOpen, NotYours, Overfull, TooLate)


def walk(seed: int, *, steps: int, cora, organisations) -> Counter:
    """`steps` acts of 12 people at one event; time goes on between them. How often each was done, not refused.

    Fails where a promise is broken.
    """
    luck = random.Random(seed)
    event = events.event(in_person=4, online=2, starts_in=dt.timedelta(days=20))
    talks = [events.session(event, "A", capacity=2), events.session(event, "B", capacity=1, streamed=True)]
    talks.append(events.session(event, "C", starts_after=dt.timedelta(hours=2), capacity=2, streamed=True))
    people = [MemberFactory(organisation=organisations[number % 2]) for number in range(12)]
    now, done = dt.datetime.now(dt.UTC), Counter()
    for _step in range(steps):
        now += dt.timedelta(hours=luck.choice([0, 0, 1, 5, 30]))
        if now >= event.starts_at:
            break
        try:
            done[_act(luck, event, people, talks, organisations, cora, now)] += 1
        except REFUSALS:
            pass
        assert_true_counters(event)
    return done


def _act(luck, event, people, talks, organisations, cora, now) -> str:
    """Do something by lot; its name. Raises one of REFUSALS."""
    who = luck.choice(people)
    theirs = Booking.objects.active().filter(event=event, member=who).first()
    mode = luck.choice([Mode.IN_PERSON, Mode.IN_PERSON, Mode.ONLINE])
    if theirs is None:
        acts.book(event=event, by=who, mode=mode, now=now)
        return "book"
    own = {"booking": theirs, "by": who, "now": now}
    team = {"by": cora, "now": now}
    talk, other = luck.sample(talks, 2)
    where, capacity = event.places.get(mode=mode), luck.randint(1, 6)
    having = list(Booking.objects.filter(event=event, mode=mode, state__in=["confirmed", "offered"]).order_by("pk"))
    luck.shuffle(having)
    moving = having[: max(where.confirmed + where.held - capacity, 0)]
    kept = Allocation.objects.filter(event=event).order_by("pk").last()
    of = {"event": event, "organisation": luck.choice(organisations), "mode": mode}
    day = (now + dt.timedelta(days=3)).date()
    name, act = luck.choice([
        ("give up", lambda: acts.give_up(**own)),
        ("accept", lambda: acts.accept(**own)),
        ("decline", lambda: acts.decline(**own)),
        ("switch", lambda: acts.switch(**own, mode=mode, or_wait=luck.random() < 0.5)),
        ("join", lambda: sessions.join_session(**own, session=talk)),
        ("join", lambda: sessions.join_session(**own, session=other)),
        ("leave", lambda: sessions.leave_session(**own, session=talk)),
        ("swap", lambda: sessions.swap_session(**own, leave=talk, join=other)),
        ("room", lambda: programme.save_session(
            event=event, session=talk, capacity=luck.randint(1, 3), **team
        )),
        ("capacity", lambda: places.set_capacity(places=where, capacity=capacity, moving=moving, **team)),
        ("move", lambda: places.move_in_line(booking=theirs, to=luck.randint(1, 4), reason="By lot.", **team)),
        ("expire", lambda: places.expire_offers(now=now)),
        ("release due", lambda: places.release_due(now=now)),
        ("release", lambda: kept and places.release(allocation=kept, **team)),
        ("allocate", lambda: places.allocate(
            **of, places=luck.randint(1, 2), release_on=day, extra=luck.random() < 0.7, **team
        )),
    ])  # fmt: skip
    act()
    return name
