"""What is refused at bookings; `str()` says why, to the person who asked."""

from core.quoting import quoted
from events.models.programme import Session


class NotOpen(Exception):
    """Booking has not begun, has ended, or the event is over or called off."""


class AlreadyBooked(Exception):
    """Whom one books for has a booking that somebody else made."""


class NoPlacesHere(Exception):
    """Nothing of the kind is to be had: not in this way, not in this session, or not without a place at the event."""


class TooLate(Exception):
    """The offer, the session or the event is past."""


class NotYours(Exception):
    """Somebody else's booking, or an act of the core team."""


class Overfull(Exception):
    """More places are taken or kept than there would be."""


class Clash(Exception):
    """Nobody can be at both. `other`: the session they have already chosen; `in_line`: they wait for it."""

    def __init__(self, other: Session, *, in_line: bool = False):
        title = quoted(other.title)
        super().__init__(f"It is at the same time as {title}, which you have chosen. Leave that one first.")
        self.other, self.in_line = other, in_line
