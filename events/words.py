"""How places, the line and offers are said. The rule of the line stands here once."""

import datetime as dt
from typing import TYPE_CHECKING

from events.times import at

if TYPE_CHECKING:  # querysets say where somebody stands, and models stand on them
    from events.models.booking import Booking

RULE = (
    "When a place comes free it goes to the next in line. We keep it for you for two days, never less than a morning, "
    "and never ask for an answer at night."
)
RULE_SOON = "In the last day and a half before an event a place that comes free is yours at once, and we tell you."
RULE_AGAIN = "If you say no, or do not answer in time, you can join the line again at its end."


def begins_with_article(name: str) -> bool:
    """Whether it says what somebody is, not who: “The Records Office”, “An officer”; not “An Nguyen”."""
    first, _, rest = name.partition(" ")
    article = first.lower()
    return bool(rest) and (article in ("a", "the") or (article == "an" and rest[0].islower()))


def dear(name: str) -> str:
    """How a mail to somebody without an account begins: “Dear Nia Prosser,”; “Hello,” to “A guest from the council”."""
    return f"Dear {name}," if name and not begins_with_article(name) else "Hello,"


def ordinal(number: int) -> str:
    """“1st”, “2nd”, “11th”, “23rd”."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def position(number: int) -> str:
    """Where somebody stands in the line: “You are next in line”, “You are 3rd in line”."""
    return "You are next in line" if number == 1 else f"You are {ordinal(number)} in line"


def ahead(number: int) -> str:
    """How many are before them: “Nobody is ahead of you”, “2 people are ahead of you”."""
    if number <= 1:
        return "Nobody is ahead of you"
    return "1 person is ahead of you" if number == 2 else f"{number - 1:,} people are ahead of you"


def offer(until: dt.datetime, *, now: dt.datetime | None = None) -> str:
    """“We keep a place for you until 4pm on Thursday 19 November”."""
    return f"We keep a place for you until {at(until, now=now)}"


def state(booking: "Booking", *, now: dt.datetime, place_in_line: int = 0) -> str:
    """Where a booking stands, in one sentence to the person it is for."""
    known, states = booking.state_at(now=now), booking.State
    if known == states.WAITING:
        return position(place_in_line) if place_in_line else "You are in line"
    if known == states.OFFERED and booking.offered_until:
        return offer(booking.offered_until, now=now)
    online = " online" if booking.mode == "online" else ""
    return {
        states.CONFIRMED: f"You have a place{online}",
        states.DECLINED: "You said no to a place",
        states.EXPIRED: "We kept a place for you, and did not hear from you in time",
        states.WITHDRAWN: "You gave up your place",
        states.CALLED_OFF: "The event was called off",
    }[states(known)]


def how_many(number: int, one: str = "place", many: str = "places") -> str:
    """“1 place”, “12 places”."""
    return f"{number:,} {one if number == 1 else many}"
