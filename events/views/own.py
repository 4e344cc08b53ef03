"""Whose booking it is: the first question of everything below a ticket."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render

from core import ratelimits
from events import guests
from events.actions.refusals import AlreadyBooked, Clash, NoPlacesHere, NotOpen, NotYours, Overfull, TooLate
from events.models.booking import Booking
from events.querysets import mine
from members.permissions import takes_part

REFUSED = (AlreadyBooked, Clash, NoPlacesHere, NotOpen, NotYours, Overfull, TooLate)
TOO_OFTEN = "That was a lot in a short time. Wait {minutes} minutes, then try again."


def private(view):
    """What it answers is for one person, signed in or not: nobody keeps it."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answered


def own(request, key) -> Booking:
    """The booking, if it is for whoever asks; else 404."""
    booking = mine.ticket(key)
    if booking is None or not is_for(request, booking):
        raise Http404
    return booking


def own_or_made(request, key) -> Booking:
    """The same, also for who made it for a colleague; else 404."""
    booking = mine.ticket(key)
    if booking is None or not (is_for(request, booking) or made_by(request, booking)):
        raise Http404
    return booking


def is_for(request, booking: Booking) -> bool:
    """The member, a guest who opened their link, or a member whose address a guest's booking was made for."""
    if guests.holds(request, booking):
        return True
    same = booking.member_id is None and booking.guest_email and takes_part(request.user)
    return bool(same and booking.guest_email.lower() == request.user.email.lower())


def made_by(request, booking: Booking) -> bool:
    return takes_part(request.user) and booking.booked_by_id == request.user.pk


def actor(request, booking: Booking):
    """Who acts, as the actions take it: None is a guest by their own link."""
    return None if booking.member_id is None and is_for(request, booking) else request.user


def too_often(request, act: str, *, about: str = "") -> str:
    """Count an act; what to say when it was too many, else ""."""
    try:
        ratelimits.check(act, request, about=about)
    except ratelimits.TooOften as often:
        return TOO_OFTEN.format(minutes=max(-(-often.wait // 60), 2))
    return ""


def carry_out(request, act, **about) -> bool:
    """Do it; when it is refused, say why at the top of the next page. Whether it was done."""
    try:
        act(**about)
    except REFUSED as refused:
        messages.error(request, str(refused))
        return False
    return True


def refused(request, said: str, *, back: str, status: int):
    """A page that says why nothing was done."""
    return render(request, "events/booking_refused.html", {"said": said, "back": back}, status=status)
