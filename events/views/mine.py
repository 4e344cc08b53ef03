"""One's own bookings, and who else comes."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone

from events import guests
from events.permissions import can_organise
from events.querysets import mine
from events.showing import crumbs
from events.standing import my_bookings
from events.views.finding import event_or_404
from events.views.own import is_for
from members.access import public, signed_in


@signed_in
def bookings(request):
    """What one comes to, waits for, and was at."""
    found = my_bookings(request.user, now=timezone.now())
    return render(request, "events/bookings.html", {"mine": found})


@public
def delegates(request, event: int):
    """Who comes and agreed to be listed: for those who come too."""
    page = event_or_404(request.user, event)
    if not can_organise(request.user) and not has_place(request, page):
        raise PermissionDenied
    context = {"event": page, "delegates": mine.delegates_of(page), "crumbs": crumbs(page, "Who is coming")}
    return render(request, "events/delegates.html", context)


def has_place(request, page) -> bool:
    """Whether whoever asks has a place: signed in, or by a guest's link."""
    booking = mine.booking_at(page.pk, request.user, guests.keys_in(request.session))
    return booking is not None and booking.state == booking.State.CONFIRMED and is_for(request, booking)
