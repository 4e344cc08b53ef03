"""Certificates: by the code on the paper, and of whom."""

from events.models.after import Certificate
from events.models.booking import Booking

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


def plain(written: str) -> str:
    """A code as it is kept, from how somebody typed it: "k7qm 2xrd-9pta-5icw" → "K7QM2XRD9PTA51CW"."""
    kept = written.upper().translate(_LOOK_ALIKE)
    return "".join(letter for letter in kept if letter in LETTERS)


def by_code(written: str) -> Certificate | None:
    """The certificate with this code, also a revoked one."""
    code = plain(written[:60])
    if len(code) != 16:
        return None
    return Certificate.objects.filter(code=code).first()


def of_booking(booking: Booking) -> Certificate | None:
    return Certificate.objects.filter(booking=booking).first()


def held_by(bookings: list[Booking]) -> set[int]:
    """The numbers of those bookings that have a certificate. One query."""
    return set(Certificate.objects.filter(booking__in=bookings).values_list("booking", flat=True))


def of_event(event):
    """Every certificate of an event, by name."""
    return Certificate.objects.filter(booking__event=event).order_by("name", "pk")
