"""Taking and leaving places in sessions, and one page to choose them all."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from events import guests
from events.actions import sessions as acts
from events.actions.refusals import Clash
from events.querysets import mine
from events.querysets.programme import programme_for
from events.standing import marks_of
from events.views.own import REFUSED, actor, is_for, own, private, refused, too_often
from members.access import public


@public
@private
def ticket_sessions(request, key):
    """Every session, and how one stands with it."""
    booking = own(request, key)
    now = timezone.now()
    marks = marks_of(booking, now=now)
    programme = programme_for(booking.event, request.user, now=now, marks=marks.sessions, files={})
    context = {"booking": booking, "marks": marks, "programme": programme}
    return render(request, "events/ticket_sessions.html", context)


@public
@require_POST
def session_take(request, event: int, pk: int):
    """A place in a session, or one in its line. At the same time as another: ask which."""
    booking, session = _chosen(request, event, pk)
    by = actor(request, booking)
    try:
        if said := too_often(request, "react"):
            return refused(request, said, back=_back(request, booking), status=429)
        if swap := mine.session_of(booking.event, _number(request.POST.get("instead_of"))):
            acts.swap_session(booking=booking, leave=swap, join=session, by=by)
        else:
            acts.join_session(booking=booking, session=session, by=by)
    except Clash as clash:
        context = {"booking": booking, "wanted": session, "other": clash.other, "in_line": clash.in_line}
        context["back"] = _back(request, booking)
        return render(request, "events/session_clash.html", context, status=409)
    except REFUSED as why:
        messages.error(request, str(why))
        return redirect(_back(request, booking).partition("#")[0])  # the top, where it is said
    return redirect(_back(request, booking))


@public
@require_POST
def session_leave(request, event: int, pk: int):
    """The place is free for the next in its line."""
    booking, session = _chosen(request, event, pk)
    try:
        acts.leave_session(booking=booking, session=session, by=actor(request, booking))
    except REFUSED as why:
        messages.error(request, str(why))
        return redirect(_back(request, booking).partition("#")[0])  # the top, where it is said
    return redirect(_back(request, booking))


def _chosen(request, event: int, pk: int):
    """The booking of whoever asks, and the session; else 404."""
    booking = mine.booking_at(event, request.user, guests.keys_in(request.session))
    if booking is None or not is_for(request, booking):
        raise Http404
    session = mine.session_of(booking.event, pk)
    if session is None:
        raise Http404
    return booking, session


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _back(request, booking) -> str:
    back = request.POST.get("back", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours else f"/events/bookings/{booking.key}/sessions/"
